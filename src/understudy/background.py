"""Work that takes long, done in a thread while the event loop goes on serving.

The thread may touch only what nobody changes: snapshots, records, what it makes itself. Meanwhile
the garbage collector rests, since its passes over many new objects, none of which is garbage, would
stop everybody; and threads take turns more often, so that a request waits less for each of its own.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

Result = TypeVar("Result")

TURN = 0.001
"""Seconds that a thread has in one go, if others wait; Python's own figure is five times that."""

MANY = 4_000
"""Of more new objects than these the collector does not look at any again: they are data, which
hold no circles and go when nobody has them any more. A write that touches every part of a store of
a million makes 5,000, with as many references as there are objects, each of which the collector
would follow more than once. They are counted, and not looked at: to hold what another thread is
about to make, as `gc.get_objects` does, breaks a tuple of unknown length there.
"""

PORTION = 1_000
"""So many things are let go of at once."""

AT_A_TIME = 2
"""So many: more would not be done sooner, and each would have a turn before a request has one."""


def _count_for_one_name() -> int:
    value: list[Any] = []
    return sys.getrefcount(value)


ONLY_HERE = _count_for_one_name()
"""What `sys.getrefcount` says, in a function, of what one of its names alone refers to."""

_workers = ThreadPoolExecutor(AT_A_TIME, "aside")
_lock = threading.Lock()
_busy = 0
_usual = (True, 0.005)


async def aside(work: Callable[[], Result]) -> Result:
    """What the work gives, or raises. Who comes while others work waits for one of them."""

    def done() -> Result:
        with resting():
            return work()

    return await asyncio.get_running_loop().run_in_executor(_workers, done)


def beside(work: Callable[[], object]) -> None:
    """Have the work done, and wait for nothing: it is for what nobody will ask about."""

    def done() -> None:
        with resting():
            work()

    try:
        threading.Thread(target=done, name="beside", daemon=True).start()
    except RuntimeError:  # there can be no more threads
        work()


async def paced(parts: Iterable[bytes]) -> AsyncIterator[bytes]:
    """The parts one by one; between them others are served, however fast they are taken."""
    for part in parts:
        yield part
        await asyncio.sleep(0)


@contextmanager
def resting() -> Iterator[None]:
    """No garbage collection, and short turns, in the block, whatever other threads do in theirs."""
    global _busy, _usual
    if gc.isenabled():
        gc.collect(1)  # so that what is garbage already is not taken for data in the end
    with _lock:
        if not _busy:
            _usual = gc.isenabled(), sys.getswitchinterval()
            gc.disable()
            sys.setswitchinterval(min(TURN, _usual[1]))
        _busy += 1
    try:
        yield
    finally:
        with _lock:
            _busy -= 1
            if not _busy:
                was_on, interval = _usual
                sys.setswitchinterval(interval)
                if was_on:
                    if gc.get_count()[0] > MANY:
                        gc.freeze()
                    gc.enable()


def let_go(value: dict[Any, Any], levels: int = 2) -> None:
    """Empty a large map, and the maps in it down to these levels, bit by bit: to free all of it at
    once would be one long call.
    """
    while value:
        _, part = value.popitem()
        if levels and isinstance(part, dict):
            let_go(part, levels - 1)


def drop(box: list[Any]) -> None:
    """Let go of the one thing in the box, which may be a large list or hold some, bit by bit. What
    others have as well is not changed: to let go of that is no work.
    """
    value = box.pop()
    held: list[Any] = []
    while (
        isinstance(value, list | dict)
        and len(value) > PORTION
        and sys.getrefcount(value) <= ONLY_HERE
    ):
        held.append(_taken_out_of(value))
        drop([held.pop()])
    if isinstance(value, list | dict) and len(value) <= PORTION:
        parts = value.values() if isinstance(value, dict) else value
        held = [each for each in parts if each and isinstance(each, dict | list)]
        del value, parts
    while held:
        drop([held.pop()])


def _taken_out_of(value: list[Any] | dict[Any, Any]) -> list[Any]:
    """Some of what is in it, which then is not in it any more."""
    if isinstance(value, dict):
        return [value.popitem()[1] for _ in range(PORTION)]
    part = value[-PORTION:]
    del value[-PORTION:]
    return part
