"""Instants and their one written form: UTC, ISO 8601, milliseconds, a `Z` at the end.

Inside, an instant is an `int` of milliseconds since 1970. The written form sorts as text, which is
why every time that enters the store is first brought into it.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
UNITS = {
    "w": 604_800_000,
    "d": 86_400_000,
    "h": 3_600_000,
    "m": 60_000,
    "s": 1000,
    "ms": 1,
}
"""Milliseconds of each unit of a length of time, longest first."""

_DURATION = re.compile("".join(rf"(?:([0-9]{{1,6}}){unit})?" for unit in UNITS))


def to_text(millis: int) -> str:
    """`1769331600000` → `2026-01-25T09:00:00.000Z`."""
    moment = EPOCH + timedelta(milliseconds=millis)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse(text: str) -> int:
    """Milliseconds since 1970 of an RFC 3339 time in any offset; finer digits are cut off.

    Raises ValueError for anything else, a time without an offset and one outside the years 1 to
    9999 in UTC included.
    """
    if text[10:11] not in ("T", "t"):
        raise ValueError(f"{text!r} is not an ISO 8601 time with a date, a T and an offset")
    # A leap second is a valid time that Python's datetime cannot hold: it counts as the second
    # before.
    if text[16:19] == ":60":
        text = f"{text[:16]}:59{text[19:]}"
    moment = datetime.fromisoformat(text.upper())
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no offset; write it in UTC with a Z at the end")
    try:
        return (moment.astimezone(UTC) - EPOCH) // MILLISECOND
    except OverflowError:
        raise ValueError(f"{text!r} is outside the years 1 to 9999 in UTC") from None


def normalise(text: str) -> str:
    """Any RFC 3339 time in the one written form. Raises ValueError like `parse`."""
    return to_text(parse(text))


def day_bounds(text: str) -> tuple[str, str]:
    """The first and the last instant of a date or a time, for inclusive ranges.

    `2026-01-25` → its first and last millisecond; a full time → itself twice. Raises ValueError
    like `parse`.
    """
    if len(text) == len("2026-01-25"):
        day = date.fromisoformat(text).isoformat()
        return f"{day}T00:00:00.000Z", f"{day}T23:59:59.999Z"
    instant = normalise(text)
    return instant, instant


def duration(text: str) -> int:
    """Milliseconds of a length of time: `1h30m`, `500ms`; units `w d h m s ms`, each at most once.

    Raises ValueError for anything else.
    """
    match = _DURATION.fullmatch(text)
    if match is None or not text:
        raise ValueError(f"{text!r} is not a length of time such as 50m, 1h30m or 500ms")
    return sum(
        int(count or 0) * length
        for count, length in zip(match.groups(), UNITS.values(), strict=True)
    )


def shown_duration(millis: int) -> str:
    """A length of time as `duration` reads it: `5400000` → `1h30m`, `0` → `0s`."""
    parts = []
    for unit, length in UNITS.items():
        count, millis = divmod(millis, length)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"
