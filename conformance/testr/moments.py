"""Times of the contract a little earlier or later, as days, and in other written forms."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from understudy import times

DAY = times.UNITS["d"]


def shifted(text: str, milliseconds: int) -> str:
    """The time so much later; earlier where it is negative."""
    return times.to_text(times.parse(text) + milliseconds)


def day(text: str, days: int = 0) -> str:
    """The day of the time in UTC, or one so many days later."""
    return shifted(text, days * DAY)[:10]


def in_offset(text: str, hours: int) -> str:
    """The same instant, written with another offset from UTC."""
    zone = timezone(timedelta(hours=hours))
    return instant(text).astimezone(zone).isoformat()


def is_later(text: str, other: str) -> bool:
    """Whether the time is later than the other one."""
    return instant(text) > instant(other)


def instant(text: str) -> datetime:
    """The time, to be compared with others."""
    return datetime.fromisoformat(text)
