"""Test cases with their recordings and scripts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .ordering import next_order
from .plans import parent, place

if TYPE_CHECKING:
    from understudy.sandbox import Sandbox
    from understudy.store import Record


def create_case(sandbox: Sandbox, fields: Mapping[str, Any]) -> Record:
    """Store a test case, the last in its folder unless it is given an order."""
    cases = sandbox.store["test_cases"]
    plan = parent(sandbox.store, "test_plans", fields["test_plan_id"])
    folder_id = fields.get("folder_id")
    siblings = place(plan, folder_id)
    order = fields.get("display_order")
    if order is None:
        order = next_order(cases, siblings)
    created_at = fields.get("created_at") or sandbox.clock.now()
    return cases.insert(
        {
            "id": fields.get("id") or sandbox.ids.new(),
            "test_plan_id": plan["id"],
            "name": fields["name"],
            "folder_id": folder_id,
            "description": fields.get("description"),
            "priority": fields.get("priority", "MEDIUM"),
            "base_url": fields.get("base_url"),
            "browser": fields.get("browser", "chromium"),
            "tags": fields.get("tags", []),
            "display_order": order,
            "created_at": created_at,
            "updated_at": fields.get("updated_at") or created_at,
            **siblings,
        }
    )


def create_recording(sandbox: Sandbox, fields: Mapping[str, Any]) -> Record:
    """Store a recording of a test case: any JSON value."""
    return sandbox.store["test_recordings"].insert(
        {**_of_case(sandbox, fields), "recording_data": fields["recording_data"]}
    )


def create_script(sandbox: Sandbox, fields: Mapping[str, Any]) -> Record:
    """Store a script that runs before or after a test case."""
    own = {name: fields[name] for name in ("script_type", "script_language", "script_content")}
    return sandbox.store["test_scripts"].insert({**_of_case(sandbox, fields), **own})


def _of_case(sandbox: Sandbox, fields: Mapping[str, Any]) -> dict[str, Any]:
    """What a recording and a script have in common; both go with the plan of their test case."""
    case = parent(sandbox.store, "test_cases", fields["test_case_id"])
    return {
        "id": fields.get("id") or sandbox.ids.new(),
        "test_case_id": case["id"],
        "created_at": fields.get("created_at") or sandbox.clock.now(),
        "_workspace_id": case["_workspace_id"],
        "_test_plan_id": case["test_plan_id"],
    }
