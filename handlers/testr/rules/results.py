"""Results of test cases: what they make of their item, and through it of their run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .. import errors
from .common import owned, pass_rate
from .plans import parent
from .run_totals import recount
from .runs import check_open

if TYPE_CHECKING:
    from understudy.context import Context
    from understudy.sandbox import Sandbox
    from understudy.store import Record

WEIGHT: Mapping[str, int] = {"PENDING": 0, "SKIPPED": 1, "PASSED": 2, "ERROR": 3, "FAILED": 4}
"""Of several results for an item the heaviest is the item's status."""

DEFAULTS: Mapping[str, Any] = {
    "iteration_number": 1,
    "data_row_index": 0,
    "data_row_values": {},
    "duration_ms": 0,
    "total_steps": 0,
    "passed_steps": 0,
    "failed_steps": 0,
    "skipped_steps": 0,
    "error_message": None,
    "error_screenshot": None,
    "start_url": None,
    "final_url": None,
    "browser_name": None,
    "os_name": None,
}


def check_item(ctx: Context, fields: Mapping[str, Any]) -> None:
    """Whether a result may be recorded.

    Raises NotFound unless its item is of that run and that case, InvalidState if the run is final.
    """
    run = owned(ctx, "test_runs", fields["test_run_id"])
    item = owned(ctx, "test_run_items", fields["test_run_item_id"])
    if (item["test_run_id"], item["test_case_id"]) != (run["id"], fields["test_case_id"]):
        raise errors.NotFound
    check_open(run, "results")


def create_result(sandbox: Sandbox, fields: Mapping[str, Any]) -> Record:
    """Store a result and count it; a field that is null counts as left out."""
    store = sandbox.store
    given = {name: value for name, value in fields.items() if value is not None}
    item = parent(store, "test_run_items", given["test_run_item_id"])
    result = {**DEFAULTS, **given}
    rate = pass_rate(result["passed_steps"], result["failed_steps"])
    stored = store["test_run_results"].insert(
        {
            **result,
            "id": given.get("id") or sandbox.ids.new(),
            "test_run_id": item["test_run_id"],
            "test_case_id": item["test_case_id"],
            "pass_rate": float(given.get("pass_rate", rate)),
            "created_at": given.get("created_at") or sandbox.clock.now(),
            "_workspace_id": item["_workspace_id"],
        }
    )
    _count(sandbox, item, stored)
    return stored


def _count(sandbox: Sandbox, item: Record, result: Record) -> None:
    """Bring the item's status and the run's totals up to date."""
    store, at = sandbox.store, result["created_at"]
    status = max(item["status"], result["status"], key=WEIGHT.__getitem__)
    store["test_run_items"].change(
        item["id"], status=status, updated_at=max(item["updated_at"], at)
    )
    run = parent(store, "test_runs", item["test_run_id"])
    recount(store, run, at, added=[status], removed=[item["status"]])
