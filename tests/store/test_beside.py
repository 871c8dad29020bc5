"""A new snapshot of a large store is written in a thread, while changes go on."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from understudy.store import CollectionSchema, Store, database, directory_keeper, files
from understudy.store.disk import StateDirectory

Make = Callable[..., dict[str, Any]]
Schemas = list[CollectionSchema]


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Every snapshot is large and due; its thread waits until this is set."""
    opened = threading.Event()
    write = directory_keeper.write_snapshot

    def waiting(*given: Any) -> int:
        assert opened.wait(20)
        return write(*given)

    monkeypatch.setattr(database, "MANY", 0)
    monkeypatch.setattr(directory_keeper, "FULL", 0)
    monkeypatch.setattr(directory_keeper, "write_snapshot", waiting)
    yield opened
    opened.set()


@pytest.fixture
def store(directory: StateDirectory, schemas: Schemas, make: Make, gate: threading.Event) -> Store:
    """A kept store with one change, whose snapshot is being written."""
    gate.set()
    store = directory.open("default", schemas)
    keeper = store.database.storage
    assert isinstance(keeper, directory_keeper.DirectoryKeeper)
    gate.clear()
    store["defects"].insert(make("first"))
    return store


def copied(directory: StateDirectory, to: Path) -> list[str]:
    """What a restart would find if the process were killed now."""
    [snapshot] = directory.path.rglob("snapshot.json")
    shutil.copytree(snapshot.parent, to, ignore=shutil.ignore_patterns("*.new"))
    keeper = directory_keeper.DirectoryKeeper(to)
    try:
        tables = keeper.read()
        assert tables is not None
        return [*tables["defects"]]
    finally:
        keeper.close()


def journal(directory: StateDirectory) -> int:
    """Lines of the journal."""
    [file] = directory.path.rglob("journal.jsonl")
    return file.read_bytes().count(b"\n")


def test_changes_go_on_meanwhile_and_the_journal_is_shortened_by_what_is_in_it(
    store: Store, directory: StateDirectory, make: Make, gate: threading.Event,
    tmp_path: Path,
) -> None:  # fmt: skip
    for name in ("second", "third"):
        store["defects"].insert(make(name))
    assert journal(directory) == 3
    assert copied(directory, tmp_path / "meanwhile") == ["first", "second", "third"]
    gate.set()
    keeper = store.database.storage
    keeper.settle()  # type: ignore[attr-defined]
    assert journal(directory) == 2
    store["defects"].remove("second")
    assert copied(directory, tmp_path / "afterwards") == ["first", "third"]


def test_killed_between_the_snapshot_and_the_journal_nothing_counts_twice(
    store: Store, directory: StateDirectory, make: Make, gate: threading.Event,
    tmp_path: Path,
) -> None:  # fmt: skip
    store["defects"].replace("first", make("first") | {"title": "Changed"})
    store["defects"].remove("first")
    store["defects"].insert(make("second"))
    gate.set()
    keeper = store.database.storage
    keeper._beside.size()  # type: ignore[attr-defined]
    assert journal(directory) == 4
    assert copied(directory, tmp_path / "between") == ["second"]


def test_a_restore_waits_for_it(
    store: Store, directory: StateDirectory, schemas: Schemas, gate: threading.Event, tmp_path: Path
) -> None:
    empty = Store(schemas).snapshot()
    gate.set()
    store.restore(empty)
    assert copied(directory, tmp_path / "restored") == []


def test_where_the_disk_refuses_the_journal_grows_on(
    store: Store, directory: StateDirectory, make: Make, gate: threading.Event,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    def refuse(*_: Any) -> int:
        raise OSError("the disk is full")

    gate.set()
    keeper = store.database.storage
    keeper.settle()  # type: ignore[attr-defined]
    monkeypatch.setattr(directory_keeper, "write_snapshot", refuse)
    store["defects"].insert(make("second", description="x" * 10_000))
    keeper.settle()  # type: ignore[attr-defined]
    assert "no new snapshot, the journal grows on: the disk is full" in caplog.text
    store["defects"].insert(make("third"))
    assert copied(directory, tmp_path / "refused") == ["first", "second", "third"]


@pytest.mark.parametrize("broken", ["write_snapshot", "Beside"])
def test_whatever_befalls_the_thread_nothing_is_lost(
    broken: str, store: Store, directory: StateDirectory, make: Make, gate: threading.Event,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def fail(*_: Any) -> int:
        raise (MemoryError if broken == "write_snapshot" else RuntimeError)("no more of that")

    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    gate.set()
    keeper = store.database.storage
    keeper.settle()  # type: ignore[attr-defined]
    monkeypatch.setattr(directory_keeper, broken, fail)
    store["defects"].insert(make("second", description="x" * 10_000))
    keeper.settle()  # type: ignore[attr-defined]
    store["defects"].insert(make("third"))
    assert copied(directory, tmp_path / "after") == ["first", "second", "third"]


def test_a_folder_that_cannot_be_synchronised_takes_nothing_back(
    store: Store, directory: StateDirectory, make: Make, gate: threading.Event, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def refuse(_: Path) -> None:
        raise OSError("no")

    monkeypatch.setattr(files, "_sync_directory", refuse)
    store["defects"].insert(make("second"))
    gate.set()
    keeper = store.database.storage
    keeper.settle()  # type: ignore[attr-defined]
    assert journal(directory) == 1
    store["defects"].insert(make("third"))
    assert copied(directory, tmp_path / "after") == ["first", "second", "third"]
