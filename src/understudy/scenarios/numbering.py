"""Many objects in one line: `case-{001..100}: {name: 'Case {n}'}` stands for a hundred, and
`bug-{n}: {$count: 5000, …}` for five thousand.
"""

from __future__ import annotations

import re
from collections.abc import Callable

MOST = 10_000
"""So many objects one range makes at most."""
MOST_COUNTED = 1_000_000
"""So many objects one `$count` makes at most."""
MOST_IN_ALL = 2_000_000
"""So many objects a scenario has at most."""

_RANGE = re.compile(r"\{(\d{1,9})\.\.(\d{1,9})\}")
_NUMBER = re.compile(r"\{n(?::0([1-9]))?\}")


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


def is_numbered(text: str) -> bool:
    """Whether there is a place for a number in a text: `{n}` or, with leading zeros, `{n:05}`."""
    return "{n" in text and _NUMBER.search(text) is not None


def numbered(text: str, number: str | None) -> str:
    """The text with the number in the place of `{n}` and `{n:05}`."""
    if number is None or "{n" not in text:
        return text
    return _NUMBER.sub(lambda match: number.zfill(int(match[1] or 0)), text)


def numbering(text: str) -> Callable[[int], str]:
    """What gives the text with a number in these places."""
    places = len(_NUMBER.findall(text))
    shape = _NUMBER.sub(lambda m: f"%0{m[1]}d" if m[1] else "%d", text.replace("%", "%%"))
    if places == 1:
        return lambda number: shape % number
    return lambda number: shape % ((number,) * places)


def number_in(pattern: str, name: str) -> int | None:
    """The number with which the pattern gives the name, if any does."""
    parts = _NUMBER.split(pattern)[::2]
    digits = re.fullmatch("([0-9]+)".join(map(re.escape, parts)), name)
    if digits is None or len(digits[1]) > 9:
        return None
    number = int(digits[1])
    return number if numbering(pattern)(number) == name else None
