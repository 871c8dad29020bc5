"""Servers that are wrong about the filters and orders of the list of schedules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant

from understudy.errors import InvalidParameter

LIST = "test_runs.list_schedules"
STATES = ("ACTIVE", "PAUSED", "COMPLETED")
Body = dict[str, Any]


def ask(server: Patient, edit: Callable[[Body], Body]) -> None:
    """List what is asked for after `edit(query)`."""

    @server.handler(LIST)
    def schedules(original: Any, ctx: Any, **query: Any) -> Any:
        return original(ctx, **edit(query))


def sort(server: Patient, field: str, key: Callable[[Body], Any]) -> None:
    """Order by a field, on one page, by another key."""

    @server.handler(LIST)
    def schedules(original: Any, ctx: Any, **query: Any) -> Any:
        found = original(ctx, **query)
        if query["sort_by"] != field:
            return found
        items = sorted(found["items"], key=key, reverse=query["sort_order"] == "desc")
        return {**found, "items": items}


@mutant("SCH-41", kind="behaviour")
def newest_schedules_first_always(server: Patient) -> None:
    """By creation, schedules are listed newest first, whatever direction is asked for."""
    ask(
        server,
        lambda query: query | ({"sort_order": "desc"} if query["sort_by"] == "created_at" else {}),
    )


@mutant("SCH-42", kind="status")
def schedules_of_an_unknown_plan_are_400(server: Patient) -> None:
    """The filter for a plan that never was is refused with 400."""
    gone: set[str] = set()

    @server.handler("test_plans.delete_plan")
    def delete(original: Any, ctx: Any, plan_id: str) -> Any:
        answer = original(ctx, plan_id)
        gone.add(plan_id)
        return answer

    @server.handler(LIST)
    def schedules(original: Any, ctx: Any, **query: Any) -> Any:
        plan_id = query["test_plan_id"]
        if plan_id and plan_id not in ctx.store["test_plans"] and plan_id not in gone:
            raise InvalidParameter
        return original(ctx, **query)


@mutant("SCH-43", kind="behaviour")
def active_schedules_are_enabled(server: Patient) -> None:
    """The filter for ACTIVE schedules leaves out those that are not enabled."""

    @server.handler(LIST)
    def schedules(original: Any, ctx: Any, **query: Any) -> Any:
        found = original(ctx, **query)
        if query["status"] != "ACTIVE":
            return found
        return {**found, "items": [one for one in found["items"] if one["is_enabled"]]}


@mutant("SCH-44", kind="behaviour")
def plan_overrules_the_state(server: Patient) -> None:
    """With the filter for a plan, the one for a state is not looked at."""
    ask(server, lambda query: query | ({"status": None} if query["test_plan_id"] else {}))


@mutant("SCH-45", kind="behaviour")
def start_is_the_next_occurrence(server: Patient) -> None:
    """An order by the start is one by the next occurrence."""

    def edit(query: Body) -> Body:
        if query["sort_by"] != "scheduled_datetime":
            return query
        return query | {"sort_by": "next_occurrence_at"}

    ask(server, edit)


@mutant("SCH-46", kind="behaviour")
def without_a_next_occurrence_last(server: Patient) -> None:
    """By next occurrence, a schedule that has none comes last in ascending order."""
    sort(server, "next_occurrence_at", lambda one: one["next_occurrence_at"] or "9999-99")


@mutant("SCH-47", kind="behaviour")
def state_is_no_order(server: Patient) -> None:
    """An order by status is one by creation."""
    ask(
        server,
        lambda query: query | ({"sort_by": "created_at"} if query["sort_by"] == "status" else {}),
    )


@mutant("SCH-48", kind="behaviour")
def ties_of_schedules_are_broken_by_id(server: Patient) -> None:
    """Schedules of one name come in the order of their ids."""
    sort(server, "schedule_name", lambda one: (one["schedule_name"].casefold(), one["id"]))
