"""Clients that do a server no good: idle, silent, half a request, slow to read, gone too early."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Callable, Coroutine
from itertools import cycle
from typing import Any

from benchmarks.soak.client import Connection, Wrong

API = "/api/v1"
AT_A_TIME = 50
"""So many connections are opened at once: more would overflow a backlog, not the server."""
SMALL_BUFFER = 4096
"""Bytes that the system takes for somebody who does not read."""
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER that closes with RST: the client is gone, without a word."""

HALVES = (
    b"",
    b"GET /api/v1/defects HT",
    b"GET /api/v1/defects HTTP/1.1\r\nHost: x\r\nX-Half: ",
    b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    b'Content-Length: 1000\r\n\r\n{"email": ',
    b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    b'Transfer-Encoding: chunked\r\n\r\n5\r\n{"em',
)
"""Requests that never become whole: nothing at all, and cut off at each stage."""

Crowd = Callable[[], "contextlib.AbstractAsyncContextManager[None]"]


@contextlib.asynccontextmanager
async def idle(host: str, port: int, count: int) -> AsyncIterator[None]:
    """Keep-alive connections that asked once, and ask no more; one that the server closes after
    its time comes again.
    """
    connections = [Connection(host, port) for _ in range(count)]
    turn = asyncio.Semaphore(AT_A_TIME)

    async def stay(connection: Connection) -> None:
        if not connection.is_open:
            async with turn:
                with contextlib.suppress(Wrong):
                    await connection.ask("GET", f"{API}/auth/me")

    async def keep() -> None:
        while True:
            await asyncio.sleep(0.5)
            await asyncio.gather(*map(stay, connections))

    await asyncio.gather(*map(stay, connections))
    try:
        async with _meanwhile(keep()):
            yield
    finally:
        for connection in connections:
            connection.close()


@contextlib.asynccontextmanager
async def half_open(host: str, port: int, count: int) -> AsyncIterator[None]:
    """Connections with a request that never becomes whole."""
    with _Wires(host, port) as wires:
        for wire, half in zip(await wires.open(count), cycle(HALVES), strict=False):
            wire.send(half)
        yield


@contextlib.asynccontextmanager
async def slow_readers(
    host: str, port: int, count: int, path: str, token: str
) -> AsyncIterator[None]:
    """Connections that ask for a large answer and take a byte of it a second; every fourth has said
    that it sends no more, and reads nothing at all.
    """
    with _Wires(host, port) as wires:
        readers = await wires.open(count)
        for wire in readers:
            wire.send(_request(path, token))
        for wire in readers[::4]:
            wire.shutdown(socket.SHUT_WR)
        del readers[::4]

        async def read() -> None:
            while True:
                await asyncio.sleep(1)
                for wire in readers:
                    with contextlib.suppress(OSError):
                        wire.recv(1)

        async with _meanwhile(read()):
            yield


@contextlib.asynccontextmanager
async def vanishing(host: str, port: int, count: int, path: str, token: str) -> AsyncIterator[None]:
    """So many clients a second that are gone before they are answered: in mid-request, after it, or
    in mid-answer, without a word.
    """
    whole = _request(path, token)
    starts = cycle((*HALVES, whole, whole))

    async def vanish() -> None:
        while True:
            with _Wires(host, port) as wires:
                for wire, start in zip(await wires.open(count // 10), starts, strict=False):
                    wire.send(start)
                    wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                await asyncio.sleep(0.1)

    async with _meanwhile(vanish()):
        yield


@contextlib.asynccontextmanager
async def _meanwhile(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    task = asyncio.ensure_future(work)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


class _Wires(contextlib.ExitStack):
    """Bare connections, closed together."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__()
        self._address = (host, port)

    async def open(self, count: int) -> list[socket.socket]:
        wires = [self.enter_context(socket.socket()) for _ in range(count)]
        for wire in wires:
            wire.setblocking(False)
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
            await asyncio.get_running_loop().sock_connect(wire, self._address)
        return wires


def _request(path: str, token: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
