"""A store of defects of two workspaces, and a state directory that can crash."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from understudy.store import Collection, CollectionSchema, Store
from understudy.store.disk import StateDirectory

STATUSES = ("OPEN", "IN_PROGRESS", "CLOSED")

Make = Callable[..., dict[str, Any]]


@pytest.fixture
def schemas() -> list[CollectionSchema]:
    return [
        CollectionSchema(
            "defects",
            indexes=("status", "folder_id", "tags"),
            orders=("created_at", "title", "status"),
            ranks={"status": STATUSES},
        ),
        CollectionSchema("users", indexes=("email",), partition=None),
    ]


@pytest.fixture
def store(schemas: list[CollectionSchema]) -> Store:
    return Store(schemas)


@pytest.fixture
def defects(store: Store) -> Collection:
    return store["defects"]


@pytest.fixture
def make() -> Make:
    """A defect with these fields."""

    def defect(doc_id: str, **fields: Any) -> dict[str, Any]:
        return {"id": doc_id, "_workspace_id": "w1", "title": doc_id, "status": "OPEN", **fields}

    return defect


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[StateDirectory]:
    opened = StateDirectory(tmp_path / "state")
    yield opened
    opened.close()


@pytest.fixture
def crash(tmp_path: Path) -> Iterator[Callable[[StateDirectory], StateDirectory]]:
    """What the next process finds if this one is killed now: a copy of the files as they are."""
    opened: list[StateDirectory] = []

    def copy(directory: StateDirectory) -> StateDirectory:
        target = tmp_path / f"after-crash-{len(opened)}"
        shutil.copytree(directory.path, target, ignore=shutil.ignore_patterns("lock"))
        opened.append(StateDirectory(target))
        return opened[-1]

    yield copy
    for each in opened:
        each.close()
