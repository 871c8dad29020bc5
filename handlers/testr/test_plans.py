"""Test plans with their folders, test cases, recordings, scripts, and variables."""

from __future__ import annotations

from understudy.context import Answer, Body, Context

from .rules import cases, folders, ordering, plans, quota, variables
from .rules.common import owned


def list_plans(ctx: Context) -> Answer:
    """All test plans of the workspace, oldest first."""
    page = ctx.store["test_plans"].select({"_workspace_id": ctx.workspace["id"]})
    return {"test_plans": page.items}


def create_plan(ctx: Context, body: Body) -> Answer:
    """Make an empty plan."""
    return plans.create_plan(ctx.sandbox, body | {"_workspace_id": ctx.workspace["id"]}).public, 201


def get_plan(ctx: Context, plan_id: str) -> Answer:
    """One plan."""
    return owned(ctx, "test_plans", plan_id)


def update_plan(ctx: Context, plan_id: str, body: Body) -> Answer:
    """Change any subset of a plan's fields."""
    owned(ctx, "test_plans", plan_id)
    return ctx.store["test_plans"].change(plan_id, **body, updated_at=ctx.now()).public


def delete_plan(ctx: Context, plan_id: str) -> Answer:
    """Delete a plan with its contents."""
    plans.delete_plan(ctx.store, owned(ctx, "test_plans", plan_id))
    return {"success": True}


def get_tree(ctx: Context, plan_id: str) -> Answer:
    """A plan's folders and test cases as a tree."""
    return folders.tree(ctx.store, owned(ctx, "test_plans", plan_id))


def sync_tree(ctx: Context, plan_id: str, body: Body) -> Answer:
    """Move, order and rename what is in a plan, all or nothing."""
    folders.require_once(body["tree"])
    plan = owned(ctx, "test_plans", plan_id)
    folders.sync(ctx.sandbox, plan, body["tree"])
    return folders.tree(ctx.store, plan)


def create_folder(ctx: Context, body: Body) -> Answer:
    """Make a folder in a plan."""
    plan = owned(ctx, "test_plans", body["test_plan_id"])
    folders.require_parent(ctx.store, plan["id"], body.get("parent_folder_id"))
    return folders.create_folder(ctx.sandbox, body).public, 201


def reorder_folders(ctx: Context, body: list[Body]) -> Answer:
    """Give folders another display order, all or nothing."""
    ordering.reorder(ctx, "test_plan_folders", body, "folder_id")
    return {"success": True}


def create_case(ctx: Context, body: Body) -> Answer:
    """Make a test case in a plan, if the quota has room for it."""
    plan = owned(ctx, "test_plans", body["test_plan_id"])
    if body.get("folder_id") is not None:
        plans.in_plan(ctx.store, "test_plan_folders", plan["id"], body["folder_id"])
    quota.require_room(ctx)
    return cases.create_case(ctx.sandbox, body).public, 201


def reorder_cases(ctx: Context, body: list[Body]) -> Answer:
    """Give test cases another display order, all or nothing."""
    ordering.reorder(ctx, "test_cases", body, "test_case_id")
    return {"success": True}


def create_recording(ctx: Context, body: Body) -> Answer:
    """Store a recording of a test case."""
    owned(ctx, "test_cases", body["test_case_id"])
    return cases.create_recording(ctx.sandbox, body).public, 201


def create_script(ctx: Context, body: Body) -> Answer:
    """Store a script of a test case."""
    owned(ctx, "test_cases", body["test_case_id"])
    return cases.create_script(ctx.sandbox, body).public, 201


def list_variables(ctx: Context) -> Answer:
    """All variables of the workspace, oldest first."""
    page = ctx.store["variables"].select({"_workspace_id": ctx.workspace["id"]})
    return {"variables": page.items}


def create_variable(ctx: Context, body: Body) -> Answer:
    """Make a variable, if its name is free in its scope."""
    workspace_id = ctx.workspace["id"]
    variables.require_free(ctx.store, workspace_id, body["name"], body["scope"])
    return variables.create_variable(
        ctx.sandbox, body | {"_workspace_id": workspace_id}
    ).public, 201


def resolve_variables(ctx: Context, names: str) -> Answer:
    """The values of the named variables."""
    resolved, unresolved = variables.resolve(
        ctx.sandbox, ctx.workspace["id"], variables.split_names(names)
    )
    return {"resolved": resolved, "unresolved": unresolved}
