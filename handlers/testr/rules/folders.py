"""The folders of a test plan: where they lie, and the tree that they make with the test cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from understudy.errors import ValidationFailed

from . import trees
from .ordering import change, next_order, repeats
from .plans import in_plan, inside, parent, place

if TYPE_CHECKING:
    from understudy.sandbox import Sandbox
    from understudy.store import Collection, Record, Store

FOLDERS, CASES = "test_plan_folders", "test_cases"

Entries = Sequence[Mapping[str, Any]]


def create_folder(sandbox: Sandbox, fields: Mapping[str, Any]) -> Record:
    """Store a folder, the last of its siblings unless it is given an order."""
    folders = sandbox.store[FOLDERS]
    plan = parent(sandbox.store, "test_plans", fields["test_plan_id"])
    parent_id = fields.get("parent_folder_id")
    siblings = place(plan, parent_id)
    order = fields.get("display_order")
    if order is None:
        order = next_order(folders, siblings)
    created_at = fields.get("created_at") or sandbox.clock.now()
    return folders.insert(
        {
            "id": fields.get("id") or sandbox.ids.new(),
            "test_plan_id": plan["id"],
            "name": fields["name"],
            "parent_folder_id": parent_id,
            "display_order": order,
            "created_at": created_at,
            "updated_at": fields.get("updated_at") or created_at,
            **siblings,
        }
    )


def require_parent(store: Store, plan_id: str, parent_id: str | None) -> None:
    """Raises NotFound for a parent outside the plan, ValidationFailed for one too deep in it."""
    if parent_id is not None:
        in_plan(store, FOLDERS, plan_id, parent_id)
        trees.require_shallow(store[FOLDERS], parent_id)


def tree(store: Store, plan: Mapping[str, Any]) -> dict[str, Any]:
    """A plan as its answer shows it: folders in folders, with test cases, all in display order."""
    conditions = inside(plan)
    cases = trees.grouped(
        {name: case[name] for name in ("id", "name", "folder_id", "display_order")}
        for case in store[CASES].select(conditions, order=("display_order", "asc")).items
    )
    folders = trees.nest(
        {name: folder[name] for name in ("id", "name", "parent_folder_id", "display_order")}
        | {"test_cases": cases.get(folder["id"], [])}
        for folder in store[FOLDERS].select(conditions, order=("display_order", "asc")).items
    )
    return {
        "id": plan["id"],
        "type": "root",
        "name": plan["name"],
        "expanded": True,
        "children": [],
        "folders": folders,
        "root_test_cases": cases.get(None, []),
    }


def require_once(changes: Mapping[str, Any]) -> None:
    """Raises ValidationFailed that names each entry of a sync whose id an earlier one has."""
    repeated = repeats(changes.get("folders") or [], "id", "tree.folders.")
    repeated |= repeats(changes.get("test_cases") or [], "id", "tree.test_cases.")
    if repeated:
        raise ValidationFailed(details=repeated)


def sync(sandbox: Sandbox, plan: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
    """Move, order and rename folders and test cases of a plan, each of them named once.

    Raises NotFound for what is not in the plan, ValidationFailed for a cycle and for folders
    nested too deeply.
    """
    store, now = sandbox.store, sandbox.clock.now()
    folders, cases = changes.get("folders") or [], changes.get("test_cases") or []
    found_folders = _find(store, plan["id"], FOLDERS, folders, "parent_folder_id")
    found_cases = _find(store, plan["id"], CASES, cases, "folder_id")
    if folders:
        _require_tree(store, plan, folders)
    for record, entry in zip(found_folders, folders, strict=True):
        _apply(store[FOLDERS], record, entry, place(plan, entry["parent_folder_id"]), now)
    for record, entry in zip(found_cases, cases, strict=True):
        _apply(store[CASES], record, entry, place(plan, entry["folder_id"]), now)


def _find(
    store: Store, plan_id: str, collection: str, entries: Entries, place_field: str
) -> list[Record]:
    """The records of the entries, once the folders that they are to lie in are found, too."""
    for folder_id in {entry[place_field] for entry in entries} - {None}:
        in_plan(store, FOLDERS, plan_id, folder_id)
    return [in_plan(store, collection, plan_id, entry["id"]) for entry in entries]


def _require_tree(store: Store, plan: Mapping[str, Any], entries: Entries) -> None:
    present = store[FOLDERS].select(inside(plan)).items
    parents = trees.parents_of(present) | trees.parents_of(entries)
    cycles = {
        f"tree.folders.{index}.parent_folder_id": ["would put the folder into itself"]
        for index, entry in enumerate(entries)
        if trees.would_cycle(parents, entry["id"], entry["parent_folder_id"])
    }
    if cycles:
        raise ValidationFailed(details=cycles)
    if trees.height(parents) > trees.MAX_DEPTH:
        raise ValidationFailed(details={"tree.folders": [trees.TOO_DEEP]})


def _apply(
    collection: Collection,
    record: Record,
    entry: Mapping[str, Any],
    where: Mapping[str, Any],
    now: str,
) -> None:
    """Change a record to what its entry says; a name that is null or left out stays."""
    name = entry.get("name") or record["name"]
    change(collection, record, {**entry, **where, "name": name}, now)
