"""Schedules that are due, and what a run does of them."""

from __future__ import annotations

from typing import Any

from understudy.verify import MUST, Persona, Scene, rule

from . import make, moments
from .runs import delete, ids
from .schedules import PAST, due, now

MANY = 51
"""More than fit on a page where lists are paged and nothing else is asked for."""


@rule(
    "SCH-07",
    MUST,
    "The schedules that are ACTIVE, enabled and have their next occurrence at or before now",
    clauses=[
        "Only an ACTIVE schedule falls due",
        "Pending: ACTIVE, enabled, next occurrence at or before now",
        "The schedules that are due",
    ],
    values=[{"status": "PAUSED"}, {"is_enabled": False}, {"status": "COMPLETED"}],
)
def test_schedules_at_rest_are_not_due(active: Persona, value: dict[str, Any]) -> None:
    """A schedule that is not ACTIVE, or not enabled, is not due, one that is both is."""
    plan = make.plan(active)
    going = make.schedule(active, plan, scheduled_datetime=PAST)
    make.schedule(active, plan, scheduled_datetime=PAST, **value)
    assert ids(due(active, plan)) == [going["id"]], "just the schedule that is ACTIVE and enabled"


@rule("SCH-08", MUST, "A start in the past is due at once")
def test_a_start_in_the_past_is_due(active: Persona) -> None:
    """A schedule is due from its creation on if its start has passed, else it is not."""
    plan = make.plan(active)
    passed = make.schedule(active, plan, scheduled_datetime=PAST, repeat_type="WEEKLY")
    make.schedule(active, plan)
    found = due(active, plan)
    assert found == [passed], "just the schedule whose start has passed, as it was created"


@rule("SCH-09", MUST, "longest due first")
def test_longest_due_first(active: Persona) -> None:
    """Of the schedules that are due, the one whose occurrence is longest past comes first."""
    plan = make.plan(active)
    days = ("2024-01-03", "2024-01-01", "2024-01-02")
    second, first, middle = (
        make.schedule(active, plan, scheduled_datetime=f"{day}T08:00:00.000Z") for day in days
    )
    assert ids(due(active, plan)) == ids([first, middle, second]), "the longest due first"


@rule("SCH-10", MUST, "`{items, total}`, not paged", clauses=["All schedules that are due"])
def test_due_schedules_are_not_paged(active: Persona) -> None:
    """All schedules that are due are listed, however many, and counted."""
    plan = make.plan(active)
    made = [make.schedule(active, plan, scheduled_datetime=PAST) for _ in range(MANY)]
    answer = active.call("test_runs.list_pending_schedules")
    found = answer.expect(200)
    missing = set(ids(made)) - set(ids(found["items"]))
    assert not missing, f"all {MANY} schedules that are due, of which {len(missing)} are missing"
    answer.has(total=len(found["items"]))


@rule(
    "SCH-11",
    MUST,
    "Creating a run of the same plan and suite takes a schedule off the list",
    clauses=["Creating a run also does the due occurrences of the schedules"],
)
def test_a_run_takes_a_schedule_off_the_list(active: Persona) -> None:
    """A schedule is no longer due when a run of its plan and suite was created."""
    suite = {"suite_path": "suites/checkout", "suite_name": "Checkout"}
    plan = make.plan(active)
    make.schedule(active, plan, scheduled_datetime=PAST, repeat_type="MONTHLY", **suite)
    make.run(active, plan, **suite)
    assert due(active, plan) == [], "no schedule that is due"


@rule(
    "SCH-12",
    MUST,
    "one run does all occurrences that were due",
    clauses=["one run does all that were due", "occurrences_count` how many are"],
)
def test_one_run_does_all_that_were_due(active: Persona) -> None:
    """One run does all occurrences that were due, and the next is still to come."""
    plan = make.plan(active)
    made = make.schedule(active, plan, scheduled_datetime=PAST, repeat_type="DAILY")
    run = make.run(active, plan)
    found = now(active, made)
    assert found["occurrences_count"] > 300, f"an occurrence a day since {PAST}"
    assert found["last_occurrence_at"] <= run["created_at"] < found["next_occurrence_at"], (
        "the last occurrence done before the run, the next one after it"
    )
    assert found["status"] == "ACTIVE", "ACTIVE while occurrences are to come"


@rule("SCH-13", MUST, "is created at its time or later")
def test_a_run_that_is_too_early(active: Persona) -> None:
    """A run that is created before an occurrence does not do it."""
    plan = make.plan(active)
    made = make.schedule(active, plan)
    make.run(active, plan)
    assert now(active, made) == made, "the schedule as it was"


@rule(
    "SCH-14",
    MUST,
    "An occurrence is done as soon as a run of the same plan and suite",
    values=[{}, {"suite_path": "suites/a"}, {"suite_name": "A"}],
)
def test_a_run_of_another_suite(active: Persona, value: dict[str, str]) -> None:
    """A run of another suite, or of another plan, does no occurrence of a schedule."""
    plan = make.plan(active)
    fields = {"scheduled_datetime": PAST, "suite_path": "suites/a", "suite_name": "A"}
    made = make.schedule(active, plan, **fields)
    make.run(active, plan, **value)
    make.run(active, make.plan(active), suite_path="suites/a", suite_name="A")
    assert now(active, made) == made, "the schedule as it was"


@rule("SCH-15", MUST, "the run's own `scheduled_at` does not matter")
def test_when_the_run_was_meant_to_start(active: Persona) -> None:
    """A run does what is due, whatever start it was meant to have itself."""
    plan = make.plan(active)
    made = make.schedule(active, plan, scheduled_datetime=PAST)
    make.run(active, plan, scheduled_at="2020-01-01T00:00:00.000Z")
    assert now(active, made)["occurrences_count"] == 1, "the one occurrence done"


@rule(
    "SCH-16",
    MUST,
    "With its last occurrence done a schedule is COMPLETED and has no next one",
    clauses=["With the last one done the schedule is COMPLETED", "null when none is left"],
)
def test_a_schedule_is_completed(active: Persona) -> None:
    """With its last occurrence done a schedule is COMPLETED and has no next one."""
    plan = make.plan(active)
    made = make.schedule(active, plan, scheduled_datetime=PAST)
    make.run(active, plan)
    found = now(active, made)
    expected = {
        "status": "COMPLETED",
        "next_occurrence_at": None,
        "last_occurrence_at": PAST,
        "occurrences_count": 1,
    }
    assert {name: found[name] for name in expected} == expected, f"{expected}, not {found}"


@rule(
    "SCH-17",
    MUST,
    "Runs leave schedules alone that are not ACTIVE and enabled",
    clauses=["Runs leave schedules that are PAUSED, COMPLETED or not enabled as they are"],
    values=[{"status": "PAUSED"}, {"is_enabled": False}, {"status": "COMPLETED"}],
)
def test_runs_leave_schedules_at_rest_alone(active: Persona, value: dict[str, Any]) -> None:
    """A run changes no schedule that is not ACTIVE or not enabled."""
    plan = make.plan(active)
    made = make.schedule(active, plan, scheduled_datetime=PAST, repeat_type="DAILY", **value)
    make.run(active, plan)
    assert now(active, made) == made, "the schedule as it was"


@rule("SCH-18", MUST, "a deleted run has done what it did", clauses=["stays done"])
def test_a_deleted_run_did_what_it_did(active: Persona) -> None:
    """What a run did of a schedule stays done when the run is deleted."""
    plan = make.plan(active)
    made = make.schedule(active, plan, scheduled_datetime=PAST)
    run = make.run(active, plan)
    before = now(active, made)
    delete(active, run).expect(200)
    found = now(active, made)
    assert before["occurrences_count"] == 1, "the one occurrence done by the run"
    assert found == before, "the schedule as it was before the run was deleted"


@rule("SCH-19", MUST, "have their next occurrence at or before now")
def test_a_schedule_falls_due(scene: Scene) -> None:
    """A schedule is due from the very moment of its occurrence on, and not before."""
    scene.freeze()
    plan = make.plan(scene.active)
    start = make.run(scene.active)["created_at"]
    made = at_minutes(scene.active, plan, start, 30)
    scene.advance("29m59s999ms")
    assert due(scene.active, plan) == [], "nothing due a millisecond before the occurrence"
    scene.advance("1ms")
    assert ids(due(scene.active, plan)) == [made["id"]], "due at the moment of the occurrence"


def at_minutes(p: Persona, plan: Any, start: str, minutes: int, **fields: Any) -> Any:
    """A schedule that begins so many minutes later."""
    begin = moments.shifted(start, minutes * 60_000)
    return make.schedule(p, plan, scheduled_datetime=begin, **fields)


@rule("SCH-20", MUST, "until its next occurrence comes")
def test_a_schedule_comes_back(scene: Scene) -> None:
    """A schedule that a run took off the list is due again when its next occurrence comes."""
    scene.freeze()
    plan = make.plan(scene.active)
    start = make.run(scene.active)["created_at"]
    made = at_minutes(scene.active, plan, start, 1, repeat_type="DAILY")
    scene.advance("5m")
    make.run(scene.active, plan)
    assert due(scene.active, plan) == [], "nothing due after a run"
    scene.advance("24h")
    fresh = scene.active.session()
    assert ids(due(fresh, plan)) == [made["id"]], "due again a day later"
    make.run(fresh, plan)
    assert now(fresh, made)["occurrences_count"] == 2, "two occurrences done"


@rule("SCH-21", MUST, "All schedules that are due")
def test_schedules_of_another_workspace(active: Persona, other_tenant: Persona) -> None:
    """A schedule of another workspace is not listed as due."""
    plan = make.plan(other_tenant)
    made = make.schedule(other_tenant, plan, scheduled_datetime=PAST)
    assert due(other_tenant, plan) == [made], "the schedule, in its own workspace"
    assert due(active, plan) == [], "no schedule of another workspace"
