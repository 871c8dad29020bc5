"""Three ways to find records without looking at each: by equality, in order, by text.

An index knows records by their sequence, a small number: sets of them are lean, and sort into creation order by
themselves. All three have `add`, `remove`, `replace` and `copy`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from math import inf
from operator import itemgetter
from typing import Any, Protocol, Self

from sortedcontainers import SortedList

from understudy.store.record import Record

NOTHING: frozenset[int] = frozenset()
SEPARATOR = "\0"
"""Between two fields' texts; a text with one in it has to be looked for field by field."""

Key = tuple[int, Any]
"""What a value is sorted by: its kind (null, number or rank, text, anything else), then what compares within it."""


def sort_key(value: Any, positions: Mapping[str, int] | None) -> Key:
    """The key of a field's value; `positions` are the ranks of a closed list of values."""
    if value is None:
        return (0, 0)
    if isinstance(value, str):
        if positions is not None and value in positions:
            return (1, positions[value])
        return (2, value.casefold())
    if isinstance(value, (int, float)):
        return (1, value)
    return (3, repr(value))


def is_hashable(value: Any) -> bool:
    """Whether a JSON value can be looked up: everything but objects and lists."""
    return not isinstance(value, (dict, list))


def text_of(record: Record, fields: tuple[str, ...]) -> str:
    """The casefolded texts of these fields, in one."""
    return SEPARATOR.join(
        [text for field in fields if isinstance(text := record.get(field), str)]
    ).casefold()


class Index(Protocol):
    """What a partition asks of its indexes when a record comes, goes or changes."""

    def add(self, record: Record) -> None: ...

    def remove(self, record: Record) -> None: ...

    def replace(self, before: Record, after: Record) -> None: ...

    def copy(self) -> Self: ...


class EqualIndex:
    """The sequences by a field's value; of a field that is a list, by each thing it holds."""

    __slots__ = ("_equal", "_field", "_holding")

    def __init__(self, field: str, records: Iterable[Record] = ()) -> None:
        self._field = field
        self._equal: dict[Hashable, set[int]] = {}
        self._holding: dict[Hashable, set[int]] = {}
        for record in records:
            self.add(record)

    def equal(self, value: Hashable) -> set[int] | frozenset[int]:
        """The records whose field is this. Only to be read."""
        return self._equal.get(value, NOTHING)

    def holding(self, value: Hashable) -> set[int] | frozenset[int]:
        """The records whose field is a list with this in it. Only to be read."""
        return self._holding.get(value, NOTHING)

    def add(self, record: Record) -> None:
        """Take up a new record."""
        for buckets, value in self._places(record):
            bucket = buckets.get(value)
            if bucket is None:
                buckets[value] = {record.sequence}
            else:
                bucket.add(record.sequence)

    def remove(self, record: Record) -> None:
        """Forget a record."""
        for buckets, value in self._places(record):
            bucket = buckets[value]
            bucket.remove(record.sequence)
            if not bucket:
                del buckets[value]

    def replace(self, before: Record, after: Record) -> None:
        """Follow a record's change."""
        if before.get(self._field) != after.get(self._field):
            self.remove(before)
            self.add(after)

    def copy(self) -> EqualIndex:
        """An index of its own with the same contents."""
        index = EqualIndex(self._field)
        index._equal = {value: bucket.copy() for value, bucket in self._equal.items()}
        index._holding = {value: bucket.copy() for value, bucket in self._holding.items()}
        return index

    def _places(self, record: Record) -> Iterable[tuple[dict[Hashable, set[int]], Hashable]]:
        value = record.get(self._field)
        if isinstance(value, list):
            return [(self._holding, each) for each in {each for each in value if is_hashable(each)}]
        return ((self._equal, value),) if is_hashable(value) else ()


class KeptOrder:
    """The records sorted by a field, then by creation."""

    __slots__ = ("_entries", "_field", "_positions")

    def __init__(
        self, field: str, positions: Mapping[str, int] | None, records: Iterable[Record] = ()
    ) -> None:
        self._field = field
        self._positions = positions
        self._entries = SortedList(map(self.entry, records))

    def entry(self, record: Record) -> tuple[int, Any, int]:
        """What stands for the record in the sorted list."""
        return (*sort_key(record.get(self._field), self._positions), record.sequence)

    def span(self, low: Any, high: Any) -> tuple[int, int]:
        """The positions, from and up to, of the values between two, both included; None leaves an end open."""
        first = (1,) if low is None else sort_key(low, self._positions)
        last = (inf,) if high is None else (*sort_key(high, self._positions), inf)
        start = self._entries.bisect_left(first)
        return start, max(start, self._entries.bisect_right(last))

    def walk(self, start: int, stop: int, backwards: bool = False) -> Iterator[int]:
        """The sequences at these positions, in order or against it."""
        return map(itemgetter(2), self._entries.islice(start, stop, reverse=backwards))

    def add(self, record: Record) -> None:
        """Take up a new record."""
        self._entries.add(self.entry(record))

    def remove(self, record: Record) -> None:
        """Forget a record."""
        self._entries.remove(self.entry(record))

    def replace(self, before: Record, after: Record) -> None:
        """Follow a record's change."""
        if before.get(self._field) != after.get(self._field):
            self.remove(before)
            self.add(after)

    def copy(self) -> KeptOrder:
        """An order of its own with the same contents."""
        order = KeptOrder(self._field, self._positions)
        order._entries = self._entries.copy()
        return order


class TextIndex:
    """The text of some fields of every record, casefolded, to look for a part of."""

    __slots__ = ("_fields", "_texts")

    def __init__(self, fields: tuple[str, ...], records: Iterable[Record] = ()) -> None:
        self._fields = fields
        self._texts = {record.sequence: text_of(record, fields) for record in records}

    def containing(self, needle: str, among: Iterable[int] | None = None) -> list[int]:
        """The records, or those of them, in which the casefolded text occurs."""
        texts = self._texts
        if among is None:
            return [sequence for sequence, text in texts.items() if needle in text]
        return [sequence for sequence in among if needle in texts[sequence]]

    def add(self, record: Record) -> None:
        """Take up a new record."""
        self._texts[record.sequence] = text_of(record, self._fields)

    def remove(self, record: Record) -> None:
        """Forget a record."""
        del self._texts[record.sequence]

    def replace(self, before: Record, after: Record) -> None:
        """Follow a record's change."""
        if any(before.get(field) != after.get(field) for field in self._fields):
            self.add(after)

    def copy(self) -> TextIndex:
        """An index of its own with the same contents."""
        index = TextIndex(self._fields)
        index._texts = self._texts.copy()
        return index
