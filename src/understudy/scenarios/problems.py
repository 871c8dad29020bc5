"""What is wrong with a scenario file: every problem with file, line and remedy, all at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import NoReturn

from understudy.errors import UsageError

MOST_NAMES = 12
"""So many names a message lists at most."""


class Line(int):
    """A line of a file, from 1, that knows its file."""

    file: str

    @classmethod
    def of(cls, number: int, file: str) -> Line:
        """That line of that file."""
        line = cls(number)
        line.file = file
        return line


class Problems:
    """Collects what is wrong with one file and with those that it extends, in any order."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._found: list[tuple[str, int, str]] = []

    def __len__(self) -> int:
        return len(self._found)

    def add(self, line: int, wrong: str, right: str) -> None:
        """Note one problem: the line (from 1; a plain number is one of the first file), what is
        wrong there, and what would be right.
        """
        file = line.file if isinstance(line, Line) else self.file
        self._found.append((file, int(line), f"{wrong}; {right}"))

    def take(self, others: Problems) -> None:
        """Note the problems that somebody else has collected."""
        self._found += others._found

    def fail(self, line: int, wrong: str, right: str) -> NoReturn:
        """Note one problem that leaves nothing to go on with, and raise them all."""
        self.add(line, wrong, right)
        raise self._error()

    def check(self) -> None:
        """Raise UsageError with a line `FILE:LINE: wrong; right` for each problem, if any."""
        if self._found:
            raise self._error()

    def _error(self) -> UsageError:
        files = [*dict.fromkeys((self.file, *(file for file, _, _ in self._found)))]
        told = sorted(dict.fromkeys(self._found), key=lambda one: (files.index(one[0]), one[1]))
        return UsageError("\n".join(f"{file}:{line}: {text}" for file, line, text in told))


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
