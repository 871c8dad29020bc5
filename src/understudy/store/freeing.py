"""Large contents that nobody needs any more go bit by bit: to free all of them in one long call
would stop everybody.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterable
from functools import partial
from typing import Any

from understudy.background import beside
from understudy.store import database
from understudy.store.record import Record
from understudy.store.rows import Rows

OURS = "understudy.store."
ALONE = 2
"""References to what only who looks at it has: the name that it has there, and the question."""


def is_large(contents: Iterable[Rows]) -> bool:
    """Whether what is done with all of these takes more than a moment."""
    return sum(map(len, contents)) > database.MANY


def free(contents: list[Rows]) -> None:
    """Empty the list, and let go what nobody else has any more, without keeping anybody waiting."""
    own = unshared(contents)
    if is_large(own):
        beside(partial(dismantle, own))


def unshared(contents: list[Rows]) -> list[Rows]:
    """Empty the list; those of it that nobody else has."""
    own = []
    while contents:
        rows = contents.pop()
        if sys.getrefcount(rows) <= ALONE:
            own.append(rows)
    return own


def dismantle(contents: list[Any]) -> None:
    """Let go what these are made of, from the whole to its parts, so that each is small by the time
    that it goes. What others have as well stays as it is.
    """
    while contents:
        part = contents.pop()
        if sys.getrefcount(part) <= ALONE and not isinstance(part, Record):
            contents += filter(_is_part, gc.get_referents(part))


def _is_part(thing: object) -> bool:
    return isinstance(thing, (list, dict)) or type(thing).__module__.startswith(OURS)
