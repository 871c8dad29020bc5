"""A rule: what it matches, when it strikes, when it ends, and what it has done so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from random import Random
from typing import TYPE_CHECKING, Any

from understudy import times
from understudy.faults.matching import Matcher

if TYPE_CHECKING:
    from understudy.faults.call import Call, Operation

Dice = Callable[[str], Random]
"""Gives randomness for one purpose, the same for the same call of the same rule."""

TRICKLE = 100
"""Bytes a second, where nothing is said."""


def completed(do: Mapping[str, Any]) -> dict[str, Any]:
    """What a rule does, with what it leaves unsaid."""
    done = dict(do)
    if "delay" in done:
        done["delay"] = {"distribution": "fixed", **done["delay"]}
    if "connection" in done:
        done["connection"] = _completed_connection(done["connection"])
    return done


def _completed_connection(given: Mapping[str, Any]) -> dict[str, Any]:
    answers = given["kind"] == "trickle" or "after_bytes" in given
    connection = {"processed": answers, **given}
    if given["kind"] == "trickle":
        connection.setdefault("bytes_per_second", TRICKLE)
    return connection


@dataclass(slots=True)
class Rule:
    """A rule of a sandbox. `match`, `on`, `do` and `until` are those of the contract, valid and
    completed; `added_at` is in milliseconds since 1970, by the sandbox's clock.
    """

    id: str
    note: str | None = None
    match: dict[str, str] = field(default_factory=dict)
    on: dict[str, Any] = field(default_factory=dict)
    do: dict[str, Any] = field(kw_only=True)
    until: dict[str, Any] = field(default_factory=dict)
    is_enabled: bool = True
    added_at: int = field(kw_only=True)
    seen: int = 0
    struck: int = 0
    effect: str | None = field(init=False)
    """What it does besides a delay, if anything."""
    _matcher: Matcher = field(init=False, repr=False)
    _ends_at: int | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.effect = next((name for name in self.do if name != "delay"), None)
        self._matcher = Matcher(self.match)
        self._set_end()

    def change(self, changes: Mapping[str, Any]) -> None:
        """Take over `note`, `on`, `until` and `is_enabled`, if they are given."""
        for name, value in changes.items():
            setattr(self, name, value)
        self._set_end()

    def has_ended(self, now: int) -> bool:
        """Whether it is over, as `until` says."""
        if self._ends_at is not None and now >= self._ends_at:
            return True
        return "times" in self.until and self.struck >= self.until["times"]

    def counts(self, call: Call, now: int) -> bool:
        """Whether a call is one of those that the rule is about; if so, it has seen one more."""
        if not self.is_enabled or self.has_ended(now):
            return False
        if not self._concerns(call.operation) or not self._matcher.matches(call):
            return False
        self.seen += 1
        return True

    def is_due(self, dice: Dice) -> bool:
        """Whether the call that it saw last is one to strike."""
        on, number = self.on, self.seen - self.on.get("after", 0)
        if number < 1 or number > on.get("first", number):
            return False
        if number % on.get("every", 1) or number not in on.get("calls", (number,)):
            return False
        return "probability" not in on or dice("probability").random() < on["probability"]

    def stored(self) -> dict[str, Any]:
        """Everything that makes the rule, as JSON can hold it: `Rule(**stored)` is the same one."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.init}

    def shown(self, now: int) -> dict[str, Any]:
        """The rule as the contract shows it."""
        added_at = times.to_text(self.added_at)
        return {**self.stored(), "added_at": added_at, "has_ended": self.has_ended(now)}

    def _concerns(self, operation: Operation | None) -> bool:
        """Whether the effect is possible at all: an operation has the errors that it documents, and
        only an operation answers what can be spoiled.
        """
        if self.effect == "error":
            error = self.do["error"]
            return bool(operation and operation.example(error["status"], error.get("code")))
        return operation is not None or self.effect != "off_contract"

    def _set_end(self) -> None:
        lasts = self.until.get("for")
        self._ends_at = None if lasts is None else self.added_at + times.duration(lasts)
