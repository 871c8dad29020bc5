"""The exchanges that came nearest to one that is missing."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import nsmallest
from typing import NamedTuple

from understudy.journal.decoding import shortened
from understudy.journal.matching import Match
from understudy.journal.reading import Exchange

SHOWN = 3
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


def nearest(match: Match, exchanges: Iterable[Exchange]) -> list[Near]:
    """The nearest of those that differ, the nearest first, of the same distance the newest."""
    found = []
    for exchange in exchanges:
        misses = match.misses(exchange)
        if misses:
            distance = sum(miss.weight for miss in misses)
            found.append((distance, -exchange.entry.sequence, exchange, misses))
    chosen = nsmallest(SHOWN, found)
    return [
        Near(exchange, [shortened(miss.told, LONGEST) for miss in misses[:TOLD]])
        for distance, _, exchange, misses in chosen
        if distance <= chosen[0][0] + MARGIN
    ]
