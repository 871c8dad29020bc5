"""What the control contract shows of an account: its sessions, its workspaces, what they may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from understudy import times

from .rules import lifetimes, quota, workspaces

if TYPE_CHECKING:
    from collections.abc import Mapping

    from understudy.sandbox import Sandbox
    from understudy.store import Record


def shown(sandbox: Sandbox, user: Mapping[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """An account, and the workspaces that it is a member of, its personal one where it has no
    other.
    """
    belongs: list[tuple[Record, str | None]] = [*workspaces.teams(sandbox.store, user)]
    if not belongs:
        found, _ = workspaces.active(sandbox.store, user, None)
        belongs = [(found, None)]
    account = {
        "is_active": user["is_active"],
        "notes": _notes(user),
        "arguments": {"user": user["email"]},
        "groups": [{"id": workspace["id"], "role": role} for workspace, role in belongs],
        "sessions": [
            _session(lifetimes.shown(sandbox, one)) for one in lifetimes.live(sandbox, user["id"])
        ],
    }
    return account, [_group(sandbox, workspace) for workspace, _ in belongs]


def _notes(user: Mapping[str, Any]) -> list[str]:
    if not user["must_change_password"]:
        return []
    return [f"has to change the password, as {user['organization_name']} asks"]


def _session(shown: dict[str, Any]) -> dict[str, Any]:
    tokens = [{"kind": "access", **one} for one in shown["access_tokens"]]
    if shown["refresh_token"]:
        tokens.append({"kind": "refresh", **shown["refresh_token"]})
    return {
        "id": shown["id"],
        "begun_at": shown["created_at"],
        "ends_at": shown["ends_at"],
        "tokens": tokens,
    }


def _group(sandbox: Sandbox, workspace: Record) -> dict[str, Any]:
    is_team = workspace["kind"] == "TEAM"
    used = quota.used(sandbox.store, workspace["id"])
    return {
        "id": workspace["id"],
        "name": workspace["name"],
        "about": "Team" if is_team else "Personal, free",
        "arguments": {"workspace": workspace["id"]},
        "subscription": _subscription(sandbox, workspace) if is_team else None,
        "quotas": [{"name": "test cases", "used": used, "limit": workspace["max_test_cases"]}],
    }


def _subscription(sandbox: Sandbox, workspace: Record) -> dict[str, Any]:
    end, now = workspace["subscription_expires_at"], sandbox.clock.now()
    return {
        "expires_at": end,
        "seconds": (times.parse(end) - times.parse(now)) / 1000 if end else None,
        "is_running": not workspaces.subscription_expired(workspace, now),
    }
