"""Reports of suite runs."""

from __future__ import annotations

from typing import Any

from understudy.context import Answer, Body, Context

from .rules import suite_runs
from .rules.common import owned


def create_suite_run(ctx: Context, body: Body) -> Answer:
    """Keep the report of a suite run."""
    run = suite_runs.create_suite_run(ctx.sandbox, {**body, "_workspace_id": ctx.workspace["id"]})
    return run.public, 201


def list_suite_runs(ctx: Context, limit: int, offset: int, **query: Any) -> Answer:
    """Give a part of the suite runs, newest first."""
    page = suite_runs.page(ctx, query, limit, offset)
    return {"items": page.items, "total": page.total, "limit": limit, "offset": offset}


def get_suite_run(ctx: Context, suite_run_id: str) -> Answer:
    """Give one suite run."""
    return owned(ctx, "suite_runs", suite_run_id)
