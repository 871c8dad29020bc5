"""The report in GitHub's Markdown, as CI servers show it next to a job."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from understudy.cli.text import counted, cut
from understudy.verify.report import facts, overview, shorts, words
from understudy.verify.report.facts import Echoes, Failure
from understudy.verify.report.model import Finding, Report
from understudy.verify.report.text import one_line, visible

GROUPS = 20
FINDINGS = 3
OTHERS = 20
CURL = 2000
"""So much of each is shown: a job's summary holds a megabyte."""

MARKS = {"kept": "✅", "broken": "❌", "incomplete": "⚠️"}
_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&@$:])")


def text(report: Report) -> str:
    """The document."""
    blocks = [*_top(report), *_failed(report), *_others(report), *_end(report)]
    return "\n\n".join(blocks) + "\n"


def escaped(text: str) -> str:
    """A text that means nothing but itself."""
    return _SPECIAL.sub(r"\\\1", one_line(text))


def code(text: str, language: str = "text") -> str:
    """A block of text, fenced off so that nothing in it ends the fence."""
    shown = visible(text)
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{shown}\n{fence}"


def table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows below a heading."""
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _top(report: Report) -> Iterator[str]:
    contract = report["contract"]
    mark, said = MARKS[report["verdict"]], escaped(words.in_words(report))
    yield f"## {mark} {escaped(contract['name'])} contract {escaped(contract['version'])}"
    yield f"**{said}**"
    counts = dict(report["counts"].items())
    yield table([*overview.VERDICTS.values()], [[str(counts[key]) for key in overview.VERDICTS]])


def _failed(report: Report) -> Iterator[str]:
    failures, echoes = facts.failures(report), Echoes(report)
    if failures:
        yield "### Failed"
    for failure in failures[:GROUPS]:
        yield from _failure(report, failure, echoes)
    if rest := failures[GROUPS:]:
        yield f"{counted(len(rest), 'more rule')} failed: {_ids(one.rule['id'] for one in rest)}"


def _failure(report: Report, failure: Failure, echoes: Echoes) -> Iterator[str]:
    rule = failure.rule
    yield f"#### {rule['id']} ({rule['level']}): {escaped(rule['promise'])}"
    yield from (f"> {escaped(clause)}" for clause in rule["clauses"])
    for finding in failure.findings[:FINDINGS]:
        told_by = echoes.of(finding)
        yield f"{escaped(finding['message'])}{_folded(finding, told_by)}"
        if not told_by:
            yield code("\n".join(_evidence(report, finding)))
    if (more := len(failure.findings) - FINDINGS) > 0:
        yield f"and {counted(more, 'other finding')}"
    yield code(words.repeat(report, rule["id"]), "sh")


def _folded(finding: Finding, told_by: str | None) -> str:
    parts = [f"as in {told_by}"] if told_by else []
    parts += [f"{finding['times']} times"] if finding["times"] > 1 else []
    return f" ({', '.join(parts)})" if parts else ""


def _evidence(report: Report, finding: Finding) -> Iterator[str]:
    exchange, curl = finding["exchange"], finding["curl"]
    if exchange:
        yield f"sent      {shorts.sent(exchange, report['target']['base_url'])}"
        yield f"answered  {shorts.answered(exchange)}"
    for label, said in (("got", finding["got"]), ("right", finding["expected"])):
        if said is not None:
            yield f"{label:<10}{cut(one_line(said), shorts.WIDEST)}"
    if curl is not None and len(curl) <= CURL:
        yield curl


def _others(report: Report) -> Iterator[str]:
    yield from _list("Errors of the suite itself", _reasons(report, "suite_error"))
    yield from _list("Not demonstrated", _reasons(report, "not_demonstrated"))
    yield from _list("Waivers", [*_waivers(report)])
    yield from _list(
        "Left behind",
        [
            escaped(f"{one['kind']} {one['name']} ({one['id']}): {one['why']}")
            for one in report["guest"]["leaked"]
        ],
    )


def _reasons(report: Report, verdict: str) -> list[str]:
    return [
        f"{escaped(reason)}: {_ids(rule['id'] for rule in rules)}"
        for reason, rules in facts.by_reason(report, verdict).items()
    ]


def _list(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        more = [f"and {len(lines) - OTHERS} more"] if len(lines) > OTHERS else []
        yield f"### {title}"
        yield "\n".join(f"- {line}" for line in [*lines[:OTHERS], *more])


def _waivers(report: Report) -> Iterator[str]:
    for one in report["waivers"]:
        where = f" {escaped(one['operation'])}" if one["operation"] else ""
        state = "**expired**" if one["is_expired"] else f"used {counted(one['used'], 'time')}"
        until = escaped(one["expires"])
        yield f"{escaped(one['rule'])}{where} until {until}, {state}: {escaped(one['reason'])}"


def _end(report: Report) -> Iterator[str]:
    yield "### The run"
    yield code("\n".join(overview.lines(report)))


def _ids(ids: Iterable[str]) -> str:
    return cut(", ".join(ids), 200)
