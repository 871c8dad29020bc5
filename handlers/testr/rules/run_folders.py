"""The tree of test runs: folders, and which run lies in which.

A run without a placement is at the root.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from . import trees
from .ordering import next_order
from .plans import parent

if TYPE_CHECKING:
    from understudy.sandbox import Sandbox
    from understudy.store import Record, Store

FOLDERS, PLACEMENTS = "test_run_folders", "test_run_placements"


def create_folder(sandbox: Sandbox, fields: Mapping[str, Any]) -> Record:
    """Store a folder, the last of its siblings unless it is given an order."""
    store, parent_id = sandbox.store, fields.get("parent_folder_id")
    workspace_id = fields.get("_workspace_id")
    if workspace_id is None:
        workspace_id = parent(store, FOLDERS, fields["parent_folder_id"])["_workspace_id"]
    order = fields.get("display_order")
    if order is None:
        siblings = {"_workspace_id": workspace_id, "parent_folder_id": parent_id}
        order = next_order(store[FOLDERS], siblings)
    return store[FOLDERS].insert(
        {
            "id": fields.get("id") or sandbox.ids.new(),
            "name": fields["name"],
            "parent_folder_id": parent_id,
            "display_order": order,
            "created_at": fields.get("created_at") or sandbox.clock.now(),
            "_workspace_id": workspace_id,
        }
    )


def create_placement(sandbox: Sandbox, fields: Mapping[str, Any]) -> Record:
    """Store that a run lies in a folder, and no longer in another."""
    run = parent(sandbox.store, "test_runs", fields["test_run_id"])
    forget(sandbox.store, run)
    return sandbox.store[PLACEMENTS].insert(
        {
            "id": fields.get("id") or sandbox.ids.new(),
            "test_run_id": run["id"],
            "folder_id": fields["folder_id"],
            "_workspace_id": run["_workspace_id"],
        }
    )


def place(sandbox: Sandbox, run: Record, folder_id: str | None) -> None:
    """Put a run into a folder; None is the root."""
    if folder_id is None:
        forget(sandbox.store, run)
    else:
        create_placement(sandbox, {"test_run_id": run["id"], "folder_id": folder_id})


def forget(store: Store, run: Record) -> None:
    """Take a run out of its folder, if it is in one."""
    placement = store[PLACEMENTS].first(
        {"_workspace_id": run["_workspace_id"], "test_run_id": run["id"]}
    )
    if placement is not None:
        store[PLACEMENTS].remove(placement["id"])


def tree(store: Store, workspace_id: str) -> dict[str, Any]:
    """A workspace's folders in folders, in display order, with their runs, the newest first."""
    everything = {"_workspace_id": workspace_id}
    placements = store[PLACEMENTS].select(everything).items
    folder_of = {placement["test_run_id"]: placement["folder_id"] for placement in placements}
    runs = trees.grouped(
        {name: run[name] for name in ("id", "run_name", "run_number", "status", "created_at")}
        | {"folder_id": folder_of.get(run["id"])}
        for run in store["test_runs"].select(everything, order=("created_at", "desc")).items
    )
    folders = trees.nest(
        {name: folder[name] for name in ("id", "name", "parent_folder_id", "display_order")}
        | {"test_runs": runs.get(folder["id"], [])}
        for folder in store[FOLDERS].select(everything, order=("display_order", "asc")).items
    )
    return {"folders": folders, "root_test_runs": runs.get(None, [])}
