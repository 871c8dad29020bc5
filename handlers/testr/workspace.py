"""The active workspace and its quota."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .rules import quota

if TYPE_CHECKING:
    from understudy.context import Answer, Context


def limits(ctx: Context) -> Answer:
    """The quota of test cases and how much of it is used."""
    limit = ctx.workspace["max_test_cases"]
    return {
        "max_test_cases": limit,
        "current_test_cases": quota.current(ctx),
        "can_add_more": quota.has_room(ctx),
        "is_unlimited": limit is None,
    }
