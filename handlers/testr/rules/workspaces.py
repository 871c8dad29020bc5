"""Workspaces: which one is active, in which role, and whether its subscription runs.

A user has one personal workspace, as ADMIN and free of charge, and any number of team workspaces.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from understudy.errors import ValidationFailed

from .. import errors

if TYPE_CHECKING:
    from understudy.sandbox import Sandbox
    from understudy.store import Record, Store

FREE_TEST_CASES = 100
"""The quota of a personal workspace."""

NAMES = {"TEAM": "Team workspace", "PERSONAL": "Personal workspace"}


def create_workspace(sandbox: Sandbox, fields: Mapping[str, Any]) -> Record:
    """Store a workspace: one with an owner is personal and has the free quota, another is a team's.

    A user has one personal workspace: the one that came with the account gives way to it.
    """
    owner_id = fields.get("owner_id")
    kind = fields.get("kind") or ("PERSONAL" if owner_id else "TEAM")
    quota = FREE_TEST_CASES if kind == "PERSONAL" else None
    earlier = sandbox.store["workspaces"].first({"owner_id": owner_id}) if owner_id else None
    if earlier is not None:
        sandbox.store["workspaces"].remove(earlier["id"])
    return sandbox.store["workspaces"].insert(
        {
            "id": fields.get("id") or sandbox.ids.new(),
            "name": fields.get("name") or NAMES[kind],
            "kind": kind,
            "subscription_expires_at": fields.get("subscription_expires_at"),
            "max_test_cases": fields.get("max_test_cases", quota),
            "owner_id": owner_id,
            "created_at": fields.get("created_at") or sandbox.clock.now(),
        }
    )


def create_membership(sandbox: Sandbox, fields: Mapping[str, Any]) -> Record:
    """Store that a user is a member of a team workspace, a MEMBER unless another role is given.

    Raises ValidationFailed for somebody who is a member already.
    """
    memberships = sandbox.store["memberships"]
    who = {"user_id": fields["user_id"], "workspace_id": fields["workspace_id"]}
    if memberships.first(who):
        raise ValidationFailed(details={"workspace_id": ["has this member already"]})
    return memberships.insert(
        {
            "id": fields.get("id") or sandbox.ids.new(),
            **who,
            "role": fields.get("role") or "MEMBER",
            "created_at": fields.get("created_at") or sandbox.clock.now(),
        }
    )


def teams(store: Store, user: Mapping[str, Any]) -> list[tuple[Record, str]]:
    """The user's team workspaces with the role in each, in the order of joining."""
    known, user_id = store.derived(("memberships", "workspaces")), user["id"]
    if user_id not in known:
        memberships = store["memberships"].select({"user_id": user_id})
        found = (
            (store["workspaces"].get(one["workspace_id"]), one["role"]) for one in memberships.items
        )
        known[user_id] = [(workspace, role) for workspace, role in found if workspace is not None]
    return list(known[user_id])


def active(store: Store, user: Mapping[str, Any], wanted_id: str | None) -> tuple[Record, str]:
    """The workspace of a request and the user's role in it.

    It is the wanted one, else the first team's, else the personal one. Raises WorkspaceForbidden
    if the wanted one is not the user's.
    """
    if wanted_id is None:
        membership = store["memberships"].first({"user_id": user["id"]})
        if membership is None:
            workspace = store["workspaces"].first({"owner_id": user["id"]})
            return _present(workspace), "ADMIN"
        return _present(store["workspaces"].get(membership["workspace_id"])), membership["role"]
    workspace = _present(store["workspaces"].get(wanted_id))
    if workspace["owner_id"] == user["id"]:
        return workspace, "ADMIN"
    membership = store["memberships"].first({"user_id": user["id"], "workspace_id": wanted_id})
    return workspace, _present(membership)["role"]


def named(store: Store, name: str) -> Record:
    """The workspace of an id or, where only one has it, of a name.

    Raises WorkspaceNotFound, AmbiguousWorkspace.
    """
    by_id = store["workspaces"].get(name)
    if by_id is not None:
        return by_id
    found = store["workspaces"].select({"name": name}, limit=2).items
    if not found:
        raise errors.WorkspaceNotFound(f"No workspace has the name or id {name!r}.")
    if len(found) > 1:
        raise errors.AmbiguousWorkspace(f"Several workspaces are called {name!r}; give an id.")
    return found[0]


def _present(record: Record | None) -> Record:
    if record is None:
        raise errors.WorkspaceForbidden
    return record


def subscription_expired(workspace: Mapping[str, Any], now: str) -> bool:
    """Whether the workspace's subscription has passed, the very instant of its end included."""
    end = workspace["subscription_expires_at"]
    return end is not None and end <= now


def is_paid(workspace: Mapping[str, Any], now: str) -> bool:
    """Whether this is a team's workspace with a running subscription; a personal one is free."""
    return workspace["kind"] == "TEAM" and not subscription_expired(workspace, now)
