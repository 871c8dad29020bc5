"""Who can log in to a sandbox, and what of theirs runs out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from understudy.keyring import hash_password, salt_of
from understudy.longwork import Done, done_in_time
from understudy.pipeline.hooks import Hooks
from understudy.sandbox import DEFAULT

from .state import beginning_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from understudy.context import Answer, ServerContext
    from understudy.contract.model import CollectionSpec, Contract
    from understudy.sandbox import Sandbox
    from understudy.scenarios import Account
    from understudy.store import Record

PLAIN: dict[str, Any] = {
    "is_active": True,
    "notes": [],
    "arguments": {},
    "groups": [],
    "sessions": [],
}
"""What an account is of which the API says no more."""


async def list_accounts(ctx: ServerContext, sandbox: str, limit: int, offset: int) -> Answer:
    """The accounts, and what they belong to."""
    inside = ctx.app.sandboxes.named(sandbox)
    told = {one.name.casefold(): one for one in beginning_of(ctx, inside).accounts}
    work = partial(_listed, ctx.app.contract, told, limit, offset)
    return await done_in_time(inside, work, only_looks=True)


def _listed(
    contract: Contract, told: Mapping[str, Account], limit: int, offset: int, inside: Sandbox
) -> Done[Answer]:
    spec = next((one for one in contract.collections.values() if one.account), None)
    page = inside.store[spec.name].select(offset=offset, limit=limit) if spec else None
    show = Hooks(contract).account()
    accounts: list[dict[str, Any]] = []
    groups: dict[str, dict[str, Any]] = {}
    for record in page.items if page else ():
        assert spec is not None
        name = str(record[(spec.account or {})["name"]])
        more, belongs = show(inside, record) if show else ({}, [])
        groups |= {one["id"]: one for one in belongs}
        accounts.append(
            {
                "name": name,
                "address": _address(inside, name),
                **_told(spec, record, told.get(name.casefold())),
                **PLAIN,
                **more,
            }
        )
    now = inside.clock.now()
    answer = {
        "accounts": accounts,
        "total": page.total if page else 0,
        "groups": [*groups.values()],
        "now": now,
        "next_expiry": min(_ends(accounts, groups, now), default=None),
    }
    return Done(answer, [])


def _address(sandbox: Sandbox, name: str) -> str:
    local, at, domain = name.rpartition("@")
    return f"{local}+{sandbox.name}@{domain}" if at and sandbox.name != DEFAULT else name


def _told(spec: CollectionSpec, record: Record, account: Account | None) -> dict[str, str | None]:
    """What the scenario tells of an account, the password as long as it is that."""
    if account is None:
        return {"password": None, "about": None}
    hashes = (
        record[name]
        for name, part in spec.schema["properties"].items()
        if part.get("x-secret") == "hash" and record.get(name)
    )
    is_own = any(stored == hash_password(account.password, salt_of(stored)) for stored in hashes)
    return {"password": account.password if is_own else None, "about": account.about or None}


def _ends(
    accounts: list[dict[str, Any]], groups: dict[str, dict[str, Any]], now: str
) -> Iterator[str]:
    """When something runs out that has not yet."""
    sessions = [one for account in accounts for one in account["sessions"]]
    terms = [one["subscription"] for one in groups.values() if one["subscription"]]
    ends = [one["ends_at"] for one in sessions]
    ends += [one["expires_at"] for session in sessions for one in session["tokens"]]
    ends += [one["expires_at"] for one in terms]
    return (end for end in ends if end is not None and end > now)
