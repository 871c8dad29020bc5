"""What sets a scene in one step; the contract's `x-shortcuts` say what each is for.

Each gives a sentence for people and the same as data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from understudy.errors import ValidationFailed

from . import errors
from .rules import (
    accounts,
    integrations,
    lifetimes,
    quota,
    sessions,
    settings,
    token_lives,
    workspaces,
)
from .rules.common import instant

if TYPE_CHECKING:
    from understudy.sandbox import Sandbox
    from understudy.shortcuts import Outcome
    from understudy.store import Record

# auth


def expire_access_token(sandbox: Sandbox, user: str, after: str | None) -> Outcome:
    """The access tokens of now expire, the sessions go on."""
    account, at = accounts.named(sandbox, user), instant(sandbox, after=after)
    ends = lifetimes.expire_access(sandbox, account["id"], at)
    if not ends:
        raise errors.NotLoggedIn(f"No access token of {account['email']} lives.")
    count, last = len(ends), max(ends)
    told = f"Refused from {last} on: {_counted(count, 'access token')} of {account['email']}."
    return told, {"user": account["email"], "at": last, "access_tokens": count}


def shorten_access_tokens(sandbox: Sandbox, user: str | None, lasting: str) -> Outcome:
    """The access tokens of later have another life."""
    account = accounts.named(sandbox, user) if user is not None else None
    seconds = token_lives.seconds(lasting=lasting)
    token_lives.set_access(sandbox, account["id"] if account else None, seconds)
    whose = account["email"] if account else "all users"
    told = f"New access tokens of {whose} live {_counted(seconds, 'second')}."
    return told, {"user": account["email"] if account else None, "expires_in": seconds}


def expire_session(sandbox: Sandbox, user: str, after: str | None) -> Outcome:
    """The sessions of now end, with all their tokens."""
    account, at = accounts.named(sandbox, user), instant(sandbox, after=after)
    ends = lifetimes.expire_sessions(sandbox, account["id"], at)
    if not ends:
        raise errors.NotLoggedIn(f"No session of {account['email']} lives.")
    count, last = len(ends), max(ends)
    told = f"Over from {last} on: {_counted(count, 'session')} of {account['email']}."
    return told, {"user": account["email"], "at": last, "sessions": count}


def end_sessions(sandbox: Sandbox, user: str) -> Outcome:
    """All sessions of a user end at once."""
    account = accounts.named(sandbox, user)
    count = len(lifetimes.live(sandbox, account["id"]))
    sessions.end_all(sandbox, account["id"])
    told = f"Ended: {_counted(count, 'session')} of {account['email']}."
    return told, {"user": account["email"], "sessions": count}


def show_sessions(sandbox: Sandbox, user: str | None) -> Outcome:
    """The live sessions and how long their tokens live."""
    found = [
        lifetimes.shown(sandbox, session) for session in lifetimes.live(sandbox, _id(sandbox, user))
    ]
    return f"Live: {_counted(len(found), 'session')}.", {"sessions": found}


def switch_account(sandbox: Sandbox, user: str, is_active: bool) -> Outcome:
    """An account is switched on or off."""
    account = accounts.named(sandbox, user)
    sandbox.store["users"].change(account["id"], is_active=is_active)
    told = f"{account['email']} is switched {'on' if is_active else 'off'}."
    return told, {"user": account["email"], "is_active": is_active}


def require_password_change(sandbox: Sandbox, user: str, organization_name: str | None) -> Outcome:
    """The next log-in asks for a new password, in the name of an organization."""
    account = accounts.named(sandbox, user)
    workspace, _ = workspaces.active(sandbox.store, account, None)
    name = organization_name or account["organization_name"] or workspace["name"]
    sandbox.store["users"].change(account["id"], must_change_password=True, organization_name=name)
    told = f"{account['email']} has to change the password, as {name} asks."
    return told, {"user": account["email"], "organization_name": name}


# workspace


def expire_subscription(
    sandbox: Sandbox, user: str | None, workspace: str | None, after: str | None
) -> Outcome:
    """A team's subscription passes."""
    found, at = _team(sandbox, user, workspace), instant(sandbox, after=after)
    return _until(sandbox, found, min(found["subscription_expires_at"] or at, at))


def renew_subscription(
    sandbox: Sandbox, user: str | None, workspace: str | None, lasting: str | None
) -> Outcome:
    """A team's subscription runs again."""
    found = _team(sandbox, user, workspace)
    return _until(sandbox, found, instant(sandbox, lasting=lasting) if lasting else None)


def fill_quota(sandbox: Sandbox, user: str | None, workspace: str | None, leaving: int) -> Outcome:
    """The quota is what there is, and a little more."""
    found = _workspace(sandbox, user, workspace)
    return _quota(sandbox, found, quota.used(sandbox.store, found["id"]) + leaving)


def lift_quota(sandbox: Sandbox, user: str | None, workspace: str | None) -> Outcome:
    """There is no quota."""
    return _quota(sandbox, _workspace(sandbox, user, workspace), None)


# settings


def show_settings_audit(sandbox: Sandbox, user: str | None, limit: int) -> Outcome:
    """Who changed which settings."""
    page = settings.audit(sandbox.store, _id(sandbox, user), limit)
    entries = [
        {
            "user": _email(sandbox, entry["user_id"]),
            "action": entry["action"],
            "changed_fields": entry["changed_fields"],
            "version": entry["version"],
            "at": entry["created_at"],
        }
        for entry in page.items
    ]
    told = f"Logged: {_counted(page.total, 'change')} of settings."
    return told, {"entries": entries, "total": page.total}


def simulate_integration(sandbox: Sandbox, integration_type: str, outcome: str) -> Outcome:
    """What the test of a connection finds."""
    integrations.simulate(sandbox, integration_type, outcome)
    told = f"The connection test of {integration_type} ends with {outcome}."
    return told, {"integrations": integrations.outcomes(sandbox.store)}


def show_integrations(sandbox: Sandbox) -> Outcome:
    """What the tests of connections find."""
    found = integrations.outcomes(sandbox.store)
    told = ", ".join(f"{one['integration_type']} {one['outcome']}" for one in found)
    return f"Connection tests end with: {told}.", {"integrations": found}


def limit_settings_updates(sandbox: Sandbox, per_minute: int) -> Outcome:
    """Saving the settings is limited."""
    settings.limit_updates(sandbox, per_minute)
    told = f"A user may save the settings {_counted(per_minute, 'time')} a minute."
    return told, {"per_minute": per_minute}


def lift_settings_limit(sandbox: Sandbox) -> Outcome:
    """Saving the settings is not limited."""
    settings.limit_updates(sandbox, None)
    return "The settings may be saved without limit.", {"per_minute": None}


def _until(sandbox: Sandbox, workspace: Record, end: str | None) -> Outcome:
    sandbox.store["workspaces"].change(workspace["id"], subscription_expires_at=end)
    told = f"ends at {end}" if end else "has no end"
    result = {**_brief(workspace), "subscription_expires_at": end}
    return f"The subscription of {workspace['name']} {told}.", result


def _quota(sandbox: Sandbox, workspace: Record, limit: int | None) -> Outcome:
    sandbox.store["workspaces"].change(workspace["id"], max_test_cases=limit)
    used = quota.used(sandbox.store, workspace["id"])
    told = f"{used} of {limit} test cases" if limit is not None else f"{used} test cases, no quota"
    result = {**_brief(workspace), "max_test_cases": limit, "current_test_cases": used}
    return f"{workspace['name']} holds {told}.", result


def _brief(workspace: Record) -> dict[str, Any]:
    return {"workspace": {"id": workspace["id"], "name": workspace["name"]}}


def _workspace(sandbox: Sandbox, user: str | None, workspace: str | None) -> Record:
    """The named one, or the active one of a user. Raises ValidationFailed for both and neither."""
    if (user is None) == (workspace is None):
        other = {"user": "workspace", "workspace": "user"}
        wrong = "is required where {} is left out" if user is None else "cannot go with {}"
        raise ValidationFailed(details={name: [wrong.format(them)] for name, them in other.items()})
    if workspace is not None:
        return workspaces.named(sandbox.store, workspace)
    found, _ = workspaces.active(sandbox.store, accounts.named(sandbox, user or ""), None)
    return found


def _team(sandbox: Sandbox, user: str | None, workspace: str | None) -> Record:
    """One with a subscription. Raises NeverExpires for a personal one."""
    found = _workspace(sandbox, user, workspace)
    if found["kind"] != "TEAM":
        whose = f"{user} has no team, and a" if user else "A"
        raise errors.NeverExpires(f"{whose} personal workspace never expires.")
    return found


def _id(sandbox: Sandbox, user: str | None) -> str | None:
    return accounts.named(sandbox, user)["id"] if user is not None else None


def _email(sandbox: Sandbox, user_id: str) -> str | None:
    user = sandbox.store["users"].get(user_id)
    return user["email"] if user else None


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
