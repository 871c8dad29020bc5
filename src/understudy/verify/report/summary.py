"""The report on the screen: what failed, what was not shown, and all of it in one screenful."""

from __future__ import annotations

from collections.abc import Iterator

import click

from understudy.cli.text import counted, cut, indented
from understudy.verify.report import facts, overview, shorts, words
from understudy.verify.report.facts import Echoes, Failure
from understudy.verify.report.model import Finding, Report
from understudy.verify.report.text import one_line, visible

GROUPS = 20
"""So many rules that failed are shown."""

FINDINGS = 3
"""So many findings of each."""

OTHERS = 10
"""So many lines of whatever else is listed."""

REASON = 100
"""So much of a reason, so that there is room for the rules that have it."""

CURL = 2000
"""A longer command fits no screen."""

COLOURS = {"kept": "green", "broken": "red", "incomplete": "yellow"}


def screen(report: Report, *, is_coloured: bool = False, where: str | None = None) -> str:
    """The whole text. where: a file that has all of it, if one was written."""
    parts = [
        _failures(report, where or "--html FILE or --json FILE"),
        _reasons(report, "suite_error", "Errors of the suite itself, not of the target:"),
        _reasons(report, "not_demonstrated", "Not demonstrated:"),
        _leaked(report),
        overview.lines(report),
    ]
    text = "\n\n".join("\n".join(part) for part in parts if part)
    said = words.in_words(report)
    coloured = click.style(said, fg=COLOURS[report["verdict"]], bold=True)
    text = f"{text}\n\n{coloured}\n"
    return text if is_coloured else click.unstyle(text)


def _failures(report: Report, where: str) -> list[str]:
    failures, echoes = facts.failures(report), Echoes(report)
    blocks = [_failure(report, failure, echoes) for failure in failures[:GROUPS]]
    lines = "\n\n".join("\n".join(block) for block in blocks).splitlines()
    if rest := failures[GROUPS:]:
        ids = cut(", ".join(one.rule["id"] for one in rest), 120)
        lines += ["", f"{counted(len(rest), 'more rule')} failed: {ids}", f"  all in: {where}"]
    return lines


def _failure(report: Report, failure: Failure, echoes: Echoes) -> list[str]:
    rule = failure.rule
    lines = [
        click.style(f"{rule['id']}  {rule['level']}", fg="red", bold=True)
        + f"  {one_line(rule['promise'])}",
        *(f"  clause    “{one_line(clause)}”" for clause in rule["clauses"]),
    ]
    for finding in failure.findings[:FINDINGS]:
        lines += indented([*_finding(report, finding, echoes.of(finding))])
    if more := len(failure.findings) - FINDINGS:
        lines += [f"  and {counted(more, 'other finding')}"] if more > 0 else []
    if not failure.findings:
        lines.append(f"  found     {one_line(rule['reason'] or 'nothing more is known')}")
    return [*lines, f"  repeat    {words.repeat(report, rule['id'])}"]


def _finding(report: Report, finding: Finding, told_by: str | None) -> Iterator[str]:
    """All there is to say of a finding; of one that another rule has told of, that."""
    exchange = finding["exchange"]
    yield f"found     {one_line(finding['message'])}{_folded(finding, told_by)}"
    if told_by:
        return
    if exchange is not None:
        yield f"sent      {shorts.sent(exchange, report['target']['base_url'])}"
        yield f"answered  {shorts.answered(exchange)}"
    if finding["got"] is not None:
        yield f"got       {cut(one_line(finding['got']), shorts.WIDEST)}"
    if finding["expected"] is not None:
        yield f"right     {cut(one_line(finding['expected']), shorts.WIDEST)}"
    if finding["curl"] is not None:
        is_short = len(finding["curl"]) <= CURL
        yield visible(finding["curl"]) if is_short else "curl      too long for a screen"


def _folded(finding: Finding, told_by: str | None) -> str:
    parts = [f"as in {told_by}"] if told_by else []
    parts += [f"{finding['times']} times"] if finding["times"] > 1 else []
    if also := finding["also"]:
        parts.append(cut(f"also {', '.join(also)}", 120))
    return f"  ({'; '.join(parts)})" if parts else ""


def _reasons(report: Report, verdict: str, title: str) -> list[str]:
    lines = (
        f"{len(rules):>4}  {cut(one_line(reason), REASON)}: {', '.join(one['id'] for one in rules)}"
        for reason, rules in facts.by_reason(report, verdict).items()
    )
    return _listed(title, lines)


def _leaked(report: Report) -> list[str]:
    lines = (
        one_line(f"{one['kind']} {one['name']} ({one['id']}): {one['why']}")
        for one in report["guest"]["leaked"]
    )
    return _listed("Left behind, as it could not be removed:", lines)


def _listed(title: str, lines: Iterator[str]) -> list[str]:
    found = [cut(line, shorts.WIDEST) for line in lines]
    more = [f"and {len(found) - OTHERS} more"] if len(found) > OTHERS else []
    return [click.style(title, bold=True), *indented([*found[:OTHERS], *more])] if found else []
