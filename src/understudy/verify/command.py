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
from understudy.verify.rules import collect
from understudy.verify.runner import Listener, verify
from understudy.verify.spec import contract_of
from understudy.verify.verdicts import suite_digest

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
        was_kept = _compare(settings, out)
        settings, tests = _replayed(settings, settings.replay)
        if not tests:
            out.write(f"{settings.replay} has no failures of rules: there is nothing to repeat\n")
            return report.KEPT if was_kept else report.STOPPED
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


def _compare(settings: Settings, out: TextIO) -> bool:
    """Say so where the report to repeat is of another contract or suite; whether that run came to
    its end, and was not broken.
    """
    assert settings.replay is not None
    earlier = json_file.read(settings.replay)
    now = {
        "contract": contract_of(settings.contract).digest,
        "suite": suite_digest(settings.contract),
    }
    for name, digest in now.items():
        then = earlier["contract"]["digest"] if name == "contract" else earlier["suite"]["digest"]
        if then != digest:
            out.write(f"{settings.replay}: the {name} was {then[:12]}, and is {digest[:12]} now\n")
    return earlier["verdict"] != "broken" and earlier["run"]["stopped"] is None


def _replayed(settings: Settings, path: Path) -> tuple[Settings, list[str]]:
    """The settings with the seed and effort of a report, and the tests that failed in it."""
    earlier = json_file.read(path)
    waivers, again = earlier["waivers"], earlier["run"]
    findings = [
        one
        for one in earlier["findings"]
        if one["waiver"] is None or waivers[one["waiver"]]["is_expired"]
    ]
    broken = {one["rule"] for one in findings}
    broken |= {one["id"] for one in earlier["rules"] if one["verdict"] == "suite_error"}
    # All cases of a rule: of findings that are alike the report has one.
    tests = {one["test"].partition("[")[0] for one in findings if "::" in one["test"]}
    tests |= {
        f"{one.group}.py::{one.function.__name__}"
        for one in collect(settings.contract)
        if one.id in broken
    }
    repeated = dataclasses.replace(
        settings,
        seed=again["seed"],
        effort=again["effort"],
        read_only=settings.read_only or again["read_only"],
    )
    return repeated, sorted(tests)
