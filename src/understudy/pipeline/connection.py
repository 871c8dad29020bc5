"""The connection that a request came over: who is at the other end, and whether they still are."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from understudy.pipeline.exchange import ClientGone

if TYPE_CHECKING:
    from understudy.pipeline.exchange import Receive, Scope, Send

Result = TypeVar("Result")

TRANSPORT = "understudy.transport"
"""Where a scope's state has the transport of its connection, under our own web server."""
PATIENCE = 0.5
"""Seconds that a closed connection has to be lost."""
OVER = "understudy.over"
"""Where it has the event that is set when the connection is lost, or the server stops."""


class Connection:
    """What a request that takes its time asks of its connection."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        state = scope.get("state", {})
        self._receive = receive
        self._transport: asyncio.Transport | None = state.get(TRANSPORT)
        self._over: asyncio.Event | None = state.get(OVER)

    async def unless_gone(self, work: Awaitable[Result]) -> Result:
        """The result of the work. It is given up, and ClientGone raised, as soon as the client
        closes the connection or the server stops.
        """
        task = asyncio.ensure_future(work)
        end = asyncio.ensure_future(self._end())
        try:
            await asyncio.wait({task, end}, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise ClientGone
            return task.result()
        finally:
            for one in (task, end):
                one.cancel()
                with suppress(asyncio.CancelledError, Exception):
                    await one

    async def send_all(self, parts: AsyncIterator[bytes], send: Send) -> None:
        """Send a stream until it ends, nobody listens, or the server stops."""
        with suppress(ClientGone):
            await self.unless_gone(_send_parts(parts, send))
        close: Callable[[], Awaitable[None]] | None = getattr(parts, "aclose", None)
        if close:
            await close()
        await send({"type": "http.response.body", "body": b""})

    async def close(self) -> None:
        """Close a connection whose request will not be answered, if it is not closed already."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.close()
            await self.lost()

    async def lost(self) -> None:
        """Wait until a connection that was closed is lost. Not for long: of all requests that came
        over it, uvicorn tells the last one alone.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await self._disconnect()

    async def _end(self) -> None:
        """Wait for the end of the connection, or of the server."""
        waiting: set[asyncio.Future[Any]] = {asyncio.ensure_future(self._disconnect())}
        if self._over is not None:
            waiting.add(asyncio.ensure_future(self._over.wait()))
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waiting:
                one.cancel()

    async def _disconnect(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass


async def _send_parts(parts: AsyncIterator[bytes], send: Send) -> None:
    async for part in parts:
        await send({"type": "http.response.body", "body": part, "more_body": True})


def is_local(scope: Scope) -> bool:
    """Whether a request comes from this very machine, and was not handed on by a proxy."""
    client = scope.get("client")
    if client is None:  # a Unix socket
        return True
    try:
        return ipaddress.ip_address(client[0]).is_loopback
    except ValueError:
        return False
