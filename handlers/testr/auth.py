"""Accounts, sessions and tokens."""

from __future__ import annotations

from understudy.context import Answer, Body, Context

from . import errors
from .rules import accounts, sessions, workspaces
from .security import refresh_claims


def login(ctx: Context, body: Body) -> Answer:
    """Open a session."""
    user = accounts.by_email(ctx.store, body["email"])
    if user is None or not accounts.has_password(user, body["password"]):
        raise errors.InvalidCredentials
    if not user["is_active"]:
        raise errors.AccountInactive
    ctx.user_name = user["email"]
    session = sessions.open_session(ctx.sandbox, user["id"])
    workspace, _ = workspaces.active(ctx.store, user, None)
    answer = sessions.tokens(ctx.sandbox, session, user) | _profile(ctx, user, workspace)
    answer["workspaces"] = [
        {"id": workspace["id"], "name": workspace["name"], "role": role}
        for workspace, role in workspaces.teams(ctx.store, user)
    ]
    answer["must_change_password"] = user["must_change_password"]
    if user["must_change_password"] and user["organization_name"]:
        answer["organization_name"] = user["organization_name"]
    return answer


def register(ctx: Context, body: Body) -> Answer:
    """Make an account in personal mode."""
    user = accounts.create_user(ctx.sandbox, body)
    return {"id": user["id"], "email": user["email"], "username": user["username"]}, 201


def refresh(ctx: Context, body: Body) -> Answer:
    """Give new tokens for a refresh token; its second use ends the session."""
    claims = refresh_claims(ctx, body["refresh_token"])
    session, user = sessions.refreshable(ctx.sandbox, claims)
    ctx.user_name = user["email"]
    workspace, _ = workspaces.active(ctx.store, user, None)
    if workspaces.subscription_expired(workspace, ctx.now()):
        raise errors.SubscriptionExpired
    return sessions.tokens(ctx.sandbox, session, user)


def logout(ctx: Context, body: Body) -> Answer:
    """End the session of a refresh token, however old; any other text ends nothing."""
    try:
        claims = refresh_claims(ctx, body["refresh_token"])
    except errors.InvalidRefreshToken:
        return {"success": True}
    session = ctx.store["sessions"].get(claims["sid"])
    if session is not None:
        sessions.end(ctx.sandbox, session)
    return {"success": True}


def me(ctx: Context) -> Answer:
    """Tell who asks."""
    return {"id": ctx.user["id"], **_profile(ctx, ctx.user, ctx.workspace)}


def change_password(ctx: Context, body: Body) -> Answer:
    """Set a new password for the user."""
    if not accounts.has_password(ctx.user, body["current_password"]):
        raise errors.InvalidCurrentPassword
    accounts.set_password(ctx.sandbox, ctx.user, body["new_password"])
    return {"success": True, "message": "Password changed successfully"}


def verify_email(ctx: Context, body: Body) -> Answer:
    """Open the window for resetting a forgotten password."""
    user = accounts.by_email(ctx.store, body["email"])
    if user is None:
        raise errors.EmailNotFound
    accounts.create_verification(ctx.sandbox, {"user_id": user["id"]})
    return {"success": True}


def reset_password(ctx: Context, body: Body) -> Answer:
    """Reset a forgotten password inside its window."""
    user = accounts.by_email(ctx.store, body["email"])
    if user is None:
        raise errors.EmailNotFound
    if not accounts.is_verified(ctx.sandbox, user):
        raise errors.EmailNotVerified
    accounts.reset_password(ctx.sandbox, user, body["new_password"])
    return {"success": True}


def _profile(ctx: Context, user: Body, workspace: Body) -> Body:
    return {
        "user_id": user["id"],
        "email": user["email"],
        "username": user["username"],
        "is_active": user["is_active"],
        "is_paid": workspaces.is_paid(workspace, ctx.now()),
    }
