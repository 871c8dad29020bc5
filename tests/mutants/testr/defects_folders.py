"""Servers that break a promise about folders of defects."""

from __future__ import annotations

from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant

from understudy.handlers.testr import errors
from understudy.handlers.testr.rules.common import owned

from .defects_tools import Body, without


@mutant("DFLD-01", kind="persistence")
def listed_folders_lie_at_the_top(server: Patient) -> None:
    """In the list every folder lies at the top."""

    @server.handler("defects.list_folders")
    def list_folders(original: Any, ctx: Any) -> Any:
        return {"folders": [{**one, "parent_id": None} for one in original(ctx)["folders"]]}


@mutant("DFLD-02", kind="behaviour")
def unknown_parent_is_the_top(server: Patient) -> None:
    """A folder below one that does not exist is made at the top."""

    @server.handler("defects.create_folder")
    def create(original: Any, ctx: Any, body: Body) -> Any:
        if ctx.store["defect_folders"].get(body.get("parent_id") or "") is None:
            body = without(body, "parent_id")
        return original(ctx, body)


@mutant("DFLD-03", kind="isolation")
def parents_of_others_will_do(server: Patient) -> None:
    """A folder may be made below one of another workspace."""

    @server.handler("defects.create_folder")
    def create(original: Any, ctx: Any, body: Body) -> Any:
        parent = ctx.store["defect_folders"].get(body.get("parent_id") or "")
        if parent is not None and parent["_workspace_id"] != ctx.workspace["id"]:
            answer, status = original(ctx, without(body, "parent_id"))
            return {**answer, "parent_id": parent["id"]}, status
        return original(ctx, body)


@mutant("DFLD-04", kind="status")
def folder_names_are_unique(server: Patient) -> None:
    """A second folder of one name is refused, where nothing else is said of it."""

    @server.handler("defects.create_folder")
    def create(original: Any, ctx: Any, body: Body) -> Any:
        same = {"_workspace_id": ctx.workspace["id"], "name": body["name"]}
        if {*body} == {"name"} and ctx.store["defect_folders"].first(same):
            raise errors.InvalidState
        return original(ctx, body)


@mutant("DFLD-05", kind="behaviour")
def folders_come_as_a_tree(server: Patient) -> None:
    """Each folder is listed right after the one that it lies in."""

    @server.handler("defects.list_folders")
    def list_folders(original: Any, ctx: Any) -> Any:
        found = original(ctx)["folders"]

        def below(parent_id: str | None) -> list[Body]:
            inside = [one for one in found if one["parent_id"] == parent_id]
            return [each for one in inside for each in (one, *below(one["id"]))]

        return {"folders": below(None)}


@mutant("DFLD-06", kind="behaviour")
def folders_count_what_is_below(server: Patient) -> None:
    """`defect_count` counts the defects of the sub-folders, too."""

    @server.handler("defects.list_folders")
    def list_folders(original: Any, ctx: Any) -> Any:
        found = original(ctx)["folders"]

        def total(folder: Body) -> int:
            inside = [one for one in found if one["parent_id"] == folder["id"]]
            return int(folder["defect_count"]) + sum(map(total, inside))

        return {"folders": [{**one, "defect_count": total(one)} for one in found]}


@mutant("DFLD-07", kind="behaviour")
def folders_count_what_was_taken_out(server: Patient) -> None:
    """`defect_count` does not go down when a defect is taken out of its folder."""
    taken: dict[str, int] = {}

    @server.handler("defects.update_defects")
    def update(original: Any, ctx: Any, body: Body) -> Any:
        known = [owned(ctx, "defects", one)["folder_id"] for one in {*body["defect_ids"]}]
        answer = original(ctx, body)
        for folder_id in known if body.get("folder_id", "") is None else ():
            taken[folder_id] = taken.get(folder_id, 0) + 1
        return answer

    @server.handler("defects.list_folders")
    def list_folders(original: Any, ctx: Any) -> Any:
        return {
            "folders": [
                {**one, "defect_count": one["defect_count"] + taken.get(one["id"], 0)}
                for one in original(ctx)["folders"]
            ]
        }
