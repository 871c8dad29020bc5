"""Test runs, their items and results, and schedules: 16 operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from understudy.context import Answer, Body, Context
from understudy.store.query import Contains

from . import errors
from .rules import results, run_items, run_totals, runs, schedules
from .rules.common import normalised, owned, time_range

if TYPE_CHECKING:
    from understudy.store import Page


def create_run(ctx: Context, body: Body) -> Answer:
    """`POST /test-runs`."""
    fields = normalised(body, "scheduled_at")
    owned(ctx, "test_plans", fields["test_plan_id"])
    return runs.create_run(ctx.sandbox, fields).public, 201


def list_runs(ctx: Context, **query: Any) -> Answer:
    """`GET /test-runs`."""
    conditions = _conditions(ctx, query)
    created = time_range(query, "from_date", "to_date")
    if created:
        conditions["created_at"] = created
    page = ctx.store["test_runs"].select(
        conditions,
        search=Contains(query["search"], ("run_name",)) if query["search"] else None,
        order=(query["sort_by"], query["sort_order"]),
        offset=query["offset"],
        limit=query["limit"],
    )
    return _page(page, query)


def get_run(ctx: Context, run_id: str) -> Answer:
    """`GET /test-runs/{run_id}`."""
    return owned(ctx, "test_runs", run_id)


def update_run(ctx: Context, run_id: str, body: Body) -> Answer:
    """`PUT /test-runs/{run_id}`."""
    fields = normalised(body, "scheduled_at", "completed_at")
    run = owned(ctx, "test_runs", run_id)
    return runs.update(ctx.store, run, fields, ctx.now()).public


def delete_run(ctx: Context, run_id: str) -> Answer:
    """`DELETE /test-runs/{run_id}`."""
    runs.remove(ctx.store, owned(ctx, "test_runs", run_id))
    return {"success": True}


def start_run(ctx: Context, run_id: str, body: Body) -> Answer:
    """`POST /test-runs/{run_id}/start`."""
    return runs.start(ctx.store, owned(ctx, "test_runs", run_id), body, ctx.now()).public


def stop_run(ctx: Context, run_id: str) -> Answer:
    """`POST /test-runs/{run_id}/stop`."""
    return runs.finish(ctx.store, owned(ctx, "test_runs", run_id), "COMPLETED", ctx.now()).public


def cancel_run(ctx: Context, run_id: str) -> Answer:
    """`POST /test-runs/{run_id}/cancel`."""
    return runs.finish(ctx.store, owned(ctx, "test_runs", run_id), "CANCELLED", ctx.now()).public


def get_summary(ctx: Context, run_id: str) -> Answer:
    """`GET /test-runs/{run_id}/summary`."""
    return run_totals.summary(owned(ctx, "test_runs", run_id))


def add_item(ctx: Context, run_id: str, body: Body) -> Answer:
    """`POST /test-runs/{run_id}/items`."""
    run = owned(ctx, "test_runs", run_id)
    added = run_items.add_cases(ctx.sandbox, run, [body["test_case_id"]])
    if not added:
        raise errors.AlreadyInRun
    return added[0].public, 201


def add_items(ctx: Context, run_id: str, body: Body) -> Answer:
    """`POST /test-runs/{run_id}/items/bulk`."""
    run = owned(ctx, "test_runs", run_id)
    added = run_items.add_cases(ctx.sandbox, run, body["test_case_ids"])
    return {"items": [item.public for item in added], "total_added": len(added)}


def list_items(ctx: Context, run_id: str) -> Answer:
    """`GET /test-runs/{run_id}/items`."""
    run = owned(ctx, "test_runs", run_id)
    page = ctx.store["test_run_items"].select(
        {"_workspace_id": run["_workspace_id"], "test_run_id": run["id"]},
        order=("display_order", "asc"),
    )
    return {"items": page.items, "total": page.total}


def create_result(ctx: Context, body: Body) -> Answer:
    """`POST /test-run-results`."""
    results.check_item(ctx, body)
    return results.create_result(ctx.sandbox, body).public, 201


def create_schedule(ctx: Context, body: Body) -> Answer:
    """`POST /schedules`."""
    fields = normalised(body, "scheduled_datetime", "repeat_end_date")
    schedules.check_references(ctx, fields)
    return schedules.create_schedule(ctx.sandbox, fields).public, 201


def list_schedules(ctx: Context, **query: Any) -> Answer:
    """`GET /schedules`."""
    page = ctx.store["schedules"].select(
        _conditions(ctx, query),
        order=(query["sort_by"], query["sort_order"]),
        offset=query["offset"],
        limit=query["limit"],
    )
    return _page(page, query)


def list_pending_schedules(ctx: Context) -> Answer:
    """`GET /schedules/pending`."""
    page = schedules.due(ctx.store, ctx.workspace["id"], ctx.now())
    return {"items": page.items, "total": page.total}


def _conditions(ctx: Context, query: dict[str, Any]) -> dict[str, Any]:
    """What runs and schedules are both filtered by."""
    given = {name: query[name] for name in ("test_plan_id", "status") if query[name]}
    return {"_workspace_id": ctx.workspace["id"], **given}


def _page(page: Page, query: dict[str, Any]) -> dict[str, Any]:
    return {
        "items": page.items,
        "total": page.total,
        "limit": query["limit"],
        "offset": query["offset"],
    }
