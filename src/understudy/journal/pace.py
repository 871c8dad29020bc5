"""Work that takes its time is done in turns: between them other requests are served."""

from __future__ import annotations

import asyncio

from understudy.clock import stopwatch

TURN = 0.004
"""Seconds after which others are let through; it takes a request a few of their turns."""


class Pace:
    """Ask it after each piece of the work."""

    def __init__(self) -> None:
        self._began = stopwatch()

    async def breathe(self) -> None:
        """Let others through, if it is time."""
        if stopwatch() - self._began >= TURN:
            await asyncio.sleep(0)
            self._began = stopwatch()
