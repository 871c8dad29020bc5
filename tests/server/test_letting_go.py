"""What is large is let go of bit by bit by whoever has it last; what others have stays."""

from __future__ import annotations

import sys
import threading
from itertools import pairwise

import pytest

from understudy.background import PORTION, drop

MANY = 3 * PORTION + 7


class Thing:
    """Tells when it goes."""

    def __init__(self, gone):
        self._gone = gone

    def __del__(self):
        self._gone.append(1)


def large(kind, gone):
    """A body with many things in a list or an object, deep inside."""
    things = [Thing(gone) for _ in range(MANY)]
    if kind == "list":
        return {"a": [{"b": things}]}
    return {"a": [{"b": dict(enumerate(things))}]}


@pytest.mark.parametrize("kind", ["list", "object"])
def test_it_goes_bit_by_bit(kind):
    gone = []
    box = [large(kind, gone)]
    calls = []

    def watch(frame, event, _):
        if event == "return" and frame.f_code.co_name == "drop":
            calls.append(len(gone))

    sys.setprofile(watch)
    try:
        drop(box)
    finally:
        sys.setprofile(None)
    assert (box, len(gone)) == ([], MANY)
    sizes = [after - before for before, after in pairwise(calls)]
    assert max(sizes) <= PORTION


@pytest.mark.parametrize("kind", ["list", "object"])
def test_what_others_have_stays_whole(kind):
    gone = []
    body = large(kind, gone)
    inner = body["a"][0]["b"]
    drop([body])
    del body
    assert (len(inner), gone) == (MANY, [])
    drop([[inner]])
    assert (len(inner), gone) == (MANY, [])
    held = [inner]
    del inner
    drop([held.pop()])
    assert len(gone) == MANY


def test_another_thread_that_has_it_keeps_it():
    gone = []
    body = large("list", gone)
    ready, done = threading.Event(), threading.Event()
    kept = []

    def hold(value):
        ready.set()
        done.wait(10)
        kept.append(len(value))

    thread = threading.Thread(target=hold, args=(body["a"][0]["b"],))
    thread.start()
    ready.wait(10)
    box = [body]
    del body
    drop(box)
    done.set()
    thread.join()
    assert kept == [MANY]
