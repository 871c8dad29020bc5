"""What the items of a run count up to. A total that a client gave is never computed again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .common import pass_rate

if TYPE_CHECKING:
    from understudy.store import Record, Store

TOTALS = ("total_tests", "passed_tests", "failed_tests", "skipped_tests", "pass_rate")
NO_ITEMS: Mapping[str, int] = dict.fromkeys(("PENDING", "PASSED", "FAILED", "SKIPPED", "ERROR"), 0)


def totals(run: Mapping[str, Any]) -> dict[str, Any]:
    """A run's totals: those that were given, the others from its items by status."""
    by_status = run["_items_by_status"]
    result: dict[str, Any] = {
        "total_tests": sum(by_status.values()),
        "passed_tests": by_status["PASSED"],
        "failed_tests": by_status["FAILED"] + by_status["ERROR"],
        "skipped_tests": by_status["SKIPPED"],
    }
    given = {name: run[name] for name in run["_given_totals"]}
    result |= given
    rate = pass_rate(result["passed_tests"], result["failed_tests"])
    return {**result, "pass_rate": float(given.get("pass_rate", rate))}


def recount(
    store: Store, run: Record, at: str, *, added: Sequence[str], removed: Sequence[str] = ()
) -> Record:
    """Bring a run's totals up to date with the statuses that its items gained and lost."""
    by_status = dict(run["_items_by_status"])
    for status in added:
        by_status[status] += 1
    for status in removed:
        by_status[status] -= 1
    changes = totals({**run, "_items_by_status": by_status})
    updated_at = max(run["updated_at"], at)
    return store["test_runs"].change(
        run["id"], **changes, _items_by_status=by_status, updated_at=updated_at
    )


def summary(run: Mapping[str, Any]) -> dict[str, Any]:
    """The statistics of a run: its totals as it answers them, and what its items say."""
    by_status = run["_items_by_status"]
    shared = ("run_name", "status", *TOTALS, "duration_ms", "started_at", "completed_at")
    return {
        "test_run_id": run["id"],
        **{name: run[name] for name in shared},
        "by_status": by_status,
        "items_total": sum(by_status.values()),
        "error_tests": by_status["ERROR"],
        "not_run": by_status["PENDING"],
    }
