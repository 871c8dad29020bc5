"""What a replay found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson

from understudy.bundles.comparing import Difference
from understudy.journal.decoding import shortened

Verdict = Literal["same", "differs", "skipped"]
SHOWN = 20
"""So many differences of an answer have a line."""
LONGEST = 100
"""Characters of a value in a line."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one exchange. `sequence`, `method`, `address`, `status`: as it was recorded.
    `reason`: why it was skipped.
    """

    sequence: int
    method: str
    address: str
    status: int
    verdict: Verdict
    differences: list[Difference] = field(default_factory=list)
    reason: str | None = None


@dataclass(slots=True)
class Report:
    """The outcomes in order, and what there is to know about all of them, in sentences."""

    notes: list[str] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)

    def counts(self) -> dict[Verdict, int]:
        """How many exchanges have each verdict."""
        found = Counter(one.verdict for one in self.outcomes)
        return {"same": found["same"], "differs": found["differs"], "skipped": found["skipped"]}

    @property
    def is_same(self) -> bool:
        """Whether no answer differs."""
        return not self.counts()["differs"]

    def as_json(self) -> dict[str, Any]:
        """All of it."""
        return {
            "counts": self.counts(),
            "notes": self.notes,
            "exchanges": [*map(_json, self.outcomes)],
        }


def lines(outcome: Outcome) -> Iterator[str]:
    """An outcome for people, its differences below it."""
    told = f": {outcome.reason}" if outcome.reason else ""
    status = outcome.status or "no answer"
    where = f"#{outcome.sequence} {outcome.method} {shortened(outcome.address, LONGEST)} {status}"
    yield f"{outcome.verdict:<7}  {where}{told}"
    for one in outcome.differences[:SHOWN]:
        yield f"           {one.path}: {_written(one.old)} → {_written(one.new)}"
    more = len(outcome.differences) - SHOWN
    if more > 0:
        yield f"           … and {more} more"


def summary(report: Report) -> str:
    """The whole of it in a line."""
    counts = report.counts()
    total = len(report.outcomes)
    told = f"{total} {'exchange' if total == 1 else 'exchanges'}: {counts['same']} the same"
    return f"{told}, {counts['differs']} different, {counts['skipped']} skipped"


def _json(outcome: Outcome) -> dict[str, Any]:
    return {
        "sequence": outcome.sequence,
        "method": outcome.method,
        "address": outcome.address,
        "status": outcome.status,
        "verdict": outcome.verdict,
        "reason": outcome.reason,
        "differences": [
            {"path": one.path, "old": one.old, "new": one.new} for one in outcome.differences
        ],
    }


def _written(value: Any) -> str:
    return shortened(orjson.dumps(value).decode(), LONGEST)
