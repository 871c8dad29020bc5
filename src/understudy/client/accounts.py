"""The records of who can log in to a sandbox, and of what runs out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from understudy.client.answer import Answer


@dataclass(frozen=True, kw_only=True)
class Membership(Answer):
    """That an account belongs to the group of this id."""

    id: str
    role: str | None


@dataclass(frozen=True, kw_only=True)
class TokenLife(Answer):
    """How long a token still lives. kind: `access` or `refresh`."""

    kind: str
    expires_at: datetime
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Session(Answer):
    """A live session. ends_at: when all of it will be over, None if that is not planned."""

    id: str
    begun_at: datetime
    ends_at: datetime | None
    tokens: tuple[TokenLife, ...]


@dataclass(frozen=True, kw_only=True)
class Account(Answer):
    """Somebody who can log in.

    address: what to log in with to this sandbox. password: None where no scenario tells it, or it
    is another one by now. arguments: of the shortcuts that are about this account.
    """

    name: str
    address: str
    password: str | None
    about: str | None
    is_active: bool
    notes: tuple[str, ...]
    arguments: Mapping[str, str]
    groups: tuple[Membership, ...]
    sessions: tuple[Session, ...]


@dataclass(frozen=True, kw_only=True)
class Subscription(Answer):
    """How long a subscription still runs. expires_at, seconds: None where it has no end."""

    expires_at: datetime | None
    seconds: float | None
    is_running: bool


@dataclass(frozen=True, kw_only=True)
class Quota(Answer):
    """How much of something there is, and may be; limit: None where that is not limited."""

    name: str
    used: int
    limit: int | None


@dataclass(frozen=True, kw_only=True)
class Group(Answer):
    """What accounts belong to. subscription: None where it needs none."""

    id: str
    name: str
    about: str | None
    arguments: Mapping[str, str]
    subscription: Subscription | None
    quotas: tuple[Quota, ...]


@dataclass(frozen=True, kw_only=True)
class AccountPage(Answer):
    """Some accounts of all there are, and what they belong to. total: how many there are in all.
    next_expiry: when the next of what is shown runs out, None where nothing will.
    """

    accounts: tuple[Account, ...]
    total: int
    groups: tuple[Group, ...]
    now: datetime
    next_expiry: datetime | None
