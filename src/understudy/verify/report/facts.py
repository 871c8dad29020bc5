"""What a report comes to: the sums and orders that its forms share."""

from __future__ import annotations

from typing import NamedTuple

from understudy.verify.report.model import Finding, Operation, Report, Rule, Waiver
from understudy.verify.report.text import address

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


class Echoes:
    """Knows which findings say what a finding of another rule has said before: one mistake of a
    server often breaks several promises.
    """

    def __init__(self, report: Report) -> None:
        self._base_url = report["target"]["base_url"]
        self._first: dict[tuple[str | None, ...], str] = {}

    def of(self, finding: Finding) -> str | None:
        """The rule that said it before; None for what is said for the first time."""
        rule = self._first.setdefault(self._told(finding), finding["rule"])
        return None if rule == finding["rule"] else rule

    def _told(self, finding: Finding) -> tuple[str | None, ...]:
        """What a finding says, wherever the ids in its path come from."""
        message, exchange = finding["message"], finding["exchange"]
        if exchange is not None:
            where = address(exchange["url"], self._base_url)
            message = message.replace(where, "").replace(where.partition("?")[0], "")
        return message, finding["operation"], finding["expected"], finding["got"]


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


def by_reason(report: Report, verdict: str) -> dict[str, list[Rule]]:
    """The rules with a verdict by the reason for it, the most frequent one first."""
    found: dict[str, list[Rule]] = {}
    for rule in report["rules"]:
        if rule["verdict"] == verdict:
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


def _rank(rule: Rule) -> int:
    return LEVELS.index(rule["level"])


def _p95(operation: Operation) -> float:
    return operation["milliseconds"]["p95"] if operation["milliseconds"] else 0.0
