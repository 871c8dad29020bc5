"""Servers that are wrong about schedules: what they keep, when they are due, what a run does."""

from __future__ import annotations

from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant

from understudy import times
from understudy.handlers.testr import errors
from understudy.handlers.testr.rules import schedules
from understudy.handlers.testr.rules.recurrence import NEVER, Recurrence
from understudy.store import Record

RULES = "understudy.handlers.testr.rules"
SCHEDULES = f"{RULES}.schedules"
CREATE = "test_runs.create_schedule"
PENDING = "test_runs.list_pending_schedules"
Body = dict[str, Any]


def of_run(store: Any, run: Body, **more: Any) -> Any:
    """The schedules of a run's plan and suite."""
    names = ("_workspace_id", "test_plan_id", "suite_path", "suite_name")
    return store["schedules"].select({**{name: run[name] for name in names}, **more}).items


def do(store: Any, schedule: Body, done: int) -> None:
    """Set how many occurrences of a schedule are done."""
    store["schedules"].change(schedule["id"], **schedules._progress(schedule, done))


def pending(server: Patient, edit: Any) -> None:
    """Answer of the list of due schedules what `edit(ctx, items)` says."""

    @server.handler(PENDING)
    def listed(original: Any, ctx: Any) -> Any:
        items = edit(ctx, original(ctx)["items"])
        return {"items": items, "total": len(items)}


@mutant("SCH-01", kind="behaviour")
def failures_are_not_told(server: Patient) -> None:
    """A schedule does not tell of failures unless it is told to."""

    @server.contract
    def edit(document: Body) -> None:
        fields = document["components"]["schemas"]["ScheduleCreate"]["properties"]
        fields["notify_on_failure"]["default"] = False


@mutant("SCH-02", kind="persistence")
def addresses_are_not_listed(server: Patient) -> None:
    """The list of schedules does not tell whom they are to tell."""

    @server.handler("test_runs.list_schedules")
    def listed(original: Any, ctx: Any, **query: Any) -> Any:
        found = original(ctx, **query)
        items = [{**one.public, "notification_emails": []} for one in found["items"]]
        return {**found, "items": items}


@mutant("SCH-03", kind="behaviour")
def schedule_takes_cases_of_any_plan(server: Patient) -> None:
    """A schedule takes test cases of another plan of the workspace."""

    @server.wrap(SCHEDULES, "check_references")
    def check(original: Any, ctx: Any, fields: Body) -> None:
        cases = ctx.store["test_cases"]
        for case_id in fields.get("test_case_ids") or ():
            case = cases.get(case_id)
            if case is None or case["_workspace_id"] != ctx.workspace["id"]:
                raise errors.NotFound
        original(ctx, {**fields, "test_case_ids": []})


@mutant("SCH-04", kind="schema")
def time_zones_in_any_case(server: Patient) -> None:
    """The name of a time zone may be written in small letters."""

    @server.request(CREATE)
    def create(request: Any) -> None:
        if isinstance(request.body, dict) and request.body.get("timezone") == "europe/berlin":
            request.body["timezone"] = "Europe/Berlin"


@mutant("SCH-05", kind="behaviour")
def earlier_runs_count_for_a_new_schedule(server: Patient) -> None:
    """A run of the plan that was there before a schedule does its occurrences."""

    @server.handler(CREATE)
    def create(original: Any, ctx: Any, body: Body) -> Any:
        schedule, status = original(ctx, body)
        run = ctx.store["test_runs"].first({"test_plan_id": schedule["test_plan_id"]})
        if run is not None and schedule["repeat_type"] != "NONE":
            do(ctx.store, schedule, Recurrence(schedule).due(times.parse(run["created_at"])))
        return ctx.store["schedules"].get(schedule["id"]).public, status


@mutant("SCH-07", kind="behaviour")
def schedules_that_are_not_enabled_are_due(server: Patient) -> None:
    """A schedule that is not enabled is due all the same."""

    def edit(ctx: Any, items: list[Body]) -> list[Body]:
        at_rest = {"_workspace_id": ctx.workspace["id"], "status": "ACTIVE", "is_enabled": False}
        others = [one.public for one in ctx.store["schedules"].select(at_rest).items]
        now = ctx.now()
        return items + [one for one in others if (one["next_occurrence_at"] or "9") <= now]

    pending(server, edit)


@mutant("SCH-08", kind="behaviour")
def due_schedules_show_what_is_to_come(server: Patient) -> None:
    """A schedule that is due and repeats shows the first occurrence that is still to come."""

    def edit(ctx: Any, items: list[Record]) -> list[Body]:
        found = []
        for one in items:
            recurrence = Recurrence(one)
            following = recurrence.at(recurrence.due(ctx.clock.millis()))
            told = one["next_occurrence_at"] if following == NEVER else times.to_text(following)
            found.append({**one.public, "next_occurrence_at": told})
        return found

    pending(server, edit)


@mutant("SCH-09", kind="behaviour")
def longest_due_last(server: Patient) -> None:
    """Of the schedules that are due the one that is longest due comes last."""
    pending(server, lambda ctx, items: items[::-1])


@mutant("SCH-10", kind="behaviour")
def due_schedules_are_paged(server: Patient) -> None:
    """Of the schedules that are due only the first 50 are listed."""
    pending(server, lambda ctx, items: items[:50])


@mutant("SCH-11", kind="behaviour")
def runs_of_a_suite_do_nothing(server: Patient) -> None:
    """A run of a suite does no occurrence of the suite's schedule."""

    @server.wrap(SCHEDULES, "note_run")
    def note(original: Any, store: Any, run: Body) -> None:
        if run["suite_path"] is None:
            original(store, run)


@mutant("SCH-12", kind="behaviour")
def a_hundred_occurrences_at_most(server: Patient) -> None:
    """A run does no more than a hundred of the occurrences that were due."""

    @server.wrap(f"{RULES}.recurrence.Recurrence", "due")
    def due(original: Any, recurrence: Recurrence, instant: int) -> Any:
        return min(original(recurrence, instant), 100)


@mutant("SCH-13", kind="behaviour")
def run_does_what_is_to_come(server: Patient) -> None:
    """Where nothing is due a run does the next occurrence."""

    @server.wrap(SCHEDULES, "note_run")
    def note(original: Any, store: Any, run: Body) -> None:
        early = [
            one
            for one in of_run(store, run, status="ACTIVE", is_enabled=True)
            if (one["next_occurrence_at"] or "") > run["created_at"]
        ]
        original(store, run)
        for schedule in early:
            do(store, schedule, schedule["occurrences_count"] + 1)


@mutant("SCH-14", kind="behaviour")
def suite_is_its_path(server: Patient) -> None:
    """A run does the occurrences of all schedules of its path, whatever the suite's name."""

    @server.wrap(SCHEDULES, "note_run")
    def note(original: Any, store: Any, run: Body) -> None:
        names = ("_workspace_id", "test_plan_id", "suite_path")
        same = store["schedules"].select({name: run[name] for name in names}).items
        for name in {one["suite_name"] for one in same} | {run["suite_name"]}:
            original(store, {**run, "suite_name": name})


@mutant("SCH-15", kind="behaviour")
def start_of_a_run_counts(server: Patient) -> None:
    """A run does what is due at the time at which it is meant to start."""

    @server.wrap(SCHEDULES, "note_run")
    def note(original: Any, store: Any, run: Body) -> None:
        original(store, {**run, "created_at": run["scheduled_at"] or run["created_at"]})


@mutant("SCH-16", kind="behaviour")
def schedule_stays_active(server: Patient) -> None:
    """A schedule stays ACTIVE when its last occurrence is done."""

    @server.wrap(SCHEDULES, "note_run")
    def note(original: Any, store: Any, run: Body) -> None:
        before = of_run(store, run, status="ACTIVE")
        original(store, run)
        for schedule in before:
            store["schedules"].change(schedule["id"], status="ACTIVE")


@mutant("SCH-17", kind="behaviour")
def runs_do_paused_schedules(server: Patient) -> None:
    """A run does the occurrences of a schedule that is PAUSED."""

    @server.wrap(SCHEDULES, "note_run")
    def note(original: Any, store: Any, run: Body) -> None:
        original(store, run)
        for schedule in of_run(store, run, status="PAUSED"):
            do(store, schedule, Recurrence(schedule).due(times.parse(run["created_at"])))


@mutant("SCH-18", kind="behaviour")
def deleted_run_takes_back_what_it_did(server: Patient) -> None:
    """Deleting a run takes back what it did of its schedules."""

    @server.handler("test_runs.delete_run")
    def delete(original: Any, ctx: Any, run_id: str) -> Any:
        run = ctx.store["test_runs"].get(run_id)
        answer = original(ctx, run_id)
        for schedule in of_run(ctx.store, run):
            active = ctx.store["schedules"].change(schedule["id"], status="ACTIVE")
            do(ctx.store, active, 0)
        return answer


@mutant("SCH-06", kind="behaviour")
def completed_schedule_goes_on(server: Patient) -> None:
    """A schedule that is created as COMPLETED has a next occurrence."""

    @server.wrap(SCHEDULES, "_progress")
    def progress(original: Any, schedule: Body, done: int) -> Any:
        return original({**schedule, "status": "ACTIVE"}, done)


@mutant("SCH-19", kind="behaviour")
def due_a_moment_later(server: Patient) -> None:
    """A schedule is due only after the moment of its occurrence."""

    @server.wrap(SCHEDULES, "due")
    def due(original: Any, store: Any, workspace_id: str, now: str) -> Any:
        return original(store, workspace_id, times.to_text(times.parse(now) - 1))


@mutant("SCH-20", kind="behaviour")
def due_once(server: Patient) -> None:
    """A schedule of which a run did an occurrence is never due again."""
    pending(server, lambda ctx, items: [one for one in items if not one["occurrences_count"]])


@mutant("SCH-21", kind="isolation")
def due_schedules_of_everybody(server: Patient) -> None:
    """The list of due schedules has those of other workspaces, too."""

    def edit(ctx: Any, items: list[Body]) -> list[Body]:
        found = [
            one
            for workspace in ctx.store["workspaces"]
            for one in schedules.due(ctx.store, workspace["id"], ctx.now()).items
        ]
        found.sort(key=lambda one: one["next_occurrence_at"])
        return [one.public for one in found]

    pending(server, edit)
