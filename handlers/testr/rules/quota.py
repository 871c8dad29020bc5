"""The quota of test cases: it belongs to the workspace, and null is unlimited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import errors

if TYPE_CHECKING:
    from understudy.context import Context


def current(ctx: Context) -> int:
    """How many test cases the active workspace holds."""
    return ctx.store["test_cases"].count({"_workspace_id": ctx.workspace["id"]})


def has_room(ctx: Context) -> bool:
    """Whether the active workspace may hold one more."""
    limit = ctx.workspace["max_test_cases"]
    return limit is None or current(ctx) < limit


def require_room(ctx: Context) -> None:
    """Raises LimitReached where the active workspace is full."""
    if not has_room(ctx):
        raise errors.LimitReached
