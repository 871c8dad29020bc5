"""Schedules, as rules make and read them. What lies in the past is due at once, so most rules need
no clock: with `max_occurrences`, one run shows where a rhythm ends.
"""

from __future__ import annotations

from typing import Any

from understudy.verify import Answer, Persona

from . import make

PAST = "2024-01-01T08:00:00.000Z"
"""A start that has passed: a Monday."""


def create(p: Persona, plan: Any, **fields: Any) -> Answer:
    """Ask for a schedule with just these fields beside its name, plan and start."""
    body = {
        "schedule_name": p.name("schedule"),
        "test_plan_id": plan["id"],
        "scheduled_datetime": make.START,
        **fields,
    }
    return p.call("test_runs.create_schedule", body=body)


def listed(p: Persona, **query: Any) -> list[Any]:
    """The schedules of a list, at most 200."""
    query = {"limit": 200, **query}
    found: list[Any] = p.call("test_runs.list_schedules", query=query).expect(200)["items"]
    return found


def due(p: Persona, plan: Any) -> list[Any]:
    """The schedules of a plan that are due."""
    found = p.call("test_runs.list_pending_schedules").expect(200)["items"]
    return [one for one in found if one["test_plan_id"] == plan["id"]]


def now(p: Persona, schedule: Any) -> Any:
    """A schedule as it is now."""
    found = listed(p, test_plan_id=schedule["test_plan_id"])
    same = [one for one in found if one["id"] == schedule["id"]]
    assert same, f"the schedule {schedule['schedule_name']} in the list of its plan"
    return same[0]


def last_of(p: Persona, count: int, **fields: Any) -> str:
    """When the last of so many occurrences was, of a schedule that began long ago."""
    plan = make.plan(p)
    made = make.schedule(p, plan, max_occurrences=count, **fields)
    make.run(p, plan)
    found = now(p, made)
    assert found["occurrences_count"] == count, (
        f"{count} occurrences done, not {found['occurrences_count']}"
    )
    return str(found["last_occurrence_at"])
