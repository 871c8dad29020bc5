"""Lists of names as a sentence wants them."""

from __future__ import annotations

from collections.abc import Sequence


def listed(names: Sequence[str], word: str = "and") -> str:
    """`a, b and c`."""
    if len(names) == 1:
        return names[0]
    return f"{', '.join(names[:-1])} {word} {names[-1]}"


def are(names: Sequence[str]) -> str:
    """`a and b are`, `a is`, or `none is`."""
    return f"{listed(names)} {'is' if len(names) == 1 else 'are'}" if names else "none is"
