from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

import pytest

from understudy.store import Change, Collection, Range, Record, Store
from understudy.store.bits import CHUNK

Make = Callable[..., dict[str, Any]]
ASKED = {"_workspace_id": "w1", "status": "OPEN"}


class Interrupted(Exception):
    pass


def use_indexes(defects: Collection) -> None:
    """Have every index built, so that what follows has to keep them up."""
    for status in "OPEN", "CLOSED":
        defects.select({"_workspace_id": "w1", "status": status, "created_at": Range("1", "9")})
        defects.select({"_workspace_id": "w1"}, order=("title", "asc"))


def records(table: dict[str, dict[str, Any]]) -> deque[Record]:
    """Records of one's own of what a dump holds."""
    return deque(Record(document, doc_id) for doc_id, document in table.items())


def everything(store: Store) -> Any:
    """All that can be seen, orders included."""
    defects = store["defects"]
    return (
        {name: list(table.items()) for name, table in store.dump().items()},
        defects.select(ASKED),
        defects.select({"_workspace_id": "w1"}),
        defects.select({"_workspace_id": "w1"}, order=("title", "desc")),
        defects.select({"created_at": Range("2", None)}),
    )


def write_much(store: Store, make: Make) -> None:
    defects = store["defects"]
    defects.remove("a")
    defects.insert(make("a", title="again", created_at="9"))
    defects.change("b", status="CLOSED", title="z")
    defects.remove("d")
    defects.change("c", _workspace_id="w2")
    defects.insert(make("e"))
    defects.remove("e")
    store.next_number("defects", "w1")


@pytest.fixture
def filled(store: Store, make: Make) -> Store:
    for number, doc_id in enumerate("abcd"):
        store["defects"].insert(make(doc_id, created_at=str(number)))
    store.next_number("defects", "w1")
    use_indexes(store["defects"])
    return store


def test_unknown_collection_names_the_known_ones(store: Store) -> None:
    with pytest.raises(
        KeyError, match="no collection 'defect'; there are _counters, _facts, defects, users"
    ):
        store["defect"]
    assert "defects" in store
    assert "defect" not in store
    assert list(store) == ["defects", "users", "_counters", "_facts"]


class TestTransactions:
    def test_changes_are_listed_step_by_step(self, filled: Store, make: Make) -> None:
        with filled.transaction() as tx:
            filled["defects"].change("a", title="1")
            filled["defects"].change("a", title="2")
            filled["defects"].remove("a")
            filled["users"].insert({"id": "u"})
        old, new = make("a", created_at="0"), make("a", created_at="0", title="1")
        newer = make("a", created_at="0", title="2")
        assert tx.changes == [
            Change("defects", "a", old, new),
            Change("defects", "a", new, newer),
            Change("defects", "a", newer, None),
            Change("users", "u", None, {"id": "u"}),
        ]

    def test_an_exception_undoes_everything_exactly(self, filled: Store, make: Make) -> None:
        before = everything(filled)
        seen = []

        def fail() -> None:
            with filled.transaction() as tx:
                seen.append(tx)
                write_much(filled, make)
                assert everything(filled) != before
                raise Interrupted

        with pytest.raises(Interrupted):
            fail()
        assert everything(filled) == before
        assert seen[0].changes == []

    def test_what_comes_after_an_undone_one_is_as_if_it_had_not_been(
        self, filled: Store, make: Make
    ) -> None:
        other = filled.fork()
        filled.begin()
        write_much(filled, make)
        filled.rollback()
        for store in filled, other:
            write_much(store, make)
        assert everything(filled) == everything(other)

    def test_an_undone_removal_is_in_its_place_in_a_fork_too(
        self, filled: Store, make: Make
    ) -> None:
        filled.begin()
        filled["defects"].remove("b")
        filled.rollback()
        fork = filled.fork()
        fork["defects"].insert(make("e"))
        assert [record["id"] for record in fork["defects"].select().items] == [*"abcde"]
        assert [record["id"] for record in fork["defects"]] == [*"abcde"]

    def test_the_hand_driven_form(self, filled: Store, make: Make) -> None:
        filled.begin()
        filled["users"].insert({"id": "u"})
        assert filled.commit() == [Change("users", "u", None, {"id": "u"})]
        filled.begin()
        assert filled.commit() == []
        filled.begin()
        filled["users"].remove("u")
        filled.rollback()
        assert "u" in filled["users"]

    def test_do_not_nest(self, store: Store) -> None:
        store.begin()
        with pytest.raises(RuntimeError, match="open already"):
            store.begin()
        store.rollback()
        store.begin()

    def test_a_write_outside_is_one_of_its_own(self, store: Store, make: Make) -> None:
        store["defects"].insert(make("a"))
        store.begin()
        store.rollback()
        assert "a" in store["defects"]


class TestNumbers:
    def test_count_up_in_each_scope(self, store: Store) -> None:
        assert [store.next_number("defects", "w1") for _ in range(3)] == [1, 2, 3]
        assert store.next_number("defects", "w2") == 1
        assert store.next_number("runs", "w1") == 1

    def test_go_on_after_one_given_by_hand(self, store: Store) -> None:
        store.raise_number("defects", "w1", 40)
        store.raise_number("defects", "w1", 7)
        assert store.next_number("defects", "w1") == 41

    def test_are_part_of_the_transaction_and_the_snapshot(self, store: Store) -> None:
        store.next_number("defects", "w1")
        snapshot = store.snapshot()
        store.begin()
        store.next_number("defects", "w1")
        store.rollback()
        assert store.next_number("defects", "w1") == 2
        store.restore(snapshot)
        assert store.next_number("defects", "w1") == 2


class TestForks:
    def test_both_sides_are_independent(self, filled: Store, make: Make) -> None:
        before = everything(filled)
        fork = filled.fork()
        assert everything(fork) == before
        write_much(fork, make)
        assert everything(filled) == before
        changed = everything(fork)
        filled["defects"].insert(make("f"))
        filled.next_number("defects", "w1")
        assert everything(fork) == changed

    def test_share_the_records(self, filled: Store) -> None:
        assert filled.fork()["defects"].get("a") is filled["defects"].get("a")

    def test_a_second_fork_starts_from_where_the_first_is_now(
        self, filled: Store, make: Make
    ) -> None:
        fork = filled.fork()
        write_much(fork, make)
        second = fork.fork()
        assert everything(second) == everything(fork)
        second["defects"].remove("b")
        assert "b" in fork["defects"]

    def test_goes_on_with_the_ids(self, filled: Store) -> None:
        filled.counter = lambda: 42
        assert filled.fork().saved_counter == 42

    def test_has_undeclared_tables_too(self, store: Store) -> None:
        store.database.table("notes").insert({"text": "hello"})
        assert store.fork().dump()["notes"] == {"1": {"text": "hello"}}


class TestSnapshots:
    def test_bring_everything_back_any_number_of_times(self, filled: Store, make: Make) -> None:
        before = everything(filled)
        snapshot = filled.snapshot()
        for _ in range(2):
            write_much(filled, make)
            assert everything(filled) != before
            filled.restore(snapshot)
            assert everything(filled) == before

    def test_survive_a_rollback_that_began_before_them(self, filled: Store, make: Make) -> None:
        before = everything(filled)
        filled.begin()
        write_much(filled, make)
        during = everything(filled)
        snapshot = filled.snapshot()
        filled.rollback()
        assert everything(filled) == before
        filled.restore(snapshot)
        assert everything(filled) == during

    def test_are_not_restored_inside_a_transaction(self, filled: Store) -> None:
        snapshot = filled.snapshot()
        filled.begin()
        with pytest.raises(RuntimeError, match="a transaction is open"):
            filled.restore(snapshot)


class TestDumps:
    def test_are_tinydbs_tables_oldest_first(self, filled: Store) -> None:
        dump = filled.dump()
        assert set(dump) == {"defects", "users", "_counters", "_facts"}
        assert list(dump["defects"]) == ["a", "b", "c", "d"]
        assert dump["_counters"]["defects:w1"]["value"] == 1

    def test_loading_one_replaces_everything(self, filled: Store, schemas: Any, make: Make) -> None:
        dump = filled.dump()
        other = Store(schemas)
        other["defects"].insert(make("x"))
        other["users"].insert({"id": "u"})
        other.load({name: records(table) for name, table in dump.items()})
        assert everything(other) == everything(filled)
        other["defects"].insert(make("x"))
        assert list(dump["defects"]) == ["a", "b", "c", "d"]

    def test_loading_many_is_like_inserting_them(self, schemas: Any, make: Make) -> None:
        documents = [
            make(f"d{number}", _workspace_id=f"w{number % 3}", status=("OPEN", "DONE")[number % 2])
            for number in range(2 * CHUNK + 10)
        ]
        inserted, loaded = Store(schemas), Store(schemas)
        for document in documents:
            inserted["defects"].insert(document)
        given = records({document["id"]: document for document in documents})
        loaded.load({"defects": given})
        assert not given, "they are taken out, so that nobody frees a million at once"
        for store in (inserted, loaded):
            store["defects"].remove("d7")
            store["defects"].insert(make("new", _workspace_id="w1"))
        assert everything(loaded) == everything(inserted)
        for doc_id in ("d0", f"d{CHUNK - 1}", f"d{CHUNK}", "new"):
            assert loaded["defects"].get(doc_id) == inserted["defects"].get(doc_id) is not None
        for workspace in ("w0", "w1", "w2"):
            is_open = {"_workspace_id": workspace, "status": "OPEN"}
            found = loaded["defects"].select(is_open)
            assert found.items == inserted["defects"].select(is_open).items

    def test_keep_tables_that_no_schema_declares(self, store: Store) -> None:
        store.load({"old": records({"1": {"id": "1"}})})
        assert store.dump()["old"] == {"1": {"id": "1"}}
        assert "old" not in store


class TestWhatIsDerived:
    """A place that is empty again after each change of what it was worked out from."""

    @pytest.fixture
    def derived(self, store):
        store["users"].insert({"id": "1", "name": "one"})
        derived = store.derived(("users",))
        derived["key"] = "value"
        return derived

    def test_it_stays_while_nothing_changes(self, store, derived):
        store["users"].select({"name": "one"})
        store.snapshot()
        store.fork()["users"].insert({"id": "2", "name": "two"})
        assert store.derived(("users",)) == {"key": "value"}

    @pytest.mark.parametrize(
        "change",
        [
            lambda store: store["users"].insert({"id": "2", "name": "two"}),
            lambda store: store["users"].change("1", name="two"),
            lambda store: store["users"].remove("1"),
            lambda store: store["users"].remove_all(["1"]),
            lambda store: store.restore(store.snapshot()),
            lambda store: store.load({"users": deque()}),
            lambda store: store.database.table("users").truncate(),
        ],
    )
    def test_it_goes_with_every_change(self, store, derived, change):
        change(store)
        assert derived == {}

    def test_it_goes_with_what_is_taken_back(self, store, derived):
        store.begin()
        store["users"].insert({"id": "2", "name": "two"})
        derived["key"] = "of two"
        store.rollback()
        assert derived == {}

    def test_a_fork_has_its_own(self, store, derived):
        assert store.fork().derived(("users",)) == {}
