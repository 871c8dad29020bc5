"""Many records are sorted in portions, and come out as if they were sorted at once."""

from __future__ import annotations

from collections import deque
from itertools import pairwise
from typing import Any

import pytest

from understudy.store import CollectionSchema, Record, Store, sorting
from understudy.store.keys import sort_key

NOTES = 5_000


@pytest.fixture
def sorted_at_once(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """So few as 128 are many; the lengths of what is sorted in one call."""
    lengths: list[int] = []

    def spy(given: list[Any]) -> list[Any]:
        lengths.append(len(given))
        return sorted(given)

    monkeypatch.setattr(sorting, "AT_ONCE", 128)
    monkeypatch.setattr(sorting, "sorted", spy, raising=False)
    return lengths


@pytest.mark.parametrize("orders", [(), ("title",)])
@pytest.mark.parametrize("few", [1, 3, NOTES])
def test_in_portions(sorted_at_once: list[int], orders: tuple[str, ...], few: int) -> None:
    store = Store([CollectionSchema("notes", orders=orders)])
    titles: list[Any] = [f"{number * 7919 % NOTES % few:05}" for number in range(NOTES)]
    titles[::10] = [float(title) for title in titles[::10]]
    titles[::25] = [None] * len(titles[::25])
    notes = (Record({"title": one}, f"{place}") for place, one in enumerate(titles))
    store.load({"notes": deque(notes)})
    upwards = store["notes"].select(order=("title", "asc")).items
    keys = [(*sort_key(one["title"], None), one.sequence) for one in upwards]
    assert len(keys) == NOTES
    assert all(before < after for before, after in pairwise(keys))
    assert store["notes"].select(order=("title", "desc")).items == upwards[::-1]
    assert max(sorted_at_once) < NOTES / 10
