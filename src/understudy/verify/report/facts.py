"""What a report comes to: the sums, orders and sentences that its forms share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from understudy.cli.text import counted
from understudy.verify.report.model import Finding, Operation, Report, Rule, Waiver
from understudy.verify.report.text import argument

LEVELS = ("must", "should", "may")
VERDICTS = ("failed", "suite_error", "waived", "not_demonstrated", "disabled", "passed")
"""The worst first."""


class Failure(NamedTuple):
    """A rule that failed, and how: findings without those that a waiver covers."""

    rule: Rule
    findings: list[Finding]

    @property
    def times(self) -> int:
        """How often it was broken."""
        return sum(finding["times"] for finding in self.findings)


class Share(NamedTuple):
    """So many of so many."""

    part: int
    whole: int

    def __str__(self) -> str:
        return f"{self.part} of {self.whole}"


def failures(report: Report) -> list[Failure]:
    """The rules that failed, the worst first: by level, then by how often."""
    found = [
        Failure(rule, open_findings(report, rule))
        for rule in report["rules"]
        if rule["verdict"] == "failed"
    ]
    return sorted(found, key=lambda one: (_rank(one.rule), -one.times, one.rule["id"]))


def worst_first(report: Report) -> list[Rule]:
    """All rules: those that failed as `failures` has them, then by verdict, level and id."""
    failed = [failure.rule for failure in failures(report)]
    others = [rule for rule in report["rules"] if rule["verdict"] != "failed"]
    return failed + sorted(
        others, key=lambda rule: (VERDICTS.index(rule["verdict"]), _rank(rule), rule["id"])
    )


def findings_of(report: Report, rule: Rule) -> list[Finding]:
    """What was found against a rule."""
    return [report["findings"][index] for index in rule["findings"]]


def open_findings(report: Report, rule: Rule) -> list[Finding]:
    """What was found against a rule, and no waiver covers."""
    return [finding for finding in findings_of(report, rule) if is_open(report, finding)]


def is_open(report: Report, finding: Finding) -> bool:
    """Whether no waiver covers a finding; one that has expired covers nothing."""
    index = finding["waiver"]
    return index is None or report["waivers"][index]["is_expired"]


def expired(report: Report) -> list[Waiver]:
    """The waivers whose day is over."""
    return [waiver for waiver in report["waivers"] if waiver["is_expired"]]


def unused(report: Report) -> list[Waiver]:
    """The waivers that covered nothing, and still could."""
    return [one for one in report["waivers"] if not one["used"] and not one["is_expired"]]


def not_demonstrated(report: Report) -> dict[str, list[Rule]]:
    """The rules that could not be shown, by the reason, the most frequent one first."""
    found: dict[str, list[Rule]] = {}
    for rule in report["rules"]:
        if rule["verdict"] == "not_demonstrated":
            found.setdefault(rule["reason"] or "no reason was given", []).append(rule)
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))


def succeeded(operation: Operation) -> bool:
    """Whether an operation answered with a 2xx."""
    return any(
        status.startswith("2") and shown["shown"] for status, shown in operation["statuses"].items()
    )


def reached(report: Report) -> Share:
    """The operations that answered with a 2xx."""
    return Share(sum(map(succeeded, report["operations"])), len(report["operations"]))


def statuses_shown(report: Report) -> Share:
    """The documented statuses that were seen; 5xx aside, which nobody wants to see."""
    counts = [
        shown["shown"]
        for operation in report["operations"]
        for status, shown in operation["statuses"].items()
        if shown["is_documented"] and not status.startswith("5")
    ]
    return Share(sum(map(bool, counts)), len(counts))


def undocumented(report: Report) -> list[str]:
    """The statuses that the contract does not know, as `defects.list_defects 418`."""
    return [
        f"{operation['operation']} {status}"
        for operation in report["operations"]
        for status, shown in operation["statuses"].items()
        if shown["shown"] and not shown["is_documented"]
    ]


def slowest(report: Report) -> list[Operation]:
    """The operations that were asked, the slowest 95th percentile first."""
    asked = [one for one in report["operations"] if one["milliseconds"]]
    return sorted(asked, key=_p95, reverse=True)


def repeat(report: Report, rule: str) -> str:
    """The command that runs a rule again, as it ran."""
    run, url = report["run"], argument(report["target"]["base_url"])
    return f"understudy verify {url} --seed {run['seed']} --effort {run['effort']} -k {rule}"


def again(report: Report) -> str:
    """The command that runs everything again, as it ran."""
    run = report["run"]
    words = ["understudy verify", argument(report["target"]["base_url"])]
    words += [f"--seed {run['seed']} --effort {run['effort']} --profile {argument(run['profile'])}"]
    words += [f"--tag {argument(tag)}" for tag in run["tags"]]
    words += [f"--level {run['levels'][-1]}"] if run["levels"] else []
    words += [f"-k {argument(run['keyword'])}"] if run["keyword"] else []
    words += ["--read-only"] if run["read_only"] else []
    return " ".join([*words, f"--workers {run['workers']}"])


def replay(report: Report) -> str:
    """The command that runs just the failures again, with the JSON report at hand."""
    return f"understudy verify {argument(report['target']['base_url'])} --replay report.json"


def in_words(report: Report) -> str:
    """The verdict as one or two sentences."""
    stopped = report["run"]["stopped"]
    said = f" {stopped['message'].rstrip('.')}." if stopped else ""
    if report["verdict"] == "broken":
        return f"Broken: {'; '.join(_reasons(report))}.{said}"
    if report["verdict"] == "incomplete":
        return f"Incomplete: nothing failed{', but '.join(['', *_open(report)])}.{said}"
    return f"Kept: {', '.join(_kept(report))}.{said}"


def _kept(report: Report) -> Iterator[str]:
    counts = report["counts"]
    yield f"{counted(counts['passed'], 'rule')} shown"
    if counts["waived"]:
        yield f"{counts['waived']} waived"


def _open(report: Report) -> Iterator[str]:
    counts = report["counts"]
    parts = {"not demonstrated": counts["not_demonstrated"], "disabled": counts["disabled"]}
    told = ", ".join(f"{count} {word}" for word, count in parts.items() if count)
    if told:
        yield f"of {counted(len(report['rules']), 'rule')} {told}"


def _reasons(report: Report) -> Iterator[str]:
    counts = report["counts"]
    if counts["failed"]:
        judged = len(report["rules"]) - counts["disabled"]
        failed = (rule for rule in report["rules"] if rule["verdict"] == "failed")
        levels = Counter[str](rule["level"] for rule in failed)
        parts = ", ".join(f"{levels[level]} {level}" for level in _known(levels))
        yield f"{counts['failed']} of {counted(judged, 'rule')} failed ({parts})"
    if counts["suite_error"]:
        yield f"{counted(counts['suite_error'], 'error')} of the suite itself"
    if over := expired(report):
        yield f"{counted(len(over), 'waiver')} expired"
    if not (counts["failed"] or counts["suite_error"] or over):
        yield "the run could not judge the target"


def _known(levels: Iterable[str]) -> list[str]:
    return [level for level in LEVELS if level in levels]


def _rank(rule: Rule) -> int:
    return LEVELS.index(rule["level"])


def _p95(operation: Operation) -> float:
    return operation["milliseconds"]["p95"] if operation["milliseconds"] else 0.0
