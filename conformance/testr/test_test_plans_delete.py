"""Deleting test plans: what goes along, and what stays."""

from __future__ import annotations

from typing import Any

from understudy.verify import MUST, Persona, rule

from . import make
from .trees import shape, tree_of


def delete(persona: Persona, plan: dict[str, Any]) -> None:
    """Delete a plan."""
    persona.call("test_plans.delete_plan", plan_id=plan["id"]).expect(200)


@rule(
    "PLAN-20",
    MUST,
    "Deletes the plan",
    clauses=("The plan and its contents are gone.", 'answer `{"success": true}`'),
)
def test_nothing_goes_into_a_deleted_plan(active: Persona) -> None:
    """Nothing can be put into a plan that was deleted."""
    plan = make.plan(active)
    active.call("test_plans.delete_plan", plan_id=plan["id"]).has(success=True)
    body = {"test_plan_id": plan["id"], "name": active.name("late")}
    for operation in ("test_plans.create_folder", "test_plans.create_case"):
        active.call(operation, body=body).refused(400, 404, 422)


@rule("PLAN-21", MUST, "so is a second delete", clauses=("a second delete 404",))
def test_a_second_delete_is_404(active: Persona) -> None:
    """A plan can be deleted once."""
    plan = make.plan(active)
    delete(active, plan)
    active.call("test_plans.delete_plan", plan_id=plan["id"]).refused(404)


@rule(
    "PLAN-22",
    MUST,
    "with its folders, test cases",
    clauses=("deleting a plan takes its folders, cases",),
)
def test_folders_and_cases_go_with_their_plan(active: Persona) -> None:
    """A deleted plan's folders and test cases are gone: nothing can be done with them any more."""
    plan = make.plan(active)
    folder = make.folder(active, plan)
    case = make.case(active, plan, folder_id=folder["id"])
    delete(active, plan)
    order = {"display_order": 1}
    for operation, body in (
        ("test_plans.reorder_folders", [{"folder_id": folder["id"], **order}]),
        ("test_plans.reorder_cases", [{"test_case_id": case["id"], **order}]),
        ("test_plans.create_recording", {"test_case_id": case["id"], "recording_data": {}}),
    ):
        active.call(operation, body=body).refused(404)


@rule("PLAN-23", MUST, "recordings, scripts and schedules")
def test_schedules_go_with_their_plan(active: Persona) -> None:
    """A deleted plan's schedules are gone from the list."""
    plan, other = make.plan(active), make.plan(active)
    gone, kept = make.schedule(active, plan)["id"], make.schedule(active, other)["id"]
    delete(active, plan)
    for one, expected in ((plan, []), (other, [kept])):
        query = {"test_plan_id": one["id"]}
        items = active.call("test_runs.list_schedules", query=query).expect(200)["items"]
        found = [item["id"] for item in items if item["id"] in (gone, kept)]
        assert found == expected, "the schedules of the deleted plan are gone, and no others"


@rule(
    "PLAN-24",
    MUST,
    "Its test runs, their items and their results stay, as history.",
    clauses=("runs, their items and results stay",),
)
def test_runs_outlive_their_plan(active: Persona) -> None:
    """A deleted plan's runs stay as they were, with items and totals."""
    plan = make.plan(active)
    case, run = make.case(active, plan), make.run(active, plan)
    item = make.item(active, run, case)
    make.result(active, run, item, "PASSED")
    delete(active, plan)
    active.call("test_runs.get_run", run_id=run["id"]).has(
        test_plan_id=plan["id"], status="PENDING", total_tests=1, passed_tests=1
    )
    items = active.call("test_runs.list_items", run_id=run["id"]).expect(200)["items"]
    found = [(one["id"], one["test_case_id"], one["status"]) for one in items]
    assert found == [(item["id"], case["id"], "PASSED")], "the item and its result stay"


@rule("PLAN-25", MUST, "The test cases no longer count for the workspace's quota.")
def test_a_deletion_gives_its_quota_back(account: Persona) -> None:
    """The cases of a deleted plan do not count for the quota any more, wherever they were in it,
    and though a run still tells of them.
    """
    gone, kept = make.plan(account), make.plan(account)
    make.item(account, make.run(account, gone), make.case(account, gone))
    make.case(account, gone, folder_id=make.folder(account, gone)["id"])
    make.case(account, kept)
    account.call("workspace.limits").has(current_test_cases=3)
    delete(account, gone)
    account.call("workspace.limits").has(current_test_cases=1)


@rule("PLAN-26", MUST, "Deletes the plan with its folders")
def test_a_deletion_leaves_other_plans_alone(active: Persona) -> None:
    """Other plans keep their contents, however like those of the deleted one."""
    plan, kept = make.plan(active), make.plan(active)
    name = active.name("same")
    for one in (plan, kept):
        folder = make.folder(active, one, name=name)
        make.case(active, one, folder_id=folder["id"], name=name)
    before = shape(tree_of(active, kept))
    delete(active, plan)
    assert shape(tree_of(active, kept)) == before, "another plan's contents stay as they are"
