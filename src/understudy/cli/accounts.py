"""Who can log in to a sandbox, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from understudy.cli.text import faint, indented, plain, short_time, table

if TYPE_CHECKING:
    from understudy.client.accounts import Account, AccountPage, Group, Session, Subscription

ACCOUNTS = ("Log in as", "Password", "What for")
GROUPS = ("Group", "Subscription", "Quotas")


def account_lines(answer: Any, offset: int) -> Iterator[str]:
    """Accounts with their sessions, then what they belong to."""
    from understudy.client.accounts import AccountPage

    page = AccountPage.of(answer)
    if not page.accounts:
        yield "There are no accounts." if not page.total else "There are no more accounts."
        return
    yield from table([_row(one) for one in page.accounts], ACCOUNTS)
    yield from _sessions(page)
    if page.groups:
        yield ""
        yield from table([_group(one) for one in page.groups], GROUPS)
    end = offset + len(page.accounts)
    if end < page.total:
        yield faint(f"{offset + 1} to {end} of {page.total}; --offset {end} goes on.")


def _row(account: Account) -> list[str]:
    about = [account.about or "", *account.notes, "" if account.is_active else "switched off"]
    return [
        click.style(plain(account.address), bold=True),
        plain(account.password or "") or faint("not told"),
        plain("; ".join(filter(None, about))),
    ]


def _sessions(page: AccountPage) -> Iterator[str]:
    rows = [
        [plain(account.name), *_lives(session)]
        for account in page.accounts
        for session in account.sessions
    ]
    if rows:
        yield ""
        yield click.style("Live sessions", bold=True)
        yield from indented(table(rows))


def _lives(session: Session) -> list[str]:
    tokens = (f"{one.kind} token {short_time(one.seconds)}" for one in session.tokens)
    end = f"ends at {session.raw['ends_at']}" if session.ends_at else ""
    return [", ".join(tokens) or "no token", end]


def _group(group: Group) -> list[str]:
    quotas = (
        f"{one.used} of {one.limit} {one.name}"
        if one.limit is not None
        else f"{one.used} {one.name}, no quota"
        for one in group.quotas
    )
    about = faint(f" ({plain(group.about)})") if group.about else ""
    return [plain(group.name) + about, _term(group.subscription), plain(", ".join(quotas))]


def _term(subscription: Subscription | None) -> str:
    if subscription is None:
        return "needs none"
    if subscription.seconds is None:
        return "runs without an end"
    length = short_time(abs(subscription.seconds))
    return f"runs for {length}" if subscription.is_running else f"ended {length} ago"
