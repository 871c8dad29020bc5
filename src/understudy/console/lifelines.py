"""How long sessions and their tokens still live, drawn to a common scale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from understudy.client import AccountPage, Session

MINUTE, HOUR, DAY = 60, 3600, 86_400
STEPS = (
    *(5, 10, 30),
    *(MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE),
    *(HOUR, 2 * HOUR, 4 * HOUR, 12 * HOUR),
    *(DAY, 2 * DAY, 7 * DAY, 30 * DAY),
)
"""Seconds between two marks."""
MARKS = 8
"""So many marks at most."""
DRAWN = 50
"""So many sessions of an account are drawn."""


@dataclass(frozen=True)
class Mark:
    """A mark on the scale, in per cent of its length, and what stands there."""

    at: float
    seconds: int


@dataclass(frozen=True)
class Bar:
    """What is left of a token's life, in per cent of the scale."""

    kind: str
    width: float
    seconds: float
    expires_at: str


@dataclass(frozen=True)
class Line:
    """A session's bars. `ends`: where the session itself ends, in per cent, if that is planned."""

    session: Session
    bars: tuple[Bar, ...]
    ends: float | None


@dataclass(frozen=True)
class Lines:
    """The lines of each account, by its name, and the marks of the scale."""

    of: dict[str, list[Line]]
    marks: tuple[Mark, ...]


def drawn(page: AccountPage) -> Lines:
    """The lines of a page of accounts, of each the newest; the scale begins now, and ends with the
    longest life.
    """
    sessions = [session for account in page.accounts for session in account.sessions]
    longest = max((one.seconds for session in sessions for one in session.tokens), default=0.0)
    length = max(longest, 1.0)
    of = {
        account.name: [_line(session, page, length) for session in account.sessions[-DRAWN:]]
        for account in page.accounts
    }
    return Lines(of, tuple(_marks(length)) if sessions else ())


def _line(session: Session, page: AccountPage, length: float) -> Line:
    bars = (
        Bar(one.kind, _percent(one.seconds, length), one.seconds, str(one.raw["expires_at"]))
        for one in session.tokens
    )
    rest = (session.ends_at - page.now).total_seconds() if session.ends_at else None
    ends = _percent(rest, length) if rest is not None and rest <= length else None
    return Line(session, tuple(bars), ends)


def _marks(length: float) -> Iterator[Mark]:
    step = next((one for one in STEPS if length / one <= MARKS), round(length / MARKS))
    for number in range(1, int(length / step) + 1):
        yield Mark(_percent(number * step, length), number * step)


def _percent(seconds: float, length: float) -> float:
    return round(100 * max(0.0, min(seconds / length, 1.0)), 2)
