"""Where the answers to a request differ, then and now, both as a journal shows them: blanked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from understudy import times
from understudy.journal.bodies import is_same

MOST = 100
"""So many differences of an answer are told."""
ABSENT = "(absent)"
"""Stands for what only one of the answers has."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A place of an answer, `body.defects[0].title`, with what it had and what it has now."""

    path: str
    old: Any
    new: Any


def differences(old: Mapping[str, Any], new: Mapping[str, Any], slack: int) -> list[Difference]:
    """The differences of two exchanges; where the statuses differ, these alone.

    `slack`: times that lie no more milliseconds apart are the same: a clock that ran has moved on
    between an answer and the line in the journal.
    """
    if old["status"] != new["status"]:
        return [Difference("status", old["status"], new["status"])]
    found: list[Difference] = []
    parts = [
        ("fault", old["fault"], new["fault"]),
        ("headers", old["response"]["headers"], new["response"]["headers"]),
        ("body", old["response"]["body"], new["response"]["body"]),
    ]
    for path, then, now in parts:
        for difference in _differences(path, then, now, slack):
            if len(found) == MOST:
                return found
            found.append(difference)
    return found


def _differences(path: str, old: Any, new: Any, slack: int) -> Iterator[Difference]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in {**old, **new}:
            inside = f"{path}.{name}"
            if name in old and name in new:
                yield from _differences(inside, old[name], new[name], slack)
            else:
                yield Difference(inside, old.get(name, ABSENT), new.get(name, ABSENT))
    elif isinstance(old, list) and isinstance(new, list):
        if len(old) != len(new):
            # Behind one that came or went, every other would differ as well.
            yield Difference(f"{path} (items)", len(old), len(new))
            return
        for index, pair in enumerate(zip(old, new, strict=True)):
            yield from _differences(f"{path}[{index}]", *pair, slack)
    elif not is_same(old, new) and not _is_close(old, new, slack):
        yield Difference(path, old, new)


def _is_close(old: Any, new: Any, slack: int) -> bool:
    if not (isinstance(old, str) and isinstance(new, str)):
        return False
    try:
        return abs(times.parse(old) - times.parse(new)) <= slack
    except ValueError:
        return False
