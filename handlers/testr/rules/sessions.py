"""Sessions and their tokens: access for one hour, refresh for eight, unless a scene says otherwise;
each refresh token is good for one use.

A session knows its tokens: what the store says of their ends holds, and not what is written in
them. So they can be made to end earlier.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from understudy import times

from .. import errors
from . import token_lives

if TYPE_CHECKING:
    from understudy.sandbox import Sandbox
    from understudy.store import Record

KNOWN_TOKENS = 100
"""So many access tokens of a session live at once; one more is the end of the oldest."""

LAST = times.parse("9999-12-31T23:59:59.999Z")

Claims = Mapping[str, Any]


def create_session(sandbox: Sandbox, fields: Mapping[str, Any]) -> Record:
    """Store a session of `user_id`."""
    begun = fields.get("created_at") or sandbox.clock.now()
    return sandbox.store["sessions"].insert(
        {
            "id": fields.get("id") or sandbox.ids.new(),
            "user_id": fields["user_id"],
            "refresh_id": fields.get("refresh_id") or sandbox.new_token_id(),
            "refresh_expires_at": fields.get("refresh_expires_at")
            or _text(times.parse(begun) // 1000 + token_lives.REFRESH_SECONDS),
            "access": fields.get("access", {}),
            "ends_at": fields.get("ends_at"),
            "ended_at": fields.get("ended_at"),
            "created_at": begun,
        }
    )


def open_session(sandbox: Sandbox, user_id: str) -> Record:
    """Store a session that begins now."""
    ends_at = token_lives.end_of_session(sandbox, user_id)
    return create_session(sandbox, {"user_id": user_id, "ends_at": ends_at})


def tokens(sandbox: Sandbox, session: Record, user: Record) -> dict[str, Any]:
    """A new access token and the one good refresh token of a session, which uses the earlier one
    up, as log-in and refresh answer them.
    """
    now = sandbox.clock.seconds()
    access_id, refresh_id = sandbox.new_token_id(), sandbox.new_token_id()
    at = sandbox.clock.now()
    access_seconds, refresh_seconds = token_lives.of_user(sandbox.store, user["id"])
    alive = {jti: end for jti, end in session["access"].items() if end > at}
    spare = max(0, len(alive) + 1 - KNOWN_TOKENS)
    sandbox.store["sessions"].change(
        session["id"],
        refresh_id=refresh_id,
        refresh_expires_at=_text(now + refresh_seconds),
        access={**dict(islice(alive.items(), spare, None)), access_id: _text(now + access_seconds)},
    )

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
        "access_token": token("access", access_id, access_seconds),
        "refresh_token": token("refresh", refresh_id, refresh_seconds),
        "expires_in": access_seconds,
    }


def is_over(session: Record, now: str) -> bool:
    """Whether every token of the session is refused: it was ended, or its planned end has come."""
    ends_at = session["ends_at"]
    return session["ended_at"] is not None or (ends_at is not None and ends_at <= now)


def refreshable(sandbox: Sandbox, claims: Claims) -> tuple[Record, Record]:
    """The session that a refresh token may go on with, and its user.

    Raises ReplayedRefreshToken, which ends the session, if the token was used up before, and
    InvalidRefreshToken if it has expired, its session is over or its account switched off.
    """
    now = sandbox.clock.now()
    session = sandbox.store["sessions"].get(claims["sid"])
    user = sandbox.store["users"].get(claims["sub"])
    if session is None or is_over(session, now) or user is None or not user["is_active"]:
        raise errors.InvalidRefreshToken
    if session["refresh_id"] != claims["jti"]:
        end(sandbox, session)
        raise errors.ReplayedRefreshToken
    if session["refresh_expires_at"] <= now:
        raise errors.InvalidRefreshToken
    return session, user


def end(sandbox: Sandbox, session: Record) -> None:
    """From now on every token of the session is refused."""
    if session["ended_at"] is None:
        sandbox.store["sessions"].change(session["id"], ended_at=sandbox.clock.now(), access={})


def end_all(sandbox: Sandbox, user_id: str) -> None:
    """End every session of a user."""
    for session in sandbox.store["sessions"].select({"user_id": user_id}).items:
        end(sandbox, session)


def _text(seconds: int) -> str:
    return times.to_text(min(seconds * 1000, LAST))
