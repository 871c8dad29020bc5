"""Servers that are wrong about filing test runs in folders."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant

from understudy.handlers.testr import errors

from .test_run_tree import FILE, FOLDERS, PLACEMENTS, Body, folders_of, show


def folder_of(ctx: Any, run_id: str) -> str | None:
    """The folder that a run is in."""
    placement = ctx.store[PLACEMENTS].first({"test_run_id": run_id})
    return placement["folder_id"] if placement else None


@mutant("RTR-12", kind="persistence")
def run_stays_where_it_was(server: Patient) -> None:
    """A run that is put into another folder is still shown in the first one as well."""
    past: dict[str, set[str]] = defaultdict(set)

    @server.handler(FILE)
    def put(original: Any, ctx: Any, body: Body) -> Any:
        answer = original(ctx, body)
        if body["folder_id"] is not None:
            past[body["test_run_id"]].add(body["folder_id"])
        return answer

    def edit(ctx: Any, tree: Body) -> None:
        folders = {folder["id"]: folder for folder in folders_of(tree)}
        shown = [run for folder in folders.values() for run in folder["test_runs"]]
        for run in shown:
            for place in past[run["id"]] - {run["folder_id"]}:
                folders[place]["test_runs"].append({**run, "folder_id": place})

    show(server, edit)


@mutant("RTR-13", kind="behaviour")
def run_at_the_root_is_in_its_folder_as_well(server: Patient) -> None:
    """A run that is put back to the root is still shown in its folder as well."""
    last: dict[str, str] = {}

    @server.handler(FILE)
    def put(original: Any, ctx: Any, body: Body) -> Any:
        before = folder_of(ctx, body["test_run_id"])
        answer = original(ctx, body)
        if body["folder_id"] is None and before is not None:
            last[body["test_run_id"]] = before
        return answer

    def edit(ctx: Any, tree: Body) -> None:
        folders = {folder["id"]: folder for folder in folders_of(tree)}
        for run in tree["root_test_runs"]:
            if last.get(run["id"]) in folders:
                place = last[run["id"]]
                folders[place]["test_runs"].append({**run, "folder_id": place})

    show(server, edit)


@mutant("RTR-14", kind="behaviour")
def cancelled_runs_are_not_filed(server: Patient) -> None:
    """A CANCELLED run cannot be filed."""

    @server.handler(FILE)
    def put(original: Any, ctx: Any, body: Body) -> Any:
        run = ctx.store["test_runs"].get(body["test_run_id"])
        if run is not None and run["status"] == "CANCELLED":
            raise errors.InvalidState("A CANCELLED run cannot be filed.")
        return original(ctx, body)


@mutant("RTR-15", kind="status")
def filing_again_is_400(server: Patient) -> None:
    """Putting a run into the folder that it is in already is refused."""

    @server.handler(FILE)
    def put(original: Any, ctx: Any, body: Body) -> Any:
        before = folder_of(ctx, body["test_run_id"])
        if before is not None and before == body["folder_id"]:
            raise errors.InvalidState("The run is in this folder already.")
        return original(ctx, body)


@mutant("RTR-16", kind="status")
def unknown_folder_is_the_root(server: Patient) -> None:
    """Putting a run into a folder that does not exist succeeds, and puts it to the root."""

    @server.handler(FILE)
    def put(original: Any, ctx: Any, body: Body) -> Any:
        folder_id = body["folder_id"]
        if folder_id is None or folder_id in ctx.store[FOLDERS]:
            return original(ctx, body)
        return {**original(ctx, {**body, "folder_id": None}), "folder_id": folder_id}


@mutant("RTR-17", kind="isolation")
def folder_of_any_workspace(server: Patient) -> None:
    """A run can be put into a folder of another workspace, where nobody sees it."""

    @server.handler(FILE)
    def put(original: Any, ctx: Any, body: Body) -> Any:
        folder = ctx.store[FOLDERS].get(body["folder_id"] or "")
        if folder is None or folder["_workspace_id"] == ctx.workspace["id"]:
            return original(ctx, body)
        original(ctx, {**body, "folder_id": None})
        return body


@mutant("RTR-18", kind="behaviour")
def filing_changes_the_run(server: Patient) -> None:
    """Filing a run sets its `updated_at`."""

    @server.handler(FILE)
    def put(original: Any, ctx: Any, body: Body) -> Any:
        answer = original(ctx, body)
        ctx.store["test_runs"].change(body["test_run_id"], updated_at=ctx.now())
        return answer


@mutant("RTR-19", kind="persistence")
def deleted_run_stays_in_its_folder(server: Patient) -> None:
    """A deleted run is still shown in the folder that it was in."""
    ghosts: list[Body] = []

    @server.handler("test_runs.delete_run")
    def delete(original: Any, ctx: Any, run_id: str) -> Any:
        place = folder_of(ctx, run_id)
        run = ctx.store["test_runs"].get(run_id)
        answer = original(ctx, run_id)
        if place is not None:
            names = ("id", "run_name", "run_number", "status", "created_at")
            ghosts.append({**{name: run[name] for name in names}, "folder_id": place})
        return answer

    def edit(ctx: Any, tree: Body) -> None:
        for folder in folders_of(tree):
            folder["test_runs"] += [one for one in ghosts if one["folder_id"] == folder["id"]]

    show(server, edit)
