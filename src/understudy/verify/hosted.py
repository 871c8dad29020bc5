"""The rules in a team's own pytest: `--pyargs understudy.conformance.NAME --base-url URL`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from understudy import clock, times
from understudy.errors import UsageError
from understudy.verify import report, rules, verdicts
from understudy.verify import spec as specs
from understudy.verify.config.read import read
from understudy.verify.findings import TargetGone
from understudy.verify.report.model import Report
from understudy.verify.report.summary import screen
from understudy.verify.run import Run
from understudy.verify.runner import PLUGIN, begin


def join(config: pytest.Config) -> None:
    """Make the rules tests of this pytest. Raises UsageError for what is wrong with the options."""
    if not hasattr(config, "workerinput"):
        file = config.getoption("--verify-config")
        contract = next(one for one in config.args if one.startswith(specs.SUITES))
        flags: dict[str, Any] = {
            "url": config.getoption("--base-url"),
            "contract": contract.partition("::")[0].removeprefix(specs.SUITES).strip(".") or None,
        }
        if flags["contract"]:
            flags["contract"] = flags["contract"].partition(".")[0]
        settings = read(flags, Path(file) if file else None).settings
        try:
            Run.current = begin(settings)
        except TargetGone as error:
            raise UsageError(str(error)) from None
        config.pluginmanager.register(Summary(config, Run.current), "understudy-verify-summary")
    config.pluginmanager.import_plugin(PLUGIN)


class Summary:
    """Tells what the rules said, after what pytest tells of its tests."""

    def __init__(self, config: pytest.Config, run: Run) -> None:
        self._config = config
        self._run = run
        self._began, self._started_at = clock.stopwatch(), times.to_text(clock.real_millis())

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail also for what was found beside the rule that ran."""
        self._run.stop_file.unlink(missing_ok=True)
        tally, waivers = self._run.tally, self._run.settings.waivers
        is_broken = tally.has_failed or any(map(tally.is_expired, waivers))
        if session.exitstatus == pytest.ExitCode.OK and is_broken:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """The summary of `understudy verify`, and its report."""
        found = self._report()
        file = self._config.getoption("--verify-json")
        if file:
            report.write(found, [], json=Path(file))
        terminalreporter.section("understudy verify")
        terminalreporter.write_line(screen(found, where=file))

    def _report(self) -> Report:
        tally = self._run.tally
        ran = [one for one in rules.collect(self._run.contract.name) if one.id in tally.rules]
        seconds = clock.stopwatch() - self._began
        return verdicts.report(
            self._run, ran, started_at=self._started_at, seconds=seconds, stopped=None
        )
