"""Reports of suite runs: kept as they were reported, with their pass rate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from understudy.store.query import Contains

from .common import pass_rate, time_range

if TYPE_CHECKING:
    from understudy.context import Context
    from understudy.sandbox import Sandbox
    from understudy.store import Page, Record

DEFAULTS: Mapping[str, Any] = {
    "passed_tests": 0,
    "failed_tests": 0,
    "skipped_tests": 0,
    "suite_path": None,
    "duration_ms": None,
    "environment": None,
    "tags": [],
    "metadata": {},
}


def create_suite_run(sandbox: Sandbox, fields: Mapping[str, Any]) -> Record:
    """Keep a report. Counts left out are 0, the total their sum; the rate is computed."""
    run = {**DEFAULTS, **{name: value for name, value in fields.items() if value is not None}}
    passed, failed = run["passed_tests"], run["failed_tests"]
    computed = {
        "id": run.get("id") or sandbox.ids.new(),
        "total_tests": run.get("total_tests", passed + failed + run["skipped_tests"]),
        "pass_rate": run.get("pass_rate", pass_rate(passed, failed)),
        "created_at": run.get("created_at") or sandbox.clock.now(),
    }
    return sandbox.store["suite_runs"].insert(run | computed)


def page(ctx: Context, query: Mapping[str, Any], limit: int, offset: int) -> Page:
    """The suite runs that the list's filters select, newest first."""
    where: dict[str, Any] = {"_workspace_id": ctx.workspace["id"]}
    if query["status"]:
        where["status"] = query["status"]
    created = time_range(query, "from_date", "to_date")
    if created:
        where["created_at"] = created
    name = query["suite_name"]
    return ctx.store["suite_runs"].select(
        where,
        search=Contains(name, ("suite_name",)) if name else None,
        order=("created_at", "desc"),
        limit=limit,
        offset=offset,
    )
