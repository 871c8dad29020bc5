"""Scenarios that a server keeps built: each is built once, and not too many are kept."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from understudy import scenes as module
from understudy.clock import Clock
from understudy.errors import UsageError
from understudy.keyring import Keyring
from understudy.scenes import Scenes
from understudy.store import CollectionSchema, Store


class Plain:
    """A beginning that says nothing."""

    def clock(self, usual: Clock) -> Clock:
        return usual

    def arm(self, faults: Any) -> None:
        """There are none."""


class Notes:
    """A scenario with one note for each letter of its name."""

    beginning = Plain()
    accounts = ()

    def __init__(self, name: str) -> None:
        self.name = name

    def build(self, sandbox: Any, *_: Any) -> None:
        built.append(self.name)
        assert may_build.wait(60)
        if self.name in broken:
            raise UsageError(f"{self.name} is broken")
        for place, _letter in enumerate(self.name):
            sandbox.store["notes"].insert({"id": f"{place}"})


built: list[str] = []
broken: set[str] = set()
may_build = threading.Event()


@pytest.fixture
def scenes() -> Iterator[Scenes]:
    built.clear()
    broken.clear()
    may_build.set()
    yield Scenes(
        Notes("default"),
        Notes,
        seed="0",
        clock=Clock(frozen_at=0),
        keyring=Keyring.random(),
        new_store=lambda: Store([CollectionSchema("notes", partition=None)]),
    )
    may_build.set()


def prepared(scenes: Scenes, *names: str) -> list[Any]:
    """All these at once."""

    async def ask() -> list[Any]:
        return await asyncio.gather(
            *(scenes.prepared(name) for name in names), return_exceptions=True
        )

    return asyncio.run(ask())


def test_who_asks_for_one_that_is_being_built_waits_for_it(scenes: Scenes) -> None:
    may_build.clear()

    async def ask() -> list[Any]:
        both = [asyncio.ensure_future(scenes.prepared("new")) for _ in range(2)]
        while not built:
            await asyncio.sleep(0)
        both.append(asyncio.ensure_future(scenes.prepared("new")))
        await asyncio.sleep(0)
        may_build.set()
        return await asyncio.gather(*both)

    first, *others = asyncio.run(ask())
    assert built == ["new"]
    assert all(one is first for one in others)
    assert first.is_ready


def test_one_that_cannot_be_built_is_read_again(scenes: Scenes) -> None:
    broken.add("new")
    assert [type(one) for one in prepared(scenes, "new", "new")] == [UsageError, UsageError]
    broken.clear()
    [scene] = prepared(scenes, "new")
    assert scene.is_ready
    assert prepared(scenes, "new") == [scene]


def test_of_large_ones_fewer_are_kept(scenes: Scenes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_OBJECTS", 20)
    kept = [*prepared(scenes, "default"), *prepared(scenes, "eight...")]
    assert prepared(scenes, "eight...") == [kept[1]]
    prepared(scenes, "eight more")
    assert prepared(scenes, "default", "eight more")[0] is kept[0]
    assert prepared(scenes, "eight...") != [kept[1]]
    assert prepared(scenes, "one that alone is too large")[0].is_ready


def test_there_is_an_end_to_how_many_are_kept(
    scenes: Scenes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    first, second = prepared(scenes, "a")[0], prepared(scenes, "b")[0]
    prepared(scenes, "c")
    assert prepared(scenes, "b") == [second]
    assert prepared(scenes, "a") != [first]
