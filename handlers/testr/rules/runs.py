"""Test runs: which state may follow which, what a new run is, and what goes with a deleted one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from understudy import times

from .. import errors
from .plans import parent
from .run_totals import NO_ITEMS, TOTALS, totals
from .schedules import note_run

if TYPE_CHECKING:
    from understudy.sandbox import Sandbox
    from understudy.store import Record, Store

FINAL = frozenset({"COMPLETED", "FAILED", "CANCELLED"})
BEFORE: Mapping[str, frozenset[str]] = {
    "PENDING": frozenset(),
    "RUNNING": frozenset({"PENDING"}),
    "COMPLETED": frozenset({"RUNNING"}),
    "FAILED": frozenset({"RUNNING"}),
    "CANCELLED": frozenset({"PENDING", "RUNNING"}),
}
"""The states that each state may follow."""
BY_UPDATE = frozenset({"COMPLETED", "FAILED"})
"""The states that an update may lead to; RUNNING and CANCELLED have operations of their own."""

DEFAULTS: Mapping[str, Any] = {
    "status": "PENDING",
    "suite_path": None,
    "suite_name": None,
    "scheduled_at": None,
    "parallel_enabled": False,
    "parallel_count": 1,
    "retry_on_failure": False,
    "retry_count": 0,
    "browser_name": "chromium",
    "viewport_width": 1920,
    "viewport_height": 1080,
    "tags": [],
    "notes": None,
    "results_folder": None,
    "report_path": None,
}


def create_run(sandbox: Sandbox, fields: Mapping[str, Any]) -> Record:
    """Store a run and note it with the schedules that it serves.

    A field that is null counts as left out; times and duration follow from the state unless given.
    """
    given = {name: value for name, value in fields.items() if value is not None}
    plan = parent(sandbox.store, "test_plans", given["test_plan_id"])
    created_at = given.get("created_at") or sandbox.clock.now()
    run = {
        **DEFAULTS,
        **_times(given, created_at),
        **given,
        "id": given.get("id") or sandbox.ids.new(),
        "created_at": created_at,
        "_workspace_id": plan["_workspace_id"],
        "_given_totals": [name for name in TOTALS if name in given],
        "_items_by_status": dict(NO_ITEMS),
    }
    run |= totals(run)
    run["run_number"] = _number(sandbox.store, run)
    note_run(sandbox.store, run)
    return sandbox.store["test_runs"].insert(run)


def start(store: Store, run: Record, settings: Mapping[str, Any], now: str) -> Record:
    """Begin a run, with what is not null of the browser and viewport. Raises InvalidState."""
    _check_move(run, "RUNNING")
    chosen = {name: value for name, value in settings.items() if value is not None}
    return store["test_runs"].change(
        run["id"], **chosen, status="RUNNING", started_at=now, updated_at=now
    )


def finish(store: Store, run: Record, status: str, now: str) -> Record:
    """Bring a run into a final state. Raises InvalidState."""
    _check_move(run, status)
    changes = {"status": status, **_ending(run, {}, now)}
    return store["test_runs"].change(run["id"], **changes, updated_at=now)


def update(store: Store, run: Record, fields: Mapping[str, Any], now: str) -> Record:
    """Set fields of a run; a total that is given is never computed again. Raises InvalidState."""
    changes = dict(fields)
    if changes.get("completed_at") is None:
        changes.pop("completed_at", None)
    status = changes.get("status", run["status"])
    if status != run["status"]:
        if status not in BY_UPDATE:
            raise errors.InvalidState(f"An update cannot make a run {status}.")
        _check_move(run, status)
        changes |= _ending(run, changes, now)
    given = {*run["_given_totals"], *fields.keys()}
    changes["_given_totals"] = [name for name in TOTALS if name in given]
    changes |= totals({**run, **changes})
    return store["test_runs"].change(run["id"], **changes, updated_at=now)


def remove(store: Store, run: Record) -> None:
    """Delete a run with its items, results and place in the test run tree."""
    for name in ("test_run_results", "test_run_items", "test_run_placements"):
        contents = store[name]
        conditions = {"_workspace_id": run["_workspace_id"], "test_run_id": run["id"]}
        contents.remove_all(record["id"] for record in contents.select(conditions).items)
    store["test_runs"].remove(run["id"])


def check_open(run: Record, things: str) -> None:
    """Raises InvalidState if the run is final and so takes no more items or results."""
    if run["status"] in FINAL:
        raise errors.InvalidState(f"A {run['status']} run takes no more {things}.")


def _check_move(run: Record, status: str) -> None:
    if run["status"] not in BEFORE[status]:
        raise errors.InvalidState(f"A {run['status']} run cannot become {status}.")


def _ending(run: Mapping[str, Any], fields: Mapping[str, Any], now: str) -> dict[str, Any]:
    """When a run ended and how long it took: as given now or earlier, else by the clock."""
    completed_at = fields.get("completed_at") or run["completed_at"] or now
    duration = fields.get("duration_ms")
    if duration is None:
        duration = run["duration_ms"] or _elapsed(run["started_at"], completed_at)
    return {"completed_at": completed_at, "duration_ms": duration}


def _times(given: Mapping[str, Any], created_at: str) -> dict[str, Any]:
    """When a new run was started and ended, as far as its state says that it was."""
    status = given.get("status", "PENDING")
    began = created_at if status in ("RUNNING", "COMPLETED", "FAILED") else None
    started_at = given.get("started_at", began)
    ended = (started_at or created_at) if status in FINAL else None
    completed_at = given.get("completed_at", ended)
    return {
        "started_at": started_at,
        "completed_at": completed_at,
        "duration_ms": _elapsed(started_at, completed_at),
        "updated_at": completed_at or started_at or created_at,
    }


def _elapsed(started_at: str | None, completed_at: str | None) -> int:
    if started_at is None or completed_at is None:
        return 0
    return max(0, times.parse(completed_at) - times.parse(started_at))


def _number(store: Store, run: Mapping[str, Any]) -> int:
    """The run's number in its workspace; one that was given is not given again."""
    number = run.get("run_number")
    if number is None:
        return store.next_number("test_runs", run["_workspace_id"])
    store.raise_number("test_runs", run["_workspace_id"], number)
    return int(number)
