"""What holds the long work of requests, so that a test decides what comes meanwhile."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from understudy import longwork
from understudy.pipeline import long_operation
from understudy.store import effort
from understudy.turns import Turns

PATIENCE = 20


class Gate:
    """Holds each piece of long work in its thread until it is let go."""

    def __init__(self):
        self._begun, self._open = threading.Semaphore(0), threading.Semaphore(0)
        self.count = 0

    async def aside(self, work):
        def held():
            self.count += 1
            self._begun.release()
            assert self._open.acquire(timeout=PATIENCE)
            return work()

        return await asyncio.to_thread(held)

    def wait(self):
        """Until the next piece has begun."""
        assert self._begun.acquire(timeout=PATIENCE)

    def let_go(self):
        self._open.release()


@pytest.fixture
def hurry(monkeypatch):
    """A little takes long."""
    monkeypatch.setattr(effort, "PAGE", 0)
    monkeypatch.setattr(effort, "FEW", 0)
    monkeypatch.setattr("understudy.pipeline.sandbox_operation.ALLOWED", 25)


@pytest.fixture
def gate(monkeypatch):
    gate = Gate()
    monkeypatch.setattr(longwork, "aside", gate.aside)
    return gate


@pytest.fixture
def waiting(monkeypatch):
    """Set as soon as somebody waits for a turn to write."""
    event, over = threading.Event(), Turns.over

    async def noted(turns):
        event.set()
        await over(turns)

    monkeypatch.setattr(Turns, "over", noted)
    return event


@pytest.fixture
def arrived(monkeypatch):
    """Released by each request that turned out to take long."""
    arrived = threading.Semaphore(0)

    async def noted(*given, **named):
        arrived.release()
        return await longwork.done_aside(*given, **named)

    monkeypatch.setattr(long_operation, "done_aside", noted)
    return arrived


@pytest.fixture
def sent():
    """Sends a request in a thread: the answer, in the future."""
    with ThreadPoolExecutor() as pool:
        yield lambda client, *request, **given: pool.submit(client.request, *request, **given)


@pytest.fixture
def ids(world, hurry):
    """Sixty defects."""
    client = world.client()
    return [client.post("/defects", json={"title": str(n)}).json()["id"] for n in range(60)]
