"""How long sessions and their tokens still live, and ends that come earlier than their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from understudy import times

from . import sessions

if TYPE_CHECKING:
    from understudy.sandbox import Sandbox
    from understudy.store import Record


def live(sandbox: Sandbox, user_id: str | None) -> list[Record]:
    """The sessions, of one user or of all, that one of their tokens is good for; oldest first."""
    now = sandbox.clock.now()
    where = {"user_id": user_id} if user_id is not None else {}
    return [
        session
        for session in sandbox.store["sessions"].select(where).items
        if not sessions.is_over(session, now)
        and (session["refresh_expires_at"] > now or _alive(session, now))
    ]


def expire_access(sandbox: Sandbox, user_id: str, at: str) -> list[str]:
    """Let the access tokens of a user end at that time, if they do not before. When they do."""
    now = sandbox.clock.now()
    told: list[str] = []
    for session in live(sandbox, user_id):
        ends = {jti: min(end, at) for jti, end in _alive(session, now).items()}
        sandbox.store["sessions"].change(session["id"], access=ends)
        told += ends.values()
    return told


def expire_sessions(sandbox: Sandbox, user_id: str, at: str) -> list[str]:
    """Let the sessions of a user end at that time, if they do not before. When they do."""
    told: list[str] = []
    for session in live(sandbox, user_id):
        ends_at = min(session["ends_at"] or at, at)
        sandbox.store["sessions"].change(session["id"], ends_at=ends_at)
        told.append(min(ends_at, session["refresh_expires_at"]))
    return told


def shown(sandbox: Sandbox, session: Record) -> dict[str, Any]:
    """What is left of a live session, without its tokens."""
    now = sandbox.clock.now()
    user = sandbox.store["users"].get(session["user_id"])
    latest = session["ends_at"]

    def rest(end: str) -> dict[str, Any]:
        end = min(end, latest or end)
        return {"expires_at": end, "seconds": (times.parse(end) - times.parse(now)) / 1000}

    return {
        "id": session["id"],
        "user": user["email"] if user else None,
        "created_at": session["created_at"],
        "ends_at": latest,
        "access_tokens": [*map(rest, _alive(session, now).values())],
        "refresh_token": rest(session["refresh_expires_at"])
        if session["refresh_expires_at"] > now
        else None,
    }


def _alive(session: Record, now: str) -> dict[str, str]:
    return {jti: end for jti, end in session["access"].items() if end > now}
