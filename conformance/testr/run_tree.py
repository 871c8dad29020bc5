"""The tree of test runs, as rules read and change it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from understudy.verify import Answer, Persona


def tree_of(p: Persona) -> Any:
    """The tree as it is now."""
    return p.call("test_run_tree.get_tree").expect(200)


def all_of(folders: list[Any]) -> Iterator[Any]:
    """All folders of a tree, each before those in it."""
    for folder in folders:
        yield folder
        yield from all_of(folder["children"])


def node(tree: Any, folder: Any) -> Any:
    """A folder as the tree shows it."""
    found = [one for one in all_of(tree["folders"]) if one["id"] == folder["id"]]
    assert len(found) == 1, f"the folder {folder['name']} once in the tree, not {len(found)} times"
    return found[0]


def places(tree: Any, run: Any) -> list[str | None]:
    """The folders that a tree shows a run in; None is the root."""
    found = [None for one in tree["root_test_runs"] if one["id"] == run["id"]]
    return found + [
        folder["id"]
        for folder in all_of(tree["folders"])
        for one in folder["test_runs"]
        if one["id"] == run["id"]
    ]


def create_folder(p: Persona, **fields: Any) -> Answer:
    """Ask for a folder."""
    body = {"name": p.name("folder"), **fields}
    return p.call("test_run_tree.create_folder", body=body)


def put(p: Persona, run: Any, folder: Any) -> Answer:
    """File a run in a folder; None is the root."""
    body = {"test_run_id": run["id"], "folder_id": folder and folder["id"]}
    return p.call("test_run_tree.organize_run", body=body)
