"""A large store is replaced in one moment, and written before it, while changes go on."""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from understudy.store import (
    Change,
    CollectionSchema,
    Snapshot,
    Store,
    database,
    directory_keeper,
)
from understudy.store.disk import StateDirectory
from understudy.store.snapshot_file import SnapshotDraft

Make = Callable[..., dict[str, Any]]
Schemas = list[CollectionSchema]
STEPS = ("write", "fsync", "replace", "ftruncate", "link")


@pytest.fixture(autouse=True)
def _all_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "MANY", 0)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody waits for is over before anything else happens."""
    run = "understudy.store.{}"
    for name in ("drafting.beside", "directory_keeper.in_a_thread"):
        monkeypatch.setattr(run.format(name), lambda work: work())


@pytest.fixture
def store(directory: StateDirectory, schemas: Schemas, make: Make) -> Store:
    store = directory.open("default", schemas)
    store["defects"].insert(make("old"))
    return store


@pytest.fixture
def other(schemas: Schemas, make: Make) -> Snapshot:
    store = Store(schemas)
    for name in "xyz":
        store["defects"].insert(make(name))
    return store.snapshot()


def ids(store: Store) -> list[str]:
    return [record["id"] for record in store["defects"]]


def kept(folder: Path, to: Path) -> list[str]:
    """What a restart would find if the process were killed now."""
    shutil.copytree(folder, to, ignore=shutil.ignore_patterns("*.new"))  # threads clean up
    keeper = directory_keeper.DirectoryKeeper(to)
    try:
        tables = keeper.read()
        assert tables is not None
        return [*tables["defects"]]
    finally:
        keeper.close()
        shutil.rmtree(to)


def folder_of(directory: StateDirectory) -> Path:
    return directory.path / "sandboxes" / "default"


async def restored(store: Store, snapshot: Snapshot, meanwhile: Callable[[], Any]) -> None:
    async with store.drafted(snapshot) as draft:
        assert draft is not None
        meanwhile()
        store.restore(snapshot, None, draft)


def test_until_the_last_step_the_old_store_counts_with_all_that_comes_to_it(
    store: Store, directory: StateDirectory, other: Snapshot, make: Make, tmp_path: Path
) -> None:
    def meanwhile() -> None:
        store["defects"].insert(make("late"))
        assert ids(store) == ["old", "late"]
        assert kept(folder_of(directory), tmp_path / "copy") == ["old", "late"]

    asyncio.run(restored(store, other, meanwhile))
    assert ids(store) == ["x", "y", "z"]
    assert kept(folder_of(directory), tmp_path / "copy") == ["x", "y", "z"]
    store["defects"].insert(make("new"))
    assert kept(folder_of(directory), tmp_path / "copy") == ["x", "y", "z", "new"]


def test_whenever_it_is_killed_it_was_before_or_after(
    store: Store, directory: StateDirectory, other: Snapshot, make: Make, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, at_once: None,
) -> None:  # fmt: skip
    found: list[list[str]] = []

    def watched(call: Callable[..., Any]) -> Callable[..., Any]:
        def called(*args: Any) -> Any:
            with monkeypatch.context() as unwatched:
                for name, usual in usuals.items():
                    unwatched.setattr(os, name, usual)
                found.append(kept(folder_of(directory), tmp_path / "copy"))
            return call(*args)

        return called

    usuals = {name: getattr(os, name) for name in STEPS}
    with monkeypatch.context() as watching:
        for name, usual in usuals.items():
            watching.setattr(os, name, watched(usual))
        asyncio.run(restored(store, other, lambda: store["defects"].insert(make("late"))))
        store["defects"].insert(make("new"))
    found.append(kept(folder_of(directory), tmp_path / "copy"))
    stages = [["old"], ["old", "late"], ["x", "y", "z"], ["x", "y", "z", "new"]]
    assert found == sorted(found, key=stages.index)
    assert {*map(tuple, found)} == {*map(tuple, stages)}


def test_one_that_is_given_up_leaves_everything_as_it_was(
    store: Store, directory: StateDirectory, other: Snapshot, at_once: None, tmp_path: Path
) -> None:
    files = sorted(folder_of(directory).iterdir())

    async def given_up() -> None:
        async with store.drafted(other):
            assert sorted(folder_of(directory).iterdir()) != files
            raise asyncio.CancelledError

    with suppress(asyncio.CancelledError):
        asyncio.run(given_up())
    assert sorted(folder_of(directory).iterdir()) == files
    assert kept(folder_of(directory), tmp_path / "copy") == ids(store) == ["old"]


def test_one_that_was_finished_leaves_no_other_files(
    store: Store, directory: StateDirectory, other: Snapshot, at_once: None
) -> None:
    files = sorted(folder_of(directory).iterdir())
    asyncio.run(restored(store, other, lambda: None))
    assert sorted(folder_of(directory).iterdir()) == files


def test_the_next_opening_removes_what_a_kill_left(
    store: Store, directory: StateDirectory, schemas: Schemas
) -> None:
    folder = folder_of(directory)
    for name in ("snapshot.json.7.new", "snapshot.json.7.old.new", "journal.jsonl.8.new"):
        (folder / name).touch()
    (folder / "snapshot.json.mine").touch()
    directory.close()
    again = StateDirectory(directory.path)
    assert ids(again.open("default", schemas)) == ["old"]
    again.close()
    names = {file.name for file in folder.iterdir()}
    assert names == {"snapshot.json", "journal.jsonl", "snapshot.json.mine"}


def test_it_waits_for_a_snapshot_that_a_thread_is_writing(
    store: Store, directory: StateDirectory, other: Snapshot, make: Make, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Else that one could take the place of the new one."""
    written, going_on = directory_keeper.write_snapshot, threading.Event()

    def slow(*given: Any) -> int:
        assert going_on.wait(20)
        return written(*given)

    monkeypatch.setattr(directory_keeper, "write_snapshot", slow)
    monkeypatch.setattr(directory_keeper.DirectoryKeeper, "is_full", True)
    store["defects"].insert(make("more"))
    assert store.database.storage.is_busy

    async def both() -> None:
        restoring = asyncio.ensure_future(restored(store, other, lambda: None))
        await asyncio.sleep(0)
        assert not restoring.done()
        going_on.set()
        await restoring

    asyncio.run(both())
    assert ids(store) == ["x", "y", "z"]
    assert kept(folder_of(directory), tmp_path / "copy") == ["x", "y", "z"]


def test_what_cannot_be_written_changes_nothing(
    store: Store, directory: StateDirectory, other: Snapshot, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def full(*_: Any) -> None:
        raise OSError("the disk is full")

    for step in ("add", "finish"):
        with monkeypatch.context() as patch:
            patch.setattr(SnapshotDraft, step, full)
            with pytest.raises(OSError, match="the disk is full"):
                asyncio.run(restored(store, other, lambda: None))
        assert ids(store) == kept(folder_of(directory), tmp_path / "copy") == ["old"]


def test_a_new_store_is_there_when_all_of_it_is(
    directory: StateDirectory, schemas: Schemas, other: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    names: list[list[str]] = []
    settle = SnapshotDraft.settle

    def watched(draft: SnapshotDraft) -> None:
        settle(draft)
        names.append(directory.names())

    monkeypatch.setattr(SnapshotDraft, "settle", watched)
    store = Store(schemas)
    store.restore(other)
    asyncio.run(directory.adopt_aside("qa", store))
    assert (names, directory.names()) == ([[]], ["qa"])
    directory.close()
    again = StateDirectory(directory.path)
    assert ids(again.open("qa", schemas)) == ["x", "y", "z"]
    again.close()


def test_changes_that_were_written_down_beforehand_are_kept_alike(
    store: Store, directory: StateDirectory, make: Make, tmp_path: Path
) -> None:
    fork = store.fork()
    before = fork.snapshot()
    with fork.transaction() as done:
        fork["defects"].insert(make("a", title="Grüße\n"))
        fork["defects"].replace("a", make("a", title="again"))
        fork["defects"].remove("old")
    assert fork.ready(done.changes) is done.changes
    assert store.take_over(before, fork.snapshot(), store.ready(done.changes))
    assert kept(folder_of(directory), tmp_path / "copy") == ids(store) == ["a"]


async def taken_over(store: Store, fork: Store, before: Snapshot, changes: list[Change]) -> bool:
    after = fork.snapshot()
    ready = store.ready(changes)
    assert ready is None
    async with store.drafted(after) as draft:
        assert draft is not None
        return store.take_over(before, after, ready, draft)


@pytest.mark.parametrize(("limit", "number"), [("MOST", 2), ("LONGEST", 80)])
def test_of_very_many_changes_the_whole_is_written_instead(
    store: Store,
    directory: StateDirectory,
    make: Make,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    number: int,
) -> None:
    monkeypatch.setattr(directory_keeper, limit, number)
    store.counter = lambda: 7
    fork = store.fork()
    before = fork.snapshot()
    with fork.transaction() as done:
        for name in "abc":
            fork["defects"].insert(make(name))
        fork["defects"].remove("old")
    journal = folder_of(directory) / directory_keeper.JOURNAL
    assert journal.stat().st_size
    assert asyncio.run(taken_over(store, fork, before, done.changes))
    assert journal.stat().st_size == 0
    assert kept(folder_of(directory), tmp_path / "copy") == ids(store) == ["a", "b", "c"]
    store["defects"].remove("b")
    assert kept(folder_of(directory), tmp_path / "later") == ids(store) == ["a", "c"]
    directory.close()
    again = StateDirectory(directory.path)
    assert again.open("default", [*store.database.schemas.values()]).saved_counter == 7
    again.close()


def test_what_cannot_be_written_is_not_taken_over(
    store: Store, directory: StateDirectory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(directory_keeper, "MOST", 0)
    for number, step in enumerate(("add", "finish")):
        fork = store.fork()
        before = fork.snapshot()
        with fork.transaction() as done:
            fork["defects"].remove("old")
        with monkeypatch.context() as patch:
            patch.setattr(SnapshotDraft, step, full)
            with pytest.raises(OSError, match="the disk is full"):
                asyncio.run(taken_over(store, fork, before, done.changes))
        assert ids(store) == kept(folder_of(directory), tmp_path / f"{number}") == ["old"]
