"""Several threads that want the same index: one builds it, the others wait."""

from __future__ import annotations

import threading
from collections import deque
from typing import Any

import pytest

from understudy.store import CollectionSchema, Record, Store, effort, partition

SCHEMA = CollectionSchema("books", ("kind",), ("title",), partition=None)
COUNT = 50


@pytest.fixture
def store() -> Store:
    store = Store([SCHEMA])
    books = ({"id": f"{n}", "title": f"No {n % 7}", "kind": n % 3} for n in range(COUNT))
    store.load({"books": deque(Record(book, book["id"]) for book in books)})
    return store


@pytest.mark.parametrize(
    ("index", "ask"),
    [
        ("KeptOrder", {"order": ("title", "asc")}),
        ("EqualIndex", {"where": {"kind": 1}}),
    ],
)
def test_an_index_is_built_once(
    store: Store, index: str, ask: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another thread asks while one builds, and has got as far as to build it, too."""
    build, spend = getattr(partition, index), effort.spend
    built: list[Any] = []
    found: list[Any] = []
    is_there = threading.Event()
    other = threading.Thread(target=lambda: found.append(store["books"].select(**ask)))

    def building(*given: Any) -> Any:
        if not built:
            other.start()
            assert is_there.wait(20)
        built.append(build(*given))
        return built[-1]

    def spending(units: int) -> None:
        if threading.current_thread() is other:
            is_there.set()
        spend(units)

    monkeypatch.setattr(partition, index, building)
    monkeypatch.setattr(effort, "spend", spending)
    found.append(store["books"].select(**ask))
    other.join(20)
    assert len(built) == 1
    assert found[0] == found[1]
    assert found[0].total


def test_one_that_cannot_be_built_is_not_waited_for(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(partition, "KeptOrder", None)
        with pytest.raises(TypeError):
            store["books"].select(order=("title", "asc"))
    assert len(store["books"].select(order=("title", "asc")).items) == COUNT
