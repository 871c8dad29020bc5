"""A model of test runs: counts everything anew each time, and says whose promise a field is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from . import runs

COUNTED = ("total_tests", "passed_tests", "failed_tests", "skipped_tests")
TIMES = ("started_at", "completed_at", "duration_ms")
WORST_FIRST = ("FAILED", "ERROR", "PASSED", "SKIPPED")
HALF_A_DIGIT = 0.05 + 1e-9
"""So far from the exact rate a rate of one decimal may be."""


@dataclass
class Item:
    """A test case in a run. `body`: as it was added; `results`: their statuses, in their order."""

    body: dict[str, Any]
    results: list[str] = field(default_factory=list)

    @property
    def status(self) -> str:
        """What its results say together."""
        return next((one for one in WORST_FIRST if one in self.results), "PENDING")


@dataclass
class Run:
    """A run. `body`: what it must answer, its totals aside; `given`: totals that a client gave."""

    body: dict[str, Any]
    items: list[Item] = field(default_factory=list)
    given: dict[str, Any] = field(default_factory=dict)

    @property
    def status(self) -> str:
        """The state that it is in."""
        return str(self.body["status"])

    @property
    def is_final(self) -> bool:
        """Whether it has ended."""
        return self.status in runs.FINAL

    @property
    def cases(self) -> list[str]:
        """The ids of the cases in it, in their order."""
        return [item.body["test_case_id"] for item in self.items]

    def by_status(self) -> dict[str, int]:
        """Its items by status."""
        found = [item.status for item in self.items]
        return {status: found.count(status) for status in ("PENDING", *runs.RESULTS)}

    def counts(self) -> dict[str, int]:
        """Its totals but the rate: those that were given, the others from its items."""
        found = self.by_status()
        counted = {
            "total_tests": len(self.items),
            "passed_tests": found["PASSED"],
            "failed_tests": found["FAILED"] + found["ERROR"],
            "skipped_tests": found["SKIPPED"],
        }
        return {name: self.given.get(name, count) for name, count in counted.items()}

    def has_rate(self, rate: Any) -> bool:
        """Whether this may be its rate."""
        if "pass_rate" in self.given:
            return bool(rate == self.given["pass_rate"])
        return isinstance(rate, int | float) and abs(rate - self.exact_rate()) <= HALF_A_DIGIT

    def exact_rate(self) -> float:
        """Per cent of those that ran, as far as a float goes; 0 where nothing ran."""
        counts = self.counts()
        ran = counts["passed_tests"] + counts["failed_tests"]
        return 100 * counts["passed_tests"] / ran if ran else 0.0

    def wrong_in(self, found: dict[str, Any]) -> dict[str, Any]:
        """The fields of an answer that are not as they should be, with what they should be."""
        expected = {**self.body, **self.counts()}
        wrong = {
            name: value
            for name, value in expected.items()
            if name in found and found[name] != value
        }
        if not self.has_rate(found.get("pass_rate")):
            wrong["pass_rate"] = "the rate of " + str(self.given | self.counts())
        return wrong

    def rule_of(self, name: str, found: Any, otherwise: str | None) -> str | None:
        """The rule whose promise a field of the run is that was found with another value."""
        if name in self.given:
            return "RUN-48"
        if name == "pass_rate":
            counts = self.counts()
            if not counts["passed_tests"] + counts["failed_tests"]:
                return "RES-19"
            is_rounded = isinstance(found, int | float) and abs(found - self.exact_rate()) < 1
            return "RES-18" if is_rounded or not self.given else "RUN-50"
        if name in COUNTED and self.given:
            return "RUN-49"
        return otherwise
