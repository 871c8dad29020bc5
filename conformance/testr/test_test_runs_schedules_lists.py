"""The list of schedules: its filters and its orders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from understudy.verify import MUST, Persona, Scene, Suite, rule

from . import make
from .runs import ids
from .schedules import listed


def shows(found: Sequence[Any], wanted: Sequence[Any], what: str) -> None:
    """A list holds just these schedules, in this order."""
    named = [one["schedule_name"] for one in found]
    expected = [one["schedule_name"] for one in wanted]
    assert ids(found) == ids(wanted), f"{what}: {expected}, and not {named}"


@rule(
    "SCH-41",
    MUST,
    "The workspace's schedules, newest first unless asked otherwise",
    values=({}, {"sort_by": "created_at", "sort_order": "asc"}),
)
def test_newest_first(active: Persona, value: dict[str, str]) -> None:
    """Schedules are listed newest first, or oldest first where that is asked for."""
    plan = make.plan(active)
    made = []
    for _ in range(4):
        made.append(make.schedule(active, plan))
        make.case(active, plan)  # takes its time, so that not all are of one millisecond
    found = listed(active, test_plan_id=plan["id"], **value)
    times = [one["created_at"] for one in found]
    assert set(ids(found)) == set(ids(made)), "just the schedules of the plan"
    assert times == sorted(times, reverse=not value), f"wrong order: created at {times}"


@rule("SCH-42", MUST, "a plan that does not exist or is of another workspace gives an empty list")
def test_no_such_plan(active: Persona, suite: Suite) -> None:
    """A plan without schedules and one that does not exist have an empty list of schedules."""
    for plan_id in (make.plan(active)["id"], suite.unknown_id()):
        answer = active.call("test_runs.list_schedules", query={"test_plan_id": plan_id})
        answer.expect(200)
        answer.has(items=[], total=0)


@rule("SCH-43", MUST, "Only schedules in this state", values=("ACTIVE", "PAUSED", "COMPLETED"))
def test_schedules_in_a_state(active: Persona, value: str) -> None:
    """The filter for a state leaves the schedules in that state, enabled or not."""
    plan = make.plan(active)
    made = {
        (state, enabled): make.schedule(active, plan, status=state, is_enabled=enabled)
        for state in ("PAUSED", "ACTIVE", "COMPLETED")
        for enabled in (True, False)
    }
    found = [one for one in listed(active, status=value) if one["test_plan_id"] == plan["id"]]
    wanted = [made[value, False], made[value, True]]
    shows(found, wanted, f"just the schedules that are {value}, enabled or not")


@rule("SCH-44", MUST, "filters combine with AND", clauses=["Only the schedules of this plan"])
def test_filters_combine(active: Persona) -> None:
    """A list with both filters has the schedules that both of them let through."""
    plan, other = make.plan(active), make.plan(active)
    wanted = make.schedule(active, plan, status="PAUSED")
    make.schedule(active, plan)
    make.schedule(active, other, status="PAUSED")
    found = listed(active, test_plan_id=plan["id"], status="PAUSED")
    shows(found, [wanted], "the one schedule that both filters let through")


@rule(
    "SCH-45",
    MUST,
    "Schedules sort by `created_at` (default, newest first), `updated_at`, `schedule_name`",
    clauses=["The field to order by"],
    values=("schedule_name", "scheduled_datetime", "next_occurrence_at", "updated_at"),
)
def test_orders(active: Persona, value: str) -> None:
    """Schedules are ordered by the field that is asked for, in either direction."""
    plan, prefix = make.plan(active), active.name("schedule")
    # By each field another order.
    for name, day, first in (("b", 5, 1), ("c", 6, 7), ("a", 7, 2)):
        make.schedule(
            active, plan, schedule_name=f"{prefix} {name}", repeat_type="WEEKLY",
            scheduled_datetime=f"2031-03-0{day}T08:00:00.000Z", repeat_days_of_week=[first],
        )  # fmt: skip
    for direction in ("asc", "desc"):
        query = {"sort_by": value, "sort_order": direction}
        fields = [one[value] for one in listed(active, test_plan_id=plan["id"], **query)]
        wanted = sorted(fields, reverse=direction == "desc")
        assert len(fields) == 3, f"three schedules, not {len(fields)}"
        assert fields == wanted, f"{value} in the order {wanted}, not {fields}"


@rule("SCH-46", MUST, "a schedule without a next occurrence comes first in ascending order")
def test_without_a_next_occurrence(active: Persona) -> None:
    """By next occurrence, a schedule that has none comes first in ascending order."""
    plan = make.plan(active)
    later = make.schedule(active, plan)
    none = make.schedule(
        active, plan, repeat_type="DAILY", repeat_end_date="2031-01-01T00:00:00.000Z"
    )
    found = listed(active, test_plan_id=plan["id"], sort_by="next_occurrence_at", sort_order="asc")
    shows(found, [none, later], "first the one without a next occurrence")


@rule("SCH-47", MUST, "`scheduled_datetime`, `next_occurrence_at`, `status`")
def test_order_by_status(active: Persona) -> None:
    """By status, schedules in one state stand together, and in the other direction reversed."""
    plan = make.plan(active)
    for status in ("PAUSED", "ACTIVE", "COMPLETED", "ACTIVE", "PAUSED"):
        make.schedule(active, plan, status=status)
    up, down = (
        [
            one["status"]
            for one in listed(
                active, test_plan_id=plan["id"], sort_by="status", sort_order=direction
            )
        ]
        for direction in ("asc", "desc")
    )
    alphabetical = sorted(up)
    of_the_contract = ["ACTIVE", "ACTIVE", "PAUSED", "PAUSED", "COMPLETED"]
    assert up in (alphabetical, of_the_contract), f"{of_the_contract}, not {up}"
    assert down == up[::-1], f"the other way round {up[::-1]}, not {down}"


@rule("SCH-48", MUST, "Ties are broken by creation", values=("schedule_name", "status"))
def test_ties(scene: Scene, value: str) -> None:
    """Schedules that are alike in the field of the order come in the order of their creation."""
    scene.freeze()
    plan, name = make.plan(scene.active), scene.active.name("schedule")
    made = [make.schedule(scene.active, plan, schedule_name=name) for _ in range(6)]
    found = listed(scene.active, test_plan_id=plan["id"], sort_by=value, sort_order="asc")
    shows(found, made, "in the order of creation")
