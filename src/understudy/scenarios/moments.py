"""Times in a scenario: `now`, relative to the sandbox's clock (`-2d`, `+1h30m`), or absolute."""

from __future__ import annotations

import datetime
import re

from understudy import times

SECOND = 1000
UNITS = {
    "w": 604_800 * SECOND,
    "d": 86_400 * SECOND,
    "h": 3_600 * SECOND,
    "m": 60 * SECOND,
    "s": SECOND,
}
FURTHEST = 36_525 * UNITS["d"]
"""A hundred years: further away is a slip of the pen."""

REMEDY = "write now, -2d, +1h30m (units w d h m s) or a time such as 2026-01-25T09:00:00Z"

_RELATIVE = re.compile("([+-])" + "".join(rf"(?:(\d{{1,6}}){unit})?" for unit in UNITS))


def offset(text: str) -> int | None:
    """Milliseconds from now: `-1d12h` → -129600000, `now` → 0; None for what is not relative.

    Units go from weeks to seconds (`w d h m s`), each at most once; the sign is for all of them.
    Raises ValueError for more than a hundred years.
    """
    if text == "now":
        return 0
    match = _RELATIVE.fullmatch(text)
    if match is None or len(text) == 1:
        return None
    sign, *counts = match.groups()
    total = sum(
        int(count or 0) * length for count, length in zip(counts, UNITS.values(), strict=True)
    )
    if total > FURTHEST:
        raise ValueError(f"{text!r} is more than a hundred years away")
    return -total if sign == "-" else total


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
