"""Letting go of what is large: to free all of it at once would be one long call, in which every
other thread waits.
"""

from __future__ import annotations

from _thread import allocate_lock, start_new_thread
from contextlib import suppress
from sys import getrefcount
from time import sleep
from typing import Any

from understudy.background import ONLY_HERE, resting

PAUSE = 0.000_5
"""Seconds after a piece that was freed. Nobody waits for this work; without a pause, each turn of
who serves would come a millisecond later, and beside other work several.
"""

_alone = allocate_lock()


def free_in_pieces(pieces: list[Any]) -> None:
    """Let go of these one by one, in a thread; what somebody else has as well stays.

    `threading` is not to be used: this is called wherever a reference happens to be the last one.
    """
    with suppress(RuntimeError):  # the interpreter is about to end
        start_new_thread(_free, (pieces,))


def _free(pieces: list[Any]) -> None:
    with _alone, resting():  # the more threads there are, the later comes anybody else's turn
        while pieces:
            piece = pieces.pop()
            is_the_last = getrefcount(piece) <= ONLY_HERE
            del piece
            if is_the_last:
                sleep(PAUSE)
