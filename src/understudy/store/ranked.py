"""The records of a partition in the order of a field with a closed list of values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.store.bits import Bits
from understudy.store.indexes import EqualIndex
from understudy.store.keys import Key, bounds, sort_key


class RankedOrder:
    """The order by a field with few values: its index by equality, the values as they rank.

    To be used before anything changes.
    """

    __slots__ = ("_groups", "_positions")

    def __init__(self, index: EqualIndex, positions: Mapping[str, int]) -> None:
        self._positions = positions
        self._groups: dict[Key, Bits] = {}
        for value, found in index.values():
            key = sort_key(value, positions)
            self._groups[key] = self._groups[key] | found if key in self._groups else found

    def between(self, low: Any, high: Any) -> Bits:
        """The records in a range of values."""
        first, last = bounds(low, high, self._positions)
        found = Bits()
        for key, group in self._groups.items():
            if first <= key <= last:
                found |= group
        return found

    def part(self, found: Bits | None, start: int, stop: int, backwards: bool) -> list[int]:
        """Some of the records, or of those of them, by their places in the order."""
        sequences: list[int] = []
        passed = 0
        for key in sorted(self._groups, reverse=backwards):
            group = self._groups[key]
            group = group if found is None else group & found
            size = len(group)
            if start < passed + size:
                sequences += group.part(max(start - passed, 0), stop - passed, backwards)
            passed += size
            if passed >= stop:
                break
        return sequences
