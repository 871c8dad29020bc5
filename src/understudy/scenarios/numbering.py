"""Many objects in one line: `case-{001..100}: {name: 'Case {n}'}` stands for a hundred."""

from __future__ import annotations

import re

MOST = 10_000
"""So many objects one line makes at most."""

_RANGE = re.compile(r"\{(\d{1,9})\.\.(\d{1,9})\}")


def expand(name: str) -> list[tuple[str, str | None]]:
    """The names that a name stands for, each with its number as `{n}` gives it.

    `case-{1..3}` → case-1, case-2, case-3; leading zeros are kept, as in `{01..12}`. A name without
    a range is itself, without a number. Raises ValueError for a range that is empty or too long.
    """
    match = _RANGE.search(name)
    if match is None:
        return [(name, None)]
    first, last = match.groups()
    count = int(last) - int(first) + 1
    if not 1 <= count <= MOST:
        raise ValueError(f"{match[0]} makes {max(count, 0)} objects")
    width = len(first) if first.startswith("0") else 0
    numbers = (str(number).zfill(width) for number in range(int(first), int(last) + 1))
    return [(name[: match.start()] + each + name[match.end() :], each) for each in numbers]


def numbered(text: str, number: str | None) -> str:
    """The text with the number in the place of `{n}`."""
    return text if number is None else text.replace("{n}", number)
