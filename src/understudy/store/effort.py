"""How much may be done with a store while everybody else waits for it.

Whoever serves many in one thread sets `allowance.left` before it asks; what would take more raises
`TakesLong` before it begins, and can be done in another thread, where nothing is set. The unit is
what it takes to give one record, some 10 microseconds.
"""

from __future__ import annotations

import threading

ALLOWED = 1_000
"""Units for one request."""

PAGE = 200
"""Up to so many records are given for nothing: the pages that all lists have."""
FEW = 10
"""Up to so many changes are made for nothing."""

CHANGED = 2
"""Units of a change: it may have to be undone."""
COPIED = 20_000
"""With each so many records in its table a change takes one unit more: it may have to copy a part
of every index first, and these lie further apart.
"""

TEXTS = 64
"""So many texts are searched in one unit."""
TEXTS_MADE = 20
"""Units to make a page of texts to search."""
CHECKED = 16
"""So many records are held against a condition in one."""
SORTED = 8
"""So many are sorted in one."""
INDEXED = 4
"""So many are taken up by a new index in one."""
STRETCH = 128
"""So many sequences of an order become a set in one."""
WALKED = 512
"""So many entries of an order are passed in one."""


class TakesLong(BaseException):
    """It would take longer than is allowed. No Exception: no handler is to catch it by chance."""


class _Allowance(threading.local):
    left: int | None = None
    """Units that are left in this thread; None: as many as it takes."""


allowance = _Allowance()


def spend(units: int) -> None:
    """So much is about to be done. Raises TakesLong."""
    left = allowance.left
    if left is not None:
        allowance.left = left - units
        if units > left:
            raise TakesLong


def change(number: int, size: int) -> None:
    """So many records of a table of that size are about to change. Raises TakesLong."""
    spend(number * (CHANGED + size // COPIED))
