"""Schedules: what a new one is, which occurrences are done, and which schedules are due.

Nothing runs in the background. An occurrence is done as soon as a run of the same plan and suite is
created at its time or later, so the next one is stored with the schedule and moves only when a run
is created.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from understudy import times
from understudy.errors import ValidationFailed
from understudy.store.query import Range

from .common import owned
from .plans import in_plan, parent
from .recurrence import NEVER, Recurrence

if TYPE_CHECKING:
    from understudy.context import Context
    from understudy.sandbox import Sandbox
    from understudy.store import Page, Record, Store

DEFAULTS: Mapping[str, Any] = {
    "status": "ACTIVE",
    "is_enabled": True,
    "suite_path": None,
    "suite_name": None,
    "test_case_ids": [],
    "timezone": "UTC",
    "repeat_type": "NONE",
    "repeat_interval": 1,
    "repeat_days_of_week": [],
    "repeat_day_of_month": None,
    "repeat_end_date": None,
    "max_occurrences": None,
    "parallel_enabled": False,
    "parallel_count": 1,
    "retry_on_failure": False,
    "retry_count": 0,
    "notify_on_failure": True,
    "notify_on_completion": False,
    "notification_emails": [],
}


def create_schedule(sandbox: Sandbox, fields: Mapping[str, Any]) -> Record:
    """Store a schedule of which nothing is done yet; a field that is null counts as left out.

    Raises ValidationFailed for a start whose day does not exist in the schedule's time zone.
    """
    given = {name: value for name, value in fields.items() if value is not None}
    plan = parent(sandbox.store, "test_plans", given["test_plan_id"])
    created_at = given.get("created_at") or sandbox.clock.now()
    schedule = {**DEFAULTS, **given}
    return sandbox.store["schedules"].insert(
        {
            **_progress(schedule, given.get("occurrences_count", 0)),
            **schedule,
            "id": given.get("id") or sandbox.ids.new(),
            "created_at": created_at,
            "updated_at": given.get("updated_at") or created_at,
            "_workspace_id": plan["_workspace_id"],
        }
    )


def check_references(ctx: Context, fields: Mapping[str, Any]) -> None:
    """Raises NotFound for a plan that is not in the workspace and for a case of another plan."""
    plan = owned(ctx, "test_plans", fields["test_plan_id"])
    for case_id in fields.get("test_case_ids") or ():
        in_plan(ctx.store, "test_cases", plan["id"], case_id)


def due(store: Store, workspace_id: str, now: str) -> Page:
    """The schedules whose next occurrence is now or was before, longest due first."""
    conditions = {
        "_workspace_id": workspace_id,
        "status": "ACTIVE",
        "is_enabled": True,
        "next_occurrence_at": Range(None, now),
    }
    return store["schedules"].select(conditions, order=("next_occurrence_at", "asc"), limit=None)


def note_run(store: Store, run: Mapping[str, Any]) -> None:
    """Count as done the occurrences of a new run's plan and suite that were due at its creation."""
    conditions = {
        "_workspace_id": run["_workspace_id"],
        "test_plan_id": run["test_plan_id"],
        "status": "ACTIVE",
        "is_enabled": True,
        "suite_path": run["suite_path"],
        "suite_name": run["suite_name"],
        "next_occurrence_at": Range(None, run["created_at"]),
    }
    for schedule in store["schedules"].select(conditions).items:
        done = Recurrence(schedule).due(times.parse(run["created_at"]))
        changes = _progress(schedule, done)
        if changes["next_occurrence_at"] is None:
            changes["status"] = "COMPLETED"
        store["schedules"].change(schedule["id"], **changes, updated_at=run["created_at"])


def _progress(schedule: Mapping[str, Any], done: int) -> dict[str, Any]:
    """What a schedule tells of its occurrences when so many are done."""
    try:
        recurrence = Recurrence(schedule)
    except OverflowError:
        wrong = "is outside the years 1 to 9999 in the time zone"
        raise ValidationFailed(details={"scheduled_datetime": [wrong]}) from None
    following = recurrence.at(done) if schedule["status"] != "COMPLETED" else NEVER
    return {
        "occurrences_count": done,
        "last_occurrence_at": times.to_text(recurrence.at(done - 1)) if done else None,
        "next_occurrence_at": times.to_text(following) if following != NEVER else None,
    }
