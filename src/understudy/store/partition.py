"""The records of one partition value, with the indexes over them.

An index is built at its first use and kept up from then on: one that nobody asks for costs nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, cast

from understudy.store import effort
from understudy.store.bits import Bits
from understudy.store.indexes import EqualIndex, Index
from understudy.store.orders import KeptOrder
from understudy.store.ranked import RankedOrder
from understudy.store.record import Record
from understudy.store.schema import CollectionSchema
from understudy.store.slots import Slots

TOGETHER = 256
"""So many new records are told to the indexes at once, unless somebody asks before."""


Build = Callable[[str, Iterable[Record], object], Index]
"""Makes an index of a field of these records, with its owner."""


class Partition:
    """A set of sequences. Only its `owner` may write to it; anybody else has to copy it first.

    Where an index may have to be built, it is from the records of the table in `slots`.
    """

    __slots__ = ("_building", "_indexes", "_new", "_schema", "members", "owner", "size")

    def __init__(self, schema: CollectionSchema, owner: object) -> None:
        self.owner = owner
        self.members = Bits()
        self.size = 0
        self._schema = schema
        self._indexes: dict[tuple[str, str], Index] = {}
        self._building: dict[tuple[str, str], threading.Lock] = {}
        self._new: list[Record] = []

    def __len__(self) -> int:
        return self.size

    def copy(self, owner: object) -> Partition:
        """One that can be written to; this one must not be any more."""
        self.settle()
        partition = Partition(self._schema, owner)
        partition.members = self.members.copy()
        partition.size = self.size
        partition._indexes = {key: index.copy(owner) for key, index in [*self._indexes.items()]}
        return partition

    def fill(self, sequences: Sequence[int]) -> None:
        """Take up records while there are no indexes."""
        self.members.add_all(sequences)
        self.size += len(sequences)

    def add(self, record: Record) -> None:
        """Take up a record."""
        self.members.add(record.sequence)
        self.size += 1
        if self._indexes:
            self._new.append(record)
            if len(self._new) >= TOGETHER:
                self.settle()

    def settle(self) -> None:
        """Tell the indexes of what is new: of several records at once, in a third of the time. To
        be called before anybody else sees this.
        """
        if self._new:
            records, self._new = self._new, []
            for index in self._indexes.values():
                index.add_all(records)

    def remove(self, record: Record) -> None:
        """Forget a record."""
        self.settle()
        self.members.discard(record.sequence)
        self.size -= 1
        for index in self._indexes.values():
            index.remove(record)

    def remove_all(self, records: Sequence[Record]) -> None:
        """Forget many records at once."""
        self.settle()
        gone = Bits.of([record.sequence for record in records])
        self.members -= gone
        self.size -= len(records)
        if self.size:
            for index in self._indexes.values():
                index.remove_all(records, gone)

    def replace(self, before: Record, after: Record) -> None:
        """Follow a record's change."""
        self.settle()
        for index in self._indexes.values():
            index.replace(before, after)

    def equal(self, field: str, slots: Slots) -> EqualIndex:
        """The index by equality of a field."""
        self.settle()
        index = self._indexes.get(("equal", field))
        if index is None:
            index = self._built("equal", field, EqualIndex, slots)
        return cast(EqualIndex, index)

    def order(self, field: str, slots: Slots) -> KeptOrder | RankedOrder:
        """The order by a field."""
        positions = self._schema.positions.get(field)
        if positions is not None:
            return RankedOrder(self.equal(field, slots), positions)
        self.settle()
        index = self._indexes.get(("order", field))
        if index is None:
            index = self._built("order", field, KeptOrder, slots)
        return cast(KeptOrder, index)

    def _built(self, kind: str, field: str, build: Build, slots: Slots) -> Index:
        """An index that was not there. Another thread that is building it is waited for: a second
        one would take as long, and one of them would have to be freed in one long call.
        """
        effort.spend(self.size // effort.INDEXED)
        with self._building.setdefault((kind, field), threading.Lock()):
            index = self._indexes.get((kind, field))
            if index is None:
                records = chain.from_iterable(slots.parts_of(self.members))
                index = self._indexes[kind, field] = build(field, records, self.owner)
        self._building.pop((kind, field), None)
        return index

    def pieces(self) -> Iterator[Any]:
        """What forks may share, to be freed piece by piece."""
        for index in [*self._indexes.values()]:  # another thread may be about to build one
            yield from index.pieces()

    def prepare(self, slots: Slots) -> None:
        """Build all indexes that the collection declares."""
        for field in self._schema.indexes:
            self.equal(field, slots)
        for field in self._schema.orders:
            self.order(field, slots)
