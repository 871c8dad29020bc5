"""Who asks, from which sandbox, and what the workspace allows: before any handler runs."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from understudy.errors import Unauthorized
from understudy.sandbox import NAME
from understudy.tokens import InvalidToken

from . import errors
from .rules import accounts, sessions, workspaces

if TYPE_CHECKING:
    from understudy.context import Context
    from understudy.sandbox import Sandbox
    from understudy.sandboxes import Sandboxes
    from understudy.store import Record, Store


REMEMBERED = 2_000
"""So many callers are remembered at once, in about 0.5 MB; then it begins anew."""
WHO = ("sessions", "users", "workspaces", "memberships")
"""What decides who asks, and where."""


class Caller(NamedTuple):
    """Whoever has an access token, which is valid until then."""

    session: Record
    user: Record
    until: str


def authenticate(ctx: Context, token: str) -> None:
    """Set the user and the session of an access token that is valid now. Raises Unauthorized,
    AccountInactive.
    """
    known = ctx.store.derived(WHO)
    caller: Caller | None = known.get(token)
    if caller is None or caller.until <= ctx.now():
        if len(known) >= REMEMBERED:
            known.clear()
        caller = known[token] = _caller(ctx, token)
    ctx.session, ctx.user, _ = caller
    ctx.user_name = ctx.user["email"]


def _caller(ctx: Context, token: str) -> Caller:
    try:
        claims = ctx.sandbox.tokens.verify(token)
    except InvalidToken:
        raise Unauthorized from None
    if claims.get("type") != "access":
        raise Unauthorized("This is no access token.")
    now = ctx.now()
    session = ctx.store["sessions"].get(claims["sid"])
    user = ctx.store["users"].get(claims["sub"])
    if session is None or sessions.is_over(session, now) or user is None:
        raise Unauthorized("The session of this access token has ended.")
    # Where a sandbox went back to a snapshot, a session's id may come again for somebody else.
    if session["user_id"] != user["id"]:
        raise Unauthorized("The session of this access token has ended.")
    until = session["access"].get(claims["jti"], now)
    if until <= now:
        raise Unauthorized("The access token has expired.")
    if not user["is_active"]:
        raise errors.AccountInactive
    return Caller(session, user, min(until, session["ends_at"] or until))


def admit(ctx: Context) -> None:
    """Set the active workspace and the role in it.

    Raises WorkspaceForbidden, and as far as the operation requires them SubscriptionExpired and
    ReadOnly.
    """
    wanted = ctx.headers.get(b"x-workspace-id")
    known, asked = ctx.store.derived(WHO), (ctx.user["id"], wanted)
    found = known.get(asked)
    if found is None:
        wanted_id = wanted.decode("latin-1") if wanted is not None else None
        found = known[asked] = workspaces.active(ctx.store, ctx.user, wanted_id)
    ctx.workspace, ctx.role = found
    requires = ctx.operation.requires
    if "subscription" in requires and workspaces.subscription_expired(ctx.workspace, ctx.now()):
        raise errors.SubscriptionExpired
    if "write" in requires and ctx.role == "VIEWER":
        raise errors.ReadOnly


def identify(sandbox: Sandbox, token: str, body: Any) -> str:
    """The e-mail of whoever asks, as far as a token, however old, or the body tells it."""
    given = body if isinstance(body, dict) else {}
    for candidate in (token, given.get("refresh_token")):
        if candidate and isinstance(candidate, str):
            with suppress(InvalidToken):
                return str(sandbox.tokens.verify(candidate).get("email", ""))
    email = given.get("email")
    return accounts.normalised_email(email) if isinstance(email, str) else ""


def sandbox_of_address(sandboxes: Sandboxes, sandbox: Sandbox, body: Any) -> tuple[Sandbox, Any]:
    """`admin+NAME@acme.test` is admin@acme.test in sandbox NAME, unless an account really has such
    an address.
    """
    address = body.get("email") if isinstance(body, dict) else None
    if not isinstance(address, str) or "+" not in address:
        return sandbox, body
    local, _, domain = address.strip().rpartition("@")
    plain, _, name = local.partition("+")
    if accounts.by_email(sandbox.store, address) or not NAME.fullmatch(name):
        return sandbox, body
    email = f"{plain}@{domain}"
    if sandboxes.get(name) is None and not _may_begin(
        sandboxes.beginning, {**body, "email": email}
    ):
        return sandbox, body
    return sandboxes.open(name), {**body, "email": email}


def _may_begin(scene: Store, body: dict[str, Any]) -> bool:
    """Whether this is an account of the scene, and no wrong password: a sandbox costs memory."""
    user = accounts.by_email(scene, body["email"])
    password = body.get("password")
    return user is not None and (
        not isinstance(password, str) or accounts.has_password(user, password)
    )


def sandbox_of_refresh_token(
    sandboxes: Sandboxes, sandbox: Sandbox, body: Any
) -> tuple[Sandbox, Any]:
    """The sandbox that signed the refresh token."""
    token = body.get("refresh_token") if isinstance(body, dict) else None
    found = sandboxes.by_token(token) if isinstance(token, str) else None
    return found or sandbox, body


def refresh_claims(ctx: Context, token: str) -> sessions.Claims:
    """The claims of a refresh token, expired or not. Raises InvalidRefreshToken."""
    try:
        claims = ctx.sandbox.tokens.verify(token)
    except InvalidToken:
        raise errors.InvalidRefreshToken from None
    if claims.get("type") != "refresh":
        raise errors.InvalidRefreshToken
    return claims
