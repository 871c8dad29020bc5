"""The contents of one table: records by id and by partition, shared until somebody writes."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from understudy.store.partition import Partition
from understudy.store.record import Record
from understudy.store.schema import CollectionSchema


class Rows:
    """Every record of a table, which copies them before it writes if others see them too."""

    __slots__ = ("_by_id", "_in_order", "_next_sequence", "_token", "partitions", "schema")

    def __init__(self, schema: CollectionSchema) -> None:
        self.schema = schema
        self.partitions: dict[Any, Partition] = {}
        self._by_id: dict[str, Record] = {}
        self._in_order = True
        self._next_sequence = 1
        self._token = object()

    def __len__(self) -> int:
        return len(self._by_id)

    @property
    def by_id(self) -> dict[str, Record]:
        """The records by id, oldest first. Only to be read."""
        if not self._in_order:
            records = sorted(self._by_id.values(), key=attrgetter("sequence"))
            self._by_id = {record.doc_id: record for record in records}
            self._in_order = True
        return self._by_id

    def find(self, doc_id: str) -> Record | None:
        """The record with this id."""
        return self._by_id.get(doc_id)

    def first_equal(self, field: str, value: str) -> Record | None:
        """The oldest record whose indexed field is this text, in a table without partitions."""
        for partition in self.partitions.values():
            bucket = partition.equal(field).equal(value)
            return partition.records[min(bucket)] if bucket else None
        return None

    def copy(self) -> Rows:
        """Rows of one's own; each partition is copied when it is first written to."""
        rows = Rows(self.schema)
        rows.partitions = self.partitions.copy()
        rows._by_id = self._by_id.copy()
        rows._in_order = self._in_order
        rows._next_sequence = self._next_sequence
        return rows

    def new_record(self, doc_id: str, document: Mapping[str, Any]) -> Record:
        """A record that would be the newest; `add` takes it up."""
        return Record(document, doc_id, self._next_sequence)

    def insert(self, doc_id: str, document: Mapping[str, Any]) -> Record | None:
        """Take up a new document as the newest record; None if the id is taken."""
        if doc_id in self._by_id:
            return None
        record = self.new_record(doc_id, document)
        partition = self._writable(self._value(record))
        self._by_id[doc_id] = record
        self._next_sequence += 1
        partition.add(record, is_newest=True)
        return record

    def fill(self, documents: dict[str, Mapping[str, Any]]) -> None:
        """Take up many new documents by their ids, oldest first; each is let go at once, as there
        may be many. None of the ids may be taken. A record that nobody has is taken as it is.
        """
        field, by_id, sequence = self.schema.partition, self._by_id, self._next_sequence
        for doc_id in [*documents]:
            document = documents.pop(doc_id)
            record = document if type(document) is Record else Record(document, doc_id)
            record.sequence = sequence
            by_id[doc_id] = record
            partition = self._writable(None if field is None else record.get(field))
            partition.add(record, is_newest=True)
            sequence += 1
        self._next_sequence = sequence

    def add(self, record: Record) -> None:
        """Take up a record: a new one, or one that was removed and returns to its place."""
        partition = self._writable(self._value(record))
        is_newest = record.sequence >= self._next_sequence
        if is_newest:
            self._next_sequence = record.sequence + 1
        else:
            self._in_order = False
        self._by_id[record.doc_id] = record
        partition.add(record, is_newest)

    def remove(self, record: Record) -> None:
        """Forget a record."""
        del self._by_id[record.doc_id]
        self._take_out(record)

    def replace(self, before: Record, after: Record) -> None:
        """Put a record in another's place; both have the same id and sequence."""
        value = self._value(after)
        partition = self._writable(value)
        if self._value(before) == value:
            partition.replace(before, after)
        else:
            partition.add(after, is_newest=False)
            self._take_out(before)
        self._by_id[after.doc_id] = after

    def _value(self, record: Record) -> Any:
        partition = self.schema.partition
        return None if partition is None else record.get(partition)

    def _take_out(self, record: Record) -> None:
        value = self._value(record)
        partition = self._writable(value)
        partition.remove(record)
        if not partition:
            del self.partitions[value]

    def _writable(self, value: Any) -> Partition:
        partition = self.partitions.get(value)
        if partition is None:
            partition = self.partitions[value] = Partition(self.schema, self._token)
        elif partition.owner is not self._token:
            partition = self.partitions[value] = partition.copy(self._token)
        return partition
