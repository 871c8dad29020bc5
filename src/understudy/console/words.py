"""How pages write numbers, times and lengths of time."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from understudy import times

if TYPE_CHECKING:
    from understudy.client import ClockReading

SPANS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def number(value: float) -> str:
    """`100000` → `100 000`, with thin spaces that do not break."""
    return f"{value:,}".replace(",", "\u202f")


def plural(count: int, noun: str, nouns: str = "") -> str:
    """`1 object`, `2 objects`."""
    return f"{number(count)} {noun if count == 1 else nouns or noun + 's'}"


def span(seconds: float, units: int = 2) -> str:
    """A length of time in its largest units: `50 min`, `1 h 30 min`, `29 d 4 h`."""
    rest = int(abs(seconds))
    parts = []
    for length, unit in SPANS:
        count, rest = divmod(rest, length)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:units]) or "0 s"


def moment(value: str | datetime) -> str:
    """`2026-01-26T09:00:00.000Z` → `2026-01-26 09:00:00`, in UTC."""
    text = value if isinstance(value, str) else times.normalise(value.isoformat())
    return text[:19].replace("T", " ")


def paragraphs(text: str | None) -> list[str]:
    """The paragraphs of a text, each without the line breaks of the file that it stood in."""
    parts = re.split(r"\n\s*\n", (text or "").strip())
    return [" ".join(part.split()) for part in parts if part.strip()]


def iso(value: datetime) -> str:
    """A time as the contract writes it."""
    return times.normalise(value.isoformat())


def took(milliseconds: float) -> str:
    """How long something took: `0.4 ms`, `120 ms`, `2.5 s`."""
    if milliseconds >= 1000:
        return f"{milliseconds / 1000:,.1f} s".replace(",", "\u202f")
    return f"{milliseconds:.1f} ms" if milliseconds < 100 else f"{milliseconds:.0f} ms"


def clock(reading: ClockReading) -> str:
    """How fast a clock runs: `stands`, `runs in real time`, `runs 60 times as fast`."""
    if reading.is_frozen:
        return "stands"
    return "runs in real time" if reading.factor == 1 else f"runs {reading.factor:g} times as fast"


FILTERS: dict[str, Any] = {
    "number": number,
    "plural": plural,
    "span": span,
    "moment": moment,
    "iso": iso,
    "clock": clock,
    "paragraphs": paragraphs,
    "took": took,
}
