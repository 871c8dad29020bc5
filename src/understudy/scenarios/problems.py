"""What is wrong with a scenario file: every problem with file, line and remedy, all at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import NoReturn

from understudy.errors import UsageError

MOST_NAMES = 12
"""So many names a message lists at most."""


class Problems:
    """Collects what is wrong with one file, in any order."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._found: list[tuple[int, str]] = []

    def __len__(self) -> int:
        return len(self._found)

    def add(self, line: int, wrong: str, right: str) -> None:
        """Note one problem: the line (from 1), what is wrong there, and what would be right."""
        self._found.append((line, f"{wrong}; {right}"))

    def fail(self, line: int, wrong: str, right: str) -> NoReturn:
        """Note one problem that leaves nothing to go on with, and raise them all."""
        self.add(line, wrong, right)
        raise self._error()

    def check(self) -> None:
        """Raise UsageError with a line `FILE:LINE: wrong; right` for each problem, if any."""
        if self._found:
            raise self._error()

    def _error(self) -> UsageError:
        told = sorted(dict.fromkeys(self._found), key=lambda problem: problem[0])
        return UsageError("\n".join(f"{self.file}:{line}: {text}" for line, text in told))


def hint(word: str, names: Iterable[str]) -> str:
    """The remedy for a name that does not exist: the one that was meant, else those there are."""
    known = list(names)
    close = get_close_matches(word, known, n=1)
    return f"did you mean {close[0]!r}?" if close else listed(known)


def listed(names: Sequence[str]) -> str:
    """The names that there are, as far as a line holds them."""
    if not names:
        return "there are none"
    more = ", …" if len(names) > MOST_NAMES else ""
    return f"there are: {', '.join(names[:MOST_NAMES])}{more}"
