"""The list of runs: its filters and its orders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from understudy.verify import MUST, Persona, Scene, Suite, rule

from . import make, moments
from .runs import FINAL, STATES, bring, ids, listed, run_in

HOUR = 60 * 60 * 1000


def shows(found: Sequence[Any], wanted: Sequence[Any], what: str) -> None:
    """A list holds just these runs, in this order."""
    named = [run["run_name"] for run in found]
    expected = [run["run_name"] for run in wanted]
    assert ids(found) == ids(wanted), f"{what}: {expected}, and not {named}"


@rule(
    "RLST-01",
    MUST,
    "The workspace's runs, newest first unless asked otherwise",
    clauses=["newest first by default"],
    values=({}, {"sort_by": "created_at", "sort_order": "asc"}),
)
def test_newest_first(active: Persona, value: dict[str, str]) -> None:
    """Runs are listed newest first, or oldest first where that is asked for."""
    plan = make.plan(active)
    runs = []
    for _ in range(4):
        runs.append(make.run(active, plan))
        make.case(active, plan)  # takes its time, so that not all are of one millisecond
    found = listed(active, test_plan_id=plan["id"], **value)
    times = [run["created_at"] for run in found]
    assert set(ids(found)) == set(ids(runs)), "just the runs of the plan"
    assert times == sorted(times, reverse=not value), f"wrong order: created at {times}"


@rule("RLST-02", MUST, "Filters combine with AND")
def test_filters_combine(active: Persona) -> None:
    """A list with several filters has the runs that all of them let through."""
    plan, other = make.plan(active), make.plan(active)
    name = active.name("needle")
    wanted = make.run(active, plan, run_name=name)
    run_in(active, "CANCELLED", plan, run_name=name)
    make.run(active, plan)
    make.run(active, other, run_name=name)
    query = {
        "test_plan_id": plan["id"],
        "status": "PENDING",
        "search": "needle",
        "from_date": wanted["created_at"],
    }
    shows(listed(active, **query), [wanted], "the one run that all filters let through")


@rule("RLST-03", MUST, "Only the runs of this plan, also of one that was deleted")
def test_runs_of_a_plan(active: Persona) -> None:
    """The filter for a plan leaves the runs of that plan, also after it was deleted."""
    plan = make.plan(active)
    run = make.run(active, plan)
    make.run(active, make.plan(active))
    active.call("test_plans.delete_plan", plan_id=plan["id"]).expect(200)
    shows(listed(active, test_plan_id=plan["id"]), [run], "just the run of the deleted plan")


@rule(
    "RLST-04",
    MUST,
    "a plan without runs, one that does not exist, or one of another workspace gives an empty list",
    clauses=["a filter that matches nothing, such as an unknown plan"],
)
def test_no_such_plan(active: Persona, suite: Suite) -> None:
    """A plan without runs and one that does not exist have an empty list of runs."""
    for plan_id in (make.plan(active)["id"], suite.unknown_id()):
        answer = active.call("test_runs.list_runs", query={"test_plan_id": plan_id})
        answer.expect(200)
        answer.has(items=[], total=0)


@rule("RLST-05", MUST, "Only runs in this state", values=STATES)
def test_runs_in_a_state(active: Persona, value: str) -> None:
    """The filter for a state leaves the runs in that state."""
    plan = make.plan(active)
    runs = {state: run_in(active, state, plan) for state in (*FINAL, "PENDING", "RUNNING")}
    found = listed(active, test_plan_id=plan["id"], status=value)
    shows(found, [runs[value]], f"just the run that is {value}")


@rule(
    "RLST-06",
    MUST,
    "`from_date` and `to_date` are inclusive and compare `created_at`",
    clauses=["dates are inclusive, take a time or a date, and compare `created_at`"],
)
def test_times_are_inclusive(active: Persona) -> None:
    """Both ends of a time range are in it."""
    run = make.run(active)
    at = run["created_at"]
    query = {"test_plan_id": run["test_plan_id"], "from_date": at, "to_date": at}
    shows(listed(active, **query), [run], "the run that was created at that very time")


@rule("RLST-07", MUST, "Only runs created at this time or on this day, or later")
def test_runs_from_a_time_on(active: Persona) -> None:
    """A run that was created before `from_date` is not listed."""
    run = make.run(active)
    later = moments.shifted(run["created_at"], 1)
    found = listed(active, test_plan_id=run["test_plan_id"], from_date=later)
    shows(found, [], "no run, a millisecond after it was created")


@rule("RLST-08", MUST, "Only runs created at this time or on this day, or earlier")
def test_runs_up_to_a_time(active: Persona) -> None:
    """A run that was created after `to_date` is not listed."""
    run = make.run(active)
    earlier = moments.shifted(run["created_at"], -1)
    found = listed(active, test_plan_id=run["test_plan_id"], to_date=earlier)
    shows(found, [], "no run, a millisecond before it was created")


@rule("RLST-09", MUST, "a date stands for its whole day in UTC")
def test_a_date_is_a_whole_day(active: Persona) -> None:
    """A date stands for its whole day in UTC, from its first millisecond to its last."""
    run = make.run(active)
    created = run["created_at"]
    today = moments.day(created)
    yesterday, tomorrow = moments.day(created, -1), moments.day(created, 1)
    plan = {"test_plan_id": run["test_plan_id"]}
    shows(listed(active, **plan, from_date=today, to_date=today), [run], "the run of that day")
    shows(listed(active, **plan, to_date=yesterday), [], "no run up to the day before")
    shows(listed(active, **plan, from_date=tomorrow), [], "no run from the day after on")


@rule("RLST-10", MUST, "other offsets are accepted and converted")
def test_times_in_another_offset(active: Persona) -> None:
    """A time with another offset filters as the instant that it is."""
    run = make.run(active)
    plan = {"test_plan_id": run["test_plan_id"]}
    an_hour_before = moments.in_offset(moments.shifted(run["created_at"], -HOUR), 2)
    shows(listed(active, **plan, from_date=an_hour_before), [run], "the run, created since then")
    shows(listed(active, **plan, to_date=an_hour_before), [], "no run, an hour before")


@rule(
    "RLST-11",
    MUST,
    "`search` is a case-insensitive substring of `run_name`",
    clauses=[
        "Only runs whose name contains this, whatever the case",
        "`search` looks in `run_name`",
    ],
    values=("kasse", "KASSE", "zur kAsSe 4"),
)
def test_search(active: Persona, value: str) -> None:
    """A search finds the runs whose names contain the text, whatever the case."""
    plan = make.plan(active)
    wanted = make.run(active, plan, run_name=f"{active.name('run')} zur Kasse 4.2")
    make.run(active, plan, notes=value)
    found = listed(active, test_plan_id=plan["id"], search=value)
    shows(found, [wanted], "just the run whose name contains it")


@rule(
    "RLST-12", MUST, "is a case-insensitive substring of", values=("a%b", "a_b", "a.b", "[ab]", "*")
)
def test_search_has_no_wildcards(active: Persona, value: str) -> None:
    """A search takes every character as it is: there are no wildcards in it."""
    plan = make.plan(active)
    make.run(active, plan, run_name=f"{active.name('run')} axb")
    wanted = make.run(active, plan, run_name=f"{active.name('run')} {value} end")
    found = listed(active, test_plan_id=plan["id"], search=value)
    shows(found, [wanted], "just the run whose name has these very characters")


@rule("RLST-13", MUST, "an empty text is no filter")
def test_an_empty_search(active: Persona) -> None:
    """An empty text as a search filters nothing."""
    run = make.run(active)
    found = listed(active, test_plan_id=run["test_plan_id"], search="")
    shows(found, [run], "the run, as without a search")


@rule(
    "RLST-14",
    MUST,
    "`status` sorts in the order PENDING, RUNNING, COMPLETED, FAILED, CANCELLED",
    values=("asc", "desc"),
)
def test_order_by_status(active: Persona, value: str) -> None:
    """Ordered by status, runs come in the order of a run's life."""
    plan = make.plan(active)
    made = {state: run_in(active, state, plan) for state in ("FAILED", "PENDING", "CANCELLED")}
    made |= {state: run_in(active, state, plan) for state in ("COMPLETED", "RUNNING")}
    found = listed(active, test_plan_id=plan["id"], sort_by="status", sort_order=value)
    wanted = [made[state] for state in STATES]
    shows(found, wanted if value == "asc" else wanted[::-1], f"by status, {value}")


@rule("RLST-15", MUST, "`run_name` without regard to case", values=("asc", "desc"))
def test_order_by_name(active: Persona, value: str) -> None:
    """Ordered by name, capital and small letters are alike."""
    plan = make.plan(active)
    prefix = active.name("run")
    beta, alpha, gamma = (
        make.run(active, plan, run_name=f"{prefix} {name}") for name in ("beta", "Alpha", "Gamma")
    )
    found = listed(active, test_plan_id=plan["id"], sort_by="run_name", sort_order=value)
    wanted = [alpha, beta, gamma]
    shows(found, wanted if value == "asc" else wanted[::-1], f"by name, {value}")


@rule("RLST-16", MUST, "ties are broken by creation", values=("run_name", "status"))
def test_ties(scene: Scene, value: str) -> None:
    """Runs that are alike in the field of the order come in the order of their creation."""
    scene.freeze()
    plan, name = make.plan(scene.active), scene.active.name("run")
    runs = [make.run(scene.active, plan, run_name=name) for _ in range(6)]
    found = listed(scene.active, test_plan_id=plan["id"], sort_by=value, sort_order="asc")
    shows(found, runs, "in the order of creation")


@rule("RLST-17", MUST, "The direction of the order")
def test_the_direction_is_descending(active: Persona) -> None:
    """Where no direction is asked for, an order is descending."""
    plan, prefix = make.plan(active), active.name("run")
    a, b = (make.run(active, plan, run_name=f"{prefix} {name}") for name in "ab")
    found = listed(active, test_plan_id=plan["id"], sort_by="run_name")
    shows(found, [b, a], "the last name first")


@rule("RLST-18", MUST, "and compare `created_at`")
def test_times_of_creation(scene: Scene) -> None:
    """A range is about the creation of a run, whenever it was started, ended or changed."""
    run = make.run(scene.active, scheduled_at="2031-04-05T06:07:08.000Z")
    scene.advance("30m")
    bring(scene.active, run, "COMPLETED")
    plan = {"test_plan_id": run["test_plan_id"]}
    between = moments.shifted(run["created_at"], 60_000)
    shows(listed(scene.active, **plan, from_date=between), [], "no run since its creation")
    shows(listed(scene.active, **plan, to_date=between), [run], "the run that was created before")
