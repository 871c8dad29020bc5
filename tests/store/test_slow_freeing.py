"""A large store that nobody has any more is freed bit by bit, and not in one long call."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from typing import Any

import pytest

from understudy.store import CollectionSchema, Record, Store, rows, shards, slow_freeing

NOTES = 20_000
SCHEMA = CollectionSchema(
    "notes", indexes=("rank",), orders=("title",), texts=("title",), partition="rank"
)
freed: list[int] = []


class Told(str):
    """A text that tells when it is freed."""

    def __del__(self) -> None:
        freed.append(1)


class Ends:
    """What sets an event when it is freed."""

    def __init__(self, is_over: threading.Event) -> None:
        self._is_over = is_over

    def __del__(self) -> None:
        self._is_over.set()


@pytest.fixture
def left(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[list[Any]]]:
    """What is left to be freed by somebody else."""
    found: list[list[Any]] = []
    monkeypatch.setattr(rows, "free_in_pieces", found.append)
    freed.clear()
    yield found
    found.clear()


def large() -> Store:
    store = Store([SCHEMA])
    notes = (
        Record({"id": f"{number}", "title": Told(number), "rank": number % 2}, f"{number}")
        for number in range(NOTES)
    )
    store.load({"notes": deque(notes)})
    return store


def all_freed(pieces: list[Any]) -> int:
    """Free all; the most that went at once."""
    most, before = 0, len(freed)
    while pieces:
        pieces.pop()
        most, before = max(most, len(freed) - before), len(freed)
    return most


def test_it_goes_in_pieces(left: list[list[Any]]) -> None:
    store = large()
    del store
    [pieces] = left
    assert not freed
    assert 0 < all_freed(pieces) <= shards.FULL
    assert len(freed) == NOTES


def test_the_indexes_go_in_pieces() -> None:
    bare = rows.Rows(SCHEMA)
    notes = ({"title": f"{number}", "rank": 0} for number in range(NOTES))
    bare.fill(deque(Record(note, note["title"]) for note in notes))
    without = len([*bare._pieces()])
    bare.prepare()
    assert len([*bare._pieces()]) > without + NOTES // 1000


def test_what_somebody_else_has_stays(left: list[list[Any]]) -> None:
    store = large()
    fork = store.fork()
    fork["notes"].remove("7")
    del store
    [pieces] = left
    all_freed(pieces)
    assert len(freed) <= 1
    assert len(fork["notes"]) == NOTES - 1
    assert fork["notes"].get("8") is not None


def test_a_small_one_goes_at_once(left: list[list[Any]]) -> None:
    store = Store([SCHEMA])
    store["notes"].insert({"id": "1", "title": Told("1"), "rank": 1})
    del store
    assert not left
    assert len(freed) == 1


def test_a_thread_does_it(left: list[list[Any]]) -> None:
    store, is_over = large(), threading.Event()
    del store
    slow_freeing.free_in_pieces([Ends(is_over), *left.pop()])
    assert is_over.wait(60)
    assert len(freed) == NOTES


def test_others_have_a_turn_after_each_piece_that_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What somebody else has as well takes no time: many forks may go one after the other."""
    turns: list[int] = []
    shared: list[list[int]] = [[number] for number in range(5)]
    pieces = [[7], *shared, [8]]
    me = threading.get_ident()  # a thread of an earlier test may be about to free something

    def pausing(_: float) -> None:
        if threading.get_ident() == me:
            turns.append(len(pieces))

    monkeypatch.setattr(slow_freeing, "sleep", pausing)
    slow_freeing._free(pieces)
    assert turns == [6, 0]
    assert len(shared) == 5
