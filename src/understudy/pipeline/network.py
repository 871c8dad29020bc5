"""What faults do to a connection: close it, reset it, leave it hanging, let an answer trickle.

It needs the transport, which our own web server puts into a request's state. Under another one, a
connection that should break ends with an empty 502.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from understudy.clock import stopwatch
from understudy.pipeline.connection import TRANSPORT, Connection
from understudy.pipeline.exchange import ClientGone
from understudy.pipeline.pieces import beginning, portions

if TYPE_CHECKING:
    from understudy.faults import Strike
    from understudy.faults.strikes import Network
    from understudy.pipeline.exchange import Message, Receive, Scope, Send
    from understudy.pipeline.pieces import Payload

LINGER = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
"""On, for no time: a connection that is closed so is reset."""

HEAD_START = 0.01
"""Seconds between the bytes that go out before a reset and the reset, which could overtake them."""

STEP = 0.05
"""Seconds between the pieces of an answer that trickles, unless that is less than a byte."""


async def pass_time(seconds: float | None) -> None:
    """Let real time pass, and no less of it than that; None is for ever.

    A sleep alone may end early: uvloop counts whole milliseconds.
    """
    if seconds is None:
        await asyncio.Event().wait()
        return
    end = stopwatch() + seconds
    while (left := end - stopwatch()) > 0:
        await asyncio.sleep(left)


async def perform(
    strike: Strike, start: Message, payload: Payload, scope: Scope, receive: Receive, send: Send
) -> None:
    """Send an answer, or what is left of it, as the strike's network lets it through.

    `start`: the `http.response.start` with the full length; `payload`: the body. Ends early where
    the client goes or the server stops.
    """
    assert strike.network is not None
    line = _Line(strike.network, scope, receive, send)
    if strike.network.kind == "trickle":
        await line.trickle(start, payload)
    else:
        await line.break_down(start, payload)


class _Line:
    """A connection that does not do what it should."""

    def __init__(self, network: Network, scope: Scope, receive: Receive, send: Send) -> None:
        self._network = network
        self._transport: asyncio.Transport | None = scope.get("state", {}).get(TRANSPORT)
        self._connection = Connection(scope, receive)
        self._receive = receive
        self._send = send

    async def trickle(self, start: Message, payload: Payload) -> None:
        rate = self._network.bytes_per_second
        size = max(1, round(rate * STEP))
        await self._send(start)
        try:
            for portion in portions(payload):
                for begin in range(0, len(portion), size):
                    await self._send(_body(portion[begin : begin + size], more_body=True))
                    await self._connection.unless_gone(pass_time(size / rate))
        except ClientGone:
            if self._transport:
                await self._end()
        else:
            await self._send(_body(b"", more_body=False))

    async def break_down(self, start: Message, payload: Payload) -> None:
        if self._transport and self._network.after_bytes is not None and payload:
            await self._send(start)
            sent = beginning(payload, min(self._network.after_bytes, len(payload) - 1))
            for portion in portions(sent):
                await self._send(_body(portion, more_body=True))
        if self._network.kind == "hang":
            with suppress(ClientGone):
                await self._connection.unless_gone(pass_time(self._network.seconds))
        elif self._network.kind == "reset" and self._transport:
            await pass_time(HEAD_START)
            _reset(self._transport)
        await self._end()

    async def _end(self) -> None:
        """Close the connection, and wait until it is."""
        if self._transport is None:
            headers = [(b"content-length", b"0")]
            await self._send({"type": "http.response.start", "status": 502, "headers": headers})
            await self._send(_body(b"", more_body=False))
            return
        self._transport.close()
        with suppress(ClientGone):  # a client that reads nothing keeps it from closing
            await self._connection.unless_gone(pass_time(None))
        self._transport.abort()
        await self._connection.lost()


def _body(part: bytes, *, more_body: bool) -> dict[str, Any]:
    return {"type": "http.response.body", "body": part, "more_body": more_body}


def _reset(transport: asyncio.Transport) -> None:
    """Reset a connection, unless the client has closed it already."""
    if not transport.is_closing():
        with suppress(OSError, ValueError):  # the socket is gone before the transport knows
            line: socket.socket = transport.get_extra_info("socket")
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER)
    transport.abort()
