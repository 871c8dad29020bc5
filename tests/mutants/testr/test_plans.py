"""Servers that break a promise about test plans: listing, creating, reading, changing them."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant
from tests.mutants.wire import AnswerEdit, RequestEdit

from understudy.errors import ValidationFailed
from understudy.handlers.testr import errors
from understudy.handlers.testr.rules import folders, plans

Body = dict[str, Any]


@mutant("PLAN-01", kind="behaviour")
def inactive_plans_are_not_listed(server: Patient) -> None:
    """The list of plans leaves out those that are not active."""

    @server.handler("test_plans.list_plans")
    def listed(original: Any, ctx: Any) -> Any:
        return {"test_plans": [one for one in original(ctx)["test_plans"] if one["is_active"]]}


@mutant("PLAN-02", kind="behaviour")
def plans_are_listed_by_name(server: Patient) -> None:
    """Plans are listed in the order of their names."""

    @server.handler("test_plans.list_plans")
    def listed(original: Any, ctx: Any) -> Any:
        return {"test_plans": sorted(original(ctx)["test_plans"], key=lambda one: one["name"])}


@mutant("PLAN-02", kind="behaviour")
def plans_are_listed_by_their_last_change(server: Patient) -> None:
    """The plan that was changed last is the last of the list."""

    @server.handler("test_plans.list_plans")
    def listed(original: Any, ctx: Any) -> Any:
        found = original(ctx)["test_plans"]
        return {"test_plans": sorted(found, key=lambda one: one["updated_at"])}


@mutant("PLAN-03", kind="behaviour")
def plans_are_paged(server: Patient) -> None:
    """The list of plans minds a `limit`."""

    @server.answer("test_plans.list_plans")
    def cut(answer: AnswerEdit) -> None:
        limit = parse_qs(answer.request.query).get("limit")
        if limit and answer.status == 200:
            answer.body["test_plans"] = answer.body["test_plans"][: int(limit[0])]


@mutant("PLAN-04", kind="behaviour")
def new_plan_copies_the_one_before(server: Patient) -> None:
    """A new plan begins with the folders of the plan that was made before it on the same day."""

    @server.handler("test_plans.create_plan")
    def create(original: Any, ctx: Any, body: Body) -> Any:
        before = ctx.store["test_plans"].select({"_workspace_id": ctx.workspace["id"]}).items
        plan, status = original(ctx, body)
        if before and before[-1]["created_at"][:10] == plan["created_at"][:10]:
            for folder in ctx.store["test_plan_folders"].select(plans.inside(before[-1])).items:
                fields = {"test_plan_id": plan["id"], "name": folder["name"]}
                folders.create_folder(ctx.sandbox, fields)
        return plan, status


@mutant("PLAN-06", kind="behaviour")
def plan_without_description_has_an_empty_one(server: Patient) -> None:
    """A plan whose description is left out has an empty one instead of none."""

    @server.request("test_plans.create_plan")
    def fill(request: RequestEdit) -> None:
        if isinstance(request.body, dict):
            request.body.setdefault("description", "")


@mutant("PLAN-07", kind="behaviour")
def null_makes_a_plan_inactive(server: Patient) -> None:
    """A new plan whose `is_active` is null is not active."""

    @server.request("test_plans.create_plan")
    def fill(request: RequestEdit) -> None:
        if isinstance(request.body, dict) and request.body.get("is_active", True) is None:
            request.body["is_active"] = False


@mutant("PLAN-08", kind="behaviour")
def plans_are_listed_by_their_names(server: Patient) -> None:
    """Of several plans of one name the list has the newest alone."""

    @server.handler("test_plans.list_plans")
    def listed(original: Any, ctx: Any) -> Any:
        found = original(ctx)["test_plans"]
        newest = {one["name"]: one["id"] for one in found}
        return {"test_plans": [one for one in found if newest[one["name"]] == one["id"]]}


@mutant("PLAN-09", kind="persistence")
def descriptions_lose_their_lines(server: Patient) -> None:
    """Line ends and double blanks of a plan's description become one blank."""

    @server.request("test_plans.create_plan")
    def flatten(request: RequestEdit) -> None:
        text = request.body.get("description") if isinstance(request.body, dict) else None
        if isinstance(text, str):
            request.body["description"] = " ".join(text.split())


@mutant("PLAN-10", kind="schema")
def plan_comes_with_its_tree(server: Patient) -> None:
    """Reading a plan gives its folders and test cases as well."""
    server.unchecked()

    @server.handler("test_plans.get_plan")
    def get(original: Any, ctx: Any, plan_id: str) -> Any:
        plan = original(ctx, plan_id)
        return folders.tree(ctx.store, ctx.store["test_plans"].get(plan_id)) | plan


@mutant("PLAN-11", kind="status")
def unknown_plan_has_an_empty_tree(server: Patient) -> None:
    """The tree of a plan that does not exist is empty rather than 404."""

    @server.handler("test_plans.get_tree")
    def tree(original: Any, ctx: Any, plan_id: str) -> Any:
        if ctx.store["test_plans"].get(plan_id) is not None:
            return original(ctx, plan_id)
        plan = {"id": plan_id, "name": "?", "_workspace_id": ctx.workspace["id"]}
        return folders.tree(ctx.store, plan)


@mutant("PLAN-11", kind="status")
def update_makes_an_unknown_plan(server: Patient) -> None:
    """An update of a plan that does not exist makes it."""

    @server.handler("test_plans.update_plan")
    def update(original: Any, ctx: Any, plan_id: str, body: Body) -> Any:
        if ctx.store["test_plans"].get(plan_id) is None:
            fields = {"id": plan_id, "name": "?", "_workspace_id": ctx.workspace["id"], **body}
            return plans.create_plan(ctx.sandbox, fields).public
        return original(ctx, plan_id, body)


@mutant("PLAN-12", kind="isolation")
def other_workspaces_plan_is_changed(server: Patient) -> None:
    """An update of another workspace's plan is 404, and done all the same."""

    @server.handler("test_plans.update_plan")
    def update(original: Any, ctx: Any, plan_id: str, body: Body) -> Any:
        try:
            return original(ctx, plan_id, body)
        except errors.NotFound as error:
            if ctx.store["test_plans"].get(plan_id) is not None:
                ctx.store["test_plans"].change(plan_id, **body)
                error.keeps_changes = True
            raise


@mutant("PLAN-12", kind="isolation")
def other_workspaces_plan_is_deleted(server: Patient) -> None:
    """A deletion of another workspace's plan is 404, and done all the same."""

    @server.handler("test_plans.delete_plan")
    def delete(original: Any, ctx: Any, plan_id: str) -> Any:
        plan = ctx.store["test_plans"].get(plan_id)
        try:
            return original(ctx, plan_id)
        except errors.NotFound as error:
            if plan is not None:
                plans.delete_plan(ctx.store, plan)
                error.keeps_changes = True
            raise


@mutant("PLAN-13", kind="persistence")
def update_makes_a_plan_active(server: Patient) -> None:
    """An update of other fields than `is_active` makes the plan active again."""

    @server.request("test_plans.update_plan")
    def fill(request: RequestEdit) -> None:
        if isinstance(request.body, dict) and request.body:
            request.body.setdefault("is_active", True)


@mutant("PLAN-14", kind="behaviour")
def update_of_nothing_empties_a_plan(server: Patient) -> None:
    """An update with an empty body removes the description."""

    @server.request("test_plans.update_plan")
    def empty(request: RequestEdit) -> None:
        if request.body == {}:
            request.body = {"description": None}


@mutant("PLAN-15", kind="persistence")
def null_keeps_a_description(server: Patient) -> None:
    """A null description in an update leaves the old one."""

    @server.request("test_plans.update_plan")
    def drop(request: RequestEdit) -> None:
        if isinstance(request.body, dict) and request.body.get("description", "") is None:
            del request.body["description"]


@mutant("PLAN-16", kind="persistence")
def refused_update_keeps_the_rest(server: Patient) -> None:
    """An update that is refused for a null stores its other fields."""

    @server.contract
    def allow(document: Body) -> None:
        properties = document["components"]["schemas"]["TestPlanUpdate"]["properties"]
        for name in ("name", "is_active"):
            properties[name]["nullable"] = True

    @server.handler("test_plans.update_plan")
    def update(original: Any, ctx: Any, plan_id: str, body: Body) -> Any:
        nulls = [name for name in ("name", "is_active") if body.get(name, "") is None]
        rest = {name: value for name, value in body.items() if name not in nulls}
        answer = original(ctx, plan_id, rest)
        if nulls:
            error = ValidationFailed(details={name: ["must not be null"] for name in nulls})
            error.keeps_changes = True
            raise error
        return answer


@mutant("PLAN-17", kind="behaviour")
def update_answers_the_old_time(server: Patient) -> None:
    """The answer to an update that makes a plan inactive has the `updated_at` of before."""

    @server.handler("test_plans.update_plan")
    def update(original: Any, ctx: Any, plan_id: str, body: Body) -> Any:
        plan = ctx.store["test_plans"].get(plan_id)
        answer = original(ctx, plan_id, body)
        ends = plan["is_active"] and not answer["is_active"]
        return {**answer, "updated_at": plan["updated_at"]} if ends else answer


@mutant("PLAN-18", kind="behaviour")
def update_without_a_change_is_none(server: Patient) -> None:
    """An update whose fields are as they were leaves `updated_at` as it was."""

    @server.handler("test_plans.update_plan")
    def update(original: Any, ctx: Any, plan_id: str, body: Body) -> Any:
        before = ctx.store["test_plans"].get(plan_id)
        answer = original(ctx, plan_id, body)
        if any(before[name] != value for name, value in body.items()):
            return answer
        return ctx.store["test_plans"].change(plan_id, updated_at=before["updated_at"]).public


@mutant("PLAN-19", kind="behaviour")
def sync_touches_the_plan(server: Patient) -> None:
    """A sync sets the `updated_at` of its plan."""

    @server.handler("test_plans.sync_tree")
    def sync(original: Any, ctx: Any, plan_id: str, body: Body) -> Any:
        answer = original(ctx, plan_id, body)
        ctx.store["test_plans"].change(plan_id, updated_at=ctx.now())
        return answer
