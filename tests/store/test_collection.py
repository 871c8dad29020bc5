from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.store import Collection, Record, Store

Make = Callable[..., dict[str, Any]]


def ids(records: Any) -> list[str]:
    return [record["id"] for record in records]


def test_insert_stores_a_record_under_its_id(defects: Collection, make: Make) -> None:
    record = defects.insert(make("a"))
    assert isinstance(record, Record)
    assert record == make("a")
    assert defects.get("a") is record
    assert defects.get("b") is None


def test_insert_refuses_a_taken_id(defects: Collection, make: Make) -> None:
    defects.insert(make("a"))
    with pytest.raises(KeyError, match="defects has 'a' already"):
        defects.insert(make("a", title="other"))
    assert [record["title"] for record in defects] == ["a"]


def test_what_was_given_may_change_afterwards(defects: Collection, make: Make) -> None:
    document = make("a")
    defects.insert(document)
    document["title"] = "changed"
    assert defects.get("a") == make("a")


def test_replace_keeps_the_place(defects: Collection, make: Make) -> None:
    for doc_id in "abc":
        defects.insert(make(doc_id))
    before = defects.get("a")
    after = defects.replace("a", make("a", title="z", _workspace_id="w2"))
    assert defects.get("a") is after
    assert ids(defects) == ["a", "b", "c"]
    assert before == make("a")
    assert ids(defects.select({"_workspace_id": "w1"}).items) == ["b", "c"]
    assert ids(defects.select({"_workspace_id": "w2"}).items) == ["a"]


def test_replace_and_change_do_not_move_to_another_id(defects: Collection, make: Make) -> None:
    defects.insert(make("a"))
    with pytest.raises(ValueError, match="an id is for life"):
        defects.replace("a", make("b"))
    with pytest.raises(ValueError, match="an id is for life"):
        defects.change("a", id="b")
    assert ids(defects) == ["a"]


def test_change_keeps_the_other_fields(defects: Collection, make: Make) -> None:
    defects.insert(make("a", title="t"))
    assert defects.change("a", status="CLOSED") == make("a", title="t", status="CLOSED")


def test_remove_forgets(defects: Collection, make: Make) -> None:
    defects.insert(make("a"))
    defects.remove("a")
    assert defects.get("a") is None
    assert "a" not in defects
    assert len(defects) == 0
    assert defects.select({"_workspace_id": "w1", "status": "OPEN"}) == ([], 0)


@pytest.mark.parametrize(
    "write",
    [
        lambda defects: defects.replace("x", {"id": "x"}),
        lambda defects: defects.change("x", title="y"),
        lambda defects: defects.remove("x"),
    ],
)
def test_what_is_not_there_cannot_be_written(defects: Collection, write: Any) -> None:
    with pytest.raises(KeyError, match="defects has no 'x'"):
        write(defects)


def test_a_write_that_fails_leaves_no_trace(defects: Collection, make: Make) -> None:
    defects.insert(make("a"))
    with pytest.raises(TypeError):
        defects.insert(make("b", _workspace_id=["no", "key"]))
    with pytest.raises(TypeError):
        defects.change("a", _workspace_id={})
    assert list(defects) == [make("a")]
    assert defects.select({"_workspace_id": "w1"}).items == [make("a")]


def test_first_is_the_oldest_that_fits(defects: Collection, make: Make) -> None:
    for doc_id, status in ("a", "OPEN"), ("b", "CLOSED"), ("c", "CLOSED"):
        defects.insert(make(doc_id, status=status))
    assert defects.first({"status": "CLOSED"}) == make("b", status="CLOSED")
    assert defects.first() == make("a")
    assert defects.first({"status": "IN_PROGRESS"}) is None


@pytest.mark.parametrize(
    "where",
    [
        {"_workspace_id": "w1", "folder_id": "small"},
        {"_workspace_id": "w1", "folder_id": "large"},
        {"_workspace_id": "w1", "folder_id": "none"},
        {"_workspace_id": "w3", "folder_id": "large"},
        {"_workspace_id": "w1"},
        {"folder_id": "large", "status": "OPEN"},
        {"title": "B"},
        {},
    ],
)
@pytest.mark.parametrize("field", ["title", "status", "created_at", "size"])
def test_last_is_the_end_of_the_order(
    defects: Collection, make: Make, where: dict[str, Any], field: str
) -> None:
    for number in range(40):
        defects.insert(
            make(
                str(number),
                title="bAcB"[number % 4],
                size=number % 7,
                folder_id="small" if number in (3, 5) else "large",
                _workspace_id="w2" if number % 9 == 8 else "w1",
            )
        )
    items = defects.select(where, order=(field, "desc"), limit=1).items
    assert defects.last(where, field) == (items[0] if items else None)


def test_count(defects: Collection, make: Make) -> None:
    for doc_id, workspace in ("a", "w1"), ("b", "w2"), ("c", "w1"):
        defects.insert(make(doc_id, _workspace_id=workspace))
    assert defects.count() == len(defects) == 3
    assert defects.count({"_workspace_id": "w1"}) == 2
    assert defects.count({"status": "OPEN"}) == 3
    assert defects.count({"_workspace_id": "w3"}) == 0


def test_knows_its_name_and_schema(store: Store) -> None:
    assert store["users"].name == "users"
    assert store["users"].schema.indexes == ("email",)
