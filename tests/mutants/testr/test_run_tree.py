"""Servers that are wrong about the folders of test runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant

from understudy.handlers.testr.rules import run_folders

RULES = "understudy.handlers.testr.rules"
TREE = "test_run_tree.get_tree"
CREATE = "test_run_tree.create_folder"
FILE = "test_run_tree.organize_run"
FOLDERS, PLACEMENTS = run_folders.FOLDERS, run_folders.PLACEMENTS
Body = dict[str, Any]


def show(server: Patient, edit: Callable[[Any, Body], Any]) -> None:
    """Change the tree in place, with `edit(ctx, tree)`."""

    @server.handler(TREE)
    def tree(original: Any, ctx: Any) -> Any:
        found = original(ctx)
        edit(ctx, found)
        return found


def folders_of(tree: Body) -> Iterator[Body]:
    """All folders of a tree, each before those in it."""
    left = [*tree["folders"]]
    while left:
        folder = left.pop(0)
        yield folder
        left = folder["children"] + left


@mutant("RTR-01", kind="schema")
def names_are_cut(server: Patient) -> None:
    """The tree shows the first hundred characters of a folder's name."""

    def edit(ctx: Any, tree: Body) -> None:
        for folder in folders_of(tree):
            folder["name"] = folder["name"][:100]

    show(server, edit)


@mutant("RTR-02", kind="behaviour")
def two_levels_of_folders(server: Patient) -> None:
    """Folders on the third level are shown on the second."""

    def edit(ctx: Any, tree: Body) -> None:
        for top in tree["folders"]:
            for child in [*top["children"]]:
                top["children"] += child["children"]
                child["children"] = []

    show(server, edit)


@mutant("RTR-03", kind="persistence")
def root_remembers_the_folder(server: Patient) -> None:
    """A run at the root is shown with the id of the folder that it was in before."""
    last: dict[str, str] = {}

    @server.handler(FILE)
    def put(original: Any, ctx: Any, body: Body) -> Any:
        answer = original(ctx, body)
        if body["folder_id"] is not None:
            last[body["test_run_id"]] = body["folder_id"]
        return answer

    def edit(ctx: Any, tree: Body) -> None:
        for run in tree["root_test_runs"]:
            run["folder_id"] = last.get(run["id"])

    show(server, edit)


@mutant("RTR-04", kind="behaviour")
def runs_name_the_top_folder(server: Patient) -> None:
    """A run in a folder of a folder is shown with the id of the one at the top."""

    def edit(ctx: Any, tree: Body) -> None:
        for top in tree["folders"]:
            for folder in folders_of({"folders": top["children"]}):
                for run in folder["test_runs"]:
                    run["folder_id"] = top["id"]

    show(server, edit)


@mutant("RTR-05", kind="behaviour")
def runs_are_in_the_order_of_filing(server: Patient) -> None:
    """The runs in a folder come in the order in which they were filed, the last one first."""

    def edit(ctx: Any, tree: Body) -> None:
        filed = [one["test_run_id"] for one in ctx.store[PLACEMENTS]]
        for folder in folders_of(tree):
            folder["test_runs"].sort(key=lambda run: filed.index(run["id"]), reverse=True)

    show(server, edit)


@mutant("RTR-06", kind="behaviour")
def orders_begin_with_1(server: Patient) -> None:
    """The first folder in a folder has the display order 1."""

    @server.handler(CREATE)
    def create(original: Any, ctx: Any, body: Body) -> Any:
        folder, status = original(ctx, body)
        if folder["display_order"]:
            return folder, status
        return ctx.store[FOLDERS].change(folder["id"], display_order=1).public, status


@mutant("RTR-07", kind="behaviour")
def folders_are_in_the_order_of_their_names(server: Patient) -> None:
    """The folders in a folder come in the order of their names."""

    def edit(ctx: Any, tree: Body) -> None:
        for folder in folders_of(tree):
            folder["children"].sort(key=lambda one: one["name"])

    show(server, edit)


@mutant("RTR-08", kind="behaviour")
def folders_are_shown_by_name(server: Patient) -> None:
    """Of several folders of one name at the top level the tree has one."""

    def edit(ctx: Any, tree: Body) -> None:
        tree["folders"] = [*{one["name"]: one for one in tree["folders"]}.values()]

    show(server, edit)


@mutant("RTR-09", kind="status")
def unknown_parent_is_the_top(server: Patient) -> None:
    """A folder in a folder that does not exist is made at the top level."""

    @server.handler(CREATE)
    def create(original: Any, ctx: Any, body: Body) -> Any:
        parent = body.get("parent_folder_id")
        known = parent is None or parent in ctx.store[FOLDERS]
        return original(ctx, body if known else {**body, "parent_folder_id": None})


@mutant("RTR-10", kind="isolation")
def parent_of_any_workspace(server: Patient) -> None:
    """A folder in a folder of another workspace is made, at the top level."""

    @server.handler(CREATE)
    def create(original: Any, ctx: Any, body: Body) -> Any:
        parent = ctx.store[FOLDERS].get(body.get("parent_folder_id") or "")
        strange = parent is not None and parent["_workspace_id"] != ctx.workspace["id"]
        return original(ctx, {**body, "parent_folder_id": None} if strange else body)


@mutant("RTR-11", kind="behaviour")
def folders_nest_without_end(server: Patient) -> None:
    """Folders of runs nest deeper than 50 levels."""

    @server.wrap(f"{RULES}.trees", "require_shallow")
    def require(original: Any, folders: Any, *arguments: Any) -> None:
        if folders.name != FOLDERS:
            original(folders, *arguments)
