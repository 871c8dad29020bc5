"""What was worked out on a fork becomes the store's, unless the store has changed meanwhile."""

from __future__ import annotations

import pytest

from understudy.store import CollectionSchema, Store


@pytest.fixture
def store():
    store = Store([CollectionSchema("books", (), (), None)])
    with store.transaction():
        for name in "abc":
            store["books"].insert({"id": name})
    return store


def forked(store):
    fork = store.fork()
    before = fork.snapshot()
    with fork.transaction() as done:
        fork["books"].remove("b")
    return before, fork.snapshot(), done.changes


def test_it_has_what_the_fork_came_to(store):
    assert store.take_over(*forked(store))
    assert [one["id"] for one in store["books"]] == ["a", "c"]
    store["books"].insert({"id": "d"})
    assert [one["id"] for one in store["books"]] == ["a", "c", "d"]


def test_a_store_that_has_changed_stays_as_it_is(store):
    found = forked(store)
    store["books"].insert({"id": "d"})
    assert not store.take_over(*found)
    assert [one["id"] for one in store["books"]] == ["a", "b", "c", "d"]
