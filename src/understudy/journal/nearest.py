"""The exchanges that came nearest to one that is missing."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import nsmallest
from typing import NamedTuple

from understudy.journal.decoding import shortened
from understudy.journal.entry import Entry
from understudy.journal.matching import Match
from understudy.journal.pace import Pace
from understudy.journal.reading import Exchange, Reader

SHOWN = 3
COMPARED = 32
"""So many are compared letter by letter."""
TOLD = 20
"""Differences of one exchange that are told."""
LONGEST = 500
"""Characters of one of them."""
MARGIN = 1.0
"""What is further away than the nearest by more than this explains nothing."""


class Near(NamedTuple):
    """An exchange that was not meant, and in what it differs."""

    exchange: Exchange
    differences: list[str]


async def nearest(match: Match, entries: Sequence[Entry], reader: Reader) -> list[Near]:
    """The nearest of those that differ, the nearest first, of the same distance the newest.

    Only those are compared closely which may be the nearest, as a look at each has told.
    """
    rough, found, pace = [], [], Pace()
    for entry in entries:
        misses = match.misses(reader.read(entry))
        if misses:
            rough.append((sum([miss.at_least for miss in misses]), -entry.sequence, entry))
        await pace.breathe()
    for _, order, entry in nsmallest(COMPARED, rough):
        exchange = reader.read(entry)
        misses = match.misses(exchange)
        found.append((sum([miss.distance for miss in misses]), order, exchange, misses))
        await pace.breathe()
    chosen = nsmallest(SHOWN, found)
    return [
        Near(exchange, [shortened(miss.told, LONGEST) for miss in misses[:TOLD]])
        for distance, _, exchange, misses in chosen
        if distance <= chosen[0][0] + MARGIN
    ]
