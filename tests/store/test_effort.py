"""What would take long is given up before it begins, and only by those who have no time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from understudy.store import CollectionSchema, Contains, Range, Store, effort
from understudy.store.bits import Bits
from understudy.store.slots import Slots

COUNT = 3_000
ALLOWED = 100


@pytest.fixture(scope="module")
def full() -> Store:
    store = Store([CollectionSchema("books", ("kind",), ("title", "year"), ("title",), None)])
    with store.transaction():
        for number in range(COUNT):
            book = {"id": str(number), "title": f"No {number}", "kind": number % 3}
            store["books"].insert({**book, "year": number % 7, "pages": number % 11})
    store.prepare()
    return store


@pytest.fixture
def store(full: Store) -> Store:
    return full.fork()


@pytest.fixture
def _hurry(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("TEXTS", "CHECKED", "SORTED", "STRETCH"):
        monkeypatch.setattr(effort, name, 1)
    effort.allowance.left = ALLOWED
    yield
    effort.allowance.left = None


LONG: dict[str, Callable[[Store], Any]] = {
    "giving all": lambda store: store["books"].select(),
    "a search": lambda store: store["books"].select(search=Contains("7", ("title",)), limit=1),
    "a search that counts": lambda store: store["books"].count(search=Contains("x", ("title",))),
    "a condition without an index": lambda store: store["books"].count({"pages": 3}),
    "a sort without an index": lambda store: store["books"].select(order=("pages", "asc"), limit=1),
    "a range beside a condition": lambda store: store["books"].count(
        {"year": Range(1, 5), "kind": 1}
    ),
    "removing many": lambda store: store["books"].remove_all(map(str, range(200))),
    "changing many": lambda store: [
        store["books"].change(str(number), kind=9) for number in range(200)
    ],
}
SHORT: dict[str, Callable[[Store], Any]] = {
    "a page": lambda store: store["books"].select(limit=50, order=("title", "desc")),
    "a deep page": lambda store: store["books"].select(limit=50, offset=2_500),
    "a condition with an index": lambda store: store["books"].select({"kind": 2}, limit=50),
    "a count": lambda store: store["books"].count({"year": Range(1, 5)}),
    "a tally": lambda store: store["books"].tally(["kind"]),
    "a change": lambda store: store["books"].change("7", title="New"),
    "a removal": lambda store: store["books"].remove("7"),
}


@pytest.mark.usefixtures("_hurry")
@pytest.mark.parametrize("name", LONG)
def test_what_takes_long_is_given_up_and_leaves_nothing(store: Store, name: str) -> None:
    store.begin()
    with pytest.raises(effort.TakesLong):
        LONG[name](store)
    store.rollback()
    effort.allowance.left = None
    assert len(store["books"]) == COUNT
    assert store["books"].count({"kind": 9}) == 0
    assert [one["id"] for one in store["books"]] == [*map(str, range(COUNT))]


@pytest.mark.usefixtures("_hurry")
@pytest.mark.parametrize("name", LONG)
def test_what_takes_long_is_given_up_before_its_records_are_gathered(
    store: Store, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gathered: list[Bits] = []
    monkeypatch.setattr(Slots, "parts_of", lambda _, found: iter(gathered.append(found) or ()))
    store.begin()
    with pytest.raises(effort.TakesLong):
        LONG[name](store)
    assert gathered == []


@pytest.mark.parametrize("name", LONG)
def test_who_has_time_may_do_it(store: Store, name: str) -> None:
    with store.transaction():
        LONG[name](store)


@pytest.mark.usefixtures("_hurry")
@pytest.mark.parametrize("name", SHORT)
def test_what_takes_no_time_is_done(store: Store, name: str) -> None:
    with store.transaction():
        SHORT[name](store)


def test_an_index_that_is_not_there_yet_takes_long() -> None:
    store = Store([CollectionSchema("books", ("kind",), ("title",), ("title",), None)])
    with store.transaction():
        for number in range(COUNT):
            store["books"].insert({"id": str(number), "title": str(number), "kind": 1})
    for ask in (
        lambda: store["books"].count({"kind": 1}),
        lambda: store["books"].select(order=("title", "asc"), limit=1),
        lambda: store["books"].count(search=Contains("7", ("title",))),
    ):
        effort.allowance.left = ALLOWED
        try:
            with pytest.raises(effort.TakesLong):
                ask()
        finally:
            effort.allowance.left = None
        ask()
        effort.allowance.left = ALLOWED
        try:
            ask()
        finally:
            effort.allowance.left = None


def test_a_second_step_has_what_the_first_left() -> None:
    effort.allowance.left = ALLOWED
    try:
        effort.spend(60)
        with pytest.raises(effort.TakesLong):
            effort.spend(60)
    finally:
        effort.allowance.left = None
