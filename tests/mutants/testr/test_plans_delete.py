"""Servers that delete too much with a test plan, or too little."""

from __future__ import annotations

from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant

from understudy.handlers.testr import errors
from understudy.handlers.testr.rules import plans
from understudy.handlers.testr.rules.cases import create_case

Body = dict[str, Any]
PLANS = "understudy.handlers.testr.rules.plans"


def keep(server: Patient, *collections: str) -> None:
    """Let a deletion leave what is in these collections."""
    contents = {name: field for name, field in plans.CONTENTS.items() if name not in collections}
    server.patch(PLANS, "CONTENTS", contents)


@mutant("PLAN-20", kind="persistence")
def deleted_plan_takes_cases(server: Patient) -> None:
    """A test case can be made in a plan that was deleted."""
    gone: dict[str, Any] = {}

    @server.handler("test_plans.delete_plan")
    def delete(original: Any, ctx: Any, plan_id: str) -> Any:
        plan = ctx.store["test_plans"].get(plan_id)
        answer = original(ctx, plan_id)
        gone[plan_id] = plan
        return answer

    @server.handler("test_plans.create_case")
    def create(original: Any, ctx: Any, body: Body) -> Any:
        plan = gone.get(body["test_plan_id"])
        if plan is None:
            return original(ctx, body)
        ctx.store["test_plans"].insert(plan)
        case = create_case(ctx.sandbox, body)
        ctx.store["test_plans"].remove(plan["id"])
        return case.public, 201


@mutant("PLAN-21", kind="status")
def second_delete_succeeds(server: Patient) -> None:
    """Deleting a plan that was deleted already is 200."""
    gone = set()

    @server.handler("test_plans.delete_plan")
    def delete(original: Any, ctx: Any, plan_id: str) -> Any:
        if plan_id in gone:
            return {"success": True}
        answer = original(ctx, plan_id)
        gone.add(plan_id)
        return answer


@mutant("PLAN-22", kind="persistence")
def folders_outlive_their_plan(server: Patient) -> None:
    """The folders of a deleted plan stay."""
    keep(server, "test_plan_folders")


@mutant("PLAN-22", kind="persistence")
def cases_outlive_their_plan(server: Patient) -> None:
    """The test cases of a deleted plan stay."""
    keep(server, "test_cases")


@mutant("PLAN-23", kind="persistence")
def schedules_outlive_their_plan(server: Patient) -> None:
    """The schedules of a deleted plan stay."""
    keep(server, "schedules")


@mutant("PLAN-24", kind="persistence")
def items_run_again_without_their_plan(server: Patient) -> None:
    """The items of a deleted plan's runs are PENDING again."""

    @server.handler("test_plans.delete_plan")
    def delete(original: Any, ctx: Any, plan_id: str) -> Any:
        cases = {one["id"] for one in ctx.store["test_cases"] if one["test_plan_id"] == plan_id}
        answer = original(ctx, plan_id)
        for item in [*ctx.store["test_run_items"]]:
            if item["test_case_id"] in cases:
                ctx.store["test_run_items"].change(item["id"], status="PENDING")
        return answer


@mutant("PLAN-25", kind="behaviour")
def cases_in_runs_go_on_counting(server: Patient) -> None:
    """The test cases of a deleted plan that are in a run go on counting for the quota."""
    left: dict[str, int] = {}

    @server.handler("test_plans.delete_plan")
    def delete(original: Any, ctx: Any, plan_id: str) -> Any:
        cases = {one["id"] for one in ctx.store["test_cases"] if one["test_plan_id"] == plan_id}
        answer = original(ctx, plan_id)
        workspace = ctx.workspace["id"]
        in_runs = cases & {one["test_case_id"] for one in ctx.store["test_run_items"]}
        left[workspace] = left.get(workspace, 0) + len(in_runs)
        return answer

    @server.wrap("understudy.handlers.testr.rules.quota", "used")
    def used(original: Any, store: Any, workspace_id: str) -> int:
        return int(original(store, workspace_id)) + left.get(workspace_id, 0)


@mutant("PLAN-26", kind="isolation")
def deletion_takes_cases_of_the_same_name(server: Patient) -> None:
    """Deleting a plan deletes the test cases of other plans that are called like one of its."""

    @server.handler("test_plans.delete_plan")
    def delete(original: Any, ctx: Any, plan_id: str) -> Any:
        plan = ctx.store["test_plans"].get(plan_id)
        if plan is None:
            raise errors.NotFound
        names = {one["name"] for one in ctx.store["test_cases"].select(plans.inside(plan)).items}
        answer = original(ctx, plan_id)
        for one in ctx.store["test_cases"].select({"_workspace_id": ctx.workspace["id"]}).items:
            if one["name"] in names:
                ctx.store["test_cases"].remove(one["id"])
        return answer
