"""What is wrong with the configuration: every problem with its place and remedy, all at once."""

from __future__ import annotations

from typing import NamedTuple

from understudy.errors import UsageError


class Place(NamedTuple):
    """Where a value came from: a line of a file, or (line 0) a variable or a flag."""

    name: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.name}:{self.line}" if self.line else self.name


class Wrong(Exception):
    """A value that cannot be: what is wrong with it, and what would be right."""

    def __init__(self, wrong: str, right: str) -> None:
        super().__init__(f"{wrong}; {right}")
        self.wrong = wrong
        self.right = right


class Problems:
    """Collects problems, in any order."""

    def __init__(self) -> None:
        self._found: list[tuple[int, str]] = []

    def __len__(self) -> int:
        return len(self._found)

    def add(self, place: Place, wrong: str, right: str) -> None:
        """Note what is wrong there, and what would be right."""
        self._found.append((place.line, f"{place}: {wrong}; {right}"))

    def check(self) -> None:
        """Raise UsageError with a line for each problem, if any."""
        if self._found:
            told = sorted(dict.fromkeys(self._found), key=lambda problem: problem[0])
            raise UsageError("\n".join(text for _, text in told))
