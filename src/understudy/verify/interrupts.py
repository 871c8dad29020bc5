"""Ctrl-C between a creation and the note of it would leave something behind: it waits that long."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

STOPS = (signal.SIGINT, signal.SIGTERM)
"""How a person and a CI server end a run."""


@contextmanager
def held_back() -> Iterator[None]:
    """Let what ends the run strike after this block. Who asks a second time is heard at once.

    Signals reach the main thread alone: elsewhere there is nothing to hold back.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    waiting: list[tuple[signal.Signals, FrameType | None]] = []
    before: dict[signal.Signals, Callable[[int, FrameType | None], Any]] = {}

    def wait(number: int, frame: FrameType | None) -> None:
        stop = signal.Signals(number)
        waiting.append((stop, frame))
        if len(waiting) > 1:
            before[stop](stop, frame)

    try:
        for one in STOPS:
            handler = signal.getsignal(one)
            if callable(handler):  # else nobody asked to be told: ignored, or the system's way
                before[one] = handler
                signal.signal(one, wait)
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
        if len(waiting) == 1:
            number, frame = waiting[0]
            before[number](number, frame)
