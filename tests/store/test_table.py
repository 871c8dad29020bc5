"""Our table answers as TinyDB's own: each step is done to both."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
import tinydb
from tinydb import Query, where
from tinydb.operations import delete, increment
from tinydb.storages import MemoryStorage
from tinydb.table import Document

from understudy.store import Collection, Store
from understudy.store.table import Table


class TextIdTable(tinydb.table.Table):
    document_id_class = str  # type: ignore[assignment]

    def _get_next_id(self) -> str:
        return str(len(self) + 1)


class TextIdDatabase(tinydb.TinyDB):
    table_class = TextIdTable


class Both:
    """Calls TinyDB's table and ours, and compares what they answer and what they hold."""

    def __init__(self, theirs: tinydb.table.Table, ours: Table) -> None:
        self.theirs = theirs
        self.ours = ours

    def __getattr__(self, name: str) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            own = [deepcopy(each) if isinstance(each, dict) else each for each in args]
            expected = self._call(self.theirs, name, *own, **kwargs)
            assert self._call(self.ours, name, *args, **kwargs) == expected
            assert [(each.doc_id, each) for each in self.ours] == [
                (each.doc_id, each) for each in self.theirs
            ]
            assert len(self.ours) == len(self.theirs)
            return expected

        return call

    @staticmethod
    def _call(table: Any, name: str, *args: Any, **kwargs: Any) -> Any:
        try:
            return getattr(table, name)(*args, **kwargs)
        except (ValueError, RuntimeError) as error:
            return type(error)


@pytest.fixture
def both(store: Store) -> Both:
    theirs = TextIdDatabase(storage=MemoryStorage).table("defects")
    both = Both(theirs, store.database.table("defects"))
    people = [("ann", 30, ["ui"]), ("bob", 25, []), ("cy", 41, ["ui", "db"])]
    for name, age, tags in people:
        both.insert({"name": name, "age": age, "tags": tags})
    return both


def test_insert_gives_the_id(both: Both) -> None:
    assert both.insert({"name": "dee"}) == "4"
    assert both.insert({}) == "5"
    assert both.insert(Document({"name": "eve"}, doc_id="x")) == "x"
    assert both.insert(Document({"name": "eve"}, doc_id="x")) is ValueError
    assert both.insert(["no", "mapping"]) is ValueError


def test_a_new_id_is_one_that_nobody_has(store: Store) -> None:
    table = store.database.table("defects")
    table.insert_multiple([Document({}, doc_id="1"), Document({}, doc_id="2")])
    assert table.insert({}) == "3"
    table.remove(doc_ids=["3"])
    assert table.insert({}) == "4"


def test_insert_multiple_is_all_or_nothing(both: Both) -> None:
    assert both.insert_multiple([{"name": "dee"}, Document({}, doc_id="x")]) == ["4", "x"]
    twice = [Document({}, doc_id="y"), Document({}, doc_id="y")]
    assert both.insert_multiple(twice) is ValueError


def test_queries(both: Both) -> None:
    person = Query()
    for query in (
        person.age > 26,
        (person.name == "ann") | (person.age == 25),
        person.tags.any(["db"]),
        person.tags.all(["ui", "db"]),
        person.name.matches("^[ab]"),
        person.name.test(lambda name: name == "cy"),
        ~person.tags.any(["ui"]),
        where("missing").exists(),
        person.fragment({"age": 41}),
        Query().noop(),
    ):
        both.search(query)
        both.get(query)
        both.contains(query)
        both.count(query)
    assert len(both.search(person.age > 26)) == 2


def test_get_and_contains(both: Both) -> None:
    assert both.get(doc_id="2")["name"] == "bob"
    assert both.get(doc_id="9") is None
    assert both.get(None, "1")["name"] == "ann"
    assert len(both.get(doc_ids=["3", "1", "9"])) == 2
    assert both.contains(doc_id="1") is True
    assert both.contains(doc_id="9") is False
    assert both.get() is RuntimeError
    assert both.contains() is RuntimeError


def test_update(both: Both) -> None:
    assert both.update({"age": 1}, doc_ids=["1", "9", "3"]) == ["1", "3"]
    assert both.update(increment("age"), where("age") == 1) == ["1", "3"]
    assert both.update({"seen": True}) == ["1", "2", "3"]
    assert both.update(delete("seen"), where("name") == "bob") == ["2"]
    assert both.update({"seen": 1}, where("name") == "nobody") == []


def test_an_update_by_a_function_touches_no_shared_part(both: Both) -> None:
    before = both.ours.get(doc_id="1")
    both.update(lambda document: document["tags"].append("new"), doc_ids=["1"])
    assert before == {"name": "ann", "age": 30, "tags": ["ui"]}


def test_update_multiple(both: Both) -> None:
    updates = [({"age": 50}, where("name") == "ann"), (increment("age"), where("age") > 40)]
    assert both.update_multiple(updates) == ["1", "1", "3"]


def test_upsert(both: Both) -> None:
    assert both.upsert({"age": 31}, where("name") == "ann") == ["1"]
    assert both.upsert({"name": "dee"}, where("name") == "dee") == ["4"]
    assert both.upsert({"name": "dee"}) is ValueError


def test_upsert_of_a_document(store: Store) -> None:
    table = store.database.table("defects")
    assert table.upsert(Document({"name": "dee"}, doc_id="x")) == ["x"]
    assert table.upsert(Document({"age": 1}, doc_id="x")) == ["x"]
    assert table.get(doc_id="x") == {"name": "dee", "age": 1}


def test_remove(both: Both) -> None:
    assert both.remove(doc_ids=["3", "9"]) == ["3"]
    assert both.remove(where("age") > 26) == ["1"]
    assert both.remove() is RuntimeError


def test_truncate(both: Both) -> None:
    both.truncate()
    assert both.all() == []
    assert both.insert({"name": "new"}) == "1"


def test_the_collection_and_its_indexes_follow(store: Store, defects: Collection) -> None:
    table = store.database.table("defects")
    table.insert({"id": "a", "status": "OPEN", "_workspace_id": "w1"})
    asked = {"_workspace_id": "w1", "status": "OPEN"}
    assert defects.select(asked).total == 1
    table.update({"status": "CLOSED"}, where("status") == "OPEN")
    assert defects.select(asked).total == 0
    table.upsert({"id": "b", **asked}, where("id") == "b")
    assert defects.get("b") == {"id": "b", **asked}
    assert defects.select(asked).items == [{"id": "b", **asked}]


def test_a_document_has_one_id(store: Store) -> None:
    table = store.database.table("defects")
    table.insert({"id": "a"})
    with pytest.raises(ValueError, match="has another id in it"):
        table.insert(Document({"id": "b"}, doc_id="c"))
    with pytest.raises(ValueError, match="an id is for life"):
        table.update({"id": "b"}, doc_ids=["a"])
    assert table.all() == [{"id": "a"}]


def test_the_database_forwards_to_its_default_table(store: Store) -> None:
    database = store.database
    database.insert({"x": 1})
    assert len(database) == 1
    assert list(database) == [{"x": 1}]
    assert database.tables() == {"_counters", "_default", "_facts", "defects", "users"}
    assert "tables_count=5" in repr(database)
    database.drop_table("_default")
    assert database.tables() == {"_counters", "_facts", "defects", "users"}
    store["users"].insert({"id": "u"})
    database.drop_tables()
    assert len(store["users"]) == 0


def test_no_step_leaves_a_transaction_open(store: Store) -> None:
    table = store.database.table("defects")
    with pytest.raises(ValueError, match="already exists"):
        table.insert_multiple([{"id": "a"}, {"id": "a"}])
    store.begin()
    assert store.commit() == []
    table.insert_multiple([{"id": "a"}, {"id": "b"}])
    store.begin()
    assert store.commit() == []
    assert len(table) == 2


def test_a_step_is_part_of_the_open_transaction(store: Store) -> None:
    table = store.database.table("defects")
    store.begin()
    table.insert_multiple([{"id": "a"}, {"id": "b"}])
    store.rollback()
    assert len(table) == 0


def test_a_failing_step_inside_a_transaction_undoes_just_itself(store: Store) -> None:
    table = store.database.table("defects")
    with store.transaction() as tx:
        table.insert({"id": "a"})
        with pytest.raises(ValueError, match="already exists"):
            table.insert_multiple([{"id": "b"}, {"id": "a"}])
    assert [change.id for change in tx.changes] == ["a"]
    assert [document["id"] for document in table] == ["a"]
