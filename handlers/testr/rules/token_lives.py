"""How long new tokens and sessions live: as the contract has it, or as a scene says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from understudy import times
from understudy.errors import ValidationFailed

if TYPE_CHECKING:
    from understudy.sandbox import Sandbox
    from understudy.store import Record, Store

ACCESS_SECONDS = 60 * 60
REFRESH_SECONDS = 8 * 60 * 60
LONGEST_ACCESS = 24 * 60 * 60
"""The longest life that `expires_in` can tell, in seconds."""

COLLECTION = "token_lives"


def create_token_lives(sandbox: Sandbox, fields: Mapping[str, Any]) -> Record:
    """Store how many seconds tokens and sessions of `user_id`, or of everybody, live.

    Raises ValidationFailed where that is said already.
    """
    user_id = fields.get("user_id")
    if _said(sandbox.store, user_id):
        whose = "has token lives already" if user_id else "is left out twice"
        raise ValidationFailed(details={"user_id": [whose]})
    return sandbox.store[COLLECTION].insert(
        {
            "id": fields.get("id") or sandbox.ids.new(),
            "user_id": user_id,
            "access_seconds": fields.get("access_seconds"),
            "refresh_seconds": fields.get("refresh_seconds"),
            "session_seconds": fields.get("session_seconds"),
        }
    )


def of_user(store: Store, user_id: str) -> tuple[int, int]:
    """The lives of an access token and of a refresh token that the user gets now, in seconds."""
    access = _life(store, user_id, "access_seconds")
    refresh = _life(store, user_id, "refresh_seconds")
    return access or ACCESS_SECONDS, refresh or REFRESH_SECONDS


def end_of_session(sandbox: Sandbox, user_id: str) -> str | None:
    """When a session of the user that begins now will be over; None: by its tokens alone."""
    seconds = _life(sandbox.store, user_id, "session_seconds")
    return None if seconds is None else times.to_text(sandbox.clock.millis() + seconds * 1000)


def set_access(sandbox: Sandbox, user_id: str | None, seconds: int) -> None:
    """Let the access tokens of a user live so long from now on; None: those of everybody."""
    if _said(sandbox.store, user_id) is None:
        create_token_lives(sandbox, {"user_id": user_id})
    lives = sandbox.store[COLLECTION]
    for said in lives.select({"user_id": user_id} if user_id else {}).items:
        lives.change(said["id"], access_seconds=seconds)


def seconds(**durations: str) -> int:
    """The one life that is named, in seconds.

    Raises ValidationFailed for what is no whole number of them, none, or more than a day.
    """
    [(name, text)] = durations.items()
    whole, rest = divmod(times.duration(text), 1000)
    if rest or not 1 <= whole <= LONGEST_ACCESS:
        raise ValidationFailed(details={name: ["must be whole seconds, from 1s to 24h"]})
    return whole


def _life(store: Store, user_id: str, name: str) -> int | None:
    """What is said of the user, else of everybody."""
    known = store.derived((COLLECTION, "users"))
    if user_id not in known:
        known[user_id] = [one for one in (_said(store, user_id), _said(store, None)) if one]
    return next((one[name] for one in known[user_id] if one[name] is not None), None)


def _said(store: Store, user_id: str | None) -> Record | None:
    return store[COLLECTION].first({"user_id": user_id})
