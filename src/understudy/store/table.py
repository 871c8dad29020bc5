"""TinyDB's table over `Rows`: text ids, all by id in constant time, writes that can be undone.

TinyDB's own table reads and rewrites everything at every step. The public methods are all here and
answer as TinyDB's do, but that a document's own `id`, if it is a text, is its document id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any
from weakref import ref

from tinydb.queries import QueryLike
from tinydb.table import Document
from tinydb.table import Table as TinyTable

from understudy.store import effort
from understudy.store.bits import Bits
from understudy.store.record import Record
from understudy.store.rows import Rows
from understudy.store.schema import CollectionSchema

if TYPE_CHECKING:
    from understudy.store.database import Database

Fields = Mapping[str, Any] | Callable[[MutableMapping[str, Any]], None]


class Table(TinyTable):
    """One table of a `Database`.

    `create`, `exchange` and `drop` are the ways in which anything changes, and noted.
    """

    document_class = Record  # type: ignore[assignment]
    document_id_class = str  # type: ignore[assignment]  # TinyDB's are numbers

    def __init__(self, database: Database, schema: CollectionSchema) -> None:
        super().__init__(database.storage, schema.name)
        self.rows = Rows(schema)
        self._is_shared = False
        self._home = ref(database)  # a circle would outlive a store that nobody has any more
        self._last_number = 0
        self._derived: list[dict[Any, Any]] = []

    @property
    def _database(self) -> Database:
        database = self._home()
        if database is None:
            raise RuntimeError(f"the database of the table {self.name} is gone: keep it, too")
        return database

    def share(self) -> Rows:
        """The contents, for somebody else to hold as well: who writes next makes a copy first."""
        self._is_shared = True
        self.rows.settle()
        return self.rows

    def take(self, rows: Rows, is_shared: bool) -> None:
        """Have these contents from now on."""
        self.rows = rows
        self._is_shared = is_shared
        self._changes()

    def tell(self, derived: dict[Any, Any]) -> None:
        """Empty this whenever the contents change: it holds what was worked out from them."""
        self._derived.append(derived)

    def _changes(self) -> None:
        for derived in self._derived:
            derived.clear()

    def writable(self) -> Rows:
        """The contents, to be changed."""
        if self._derived:
            self._changes()
        if self._is_shared:
            self.rows = self.rows.copy()
            self._is_shared = False
        return self.rows

    def create(self, doc_id: str, document: Mapping[str, Any]) -> Record:
        """Store a new document. KeyError if the id is taken."""
        record = self.writable().insert(doc_id, document)
        if record is None:
            raise KeyError(f"{self.name} has {doc_id!r} already")
        self._database.note(self.name, doc_id, None, record)
        return record

    def put(self, doc_id: str, document: Mapping[str, Any]) -> Record:
        """Store a document in another's place. KeyError if there is none."""
        return self.exchange(self.find(doc_id), document)

    def exchange(self, before: Record, document: Mapping[str, Any]) -> Record:
        """Store a document in the place of this record, which is there now."""
        doc_id = before.doc_id
        if document.get("id", doc_id) != doc_id and isinstance(document["id"], str):
            raise ValueError(
                f"{self.name} {doc_id!r} cannot become {document['id']!r}: an id is for life"
            )
        after = Record(document, doc_id, before.sequence)
        self.writable().replace(before, after)
        self._database.note(self.name, doc_id, before, after)
        return after

    def drop(self, doc_id: str) -> None:
        """Remove a document. KeyError if there is none."""
        before = self.find(doc_id)
        self.writable().remove(before)
        self._database.note(self.name, doc_id, before, None)

    def drop_all(self, doc_ids: Iterable[str]) -> None:
        """Remove many documents, in less time than one by one. KeyError if one is not there."""
        records = [self.find(doc_id) for doc_id in doc_ids]
        if len(Bits.of([record.sequence for record in records])) < len(records):
            records = [*{record.sequence: record for record in records}.values()]
        if len(records) > effort.FEW:
            effort.change(len(records), len(self.rows))
        self.writable().remove_all(records)
        self._database.note_removed(self.name, records)

    def find(self, doc_id: str) -> Record:
        """The record with this id. KeyError if there is none."""
        record = self.rows.find(doc_id)
        if record is None:
            raise KeyError(f"{self.name} has no {doc_id!r}")
        return record

    def undo(self, before: Record | None, after: Record | None) -> None:
        """Put back what was before a change."""
        rows = self.writable()
        if before is None:
            if after is not None:
                rows.remove(after)
        elif after is None:
            rows.add(before)
        else:
            rows.replace(after, before)

    # What follows is TinyDB's interface.

    def insert(self, document: Mapping[str, Any]) -> str:  # type: ignore[override]
        """Store a new document and give its id. ValueError if the id is taken."""
        doc_id = self._id_for(document)
        try:
            self.create(doc_id, document)
        except KeyError:
            raise ValueError(f"Document with ID {doc_id} already exists") from None
        return doc_id

    def insert_multiple(self, documents: Iterable[Mapping[str, Any]]) -> list[str]:  # type: ignore[override]
        """Store all of these documents, or none of them if one cannot be."""
        with self._database.atomic():
            return [self.insert(document) for document in documents]

    def get(  # type: ignore[override]
        self,
        cond: QueryLike | None = None,
        doc_id: str | None = None,
        doc_ids: list[str] | None = None,
    ) -> Record | list[Record] | None:
        """The document with this id, those with these ids, or the first that meets the query."""
        if doc_id is not None:
            return self.rows.find(str(doc_id))
        if doc_ids is not None:
            wanted = set(map(str, doc_ids))
            return [record for record in self if record.doc_id in wanted]
        if cond is not None:
            return next(filter(cond, self), None)
        raise RuntimeError("You have to pass either cond or doc_id or doc_ids")

    def search(self, cond: QueryLike) -> list[Record]:  # type: ignore[override]
        """The documents that meet the query."""
        return list(filter(cond, self))

    def update(  # type: ignore[override]
        self, fields: Fields, cond: QueryLike | None = None, doc_ids: Iterable[str] | None = None
    ) -> list[str]:
        """Change fields of the documents meant, by default all; unknown ids are skipped."""
        with self._database.atomic():
            return [self._change(record, fields) for record in self._meant(cond, doc_ids)]

    def update_multiple(  # type: ignore[override]
        self, updates: Iterable[tuple[Fields, QueryLike]]
    ) -> list[str]:
        """Put every document through these updates, each for those that meet its query by then."""
        steps = list(updates)
        with self._database.atomic():
            return [
                self._change(self.find(record.doc_id), fields)
                for record in list(self)
                for fields, cond in steps
                if cond(self.find(record.doc_id))
            ]

    def upsert(self, document: Mapping[str, Any], cond: QueryLike | None = None) -> list[str]:  # type: ignore[override]
        """Change what the query or the document's id means, or store a new document."""
        doc_ids = [str(document.doc_id)] if isinstance(document, Document) else None
        if doc_ids is None and cond is None:
            raise ValueError("If you don't specify a search query, you must specify a doc_id.")
        return self.update(document, cond, doc_ids) or [self.insert(document)]

    def remove(  # type: ignore[override]
        self, cond: QueryLike | None = None, doc_ids: Iterable[str] | None = None
    ) -> list[str]:
        """Remove the documents that are meant and give their ids; unknown ids are skipped."""
        if cond is None and doc_ids is None:
            raise RuntimeError("Use truncate() to remove all documents")
        meant = self._meant(cond, doc_ids)
        removed = [record.doc_id for record in meant]
        self.drop_all(removed)
        return removed

    def truncate(self) -> None:
        """Remove every document."""
        self.drop_all([record.doc_id for record in self])
        self._last_number = 0

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Record]:
        return iter(self.rows)

    def _meant(self, cond: QueryLike | None, doc_ids: Iterable[str] | None) -> list[Record]:
        if doc_ids is not None:
            return [
                record
                for doc_id in dict.fromkeys(doc_ids)
                if (record := self.rows.find(str(doc_id))) is not None
            ]
        return list(self) if cond is None else self.search(cond)

    def _change(self, record: Record, fields: Fields) -> str:
        if callable(fields):
            document = deepcopy(dict(record))
            fields(document)
        else:
            document = {**record, **fields}
        self.put(record.doc_id, document)
        return record.doc_id

    def _id_for(self, document: Mapping[str, Any]) -> str:
        if not isinstance(document, Mapping):
            raise ValueError("Document is not a Mapping")
        own = document.get("id")
        if isinstance(document, Document):
            doc_id = str(document.doc_id)
        else:
            doc_id = own if isinstance(own, str) else self._get_next_id()
        if isinstance(own, str) and own != doc_id:
            raise ValueError(f"Document with ID {doc_id} has another id in it: {own}")
        return doc_id

    def _get_next_id(self) -> str:
        number = self._last_number + 1
        while self.rows.find(str(number)) is not None:
            number += 1
        self._last_number = number
        return str(number)
