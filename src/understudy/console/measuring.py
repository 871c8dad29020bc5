"""What the traffic of a journal comes to, interval by interval of real time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from understudy.client.exchanges import Exchange

MOST = 60
"""So many intervals at most."""
LENGTHS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400)
"""Seconds that an interval may take."""
CLASSES = ("2xx", "3xx", "4xx", "5xx", "none")
"""The classes of statuses that are told apart; the last is no answer at all."""


@dataclass(frozen=True)
class Interval:
    """A part of the time. counts: by class of status. p50, p95, most: milliseconds; None where
    nothing was asked.
    """

    label: str
    counts: dict[str, int]
    p50: float | None
    p95: float | None
    most: float | None

    @property
    def total(self) -> int:
        """How many requests there were."""
        return sum(self.counts.values())


def intervals(exchanges: Sequence[Exchange]) -> tuple[list[Interval], int]:
    """The time from the first to the last exchange in equal parts, and the seconds of each."""
    if not exchanges:
        return [], LENGTHS[0]
    moments = [one.received_at for one in exchanges]
    begin, end = min(moments), max(moments)
    length = _length((end - begin).total_seconds())
    begin = _rounded(begin, length)
    found: list[list[Exchange]] = [[] for _ in range(_index(begin, end, length) + 1)]
    for one in exchanges:
        found[_index(begin, one.received_at, length)].append(one)
    return [
        _interval(begin + timedelta(seconds=at * length), inside, length)
        for at, inside in enumerate(found)
    ], length


def status_class(status: int) -> str:
    """`404` → `4xx`; 1xx are counted as 2xx, since nothing went wrong."""
    return f"{max(2, min(5, status // 100))}xx" if status else CLASSES[-1]


def percentile(values: Sequence[float], share: float) -> float | None:
    """The smallest value that so large a share of the values does not exceed."""
    if not values:
        return None
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def _length(seconds: float) -> int:
    fitting = (length for length in LENGTHS if seconds / length < MOST - 1)
    return next(fitting, math.ceil(seconds / (MOST - 1) / LENGTHS[-1]) * LENGTHS[-1])


def _rounded(moment: datetime, length: int) -> datetime:
    since = moment - datetime(1970, 1, 1, tzinfo=moment.tzinfo)
    return moment - (since % timedelta(seconds=length))


def _index(begin: datetime, moment: datetime, length: int) -> int:
    return (moment - begin) // timedelta(seconds=length)


def _interval(begin: datetime, inside: Sequence[Exchange], length: int) -> Interval:
    took = [one.milliseconds for one in inside]
    counts = dict.fromkeys(CLASSES, 0)
    for one in inside:
        counts[status_class(one.status)] += 1
    shape = "%H:%M:%S" if length < 60 else "%H:%M" if length < 21_600 else "%d %b %H:%M"
    return Interval(
        begin.strftime(shape),
        counts,
        percentile(took, 0.5),
        percentile(took, 0.95),
        max(took, default=None),
    )
