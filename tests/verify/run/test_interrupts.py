"""Ctrl-C while something is being created: it is noted first, so that it can be taken away."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from understudy.verify.interrupts import STOPS, held_back

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")


@pytest.fixture(autouse=True)
def _raising_handlers():
    before = {one: signal.signal(one, signal.default_int_handler) for one in STOPS}
    yield
    for one, handler in before.items():
        signal.signal(one, handler)


@pytest.mark.parametrize("stop", STOPS)
def test_a_stop_waits_until_the_block_is_done(stop):
    done = []
    with pytest.raises(KeyboardInterrupt):
        _stopped_in_a_block(done, stop)
    assert done == [1]
    assert signal.getsignal(stop) is signal.default_int_handler


def test_a_stop_strikes_although_the_block_fails():
    with pytest.raises(KeyboardInterrupt):
        _failing(signal.SIGINT)


def test_who_asks_twice_does_not_wait():
    done = []
    with pytest.raises(KeyboardInterrupt):
        _stopped_in_a_block(done, signal.SIGINT, signal.SIGINT)
    assert done == [1]


def test_without_a_stop_nothing_happens():
    with held_back():
        pass
    assert all(signal.getsignal(one) is signal.default_int_handler for one in STOPS)


def test_another_thread_has_nothing_to_hold_back():
    seen = []

    def work():
        with held_back():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [signal.default_int_handler]


def _stopped_in_a_block(done, *stops):
    with held_back():
        for number, stop in enumerate(stops, 1):
            os.kill(os.getpid(), stop)
            done.append(number)


def _failing(stop):
    with held_back():
        os.kill(os.getpid(), stop)
        raise ValueError
