"""What handlers see of a table: a narrow interface, which another engine could have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from understudy.store import select
from understudy.store.query import Contains, Order
from understudy.store.record import Record
from understudy.store.schema import CollectionSchema
from understudy.store.table import Table

if TYPE_CHECKING:
    from understudy.store.database import Database

EVERYTHING: Mapping[str, Any] = {}


class Collection:
    """Records of one kind, oldest first. They are never changed in place: build new objects.

    Conditions map a field to a value, a `Range`, a `OneOf` or a `HasAny`; all have to be met.
    """

    __slots__ = ("_database", "_table")

    def __init__(self, table: Table, database: Database) -> None:
        self._table = table
        self._database = database  # which the table itself does not keep alive

    @property
    def name(self) -> str:
        """The collection's name."""
        return self._table.name

    @property
    def schema(self) -> CollectionSchema:
        """What it declares."""
        return self._table.rows.schema

    def get(self, doc_id: str) -> Record | None:
        """The record with this id, or None."""
        return self._table.rows.find(doc_id)

    def insert(self, document: Mapping[str, Any]) -> Record:
        """Store a new object under its `id`. KeyError if there is one with this id already."""
        return self._table.create(document["id"], document)

    def replace(self, doc_id: str, document: Mapping[str, Any]) -> Record:
        """Store a whole object in place of the one with this id; it is as old as that one.

        KeyError if there is none, ValueError if the new one has another id.
        """
        return self._table.put(doc_id, document)

    def change(self, doc_id: str, **fields: Any) -> Record:
        """The same object with these fields changed. KeyError if there is none."""
        before = self._table.find(doc_id)
        return self._table.exchange(before, {**before, **fields})

    def remove(self, doc_id: str) -> None:
        """Remove the object with this id. KeyError if there is none."""
        self._table.drop(doc_id)

    def remove_all(self, doc_ids: Iterable[str]) -> None:
        """Remove all objects with these ids, in less time than one by one.

        KeyError, and nothing is removed, if one is not there.
        """
        self._table.drop_all(doc_ids)

    def select(
        self,
        where: Mapping[str, Any] = EVERYTHING,
        *,
        search: Contains | None = None,
        order: Order | None = None,
        offset: int = 0,
        limit: int | None = None,
    ) -> select.Page:
        """A page of the records that meet the conditions and contain the text, and their number.

        Without an order: oldest first. Ascending, null comes first, texts compare without
        regard to case, closed lists of values as the schema ranks them, and what is equal goes by
        creation; descending is exactly the reverse. An empty text is contained in everything.
        """
        return select.select(self._table.rows, where, search, order, offset, limit)

    def count(
        self, where: Mapping[str, Any] = EVERYTHING, *, search: Contains | None = None
    ) -> int:
        """How many records meet the conditions."""
        return select.count(self._table.rows, where, search)

    def tally(
        self,
        fields: Iterable[str],
        where: Mapping[str, Any] = EVERYTHING,
        *,
        search: Contains | None = None,
    ) -> dict[str, dict[Any, int]]:
        """By field, how many of the records that meet the conditions have which value.

        What is an object or a list is not counted, nor is a value that none has.
        """
        return select.tally(self._table.rows, where, search, fields)

    def last(self, where: Mapping[str, Any], field: str) -> Record | None:
        """The record that comes last in the order of a field, of those that meet the conditions."""
        return select.last(self._table.rows, where, field)

    def first(self, where: Mapping[str, Any] = EVERYTHING) -> Record | None:
        """The oldest record that meets the conditions, or None."""
        if len(where) == 1:
            for field, value in where.items():
                if isinstance(value, str) and self._is_whole_index(field):
                    return self._table.rows.first_equal(field, value)
        items = select.select(self._table.rows, where, None, None, 0, 1).items
        return items[0] if items else None

    def _is_whole_index(self, field: str) -> bool:
        """Whether one index knows all records by this field, since the table is in one piece."""
        return self.schema.partition is None and field in self.schema.indexes

    def __contains__(self, doc_id: object) -> bool:
        return isinstance(doc_id, str) and self._table.rows.find(doc_id) is not None

    def __len__(self) -> int:
        return len(self._table.rows)

    def __iter__(self) -> Iterator[Record]:
        return iter(self._table.rows.slots)
