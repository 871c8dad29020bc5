"""Sessions and their tokens: access for one hour, refresh for eight, each refresh token good for
one use.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .. import errors

if TYPE_CHECKING:
    from understudy.sandbox import Sandbox
    from understudy.store import Record

ACCESS_SECONDS = 60 * 60
REFRESH_SECONDS = 8 * 60 * 60

Claims = Mapping[str, Any]


def create_session(sandbox: Sandbox, fields: Mapping[str, Any]) -> Record:
    """Store a session of `user_id`."""
    return sandbox.store["sessions"].insert(
        {
            "id": fields.get("id") or sandbox.ids.new(),
            "user_id": fields["user_id"],
            "refresh_id": fields.get("refresh_id") or sandbox.ids.new(),
            "ended_at": fields.get("ended_at"),
            "created_at": fields.get("created_at") or sandbox.clock.now(),
        }
    )


def tokens(sandbox: Sandbox, session: Record, user: Record) -> dict[str, Any]:
    """The access token and the one good refresh token of a session, as log-in and refresh answer
    them.
    """
    now = sandbox.clock.seconds()

    def token(kind: str, jti: str, seconds: int) -> str:
        return sandbox.tokens.sign(
            {
                "sub": user["id"],
                "email": user["email"],
                "type": kind,
                "sid": session["id"],
                "jti": jti,
                "iat": now,
                "exp": now + seconds,
            }
        )

    return {
        "access_token": token("access", sandbox.ids.new(), ACCESS_SECONDS),
        "refresh_token": token("refresh", session["refresh_id"], REFRESH_SECONDS),
        "expires_in": ACCESS_SECONDS,
    }


def refreshable(sandbox: Sandbox, claims: Claims) -> tuple[Record, Record]:
    """The session that a refresh token may go on with, and its user.

    Raises ReplayedRefreshToken, which ends the session, if the token was used up before, and
    InvalidRefreshToken if it has expired, its session is over or its account switched off.
    """
    session = sandbox.store["sessions"].get(claims["sid"])
    user = sandbox.store["users"].get(claims["sub"])
    if session is None or session["ended_at"] or user is None or not user["is_active"]:
        raise errors.InvalidRefreshToken
    if session["refresh_id"] != claims["jti"]:
        end(sandbox, session)
        raise errors.ReplayedRefreshToken
    if claims["exp"] <= sandbox.clock.seconds():
        raise errors.InvalidRefreshToken
    return session, user


def rotate(sandbox: Sandbox, session: Record) -> Record:
    """Give the session a new refresh id, which uses the earlier refresh token up."""
    return sandbox.store["sessions"].change(session["id"], refresh_id=sandbox.ids.new())


def end(sandbox: Sandbox, session: Record) -> None:
    """From now on every token of the session is refused."""
    if session["ended_at"] is None:
        sandbox.store["sessions"].change(session["id"], ended_at=sandbox.clock.now())


def end_all(sandbox: Sandbox, user_id: str) -> None:
    """End every session of a user."""
    for session in sandbox.store["sessions"].select({"user_id": user_id}).items:
        end(sandbox, session)
