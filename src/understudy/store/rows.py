"""The contents of one table: records by id, by sequence and by partition.

A copy shares all of it with what it was made from, part by part, until it writes to a part; what it
was made from must not change any more.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from understudy.store.partition import Partition
from understudy.store.record import Record
from understudy.store.schema import CollectionSchema
from understudy.store.shards import Shards
from understudy.store.slots import Slots
from understudy.store.slow_freeing import free_in_pieces
from understudy.store.texts import TextIndex

LARGE = 2_000
"""So many records take more than a moment to free, as does an index of them to build."""


class Documents(Mapping[str, Record]):
    """The records of some rows in TinyDB's form. They are looked at where they are: one more map of
    a million would grow in calls that keep others waiting.
    """

    __slots__ = ("_rows",)

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def __getitem__(self, doc_id: str) -> Record:
        record = self._rows.find(doc_id)
        if record is None:
            raise KeyError(doc_id)
        return record

    def __iter__(self) -> Iterator[str]:
        return (record.doc_id for record in self._rows)

    def __len__(self) -> int:
        return len(self._rows)


class Rows:
    """Every record of a table."""

    __slots__ = ("_by_id", "_owner", "_texts", "end", "partitions", "schema", "slots")

    def __init__(self, schema: CollectionSchema) -> None:
        self.schema = schema
        self._owner = object()
        self.partitions: dict[Any, Partition] = {}
        self.slots = Slots(self._owner)
        self.end = 1
        """The next sequence: all there are lie below it."""
        self._by_id: Shards[str, Record] = Shards(self._owner)
        self._texts: dict[tuple[str, ...], TextIndex] = {}

    def __len__(self) -> int:
        return len(self._by_id)

    def __del__(self) -> None:
        if len(self) >= LARGE:
            free_in_pieces([*self._pieces()])

    def _pieces(self) -> Iterator[Any]:
        """All of it, in pieces that take no more than a moment to free. The last goes first, and
        the first, which are the smaller ones of those with records in them, take these along.
        """
        yield from self._by_id.pieces()
        yield from self.slots.pieces()
        for text in self._texts.values():
            yield from text.pieces()
        for partition in self.partitions.values():
            yield from partition.pieces()

    def __iter__(self) -> Iterator[Record]:
        return iter(self.slots)

    def apart_from(self, other: Rows | None) -> Iterator[Record]:
        """The records, oldest first, but for those in parts that the other one shares: they are the
        same there.
        """
        return iter(self) if other is None else self.slots.apart_from(other.slots)

    @property
    def by_id(self) -> Documents:
        """The records by id, oldest first."""
        return Documents(self)

    def find(self, doc_id: str) -> Record | None:
        """The record with this id."""
        return self._by_id.get(doc_id)

    def first_equal(self, field: str, value: str) -> Record | None:
        """The oldest record whose indexed field is this text, in a table without partitions."""
        for partition in self.partitions.values():
            sequence = partition.equal(field, self.slots).first(value)
            return None if sequence is None else self.slots[sequence]
        return None

    def text(self, fields: tuple[str, ...]) -> TextIndex:
        """The index by the text of some fields."""
        index = self._texts.get(fields)
        if index is None:
            index = self._texts[fields] = TextIndex(fields)
        return index

    def prepare(self) -> None:
        """Build the indexes that would keep whoever asks first waiting."""
        for partition in [*self.partitions.values()]:
            if len(partition) >= LARGE:
                partition.prepare(self.slots)
                if self.schema.texts:
                    self.text(self.schema.texts).prepare(self.slots, partition.members)

    def settle(self) -> None:
        """Be as others may see it: they only read."""
        for partition in self.partitions.values():
            partition.settle()

    def copy(self) -> Rows:
        """Rows of one's own."""
        rows = Rows(self.schema)
        rows.partitions = self.partitions.copy()
        rows.slots = self.slots.copy(rows._owner)
        rows.end = self.end
        rows._by_id = self._by_id.copy(rows._owner)
        rows._texts = {fields: index.copy() for fields, index in [*self._texts.items()]}
        return rows

    def new_record(self, doc_id: str, document: Mapping[str, Any]) -> Record:
        """A record that would be the newest; `add` takes it up."""
        return Record(document, doc_id, self.end)

    def insert(self, doc_id: str, document: Mapping[str, Any]) -> Record | None:
        """Take up a new document as the newest record; None if the id is taken."""
        if self._by_id.get(doc_id) is not None:
            return None
        record = self.new_record(doc_id, document)
        self.add(record)
        return record

    def fill(self, records: deque[Record]) -> None:
        """Take up records that nobody else has, oldest first and each with an id of its own, in
        rows that are empty. They are taken out of where they are, a chunk at a time: a million in
        one call would keep every other thread waiting.
        """
        field = self.schema.partition
        self._by_id.expect(len(records))
        while records:
            groups: dict[Any, list[int]] = {}
            part = [records.popleft() for _ in range(min(len(records), self.slots.room(self.end)))]
            for sequence, record in enumerate(part, start=self.end):
                record.sequence = sequence
                groups.setdefault(None if field is None else record.get(field), []).append(sequence)
            self._by_id.fill([(record.doc_id, record) for record in part])
            self.slots.fill(part)
            self.end += len(part)
            for value, sequences in groups.items():
                self._writable(value).fill(sequences)

    def add(self, record: Record) -> None:
        """Take up a record: a new one, or one that was removed and returns to its place."""
        self._writable(self._value(record)).add(record)
        self._by_id.put(record.doc_id, record)
        self.slots.put(record)
        if record.sequence >= self.end:
            self.end = record.sequence + 1
        for text in self._texts.values():
            text.forget(record.sequence)

    def remove(self, record: Record) -> None:
        """Forget a record."""
        self._forget(record)
        self._take_out(record)

    def remove_all(self, records: Sequence[Record]) -> None:
        """Forget many different records, in less time than one by one."""
        groups: dict[Any, list[Record]] = {}
        for record in records:
            self._forget(record)
            groups.setdefault(self._value(record), []).append(record)
        for value, group in groups.items():
            partition = self._writable(value)
            partition.remove_all(group)
            if not partition:
                del self.partitions[value]

    def replace(self, before: Record, after: Record) -> None:
        """Put a record in another's place; both have the same id and sequence."""
        value = self._value(after)
        partition = self._writable(value)
        if self._value(before) == value:
            partition.replace(before, after)
        else:
            partition.add(after)
            self._take_out(before)
        self._by_id.put(after.doc_id, after)
        self.slots.put(after)
        for text in self._texts.values():
            text.follow(before, after)

    def _value(self, record: Record) -> Any:
        partition = self.schema.partition
        return None if partition is None else record.get(partition)

    def _forget(self, record: Record) -> None:
        self._by_id.drop(record.doc_id)
        self.slots.drop(record.sequence)
        for text in self._texts.values():
            text.forget(record.sequence)

    def _take_out(self, record: Record) -> None:
        value = self._value(record)
        partition = self._writable(value)
        partition.remove(record)
        if not partition:
            del self.partitions[value]

    def _writable(self, value: Any) -> Partition:
        partition = self.partitions.get(value)
        if partition is None:
            partition = self.partitions[value] = Partition(self.schema, self._owner)
        elif partition.owner is not self._owner:
            partition = self.partitions[value] = partition.copy(self._owner)
        return partition
