"""Test plans: what belongs to one, and what goes with it when it is deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .. import errors

if TYPE_CHECKING:
    from understudy.sandbox import Sandbox
    from understudy.store import Record, Store

CONTENTS = {
    "test_scripts": "_test_plan_id",
    "test_recordings": "_test_plan_id",
    "test_cases": "test_plan_id",
    "test_plan_folders": "test_plan_id",
    "schedules": "test_plan_id",
}
"""What goes with its plan: collection → the field that names it. Test runs stay, as history."""


def create_plan(sandbox: Sandbox, fields: Mapping[str, Any]) -> Record:
    """Store an empty, active plan."""
    created_at = fields.get("created_at") or sandbox.clock.now()
    return sandbox.store["test_plans"].insert(
        {
            "id": fields.get("id") or sandbox.ids.new(),
            "name": fields["name"],
            "description": fields.get("description"),
            "is_active": fields.get("is_active", True),
            "created_at": created_at,
            "updated_at": fields.get("updated_at") or created_at,
            "_workspace_id": fields["_workspace_id"],
        }
    )


def delete_plan(store: Store, plan: Record) -> None:
    """Delete a plan with its contents."""
    for name, field in CONTENTS.items():
        conditions = {"_workspace_id": plan["_workspace_id"], field: plan["id"]}
        store[name].remove_all(record["id"] for record in store[name].select(conditions).items)
    store["test_plans"].remove(plan["id"])


def parent(store: Store, collection: str, object_id: str) -> Record:
    """What an object belongs to. Raises NotFound."""
    record = store[collection].get(object_id)
    if record is None:
        raise errors.NotFound
    return record


def inside(plan: Mapping[str, Any]) -> dict[str, Any]:
    """What selects the folders or the test cases of a plan."""
    return {"_workspace_id": plan["_workspace_id"], "test_plan_id": plan["id"]}


def place(plan: Mapping[str, Any], folder_id: str | None) -> dict[str, Any]:
    """The private fields of what lies in a folder, or at the plan's root, which also select it."""
    return {"_workspace_id": plan["_workspace_id"], "_place": folder_id or plan["id"]}


def in_plan(store: Store, collection: str, plan_id: str, object_id: str) -> Record:
    """The folder or test case of that id in a plan. Raises NotFound, also for another plan's."""
    record = parent(store, collection, object_id)
    if record["test_plan_id"] != plan_id:
        raise errors.NotFound
    return record
