"""`understudy verify`: a run as people see it, with progress, a summary, files and an exit code."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TextIO

from understudy.verify import report
from understudy.verify.config.settings import Outputs, Settings
from understudy.verify.findings import TargetGone
from understudy.verify.report import json_file
from understudy.verify.report.progress import Progress
from understudy.verify.report.summary import screen
from understudy.verify.runner import Listener, verify

UNREACHABLE = report.UNREACHABLE


def run(
    settings: Settings,
    outputs: Outputs,
    *,
    out: TextIO,
    is_coloured: bool = False,
    is_quiet: bool = False,
) -> int:
    """Verify, tell what came of it, and give the exit code. Raises UsageError."""
    tests = None
    if settings.replay is not None:
        settings, tests = _replayed(settings, settings.replay)
        if not tests:
            out.write(f"{settings.replay} has no failures: there is nothing to repeat\n")
            return report.KEPT
    progress = Progress(out)

    def listen(total: int) -> Listener:
        progress.start(total if tests is None else len(tests))
        return progress.rule_done

    try:
        found, exchanges = verify(
            settings,
            tests=tests,
            keeps_exchanges=outputs.har is not None,
            listener=None if is_quiet else listen,
        )
    except TargetGone as error:
        out.write(f"{error}\n")
        return UNREACHABLE
    finally:
        if not is_quiet:
            progress.finish()
    where = outputs.html or outputs.json
    out.write(screen(found, is_coloured=is_coloured, where=str(where) if where else None))
    report.write(found, exchanges, **{name: getattr(outputs, name) for name in _names(outputs)})
    return report.exit_code(found)


def _names(outputs: Outputs) -> list[str]:
    return [one.name for one in dataclasses.fields(outputs)]


def _replayed(settings: Settings, path: Path) -> tuple[Settings, list[str]]:
    """The settings with the seed and effort of a report, and the tests that failed in it."""
    earlier = json_file.read(path)
    waivers, again = earlier["waivers"], earlier["run"]
    tests = {
        one["test"]
        for one in earlier["findings"]
        if one["waiver"] is None or waivers[one["waiver"]]["is_expired"]
    }
    repeated = dataclasses.replace(settings, seed=again["seed"], effort=again["effort"])
    return repeated, sorted(tests)
