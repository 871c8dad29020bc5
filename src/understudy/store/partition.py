"""The records of one partition value, with the indexes over them.

An index is built at its first use and kept up from then on: one that nobody asks for costs nothing.
"""

from __future__ import annotations

from typing import cast

from understudy.store.indexes import EqualIndex, Index, KeptOrder, TextIndex
from understudy.store.record import Record
from understudy.store.schema import CollectionSchema


class Partition:
    """Records by sequence. Only its `owner` may write to it; anybody else has to copy it first."""

    __slots__ = ("_in_order", "_indexes", "_records", "_schema", "owner")

    def __init__(self, schema: CollectionSchema, owner: object) -> None:
        self.owner = owner
        self._schema = schema
        self._records: dict[int, Record] = {}
        self._in_order = True
        self._indexes: dict[tuple[str, ...], Index] = {}

    def __len__(self) -> int:
        return len(self._records)

    @property
    def records(self) -> dict[int, Record]:
        """The records by sequence, oldest first. Only to be read."""
        if not self._in_order:
            records = self._records
            self._records = {sequence: records[sequence] for sequence in sorted(records)}
            self._in_order = True
        return self._records

    def copy(self, owner: object) -> Partition:
        """One that can be written to; the records are shared."""
        partition = Partition(self._schema, owner)
        partition._records = self._records.copy()
        partition._in_order = self._in_order
        partition._indexes = {key: index.copy() for key, index in self._indexes.items()}
        return partition

    def add(self, record: Record, is_newest: bool) -> None:
        """Take up a record; one that is not the newest returns to its old place."""
        self._records[record.sequence] = record
        self._in_order = self._in_order and is_newest
        for index in self._indexes.values():
            index.add(record)

    def remove(self, record: Record) -> None:
        """Forget a record."""
        del self._records[record.sequence]
        for index in self._indexes.values():
            index.remove(record)

    def replace(self, before: Record, after: Record) -> None:
        """Put a record in another's place."""
        self._records[after.sequence] = after
        for index in self._indexes.values():
            index.replace(before, after)

    def equal(self, field: str) -> EqualIndex:
        """The index by equality of a field."""
        index = self._indexes.get(("equal", field))
        if index is None:
            index = self._indexes["equal", field] = EqualIndex(field, self.records.values())
        return cast(EqualIndex, index)

    def order(self, field: str) -> KeptOrder:
        """The order by a field."""
        index = self._indexes.get(("order", field))
        if index is None:
            positions = self._schema.positions.get(field)
            index = self._indexes["order", field] = KeptOrder(
                field, positions, self.records.values()
            )
        return cast(KeptOrder, index)

    def text(self, fields: tuple[str, ...]) -> TextIndex:
        """The index by the text of some fields."""
        index = self._indexes.get(("text", *fields))
        if index is None:
            index = self._indexes["text", *fields] = TextIndex(fields, self.records.values())
        return cast(TextIndex, index)

    def has_text(self, fields: tuple[str, ...]) -> bool:
        """Whether that index is there already."""
        return ("text", *fields) in self._indexes
