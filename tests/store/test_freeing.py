"""Large contents go bit by bit, and what somebody else has stays."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from understudy.store import CollectionSchema, Store, database, freeing
from understudy.store.rows import Rows

Make = Callable[..., dict[str, Any]]


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was to be done in a thread, which is done at once."""
    works: list[Any] = []

    def do(work: Callable[[], None]) -> None:
        works.append(work)
        work()

    monkeypatch.setattr(database, "MANY", 0)
    monkeypatch.setattr(freeing, "beside", do)
    return works


@pytest.fixture
def full(schemas: list[CollectionSchema], make: Make) -> Store:
    store = Store(schemas)
    for number in range(5_000):
        store["defects"].insert(make(f"d{number}", tags=[f"t{number % 7}"]))
    store.prepare()
    return store


def parts_of(rows: Rows) -> int:
    """The most things that went together, where each of these goes by itself."""
    sizes = []
    contents: list[Any] = [rows]
    while contents:
        part = contents.pop()
        found = [one for one in gc.get_referents(part) if freeing._is_part(one)]
        sizes.append(len(found))
        contents += [one for one in found if not isinstance(one, freeing.Record)]
    return max(sizes)


def test_what_nobody_else_has_goes(full: Store, begun: list[Any]) -> None:
    contents = [*full.snapshot().tables.values()]
    gone = [weakref.ref(record) for record in full["defects"]][::500]
    full.load({})
    freeing.free(contents)
    assert contents == []
    assert len(begun) == 1
    assert [one() for one in gone] == [None] * len(gone)


def test_what_somebody_else_has_stays_and_is_not_even_looked_at(
    full: Store, begun: list[Any]
) -> None:
    fork = full.fork()
    contents = [*full.snapshot().tables.values()]
    full.load({})
    freeing.free(contents)
    assert (contents, begun) == ([], [])
    assert len(fork["defects"]) == 5_000


def test_what_a_changed_fork_shares_stays(full: Store, make: Make, begun: list[Any]) -> None:
    fork = full.fork()
    fork["defects"].insert(make("more"))
    expected = [record["id"] for record in fork["defects"]]
    contents = [*full.snapshot().tables.values()]
    full.load({})
    freeing.free(contents)
    assert [record["id"] for record in fork["defects"]] == expected
    assert fork["defects"].count({"status": "OPEN"}) == len(expected)


def test_no_part_is_large(full: Store) -> None:
    assert parts_of(full.database.table("defects").rows) <= 4_096
