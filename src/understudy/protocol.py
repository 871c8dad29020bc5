"""HTTP as uvicorn reads it, with refusals in the contract's form and no upgrades."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

import orjson
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from understudy.errors import MalformedRequest
from understudy.pipeline import envelopes
from understudy.pipeline.connection import OVER, TRANSPORT

# An offer to upgrade, as Java's client makes it, changes nothing: there is nothing to upgrade to.
# But the parser would take such a request for one without a body.
UPGRADE = re.compile(rb"\r\nupgrade:", re.IGNORECASE)

LARGE = 64 * 1024
"""Bytes that are not worth a copy to save a system call."""

SILENCE = 60
"""Seconds after which a connection is closed that nothing has come over."""


class OneGo:
    """A transport that sends what is written in one turn of the event loop in one go.

    uvicorn writes the head of an answer and its body apart: two system calls, and two times that
    the client is woken up, which is more than half of what it costs to answer at all.
    """

    __slots__ = ("_parts", "_schedule", "_transport")

    def __init__(self, transport: asyncio.Transport, schedule: Callable[..., object]) -> None:
        self._transport = transport
        self._schedule = schedule
        self._parts: list[bytes] = []

    def __getattr__(self, name: str) -> Any:
        """Everything but writing and closing is the transport's own."""
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Keep the bytes until the end of this turn."""
        if not self._parts:
            self._schedule(self._send)
        self._parts.append(data)

    def close(self) -> None:
        """Send what is kept, and close."""
        self._send()
        self._transport.close()

    def _send(self) -> None:
        parts, self._parts = self._parts, []
        if not parts or self._transport.is_closing():
            return
        if len(parts) == 1 or sum(map(len, parts)) > LARGE:
            for part in parts:
                self._transport.write(part)
        else:
            self._transport.write(b"".join(parts))


class HttpProtocol(AutoHTTPProtocol):  # type: ignore[misc,valid-type]
    """uvicorn's HTTP, whichever parser it found, with JSON for what its parser refuses."""

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Begin with a connection (called by the event loop)."""
        super().connection_made(OneGo(transport, self.loop.call_soon))
        # uvicorn ends this wait with the first byte.
        self.timeout_keep_alive_task = self.loop.call_later(
            SILENCE, self.timeout_keep_alive_handler
        )
        self._over = asyncio.Event()
        # uvicorn hands a copy of this to each request, as its scope's state.
        self.app_state = {TRANSPORT: self.transport, OVER: self._over}

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell every request that came over the connection (called by the event loop): uvicorn
        tells the last one alone.
        """
        self._over.set()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """End the connection, after the request that is under way (called by uvicorn), if that has
        arrived whole: a client that stalls must not hold the server.
        """
        self._over.set()
        super().shutdown()
        if self.cycle is not None and not self.cycle.response_complete and self.cycle.more_body:
            self.transport.close()

    def data_received(self, data: bytes) -> None:
        """Read on (called by uvicorn)."""
        if b"pgrade:" in data and not self.is_in_body:
            head, end, rest = data.partition(b"\r\n\r\n")
            data = UPGRADE.sub(b"\r\nx-upgrade:", head) + end + rest
        super().data_received(data)

    @property
    def is_in_body(self) -> bool:
        """Whether what comes next is of a request's body."""
        return str(self.conn.their_state) == "SEND_BODY"  # as h11 names it

    def send_400_response(self, _msg: str) -> None:
        """Answer what no application sees, and close the connection (called by uvicorn)."""
        _, body = envelopes.common(MalformedRequest())
        payload = orjson.dumps(body)
        head = (
            "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\n"
            f"content-length: {len(payload)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + payload)
        self.transport.close()
