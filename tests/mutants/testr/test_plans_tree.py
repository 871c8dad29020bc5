"""Servers that break a promise about the tree of a plan and its folders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant
from tests.mutants.wire import RequestEdit

from understudy.errors import ValidationFailed
from understudy.handlers.testr import errors
from understudy.handlers.testr.rules import folders, plans

Body = dict[str, Any]
CREATE = "test_plans.create_folder"
FOLDERS = "understudy.handlers.testr.rules.folders"
HIGHEST = 2_147_483_647


def change_tree(server: Patient, change: Callable[[Body], None]) -> None:
    """Change the tree wherever it is answered."""

    @server.wrap(FOLDERS, "tree")
    def tree(original: Any, store: Any, plan: Any) -> Any:
        found: Body = original(store, plan)
        change(found)
        return found


def sort_all(tree: Body, key: Callable[[Body], Any]) -> None:
    """Put all folders and test cases of a tree into another order."""
    tree["root_test_cases"].sort(key=key)
    waiting = [tree["folders"]]
    while waiting:
        found = waiting.pop()
        found.sort(key=key)
        for folder in found:
            folder["test_cases"].sort(key=key)
            waiting.append(folder["children"])


@mutant("TREE-01", kind="behaviour")
def null_parent_is_the_newest_folder(server: Patient) -> None:
    """A folder whose parent is null is put into the newest folder of its plan."""
    asked: list[bool] = []

    @server.request(CREATE)
    def look(request: RequestEdit) -> None:
        body = request.body
        asked[:] = [isinstance(body, dict) and body.get("parent_folder_id", "") is None]

    @server.handler(CREATE)
    def create(original: Any, ctx: Any, body: Body) -> Any:
        plan = ctx.store["test_plans"].get(body["test_plan_id"])
        if plan is not None and asked[0]:
            present = ctx.store["test_plan_folders"].select(plans.inside(plan)).items
            body = body | {"parent_folder_id": present[-1]["id"] if present else None}
        return original(ctx, body)


@mutant("TREE-02", kind="behaviour")
def nested_trees_have_no_root_cases(server: Patient) -> None:
    """Where folders are nested, the tree leaves out the test cases at the root."""

    def drop(tree: Body) -> None:
        if any(folder["children"] for folder in tree["folders"]):
            tree["root_test_cases"].clear()

    change_tree(server, drop)


@mutant("TREE-03", kind="behaviour")
def orders_are_texts(server: Patient) -> None:
    """Folders and test cases are sorted by `display_order` as a text."""
    change_tree(server, lambda tree: sort_all(tree, lambda one: str(one["display_order"])))


@mutant("TREE-04", kind="behaviour")
def equal_orders_come_by_name(server: Patient) -> None:
    """Where folders or test cases share a `display_order`, their names decide."""
    change_tree(
        server, lambda tree: sort_all(tree, lambda one: (one["display_order"], one["name"]))
    )


@mutant("TREE-05", kind="behaviour")
def root_is_not_expanded(server: Patient) -> None:
    """The root of the tree is not expanded."""
    change_tree(server, lambda tree: tree.update(expanded=False))


@mutant("TREE-06", kind="behaviour")
def nested_folders_tell_no_parent(server: Patient) -> None:
    """A folder in another one has a null `parent_folder_id` in the tree."""

    def forget(tree: Body) -> None:
        for folder in tree["folders"]:
            for child in folder["children"]:
                child["parent_folder_id"] = None

    change_tree(server, forget)


@mutant("TREE-07", kind="persistence")
def names_of_folders_lose_their_blanks(server: Patient) -> None:
    """Double blanks in the name of a folder become one."""

    @server.handler(CREATE)
    def create(original: Any, ctx: Any, body: Body) -> Any:
        return original(ctx, body | {"name": " ".join(body["name"].split()) or "?"})


@mutant("TREE-08", kind="isolation")
def folder_goes_into_another_workspace(server: Patient) -> None:
    """A folder in a plan of another workspace is 404, and made all the same."""

    @server.handler(CREATE)
    def create(original: Any, ctx: Any, body: Body) -> Any:
        try:
            return original(ctx, body)
        except errors.NotFound as error:
            plan = ctx.store["test_plans"].get(body["test_plan_id"])
            if plan is not None and plan["_workspace_id"] != ctx.workspace["id"]:
                folders.create_folder(ctx.sandbox, body)
                error.keeps_changes = True
            raise


@mutant("TREE-09", kind="status")
def unknown_plan_of_a_folder_is_422(server: Patient) -> None:
    """A folder in a plan that does not exist is 422."""

    @server.handler(CREATE)
    def create(original: Any, ctx: Any, body: Body) -> Any:
        if ctx.store["test_plans"].get(body["test_plan_id"]) is None:
            raise ValidationFailed(details={"test_plan_id": ["is unknown"]})
        return original(ctx, body)


@mutant("TREE-10", kind="behaviour")
def parent_of_another_plan_is_the_top(server: Patient) -> None:
    """A folder whose parent is in another plan of the workspace is made at the top level."""

    @server.handler(CREATE)
    def create(original: Any, ctx: Any, body: Body) -> Any:
        parent = ctx.store["test_plan_folders"].get(body.get("parent_folder_id") or "")
        is_ours = parent is not None and parent["_workspace_id"] == ctx.workspace["id"]
        if is_ours and parent["test_plan_id"] != body["test_plan_id"]:
            body = body | {"parent_folder_id": None}
        return original(ctx, body)


@mutant("TREE-11", kind="status")
def folders_are_made_at_any_depth(server: Patient) -> None:
    """A folder can be made on level 51."""

    @server.wrap(FOLDERS, "require_parent")
    def require(original: Any, store: Any, plan_id: str, parent_id: str | None) -> None:
        if parent_id is not None:
            plans.in_plan(store, "test_plan_folders", plan_id, parent_id)


@mutant("TREE-12", kind="behaviour")
def null_order_of_a_folder_is_0(server: Patient) -> None:
    """A folder whose `display_order` is null gets 0."""

    @server.request(CREATE)
    def fill(request: RequestEdit) -> None:
        if isinstance(request.body, dict) and request.body.get("display_order", 0) is None:
            request.body["display_order"] = 0


@mutant("TREE-13", kind="behaviour")
def folders_are_numbered_in_the_plan(server: Patient) -> None:
    """The next `display_order` of a folder is counted over all folders of the plan."""

    @server.handler(CREATE)
    def create(original: Any, ctx: Any, body: Body) -> Any:
        plan = ctx.store["test_plans"].get(body["test_plan_id"])
        if plan is not None and body.get("display_order") is None:
            present = ctx.store["test_plan_folders"].select(plans.inside(plan)).items
            order = max((one["display_order"] for one in present), default=-1) + 1
            body = body | {"display_order": min(order, HIGHEST)}
        return original(ctx, body)


@mutant("TREE-14", kind="behaviour")
def orders_of_folders_start_over(server: Patient) -> None:
    """After the highest `display_order` a folder gets 0."""

    @server.handler(CREATE)
    def create(original: Any, ctx: Any, body: Body) -> Any:
        folder, status = original(ctx, body)
        if folder["display_order"] == HIGHEST and body.get("display_order") is None:
            folder = ctx.store["test_plan_folders"].change(folder["id"], display_order=0).public
        return folder, status


@mutant("TREE-15", kind="behaviour")
def folders_are_told_by_name(server: Patient) -> None:
    """Of several folders of one name at the top level the tree has one."""

    def keep(tree: Body) -> None:
        tree["folders"] = [*{one["name"]: one for one in tree["folders"]}.values()]

    change_tree(server, keep)


@mutant("MOD-01", kind="behaviour")
def synchronised_plans_take_no_cases(server: Patient) -> None:
    """No test case can be made in a plan whose tree was synchronised."""
    synchronised = set()

    @server.handler("test_plans.sync_tree")
    def sync(original: Any, ctx: Any, plan_id: str, body: Body) -> Any:
        answer = original(ctx, plan_id, body)
        synchronised.add(plan_id)
        return answer

    @server.handler("test_plans.create_case")
    def create(original: Any, ctx: Any, body: Body) -> Any:
        if body["test_plan_id"] in synchronised:
            raise errors.NotFound
        return original(ctx, body)
