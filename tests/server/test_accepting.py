"""Connections are accepted together, and again after there was no room for one more."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import sys
from collections.abc import Iterator

import pytest

from understudy import accepting
from understudy.accepting import Acceptor
from understudy.server import listen

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="its event loop accepts by itself, and watches no sockets"
)

COUNT = 50
TURNS = 10
"""Turns of the event loop, far fewer than there are connections."""
SECONDS = 30


class Greeter(asyncio.Protocol):
    """Writes a byte to whoever comes."""

    def __init__(self, came: list[asyncio.BaseTransport]) -> None:
        self._came = came

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._came.append(transport)
        transport.write(b"!")  # type: ignore[attr-defined]


class Crowded:
    """A listening socket, on a system that is out of files until somebody says otherwise."""

    def __init__(self, listener: socket.socket, code: int) -> None:
        self._listener = listener
        self.code: int | None = code
        self.asked = 0

    def accept(self) -> tuple[socket.socket, object]:
        self.asked += 1
        if self.code is not None:
            raise OSError(self.code, "Too many open files")
        return self._listener.accept()

    def fileno(self) -> int:
        return self._listener.fileno()


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with contextlib.closing(listen("127.0.0.1", 0)) as listener:
        yield listener


@pytest.fixture(params=["asyncio", "uvloop"])
def runner(request: pytest.FixtureRequest) -> Iterator[asyncio.Runner]:
    module = pytest.importorskip(request.param)
    with asyncio.Runner(loop_factory=module.new_event_loop) as runner:
        yield runner


def newcomers(listener: socket.socket, count: int) -> list[socket.socket]:
    return [socket.create_connection(listener.getsockname(), SECONDS) for _ in range(count)]


def test_all_who_wait_are_let_in_together(runner, listener):
    came: list[asyncio.BaseTransport] = []

    async def let_in() -> int:
        acceptor = Acceptor(listener, lambda: Greeter(came))
        async with asyncio.timeout(SECONDS):
            while not came:
                await asyncio.sleep(0)
        for _ in range(TURNS):
            await asyncio.sleep(0)
        acceptor.close()
        await acceptor.wait_closed()
        count = len(came)
        for transport in came:
            transport.close()
        return count

    waiting = newcomers(listener, COUNT)
    assert runner.run(let_in()) == COUNT
    for client in waiting:
        assert client.recv(1) == b"!"
        client.close()


@pytest.mark.parametrize("code", [errno.EMFILE, errno.ENFILE])
def test_where_there_is_no_room_they_wait_until_there_is(
    runner, listener, monkeypatch, caplog, code
):
    monkeypatch.setattr(accepting, "PAUSE", 0.0)
    came: list[asyncio.BaseTransport] = []
    crowded = Crowded(listener, code)

    async def wait() -> None:
        acceptor = Acceptor(crowded, lambda: Greeter(came))  # type: ignore[arg-type]
        async with asyncio.timeout(SECONDS):
            while crowded.asked < 3:
                await asyncio.sleep(0)
            assert not came
            crowded.code = None
            while len(came) < COUNT:
                await asyncio.sleep(0)
        acceptor.close()
        for transport in came:
            transport.close()

    waiting = newcomers(listener, COUNT)
    runner.run(wait())
    assert caplog.messages == ["no room for one more connection: Too many open files"]
    for client in waiting:
        client.close()


def test_closed_while_there_is_no_room(runner, listener, monkeypatch):
    monkeypatch.setattr(accepting, "PAUSE", 0.0)
    crowded = Crowded(listener, errno.EMFILE)

    async def close() -> None:
        acceptor = Acceptor(crowded, lambda: Greeter([]))  # type: ignore[arg-type]
        while not crowded.asked:
            await asyncio.sleep(0)
        acceptor.close()
        asked = crowded.asked
        for _ in range(TURNS):
            await asyncio.sleep(0)
        assert crowded.asked == asked

    (client,) = newcomers(listener, 1)
    runner.run(close())
    client.close()
