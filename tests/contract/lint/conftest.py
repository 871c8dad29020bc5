"""What the tests of the rules share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from understudy.contract import load
from understudy.contract.lint import RULES
from understudy.contract.lint.subject import Subject


def problems(root: Path) -> dict[str, list[tuple[Path, int, str]]]:
    """File, line and message of what each rule finds, for those that find something."""
    subject = Subject(load(root))
    found = {rule.__name__: [*rule(subject)] for rule in RULES}
    return {
        name: [(*subject.place(pointer), message) for pointer, message in told]
        for name, told in found.items()
        if told
    }


@pytest.fixture
def broken() -> Callable[[Path], list[str]]:
    """Gives the names of the rules that a contract breaks."""
    return lambda root: [*problems(root)]


@pytest.fixture
def breaks_only(
    texts: dict[str, str], write: Callable[[dict[str, str]], Path]
) -> Callable[..., None]:
    """Changes one file, and wants one rule to find it, with this message.

    `at`: a text on the line of the finding; empty where several places are found.
    """

    def breaks_only(rule: str, file: str, old: str, new: str, at: str, message: str) -> None:
        assert old in texts[file]
        found = problems(write({**texts, file: texts[file].replace(old, new)}))
        assert [*found] == [rule]
        places = [place for *place, told in found[rule] if told == message]
        assert places, found
        if at:
            [(path, line)] = places
            assert at in path.read_text(encoding="utf-8").splitlines()[line - 1]

    return breaks_only
