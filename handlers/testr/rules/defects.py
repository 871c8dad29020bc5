"""Defects and their folders: numbering, batches that change everything or nothing, and counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from understudy.errors import ValidationFailed

from .common import owned

if TYPE_CHECKING:
    from understudy.context import Context
    from understudy.sandbox import Sandbox
    from understudy.store import Record

VALUES: Mapping[str, Sequence[str]] = {
    "status": ("OPEN", "IN_PROGRESS", "RESOLVED", "CLOSED", "DEFERRED"),
    "severity": ("CRITICAL", "HIGH", "MEDIUM", "LOW"),
    "priority": ("P1", "P2", "P3", "P4"),
    "type": ("BUG", "ENHANCEMENT", "TASK"),
}
"""What the statistics count by."""

DEFAULTS: Mapping[str, Any] = {
    "summary": None,
    "description": None,
    "type": "BUG",
    "severity": "MEDIUM",
    "priority": "P3",
    "status": "OPEN",
    "tags": [],
    "owner": None,
    "folder_id": None,
    "is_auto_generated": False,
    "test_context": None,
    "steps": [],
    "screenshots": [],
    "console_errors": [],
    "network_errors": [],
}

CONTEXT = ("test_case_id", "test_run_id", "step_number")
STEP = ("step_number", "description", "expected_result", "actual_result")


def create_defect(sandbox: Sandbox, fields: Mapping[str, Any]) -> Record:
    """File a defect under the workspace's next number; a field that is null counts as left out."""
    given = {name: value for name, value in fields.items() if value is not None}
    workspace_id = given.get("_workspace_id") or _workspace_of_folder(sandbox, given["folder_id"])
    number = _number(sandbox, workspace_id, given)
    created_at = given.get("created_at") or sandbox.clock.now()
    defect = {
        "id": given.get("id") or sandbox.ids.new(),
        "defect_number": f"DEF-{number:03d}",
        "title": given["title"],
        **DEFAULTS,
        **given,
        "created_at": created_at,
        "updated_at": given.get("updated_at") or created_at,
        "_workspace_id": workspace_id,
        "_number": number,
    }
    defect["test_context"] = _test_context(given.get("test_context"))
    defect["steps"] = [_step(step) for step in defect["steps"]]
    return sandbox.store["defects"].insert(defect)


def check_references(ctx: Context, fields: Mapping[str, Any]) -> None:
    """Raises NotFound for a folder, test case or test run that is not in the workspace."""
    context = fields.get("test_context") or {}
    named = (
        ("defect_folders", fields.get("folder_id")),
        ("test_cases", context.get("test_case_id")),
        ("test_runs", context.get("test_run_id")),
    )
    for collection, object_id in named:
        if object_id is not None:
            owned(ctx, collection, object_id)


def update_all(ctx: Context, defect_ids: Iterable[str], changes: Mapping[str, Any]) -> int:
    """Set these fields on every one of the defects; how many they were.

    Raises ValidationFailed if there is nothing to set, NotFound for a defect or a folder that is
    not in the workspace.
    """
    if not changes:
        raise ValidationFailed(details={"body": ["names no field to change"]})
    check_references(ctx, changes)
    found = _all_of(ctx, defect_ids)
    for defect in found:
        ctx.store["defects"].change(defect["id"], **changes, updated_at=ctx.now())
    return len(found)


def remove_all(ctx: Context, defect_ids: Iterable[str]) -> int:
    """Delete every one of the defects; how many they were. Raises NotFound for an unknown one."""
    found = _all_of(ctx, defect_ids)
    ctx.store["defects"].remove_all(defect["id"] for defect in found)
    return len(found)


def statistics(tallies: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    """How many defects there are, in all and by each value of their properties, zero included, from
    how many have which value.
    """
    counts: dict[str, Any] = {"total": sum(tallies["status"].values())}
    for field, values in VALUES.items():
        counts[f"by_{field}"] = {value: tallies[field].get(value, 0) for value in values}
    return counts


def create_folder(sandbox: Sandbox, fields: Mapping[str, Any]) -> Record:
    """Make a folder, at the top or in the workspace of its parent."""
    parent_id = fields.get("parent_id")
    workspace_id = fields.get("_workspace_id") or _workspace_of_folder(sandbox, fields["parent_id"])
    return sandbox.store["defect_folders"].insert(
        {
            "id": fields.get("id") or sandbox.ids.new(),
            "name": fields["name"],
            "parent_id": parent_id,
            "_workspace_id": workspace_id,
        }
    )


def folder_answer(ctx: Context, folder: Record) -> dict[str, Any]:
    """A folder with the number of defects filed directly in it."""
    filed = {"_workspace_id": folder["_workspace_id"], "folder_id": folder["id"]}
    return {**folder.public, "defect_count": ctx.store["defects"].count(filed)}


def _all_of(ctx: Context, defect_ids: Iterable[str]) -> list[Record]:
    """Each of the defects once."""
    return [owned(ctx, "defects", defect_id) for defect_id in dict.fromkeys(defect_ids)]


def _number(sandbox: Sandbox, workspace_id: str, given: Mapping[str, Any]) -> int:
    """The number that is given, after which the workspace goes on, or else the next one."""
    if "defect_number" not in given:
        return sandbox.store.next_number("defects", workspace_id)
    number = int(given["defect_number"].removeprefix("DEF-"))
    sandbox.store.raise_number("defects", workspace_id, number)
    return number


def _workspace_of_folder(sandbox: Sandbox, folder_id: Any) -> str:
    folder = sandbox.store["defect_folders"].get(folder_id)
    assert folder is not None
    return str(folder["_workspace_id"])


def _test_context(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if given is None:
        return None
    return {name: given.get(name) for name in CONTEXT}


def _step(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: given.get(name) for name in STEP}
