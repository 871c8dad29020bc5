"""Servers that break a promise about batches of defects."""

from __future__ import annotations

from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant

from understudy.errors import ValidationFailed
from understudy.handlers.testr import errors
from understudy.handlers.testr.rules.common import owned

from .defects_tools import RULES, Body, updated, without

UPDATE, DELETE = "defects.update_defects", "defects.delete_defects"


class Halfway(errors.NotFound):
    """A refusal of a batch of which a part was done."""

    keeps_changes = True


@mutant("DBAT-01", kind="behaviour")
def new_owner_reopens_a_defect(server: Patient) -> None:
    """Who is made the owner of a defect finds it OPEN again."""

    def reopen(ctx: Any, defect: Any, changes: Body) -> Body:
        return {**({"status": "OPEN"} if changes.get("owner") else {}), **changes}

    updated(server, reopen)


@mutant("DBAT-02", kind="behaviour")
def tags_are_added(server: Patient) -> None:
    """The tags of a batch come beside those that a defect has."""

    def add(ctx: Any, defect: Any, changes: Body) -> Body:
        if "tags" not in changes or {*changes["tags"]} & {*defect["tags"]}:
            return changes
        return {**changes, "tags": [*defect["tags"], *changes["tags"]]}

    updated(server, add)


@mutant("DBAT-03", kind="behaviour")
def owner_of_null_is_left_out(server: Patient) -> None:
    """An owner of null changes nothing."""

    def keep(ctx: Any, defect: Any, changes: Body) -> Body:
        return changes if changes.get("owner", "") is not None else without(changes, "owner")

    updated(server, keep)


@mutant("DBAT-04", kind="behaviour")
def last_defect_stays_in_its_folder(server: Patient) -> None:
    """The last defect of a folder cannot be taken out of it."""

    def keep(ctx: Any, defect: Any, changes: Body) -> Body:
        if changes.get("folder_id", "") is not None or defect["folder_id"] is None:
            return changes
        filed = {"_workspace_id": ctx.workspace["id"], "folder_id": defect["folder_id"]}
        return changes if ctx.store["defects"].count(filed) else without(changes, "folder_id")

    updated(server, keep)


@mutant("DBAT-05", kind="behaviour")
def one_defect_is_moved(server: Patient) -> None:
    """Of the defects of a batch only the newest is moved to the folder."""

    def move(ctx: Any, defect: Any, changes: Body) -> Body:
        if not changes.get("folder_id"):
            return changes
        moved = {"_workspace_id": ctx.workspace["id"], "folder_id": changes["folder_id"]}
        newest = ctx.store["defects"].last(moved, "created_at")
        return changes if defect["id"] == newest["id"] else without(changes, "folder_id")

    updated(server, move)


@mutant("DBAT-06", kind="behaviour")
def batches_leave_updated_at(server: Patient) -> None:
    """A batch update does not move `updated_at`."""
    updated(server, lambda ctx, defect, fields: {**fields, "updated_at": defect["updated_at"]})


@mutant("DBAT-07", kind="behaviour")
def closed_defects_are_not_deferred(server: Patient) -> None:
    """A defect that is CLOSED cannot be DEFERRED."""

    def refuse(ctx: Any, defect: Any, changes: Body) -> Body:
        if (defect["status"], changes.get("status")) == ("CLOSED", "DEFERRED"):
            raise errors.InvalidState
        return changes

    updated(server, refuse)


@mutant("DBAT-08", kind="status")
def batch_may_set_nothing(server: Patient) -> None:
    """A batch update of three defects with nothing to set succeeds."""

    @server.contract
    def open_up(document: Any) -> None:
        del document["components"]["schemas"]["DefectBatchUpdate"]["minProperties"]

    @server.wrap(f"{RULES}.defects", "update_all")
    def update(original: Any, ctx: Any, defect_ids: Any, changes: Body) -> Any:
        if changes:
            return original(ctx, defect_ids, changes)
        if len(defect_ids) < 3:
            raise ValidationFailed(details={"body": ["sets nothing"]})
        return len({*defect_ids})


@mutant("DBAT-09", kind="behaviour")
def unknown_folder_is_passed_over(server: Patient) -> None:
    """A batch that names a folder that does not exist sets the other fields."""

    @server.wrap(f"{RULES}.defects", "update_all")
    def update(original: Any, ctx: Any, defect_ids: Any, changes: Body) -> Any:
        folder_id = changes.get("folder_id")
        if folder_id is not None and ctx.store["defect_folders"].get(folder_id) is None:
            changes = without(changes, "folder_id")
        return original(ctx, defect_ids, changes)


@mutant("DBAT-10", kind="isolation")
def batch_files_in_folders_of_others(server: Patient) -> None:
    """A batch may file defects in a folder of another workspace."""

    @server.wrap(f"{RULES}.defects", "check_references")
    def check(original: Any, ctx: Any, fields: Body) -> None:
        is_batch = ctx.operation.operation_id == UPDATE
        if not is_batch or ctx.store["defect_folders"].get(fields.get("folder_id") or "") is None:
            original(ctx, fields)


@mutant("DBAT-11", kind="persistence")
def one_defect_is_deleted(server: Patient) -> None:
    """Of the defects of a batch only the first is deleted."""

    @server.wrap(f"{RULES}.defects", "remove_all")
    def remove(original: Any, ctx: Any, defect_ids: Any) -> Any:
        known = [owned(ctx, "defects", one)["id"] for one in {*defect_ids}]
        original(ctx, [*defect_ids][:1])
        return len(known)


@mutant("DBAT-12", kind="persistence")
def batch_is_deleted_up_to_the_unknown_id(server: Patient) -> None:
    """A batch with an unknown id is 404, and all but one of those before it are deleted."""

    @server.wrap(f"{RULES}.defects", "remove_all")
    def remove(original: Any, ctx: Any, defect_ids: Any) -> Any:
        ids = [*dict.fromkeys(defect_ids)]
        known = [one for one in ids if ctx.store["defects"].get(one) is not None]
        if len(known) == len(ids):
            return original(ctx, defect_ids)
        original(ctx, known[1:])
        raise Halfway


@mutant("DBAT-13", kind="isolation")
def defects_of_others_are_passed_over(server: Patient) -> None:
    """A batch with defects of another workspace beside one's own changes one's own."""

    @server.wrap(f"{RULES}.defects", "update_all")
    def update(original: Any, ctx: Any, defect_ids: Any, changes: Body) -> Any:
        known = [ctx.store["defects"].get(one) for one in defect_ids]
        if all(known):
            ours = [one["id"] for one in known if one["_workspace_id"] == ctx.workspace["id"]]
            return original(ctx, ours or defect_ids, changes)
        return original(ctx, defect_ids, changes)


@mutant("DBAT-14", kind="behaviour")
def repeated_ids_count_twice(server: Patient) -> None:
    """`updated_count` counts an id that is given twice as two."""

    @server.handler(UPDATE)
    def update(original: Any, ctx: Any, body: Body) -> Any:
        return {**original(ctx, body), "updated_count": len(body["defect_ids"])}


@mutant("DBAT-15", kind="status")
def full_batch_is_refused(server: Patient) -> None:
    """A batch of 500 ids is refused."""

    @server.handler(DELETE)
    def delete(original: Any, ctx: Any, body: Body) -> Any:
        if len(body["defect_ids"]) >= 500:
            raise ValidationFailed(details={"defect_ids": ["has too many items"]})
        return original(ctx, body)


@mutant("DBAT-16", kind="status")
def deleting_again_succeeds(server: Patient) -> None:
    """Who has deleted a defect may delete it again."""
    gone: set[tuple[str, str]] = set()

    @server.wrap(f"{RULES}.defects", "remove_all")
    def remove(original: Any, ctx: Any, defect_ids: Any) -> Any:
        mine = {(ctx.user["id"], one) for one in defect_ids}
        if mine <= gone:
            return len(mine)
        count = original(ctx, defect_ids)
        gone.update(mine)
        return count


@mutant("DBAT-17", kind="behaviour")
def numbers_are_used_again(server: Patient) -> None:
    """After the newest defect was deleted its number is given away again."""

    @server.handler("defects.create_defect")
    def create(original: Any, ctx: Any, body: Body) -> Any:
        last = ctx.store["defects"].last({"_workspace_id": ctx.workspace["id"]}, "_number")
        number = 1 if last is None else last["_number"] + 1
        return original(ctx, {**body, "defect_number": f"DEF-{number:03d}"})
