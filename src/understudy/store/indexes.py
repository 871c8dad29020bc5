"""What a partition asks of its indexes, and the index by equality.

An index knows records by their sequence. A copy shares everything with what it was made from, which
must not change any more.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Any, Protocol, Self

from understudy.background import let_go
from understudy.store.bits import Bits
from understudy.store.groups import Groups
from understudy.store.record import Record

OTHER = ()
"""The key of what is an object or a list."""


def is_hashable(value: Any) -> bool:
    """Whether a JSON value can be looked up: everything but objects and lists."""
    return not isinstance(value, (dict, list))


class Index(Protocol):
    """What is told to an index when records come, go or change."""

    def add_all(self, records: Sequence[Record]) -> None:
        """Take up several new records."""

    def remove(self, record: Record) -> None:
        """Forget a record."""

    def remove_all(self, records: Sequence[Record], gone: Bits) -> None:
        """Forget many records, whose sequences these are."""

    def replace(self, before: Record, after: Record) -> None:
        """Follow a record's change."""

    def copy(self, owner: object) -> Self:
        """An index that its owner can write to, with the same contents."""

    def pieces(self) -> Iterable[Any]:
        """What forks may share, to be freed piece by piece."""


class EqualIndex:
    """The sequences by a field's value; of a field that is a list, by each thing it holds."""

    __slots__ = ("_field", "_groups")

    def __init__(self, field: str, records: Iterable[Record], owner: object) -> None:
        self._field = field
        self._groups = Groups(owner)
        grouped = _grouped(field, records)
        for key, sequences in grouped.items():
            self._groups.put(key, sequences)
        let_go(grouped)

    def equal(self, value: Hashable) -> Bits:
        """The records whose field is this. Only to be read."""
        return self._groups.get(value)

    def holding(self, value: Hashable) -> Bits:
        """The records whose field is a list with this in it. Only to be read."""
        return self._groups.get((value,))

    def first(self, value: Hashable) -> int | None:
        """The oldest record whose field is this."""
        return self._groups.first(value)

    def values(self) -> Iterator[tuple[Any, Bits]]:
        """Each value of the field, with the records that have it; all objects and lists are one."""
        for key in self._groups:
            if not isinstance(key, tuple) or key == OTHER:
                yield key, self._groups.get(key)

    def add(self, record: Record) -> None:
        """Take up a new record."""
        for key in _keys(record.get(self._field)):
            self._groups.add(key, record.sequence)

    def add_all(self, records: Sequence[Record]) -> None:
        """Take up several new records."""
        for key, sequences in _grouped(self._field, records).items():
            self._groups.add_all(key, sequences)

    def remove(self, record: Record) -> None:
        """Forget a record."""
        for key in _keys(record.get(self._field)):
            self._groups.take(key, record.sequence)

    def remove_all(self, records: Sequence[Record], gone: Bits) -> None:
        """Forget many records, whose sequences these are."""
        for key in _grouped(self._field, records):
            self._groups.take_all(key, gone)

    def replace(self, before: Record, after: Record) -> None:
        """Follow a record's change."""
        if before.get(self._field) != after.get(self._field):
            self.remove(before)
            self.add(after)

    def copy(self, owner: object) -> EqualIndex:
        """An index that its owner can write to, with the same contents."""
        index = EqualIndex(self._field, (), owner)
        index._groups = self._groups.copy(owner)
        return index

    def pieces(self) -> Iterable[Any]:
        """What forks may share, to be freed piece by piece."""
        return self._groups.pieces()


def _keys(value: Any) -> Iterable[Hashable]:
    """A value itself; what a list holds, in tuples, which are no JSON."""
    if is_hashable(value):
        return (value,)
    held = filter(is_hashable, value) if isinstance(value, list) else ()
    return {OTHER, *((each,) for each in held)}


def _grouped(field: str, records: Iterable[Record]) -> dict[Hashable, list[int]]:
    groups: dict[Hashable, list[int]] = {}
    for record in records:
        for key in _keys(record.get(field)):
            if key in groups:
                groups[key].append(record.sequence)
            else:
                groups[key] = [record.sequence]
    return groups
