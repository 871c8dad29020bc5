"""Sorting records by a field, in portions where there are many: a sort is one call into C, and all
other threads wait for its end.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from understudy.store.keys import sort_key
from understudy.store.record import Record

AT_ONCE = 4_096
"""More pairs are sorted in portions, of about so many each."""
SAMPLES = 8
"""So many pairs of a portion are looked at to tell where it ends."""

Pair = tuple[Any, int]
"""A key, which is of the same kind as the others beside it, and a sequence."""


def in_order(
    field: str, records: Iterable[Record], positions: Mapping[str, int] | None
) -> Iterator[tuple[int, list[Pair]]]:
    """The records by the field's value, then by age: kind by kind, portion by portion, each with
    its kind. A kind is sorted by itself, which is fast as its keys are alike.
    """
    kinds: tuple[list[Pair], ...] = ([], [], [], [])
    for record in records:
        kind, key = sort_key(record.get(field), positions)
        kinds[kind].append((key, record.sequence))
    for kind, pairs in enumerate(kinds):
        portions = _portions(pairs)
        portions.reverse()
        while portions:
            yield kind, sorted(portions.pop())


def _portions(pairs: list[Pair]) -> list[list[Pair]]:
    """Lists of which each is wholly before the next. Many pairs are taken out of theirs, so that
    each portion goes when it has been used, and not all of them together at last.
    """
    if len(pairs) <= AT_ONCE:
        return [pairs]
    limits = sorted(pairs[:: AT_ONCE // SAMPLES])[SAMPLES::SAMPLES]
    portions: list[list[Pair]] = [[] for _ in range(len(limits) + 1)]
    for pair in pairs:
        portions[bisect_right(limits, pair)].append(pair)
    while pairs:
        del pairs[-AT_ONCE:]
    return portions
