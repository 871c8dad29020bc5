"""The folders that test runs are filed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .rules import run_folders, trees
from .rules.common import owned

if TYPE_CHECKING:
    from understudy.context import Answer, Body, Context


def get_tree(ctx: Context) -> Answer:
    """All folders, nested, with their runs, and the runs in none."""
    return run_folders.tree(ctx.store, ctx.workspace["id"])


def create_folder(ctx: Context, body: Body) -> Answer:
    """Make a folder, the last of its siblings."""
    parent_id = body.get("parent_folder_id")
    if parent_id is not None:
        owned(ctx, run_folders.FOLDERS, parent_id)
        trees.require_shallow(ctx.store[run_folders.FOLDERS], parent_id)
    fields = {**body, "_workspace_id": ctx.workspace["id"]}
    return run_folders.create_folder(ctx.sandbox, fields).public, 201


def organize_run(ctx: Context, body: Body) -> Answer:
    """Put a run into a folder, or back to the root."""
    run, folder_id = owned(ctx, "test_runs", body["test_run_id"]), body["folder_id"]
    if folder_id is not None:
        owned(ctx, run_folders.FOLDERS, folder_id)
    run_folders.place(ctx.sandbox, run, folder_id)
    return {"test_run_id": run["id"], "folder_id": folder_id}
