"""The dict in shards against Python's own, through copies that go on by themselves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.store import shards as module
from understudy.store.shards import Shards

keys = st.integers(0, 40) | st.integers(0, 5).map(lambda number: number << 12)
steps = st.lists(st.tuples(st.sampled_from(["put", "drop", "copy"]), keys), max_size=120)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few keys fill a shard."""
    monkeypatch.setattr(module, "FULL", 3)
    monkeypatch.setattr(module, "SPARSE", 1)


@given(steps)
def test_holds_what_a_dict_would(steps: list[tuple[str, int]]) -> None:
    shards: Shards[int, int] = Shards(object())
    model: dict[int, int] = {}
    earlier: list[tuple[Shards[int, int], dict[int, int]]] = []
    for place, (step, key) in enumerate(steps):
        if step == "put":
            shards.put(key, place)
            model[key] = place
        elif step == "copy":
            earlier.append((shards, model.copy()))
            shards = shards.copy(object())
        elif key in model:
            shards.drop(key)
            del model[key]
    for found, wanted in [*earlier, (shards, model)]:
        assert sorted(found) == sorted(wanted)
        assert len(found) == len(wanted)
        assert {key: found.get(key) for key in wanted} == wanted
    assert shards.get(-1) is None


@given(st.dictionaries(keys, st.integers()))
def test_is_filled_at_once(items: dict[int, int]) -> None:
    shards: Shards[int, int] = Shards(object())
    shards.expect(len(items))
    some = [*items.items()]
    shards.fill(some[:3])
    shards.fill(some[3:])
    assert {key: shards.get(key) for key in shards} == items
    assert len(shards) == len(items)


def test_keys_with_like_hashes_do_not_cut_it_for_ever() -> None:
    shards: Shards[int, int] = Shards(object())
    for number in range(50):
        shards.put(number << 30, number)
    assert sorted(shards) == [number << 30 for number in range(50)]
    assert len(shards._shards) <= 64
