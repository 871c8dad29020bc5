"""A sandbox's data: collections that change together, fork and go back to a snapshot."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from understudy.store.collection import Collection
from understudy.store.database import Database
from understudy.store.drafting import Drafted, drafted
from understudy.store.keeper import Change, Changes, Keeper, Tables
from understudy.store.record import Record
from understudy.store.rows import Rows
from understudy.store.schema import CollectionSchema
from understudy.store.snapshot_file import SnapshotDraft

COUNTERS = CollectionSchema("_counters", partition=None)
FACTS = CollectionSchema("_facts", partition=None)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All of a store at one moment; it shares the records until one side changes."""

    tables: Mapping[str, Rows]

    @property
    def own(self) -> dict[str, Rows]:
        """All but what the store's owner keeps with the data."""
        return {name: rows for name, rows in self.tables.items() if name != FACTS.name}


class Transaction:
    """What `Store.transaction` gives: `changes` has every change, step by step, after the block."""

    __slots__ = ("changes",)

    def __init__(self) -> None:
        self.changes: list[Change] = []


class Store:
    """The collections of these schemas, in memory or, opened by a `StateDirectory`, kept on disk.

    A write outside a transaction is one of its own. For the request path: `begin()`, then
    `commit()`, which gives the changes once they are kept, or `rollback()`.
    """

    def __init__(self, schemas: Iterable[CollectionSchema], keeper: Keeper | None = None) -> None:
        self.database = Database([*schemas, COUNTERS, FACTS], keeper)
        self.begin = self.database.begin
        self.commit = self.database.commit
        self.rollback = self.database.rollback
        self._collections = {
            name: Collection(self.database.table(name), self.database)
            for name in self.database.schemas
        }
        self._derived: dict[tuple[str, ...], dict[Any, Any]] = {}
        self._counters = self._collections[COUNTERS.name]
        self._facts = self._collections[FACTS.name]

    @property
    def counter(self) -> Callable[[], int] | None:
        """What tells how many ids were issued; the number is kept with each commit."""
        return self.database.counter

    @counter.setter
    def counter(self, counter: Callable[[], int] | None) -> None:
        self.database.counter = counter

    @property
    def saved_counter(self) -> int:
        """How many ids were issued when the store was last kept, or forked."""
        return self.database.saved_counter

    @saved_counter.setter
    def saved_counter(self, issued: int) -> None:
        self.database.saved_counter = issued

    @property
    def is_kept(self) -> bool:
        """Whether it survives the process."""
        return self.database.storage.is_lasting

    @property
    def facts(self) -> dict[str, Any]:
        """What its owner keeps with the data, beside the collections."""
        record = self._facts.get(FACTS.name)
        return {} if record is None else dict(record["facts"])

    @facts.setter
    def facts(self, facts: Mapping[str, Any]) -> None:
        if FACTS.name in self._facts:
            self._facts.replace(FACTS.name, _document(facts))
        else:
            self._facts.insert(_document(facts))

    def __getitem__(self, name: str) -> Collection:
        try:
            return self._collections[name]
        except KeyError:
            known = ", ".join(sorted(self._collections))
            raise KeyError(f"no collection {name!r}; there are {known}") from None

    def __contains__(self, name: object) -> bool:
        return name in self._collections

    def __iter__(self) -> Iterator[str]:
        return iter(self._collections)

    def derived(self, names: tuple[str, ...]) -> dict[Any, Any]:
        """A place for what is worked out from these collections alone: it is empty again as soon
        as one of them changes.
        """
        derived = self._derived.get(names)
        if derived is None:
            derived = self._derived[names] = {}
            for name in names:
                self.database.table(name).tell(derived)
        return derived

    def forget_derived(self) -> None:
        """Empty all of these places: what works it out has changed."""
        for derived in self._derived.values():
            derived.clear()

    def next_number(self, series: str, scope: str) -> int:
        """The next number of a series: 1, 2, 3 … in each scope, never the same twice."""
        counter = self._counters.get(f"{series}:{scope}")
        number = 1 if counter is None else int(counter["value"]) + 1
        self._set_number(counter, series, scope, number)
        return number

    def raise_number(self, series: str, scope: str, at_least: int) -> None:
        """A number was given by hand: the series goes on after it."""
        counter = self._counters.get(f"{series}:{scope}")
        if counter is None or counter["value"] < at_least:
            self._set_number(counter, series, scope, at_least)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """All of the block or, if it raises, nothing of it."""
        transaction = Transaction()
        self.begin()
        try:
            yield transaction
        except BaseException:
            self.rollback()
            raise
        transaction.changes = self.commit()

    def fork(self) -> Store:
        """A store of its own, in memory, with the same contents.

        Each table is copied by the side that writes to it first.
        """
        fork = Store(self.database.schemas.values())
        fork.restore(self.snapshot())
        fork.saved_counter = self.database.issued()
        return fork

    def snapshot(self) -> Snapshot:
        """All there is now."""
        return Snapshot(self.database.share())

    @property
    def is_large(self) -> bool:
        """Whether what is done with all of it takes more than a moment."""
        return self.database.is_large

    def drafted(self, snapshot: Snapshot) -> Drafted:
        """What a large snapshot needs on the disk, written while others are served, for `restore`
        or `take_over`.

        async with store.drafted(snapshot) as draft:
            store.restore(snapshot, facts, draft)
        """
        former = [self.database.table(name).rows for name in self]
        return drafted(self.database.storage, snapshot.own, former)

    def restore(
        self,
        snapshot: Snapshot,
        facts: Mapping[str, Any] | None = None,
        draft: SnapshotDraft | None = None,
    ) -> None:
        """Have the contents of the snapshot again, and these facts. Not inside a transaction."""
        tables = {**snapshot.tables, FACTS.name: Rows(FACTS)}
        if facts is not None:
            rows = tables[FACTS.name]
            rows.add(rows.new_record(FACTS.name, _document(facts)))
        self.database.restore(tables, draft)

    def ready(self, changes: list[Change]) -> Changes | None:
        """What changed a fork, in the form that is kept here in no time; a thread may ask. None
        where there is none, so that the fork is to be drafted.
        """
        return self.database.storage.ready(changes)

    def take_over(
        self,
        before: Snapshot,
        after: Snapshot,
        changes: Changes | None,
        draft: SnapshotDraft | None = None,
    ) -> bool:
        """Have what a fork came to, all at once, if nothing has changed here since it was made;
        whether that is so. `before`, `after`: the fork as it was made, and as it is; `changes`:
        what led from one to the other, as `ready` gives it; `draft`: of `after`, where that gives
        nothing.
        """
        own = {name: before.tables[name] for name in after.own}
        return self.database.take_over(own, after.own, changes, draft)

    def prepare(self) -> None:
        """Build the indexes of large collections now, all forks share them; else they are built
        when somebody first asks for one, who has to wait for it.
        """
        for name in self:
            self.database.table(name).rows.prepare()

    def dump(self) -> Tables:
        """Everything as TinyDB writes it: `{table: {id: document}}`, oldest first."""
        return self.database.dump()

    def load(self, tables: Mapping[str, deque[Record]]) -> None:
        """Have these records in place of all others, in each table the oldest first. Nobody else
        may have them, and they are taken out of where they are. Not inside a transaction.
        """
        self.database.load(tables)

    def close(self) -> None:
        """Keep a store on disk in its shortest form, and end: it cannot be written to any more."""
        self.database.close()

    def _set_number(self, counter: Record | None, series: str, scope: str, value: int) -> None:
        if counter is not None:
            self._counters.change(counter.doc_id, value=value)
        else:
            doc_id = f"{series}:{scope}"
            document = {"id": doc_id, "series": series, "scope": scope, "value": value}
            self._counters.insert(document)


def _document(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": FACTS.name, "facts": dict(facts)}
