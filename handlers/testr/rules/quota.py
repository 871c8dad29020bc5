"""The quota of test cases: it belongs to the workspace, and null is unlimited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import errors

if TYPE_CHECKING:
    from understudy.context import Context
    from understudy.store import Store


def current(ctx: Context) -> int:
    """How many test cases the active workspace holds."""
    return used(ctx.store, ctx.workspace["id"])


def used(store: Store, workspace_id: str) -> int:
    """How many test cases a workspace holds."""
    return store["test_cases"].count({"_workspace_id": workspace_id})


def has_room(ctx: Context) -> bool:
    """Whether the active workspace may hold one more."""
    limit = ctx.workspace["max_test_cases"]
    return limit is None or current(ctx) < limit


def require_room(ctx: Context) -> None:
    """Raises LimitReached where the active workspace is full."""
    if not has_room(ctx):
        raise errors.LimitReached
