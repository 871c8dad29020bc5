"""Which calls a rule is about."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from understudy.faults.call import Call

WILDCARDS = "*?["
LONGEST = 4000
"""Characters of a text that a pattern is held against."""


def is_pattern(text: str) -> bool:
    """Whether a text stands for others than itself."""
    return any(wildcard in text for wildcard in WILDCARDS)


def fits(pattern: str) -> Callable[[str], object]:
    """The test of a pattern, true for texts that fit it: `*` any characters, `?` one, `[abc]` one
    of these. Its time grows with the length of both, and no faster, whatever the pattern.
    """
    if not is_pattern(pattern):
        return pattern.__eq__
    return partial(re.compile(fnmatch.translate(pattern)).match, pos=0, endpos=LONGEST)


class Matcher:
    """The test of a rule's `match`, compiled."""

    __slots__ = ("_method", "_operation", "_path", "_user")

    def __init__(self, match: Mapping[str, str]) -> None:
        self._operation = fits(match["operation"]) if "operation" in match else None
        self._path = fits(match["path"]) if "path" in match else None
        self._method = match.get("method")
        self._user = match["user"].casefold() if "user" in match else None

    def matches(self, call: Call) -> bool:
        """Whether a call fits everything that is named."""
        if self._method is not None and self._method != call.method:
            return False
        if self._operation is not None and not (
            call.operation and self._operation(call.operation.spec.operation_id)
        ):
            return False
        if self._path is not None and not self._path(call.path):
            return False
        return self._user is None or self._user == call.user().casefold()
