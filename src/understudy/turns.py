"""Whose turn it is to write to a sandbox, where some take long to work out what they write, or to
put other data in place of all.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """One at a time, in the order in which they came, of those who take long.

    `is_held`: whether all others who write have to wait for a turn, too.
    """

    __slots__ = ("_lock", "is_held")

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self.is_held = False

    @property
    def is_taken(self) -> bool:
        """Whether somebody has a turn now."""
        return self._lock.locked()

    async def over(self) -> None:
        """Wait until it is one's turn to write something in no time, right after this."""
        async with self._lock:
            pass

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Wait for one's turn, and have it in the block, which may hold all others."""
        async with self._lock:
            try:
                yield
            finally:
                self.is_held = False
