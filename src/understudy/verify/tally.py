"""`Tally`: what the tests of a run said, as it comes in."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from understudy import clock, times
from understudy.verify.book import Book
from understudy.verify.config.settings import Settings, Waiver

VARYING = re.compile(
    r"(?<=\b(?:GET|PUT) )/\S+|(?<=\bPOST )/\S+|(?<=\bPATCH )/\S+|(?<=\bDELETE )/\S+"
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\bverify-[\w.@-]+|\d{4}-\d\d-\d\dT[\d:.]+Z",
    re.IGNORECASE,
)
"""Paths after a method, ids, names of things that the run created, times."""


@dataclass
class RuleTally:
    """What the tests of one rule said. `verdicts`: with their reasons, test by test."""

    verdicts: list[tuple[str, str | None]] = field(default_factory=list)
    seconds: float = 0.0
    operations: dict[str, None] = field(default_factory=dict)


@dataclass
class FoundTally:
    """A finding, and how often it was made. `waiver`: the index of the one that covers it."""

    finding: dict[str, Any]
    times: int
    also: dict[str, None]
    waiver: int | None


class Tally:
    """Everything that comes in while a run goes on."""

    def __init__(self, settings: Settings) -> None:
        self._waivers = settings.waivers
        self._today = date.fromisoformat(times.to_text(clock.real_millis())[:10])
        self._found: dict[tuple[Any, ...], FoundTally] = {}
        self.rules: dict[str, RuleTally] = {}
        self.book = Book(keeps_all=False)
        self.guest: Counter[str] = Counter()
        self.leaked: list[dict[str, Any]] = []
        self.remaining: Counter[str] = Counter()
        self.exchanges: list[dict[str, Any]] = []
        self.is_gone = False
        self.has_failed = False
        self.listener: Callable[[str, str], None] | None = None

    @property
    def findings(self) -> list[FoundTally]:
        """What was found, duplicates folded."""
        return list(self._found.values())

    def add(self, text: str) -> None:
        """Take the outcome of one test."""
        outcome = json.loads(text)
        rule = self.rules.setdefault(outcome["rule"], RuleTally())
        rule.verdicts.append((outcome["verdict"], outcome["reason"]))
        rule.seconds += outcome["seconds"]
        rule.operations.update(dict.fromkeys(outcome["operations"]))
        self.is_gone = self.is_gone or outcome["is_gone"]
        for finding in outcome["findings"]:
            self.add_finding(finding)
        if self.listener is not None:
            failed = any(one["rule"] == outcome["rule"] for one in outcome["findings"])
            self.listener(outcome["rule"], "failed" if failed else outcome["verdict"])

    def add_finding(self, finding: dict[str, Any]) -> None:
        """Take one finding; those that differ only in what they were tried on are one."""
        waiver = self.waiver_of(finding["rule"], finding["operation"])
        told = (_alike(finding[name]) for name in ("message", "expected", "got"))
        key = finding["rule"], *told, waiver
        known = self._found.get(key)
        if known is None:
            self._found[key] = FoundTally(finding, 1, {}, waiver)
        else:
            known.times += 1
            if finding["operation"] not in (None, known.finding["operation"]):
                known.also[finding["operation"]] = None
        if not self.is_waived(waiver):
            self.has_failed = True

    def take_counts(self, counts: dict[str, Any]) -> None:
        """Take what a process counted."""
        self.book.take(counts["book"])
        self.guest.update({"created": counts["created"], "removed": counts["removed"]})
        self.leaked += counts["leaked"]
        self.remaining.update(counts["remaining"])
        self.exchanges += counts["exchanges"]

    def waiver_of(self, rule: str, operation: str | None) -> int | None:
        """The waiver of just this rule and operation."""
        for index, one in enumerate(self._waivers):
            if one.rule == rule and one.operation == operation:
                return index
        return None

    def is_waived(self, waiver: int | None) -> bool:
        """Whether a waiver, by its index, is there and its day is not over."""
        return waiver is not None and not self.is_expired(self._waivers[waiver])

    def is_expired(self, waiver: Waiver) -> bool:
        """Whether a waiver's day is over."""
        return waiver.expires < self._today


def _alike(text: str | None) -> str | None:
    """A text without the paths, ids, names and times that differ from case to case."""
    return None if text is None else VARYING.sub("…", text)
