"""Servers that go wrong only after several steps near the end of a quota."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant

from understudy.handlers.testr import errors

Body = dict[str, Any]


@mutant("MOD-41", kind="behaviour")
def refused_cases_keep_their_places(server: Patient) -> None:
    """A test case that was refused takes a place, as is seen once others were deleted."""
    refused: Counter[str] = Counter()

    @server.handler("test_plans.create_case")
    def create_case(original: Any, ctx: Any, body: Body) -> Any:
        try:
            return original(ctx, body)
        except errors.LimitReached:
            refused[ctx.workspace["id"]] += 1
            raise

    @server.wrap("understudy.handlers.testr.rules.quota", "current")
    def current(original: Any, ctx: Any) -> Any:
        limit, counted = ctx.workspace["max_test_cases"], original(ctx)
        return counted if limit is None else min(counted + refused[ctx.workspace["id"]], limit)
