"""Test runs: what a new one is, reading one, deleting one, and what outlives its plan."""

from __future__ import annotations

from typing import Any

from understudy import times
from understudy.verify import MUST, Answer, OperationSpec, Persona, Suite, rule

from . import make
from .runs import STATES, TOTALS, delete, filled, move, read, run_in

OF_ONE_RUN = [
    f"test_runs.{name}"
    for name in (
        *("get_run", "update_run", "delete_run", "start_run", "stop_run", "cancel_run"),
        *("get_summary", "add_item", "list_items", "add_items"),
    )
]
LEFT_OUT: dict[str, Any] = {
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
}
GIVEN: dict[str, Any] = {
    "suite_path": "suites/checkout",
    "suite_name": "Checkout",
    "scheduled_at": "2031-04-05T06:07:08.000Z",
    "parallel_enabled": True,
    "parallel_count": 4,
    "retry_on_failure": True,
    "retry_count": 2,
    "browser_name": "firefox",
    "viewport_width": 1280,
    "viewport_height": 720,
    "tags": ["nightly", "ui"],
    "notes": "Against staging",
}


def create(p: Persona, plan: Any, **fields: Any) -> Answer:
    """Ask for a run with just these fields beside its name and plan."""
    body = {"run_name": p.name("run"), "test_plan_id": plan["id"], **fields}
    return p.call("test_runs.create_run", body=body)


@rule(
    "RUN-01",
    MUST,
    "only `run_name` and `test_plan_id` are required",
    clauses=["all other fields have the defaults of the report's sample"],
)
def test_a_name_and_a_plan_are_enough(active: Persona) -> None:
    """A run needs a name and a plan, and everything else has its default."""
    plan, name = make.plan(active), active.name("run")
    answer = active.call(
        "test_runs.create_run", body={"run_name": name, "test_plan_id": plan["id"]}
    )
    answer.expect(201)
    answer.has(run_name=name, test_plan_id=plan["id"], results_folder=None, report_path=None)
    answer.has(**LEFT_OUT)


@rule("RUN-02", MUST, "Makes a run in state PENDING", values=["2020-01-01T00:00:00.000Z", None])
def test_a_new_run_is_pending(active: Persona, value: str | None) -> None:
    """A new run is PENDING, even if it was meant to start in the past."""
    answer = create(active, make.plan(active), scheduled_at=value)
    answer.expect(201)
    answer.has(status="PENDING", started_at=None, completed_at=None)


@rule("RUN-03", MUST, "Counts up in the workspace, never given twice")
def test_numbers_count_up(active: Persona) -> None:
    """A later run of the workspace has a higher number, whatever its plan."""
    numbers = [make.run(active, make.plan(active))["run_number"] for _ in range(3)]
    assert numbers == sorted(set(numbers)), f"each number higher than the one before, not {numbers}"


@rule("RUN-04", MUST, "`run_number` counts up in the workspace from 1")
def test_numbers_begin_with_1(account: Persona) -> None:
    """The runs of a new workspace have the numbers 1, 2, 3."""
    plan = make.plan(account)
    numbers = [make.run(account, plan)["run_number"] for _ in range(3)]
    assert numbers == [1, 2, 3], f"the numbers 1, 2, 3 in a new workspace, not {numbers}"


@rule("RUN-05", MUST, "is never reused", clauses=["Its number is not given again"])
def test_numbers_are_not_given_again(active: Persona) -> None:
    """The number of a deleted run is not given again."""
    plan = make.plan(active)
    deleted = make.run(active, plan)
    delete(active, deleted).expect(200)
    later = make.run(active, plan)["run_number"]
    assert later > deleted["run_number"], f"more than {deleted['run_number']}, not {later}"


@rule("RUN-06", MUST, "The totals are 0 until test cases are added")
def test_totals_begin_with_0(active: Persona) -> None:
    """The totals of a new run are 0, whatever cases its plan has."""
    plan = make.plan(active)
    make.case(active, plan)
    answer = create(active, plan)
    answer.expect(201)
    answer.has(**dict.fromkeys(TOTALS, 0), duration_ms=0)


@rule("RUN-07", MUST, "Null is the same as left out", clauses=["and null is the same as left out"])
def test_null_is_left_out_in_a_new_run(active: Persona) -> None:
    """A field of a new run that is null is the same as one that is left out."""
    plan = make.plan(active)
    without = create(active, plan).expect(201)
    answer = create(active, plan, **dict.fromkeys(LEFT_OUT))
    answer.expect(201)
    answer.has(**{name: without[name] for name in LEFT_OUT})


@rule("RUN-08", MUST, "A plan that does not exist or is of another workspace is 404")
def test_a_run_needs_a_plan_that_is_there(active: Persona, suite: Suite) -> None:
    """A run of a plan that does not exist is refused with 404."""
    create(active, {"id": suite.unknown_id()}).refused(404)


@rule(
    "RUN-09",
    MUST,
    "Every field is always there in the answer, null where it has no value",
    clauses=["A run's answer always has all its fields"],
)
def test_a_run_keeps_what_it_was_given(active: Persona) -> None:
    """A new run answers with every field that it was given."""
    answer = create(active, make.plan(active), **GIVEN)
    answer.expect(201)
    answer.has(**GIVEN)


@rule("RUN-10", MUST, "other offsets are accepted and converted")
def test_a_start_in_another_offset(active: Persona) -> None:
    """A time with another offset is the same instant in the answer."""
    given = "2031-04-05T06:07:08+02:00"
    answer = create(active, make.plan(active), scheduled_at=given)
    found = answer.expect(201)["scheduled_at"]
    if times.parse(found) != times.parse(given):
        raise answer.broken("scheduled_at is another instant", expected=given, got=found)


@rule("RUN-11", MUST, "The run with all its fields")
def test_a_run_is_read_as_it_was_created(active: Persona) -> None:
    """Reading a run gives what its creation answered."""
    created = create(active, make.plan(active), **GIVEN).expect(201)
    answer = active.call("test_runs.get_run", run_id=created["id"])
    answer.expect(200)
    answer.has(**created)


@rule("RUN-12", MUST, "A run that does not exist", operations=OF_ONE_RUN)
def test_an_unknown_run(active: Persona, suite: Suite, operation: OperationSpec) -> None:
    """Whatever is asked of a run that does not exist is refused with 404."""
    case = make.case(active, make.plan(active))["id"]
    bodies: dict[str, Any] = {
        "test_runs.update_run": {"notes": "Looked through"},
        "test_runs.add_item": {"test_case_id": case},
        "test_runs.add_items": {"test_case_ids": [case]},
    }
    name = operation.operation_id
    request = {"body": bodies[name]} if name in bodies else {}
    active.call(name, run_id=suite.unknown_id(), **request).refused(404)


@rule(
    "RUN-13",
    MUST,
    "Deletes the run, in any state",
    clauses=["The run is gone", "Deleting works in every state"],
    values=STATES,
)
def test_a_run_is_deleted_in_any_state(active: Persona, value: str) -> None:
    """A deleted run is gone, whatever state it was in."""
    run = run_in(active, value)
    delete(active, run).expect(200)
    active.call("test_runs.get_run", run_id=run["id"]).refused(404)


@rule("RUN-14", MUST, "and so is a second delete")
def test_a_run_is_deleted_once(active: Persona) -> None:
    """A second delete of a run is refused with 404."""
    run = make.run(active)
    delete(active, run).expect(200)
    delete(active, run).refused(404)


@rule("RUN-15", MUST, "with its items, its results")
def test_items_go_with_their_run(active: Persona) -> None:
    """The items of a deleted run are gone, and take no results."""
    run, [item] = filled(active, 1)
    delete(active, run).expect(200)
    active.call("test_runs.list_items", run_id=run["id"]).refused(404)
    active.call("test_runs.get_summary", run_id=run["id"]).refused(404)
    ids = {"test_run_id": run["id"], "test_run_item_id": item["id"]}
    body = {**ids, "test_case_id": item["test_case_id"], "status": "PASSED"}
    active.call("test_runs.create_result", body=body).refused(404)


@rule("RUN-16", MUST, "defects that name the run stay")
def test_defects_outlive_the_run_they_name(active: Persona) -> None:
    """A defect that names a run stays as it is when the run is deleted."""
    run = make.run(active)
    defect = make.defect(active, test_context={"test_run_id": run["id"]})
    delete(active, run).expect(200)
    answer = active.call("defects.get_defect", defect_id=defect["id"])
    answer.expect(200)
    answer.has(test_context=defect["test_context"])


@rule(
    "RUN-17",
    MUST,
    "It outlives its plan, as history",
    clauses=["The plan may have been deleted since", "A run stays when its plan is deleted"],
)
def test_a_run_outlives_its_plan(active: Persona) -> None:
    """Deleting a plan leaves its runs as they were."""
    plan = make.plan(active)
    run = make.run(active, plan, scheduled_at=GIVEN["scheduled_at"], notes="Against staging")
    active.call("test_plans.delete_plan", plan_id=plan["id"]).expect(200)
    assert read(active, run) == run, "the run as it was before its plan was deleted"


@rule("RUN-18", MUST, "and can still be started and ended")
def test_a_run_without_its_plan_goes_on(active: Persona) -> None:
    """A run whose plan was deleted can be started and stopped."""
    plan = make.plan(active)
    run = make.run(active, plan)
    active.call("test_plans.delete_plan", plan_id=plan["id"]).expect(200)
    move(active, run, "start_run").expect(200)
    move(active, run, "stop_run").expect(200)


@rule("RUN-19", MUST, "no more cases can be added (404)")
def test_a_run_without_its_plan_takes_no_cases(active: Persona) -> None:
    """A case that went with its plan cannot be added to a run any more: 404."""
    plan = make.plan(active)
    run, case = make.run(active, plan), make.case(active, plan)
    active.call("test_plans.delete_plan", plan_id=plan["id"]).expect(200)
    body = {"test_case_id": case["id"]}
    active.call("test_runs.add_item", body=body, run_id=run["id"]).refused(404)
