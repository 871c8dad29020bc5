"""Times in a scenario: `now`, relative to the sandbox's clock (`-2d`, `+1h30m`), or absolute."""

from __future__ import annotations

import datetime

from understudy import times

FURTHEST = 36_525 * times.UNITS["d"]
"""A hundred years: further away is a slip of the pen."""

REMEDY = "write now, -2d, +1h30m (units w d h m s ms) or a time such as 2026-01-25T09:00:00Z"


def offset(text: str) -> int | None:
    """Milliseconds from now: `-1d12h` → -129600000, `now` → 0; None for what is not relative.

    Units go from weeks to milliseconds (`w d h m s ms`), each at most once; the sign is for all of
    them. Raises ValueError for more than a hundred years.
    """
    if text == "now":
        return 0
    if text[:1] not in ("+", "-"):
        return None
    try:
        total = times.duration(text[1:])
    except ValueError:
        return None
    if total > FURTHEST:
        raise ValueError(f"{text!r} is more than a hundred years away")
    return -total if text[0] == "-" else total


def shown(millis: int) -> str | None:
    """An offset as `offset` reads it: `-129600000` → `-1d12h`; None for one that it would not."""
    if millis == 0:
        return "now"
    if abs(millis) > FURTHEST:
        return None
    return f"{'-' if millis < 0 else '+'}{times.shown_duration(abs(millis))}"


def read(text: str, *, date: bool = False) -> int | str:
    """A relative time as its offset in milliseconds, an absolute one in the one written form.

    With `date`, a plain date is good as it is. Raises ValueError for anything else.
    """
    relative = offset(text)
    if relative is not None:
        return relative
    if date and len(text) == len("2026-01-25"):
        return datetime.date.fromisoformat(text).isoformat()
    return times.normalise(text)
