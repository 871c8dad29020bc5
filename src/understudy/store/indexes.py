"""Three ways to find records without looking at each: by equality, in order, by text.

An index knows records by their sequence, a small number: sets of them are lean, and sort into
creation order by themselves.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from math import inf
from operator import itemgetter
from typing import Any, Protocol, Self

from sortedcontainers import SortedList

from understudy.store.record import Record

Bucket = dict[int, None]
"""A set of sequences: a dict is smaller than a set, copies faster, and keeps its order."""

EMPTY: Bucket = {}
SEPARATOR = "\0"
"""Between two fields' texts; a text with one in it has to be looked for field by field."""

Key = tuple[int, Any]
"""What a value is sorted by: its kind (null, number or rank, text, other), then within the kind.

Values that are equal have equal keys; objects and lists all have the same one.
"""


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
    return (3, 0)


def is_hashable(value: Any) -> bool:
    """Whether a JSON value can be looked up: everything but objects and lists."""
    return not isinstance(value, (dict, list))


class Index(Protocol):
    """What a partition asks of its indexes when a record comes, goes or changes."""

    def add(self, record: Record) -> None:
        """Take up a new record."""

    def remove(self, record: Record) -> None:
        """Forget a record."""

    def replace(self, before: Record, after: Record) -> None:
        """Follow a record's change."""

    def copy(self) -> Self:
        """An index of its own with the same contents."""


class EqualIndex:
    """The sequences by a field's value; of a field that is a list, by each thing it holds."""

    __slots__ = ("_equal", "_field", "_holding")

    def __init__(self, field: str, records: Iterable[Record] = ()) -> None:
        self._field = field
        self._equal: dict[Hashable, Bucket] = {}
        self._holding: dict[Hashable, Bucket] = {}
        for record in records:
            self.add(record)

    def equal(self, value: Hashable) -> Bucket:
        """The records whose field is this. Only to be read."""
        return self._equal.get(value, EMPTY)

    def holding(self, value: Hashable) -> Bucket:
        """The records whose field is a list with this in it. Only to be read."""
        return self._holding.get(value, EMPTY)

    def add(self, record: Record) -> None:
        """Take up a new record."""
        value = record.get(self._field)
        if is_hashable(value):
            _put(self._equal, value, record.sequence)
        elif isinstance(value, list):
            for held in set(filter(is_hashable, value)):
                _put(self._holding, held, record.sequence)

    def remove(self, record: Record) -> None:
        """Forget a record."""
        value = record.get(self._field)
        if is_hashable(value):
            _take(self._equal, value, record.sequence)
        elif isinstance(value, list):
            for held in set(filter(is_hashable, value)):
                _take(self._holding, held, record.sequence)

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


def _put(buckets: dict[Hashable, Bucket], value: Hashable, sequence: int) -> None:
    bucket = buckets.get(value)
    if bucket is None:
        buckets[value] = {sequence: None}
    else:
        bucket[sequence] = None


def _take(buckets: dict[Hashable, Bucket], value: Hashable, sequence: int) -> None:
    bucket = buckets[value]
    del bucket[sequence]
    if not bucket:
        del buckets[value]


class SortedEntries(SortedList):  # type: ignore[misc]  # it comes without types
    """A sorted list whose copy copies its parts; the library's own sorts everything again."""

    def copy(self) -> SortedEntries:
        """A list of its own with the same contents, made in a hundredth of the time."""
        entries = SortedEntries()
        entries._lists = [part.copy() for part in self._lists]
        entries._maxes = self._maxes.copy()
        entries._len = self._len
        return entries


class KeptOrder:
    """The records sorted by a field, then by creation."""

    __slots__ = ("_entries", "_field", "_positions")

    def __init__(
        self, field: str, positions: Mapping[str, int] | None, records: Iterable[Record] = ()
    ) -> None:
        self._field = field
        self._positions = positions
        self._entries = SortedEntries(map(self.entry, records))

    def entry(self, record: Record) -> tuple[int, Any, int]:
        """What stands for the record in the sorted list."""
        return (*sort_key(record.get(self._field), self._positions), record.sequence)

    def span(self, low: Any, high: Any) -> tuple[int, int]:
        """The positions, from and up to, of a range of values; None leaves an end open."""
        first = (1,) if low is None else sort_key(low, self._positions)
        last = (inf,) if high is None else (*sort_key(high, self._positions), inf)
        start = self._entries.bisect_left(first)
        return start, max(start, self._entries.bisect_right(last))

    def stretch(self, start: int = 0, stop: int | None = None) -> Stretch:
        """A part of the order, to be read before anything changes."""
        return Stretch(self, start, len(self._entries) if stop is None else stop)

    def walk(self, start: int, stop: int, backwards: bool = False) -> Iterator[int]:
        """The sequences at these positions, in order or against it."""
        entries = self._entries
        if start == 0 and stop == len(entries):
            return map(itemgetter(2), reversed(entries) if backwards else iter(entries))
        return map(itemgetter(2), entries.islice(start, stop, reverse=backwards))

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


class Stretch:
    """The sequences from one position of an order up to another."""

    __slots__ = ("_kept", "_start", "_stop")

    def __init__(self, kept: KeptOrder, start: int, stop: int) -> None:
        self._kept = kept
        self._start = start
        self._stop = stop

    def __len__(self) -> int:
        return self._stop - self._start

    def __iter__(self) -> Iterator[int]:
        return self._kept.walk(self._start, self._stop)

    def part(self, start: int, stop: int, backwards: bool) -> Iterator[int]:
        """Some of them, counted from the front or, backwards, from the end."""
        if backwards:
            return self._kept.walk(self._stop - stop, self._stop - start, backwards=True)
        return self._kept.walk(self._start + start, self._start + stop)


class TextIndex:
    """The text of some fields of every record, casefolded, to look for a part of."""

    __slots__ = ("_fields", "_texts", "_values")

    def __init__(self, fields: tuple[str, ...], records: Iterable[Record] = ()) -> None:
        self._fields = fields
        self._values = itemgetter(*fields, fields[0])  # of one name it would not give a tuple
        self._texts = {record.sequence: self.text(record) for record in records}

    def text(self, record: Record) -> str:
        """The casefolded texts of the fields, in one."""
        try:
            return SEPARATOR.join(filter(None, self._values(record)[:-1])).casefold()
        except (KeyError, TypeError):  # a field is missing, or is no text
            values = [record.get(field) for field in self._fields]
            return SEPARATOR.join(value for value in values if isinstance(value, str)).casefold()

    def containing(self, needle: str, among: Iterable[int] | None = None) -> list[int]:
        """The records, or those of them, in which the casefolded text occurs."""
        texts = self._texts
        if among is None:
            return [sequence for sequence, text in texts.items() if needle in text]
        return [sequence for sequence in among if needle in texts[sequence]]

    def add(self, record: Record) -> None:
        """Take up a new record."""
        self._texts[record.sequence] = self.text(record)

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
