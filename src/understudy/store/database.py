"""TinyDB's database over our tables, with transactions.

Everything between `begin` and `commit` happens together: `rollback` undoes it exactly, the order of
creation included. A write outside is a transaction of its own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tinydb import TinyDB

from understudy.store import effort
from understudy.store.keeper import Change, Changes, Keeper, Tables
from understudy.store.record import Record
from understudy.store.rows import Documents, Rows
from understudy.store.schema import CollectionSchema
from understudy.store.snapshot_file import SnapshotDraft
from understudy.store.table import Table

MANY = 2_000
"""Up to so many documents are written in a moment; more are written in a thread."""


class Database(TinyDB):
    """Tables that change together. A name that no schema declares is a table without indexes.

    `counter` tells how many ids were issued, and the keeper takes the number down with each
    transaction; `saved_counter` is the one it had when the database was opened.
    """

    table_class = Table  # type: ignore[assignment]  # as narrow as its ids
    _tables: dict[str, Table]  # type: ignore[assignment]

    def __init__(self, schemas: Iterable[CollectionSchema], keeper: Keeper | None = None) -> None:
        super().__init__(storage=Keeper)
        self._keeper = keeper or Keeper()
        self.schemas = {schema.name: schema for schema in schemas}
        self.counter: Callable[[], int] | None = None
        self.is_open = False
        self._changes: list[Change] = []
        for name in self.schemas:
            self.table(name)
        try:
            kept = self._keeper.read()
        except BaseException:
            self._keeper.close()
            raise
        self.saved_counter = self._keeper.issued
        if kept is not None:
            records = {name: deque(_records(documents)) for name, documents in kept.items()}
            self._take(self._rows(records), is_shared=False)

    def table(self, name: str, **_: Any) -> Table:
        """The table of this name."""
        table = self._tables.get(name)
        if table is None:
            table = self._tables[name] = Table(
                self, self.schemas.get(name) or CollectionSchema(name)
            )
        return table

    def tables(self) -> set[str]:
        """The names of the tables that are declared or hold something."""
        return {name for name, table in self._tables.items() if name in self.schemas or len(table)}

    def drop_tables(self) -> None:
        """Empty every table."""
        with self.atomic():
            for table in self._tables.values():
                table.truncate()

    def drop_table(self, name: str) -> None:
        """Empty this table."""
        self.table(name).truncate()

    def begin(self) -> None:
        """Open a transaction."""
        if self.is_open:
            raise RuntimeError("a transaction is open already; commit it or roll it back first")
        self.is_open = True

    def commit(self) -> list[Change]:
        """Close the transaction and give what it changed, step by step.

        One that cannot be kept is rolled back, and the error raised.
        """
        self.is_open = False
        changes = self._changes
        if not changes:
            return []
        try:
            self._keeper.append(changes, self.issued())
        except BaseException:
            self._undo(0)
            raise
        self._changes = []
        if self._keeper.is_full:
            self._compact()
        return changes

    def rollback(self) -> None:
        """Close the transaction as if nothing had happened."""
        self.is_open = False
        self._undo(0)

    @contextmanager
    def atomic(self) -> Iterator[list[Change]]:
        """All of the block or nothing of it, as a transaction or as a part of the open one."""
        mark = len(self._changes)
        is_part = self.is_open
        self.is_open = True
        try:
            yield self._changes
        except BaseException:
            self._undo(mark)
            self.is_open = is_part
            raise
        if not is_part:
            self.commit()

    def note(
        self, collection: str, doc_id: str, before: Record | None, after: Record | None
    ) -> None:
        """A table tells what it did."""
        changes = self._changes
        changes.append(Change(collection, doc_id, before, after))
        if not self.is_open:
            self.commit()
        elif len(changes) > effort.FEW:
            effort.change(1, len(self._tables[collection]))

    def note_removed(self, collection: str, records: Iterable[Record]) -> None:
        """A table tells that it has removed all of these."""
        self._changes += [Change(collection, record.doc_id, record, None) for record in records]
        if not self.is_open:
            self.commit()

    @property
    def storage(self) -> Keeper:
        """Where everything is kept."""
        return self._keeper

    def issued(self) -> int:
        """How many ids were issued."""
        return self.saved_counter if self.counter is None else self.counter()

    def dump(self) -> Tables:
        """Everything, in TinyDB's own form. The documents are the records themselves."""
        return {name: dict(self.table(name).rows.by_id) for name in sorted(self.tables())}

    def load(self, tables: Mapping[str, deque[Record]]) -> None:
        """Have these records, oldest first, in place of all others. Nobody else may have them; they
        are taken out of where they are.
        """
        self._replace(self._rows(tables), is_shared=False)

    def share(self) -> dict[str, Rows]:
        """The contents of every table, for somebody else to hold as well."""
        return {name: table.share() for name, table in self._tables.items()}

    def restore(self, contents: Mapping[str, Rows], draft: SnapshotDraft | None = None) -> None:
        """Have these contents, which were shared, in place of all others. `draft`: where some of
        them are on the disk already.
        """
        self._replace(contents, is_shared=True, draft=draft)

    def take_over(
        self,
        before: Mapping[str, Rows],
        after: Mapping[str, Rows],
        changes: Changes | None,
        draft: SnapshotDraft | None = None,
    ) -> bool:
        """Have the contents that these changes made of what was shared before, if that is still
        what is here; whether it is. Without the changes the whole is kept anew; `draft`: where some
        of it is on the disk already.
        """
        if self.is_open:
            raise RuntimeError("a transaction is open; commit it or roll it back first")
        if any(self.table(name).rows is not rows for name, rows in before.items()):
            return False
        if changes is not None:
            self._keeper.append(changes, self.issued())
        else:
            self._keeper.issued = self.issued()
            contents = {name: table.rows for name, table in self._tables.items()}
            self._keeper.write(_left({**contents, **after}, draft), draft)
        for name, rows in after.items():
            self.table(name).take(rows, is_shared=True)
        if self._keeper.is_full:
            self._compact()
        return True

    def keep_in(self, keeper: Keeper, draft: SnapshotDraft | None = None) -> None:
        """Keep everything there from now on. `draft`: where some of it is on the disk already."""
        keeper.issued = self.issued()
        contents = {name: self.table(name).rows for name in sorted(self.tables())}
        try:
            keeper.write(_left(contents, draft), draft)
        except BaseException:
            keeper.close()
            raise
        self._keeper = keeper

    @property
    def is_large(self) -> bool:
        """Whether what is done with all of it takes more than a moment."""
        return are_many(table.rows for table in self._tables.values())

    def close(self) -> None:
        """Keep everything in its shortest form, and end."""
        if self._keeper.has_changes:
            self._keeper.issued = self.issued()
            self._keeper.compact(self.dump())
        self._keeper.close()
        super().close()

    def _compact(self) -> None:
        if not self.is_large:
            self._keeper.compact(self.dump())
            return
        names, contents = sorted(self.tables()), self.share()
        self._keeper.compact_beside(lambda: {name: contents[name].by_id for name in names})

    def _rows(self, tables: Mapping[str, deque[Record]]) -> dict[str, Rows]:
        """New contents made of these records."""
        contents = {}
        for name, records in tables.items():
            rows = contents[name] = Rows(self.table(name).rows.schema)
            rows.fill(records)
        return contents

    def _replace(
        self, contents: Mapping[str, Rows], is_shared: bool, draft: SnapshotDraft | None = None
    ) -> None:
        if self.is_open:
            raise RuntimeError("a transaction is open; commit it or roll it back first")
        self._keeper.issued = self.issued()
        if self._keeper.is_lasting:
            self._keeper.write(_left(contents, draft), draft)
        self._take(contents, is_shared)

    def _take(self, contents: Mapping[str, Rows], is_shared: bool) -> None:
        for name in {**self._tables, **contents}:
            table = self.table(name)
            rows = contents.get(name)
            table.take(Rows(table.rows.schema) if rows is None else rows, is_shared)

    def _undo(self, mark: int) -> None:
        changes = self._changes
        while len(changes) > mark:
            change = changes.pop()
            self._tables[change.collection].undo(change.before, change.after)


def _records(documents: dict[str, Any]) -> Iterator[Record]:
    """A record of each document, which is let go at once, as there may be many."""
    for doc_id in [*documents]:
        yield Record(documents.pop(doc_id), doc_id)


def _left(contents: Mapping[str, Rows], draft: SnapshotDraft | None) -> dict[str, Documents]:
    """What the draft does not have yet."""
    has = draft.tables if draft is not None else ()
    return {name: rows.by_id for name, rows in contents.items() if name not in has}


def are_many(contents: Iterable[Rows]) -> bool:
    """Whether what is done with all of these takes more than a moment."""
    return sum(map(len, contents)) > MANY
