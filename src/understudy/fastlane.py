"""The fast lane: a request that has arrived whole is answered where it was read.

uvicorn gives every request a scope, a task and two messages, which together cost as much as all
that Understudy does for it. Most requests need none of that: they have arrived in one piece, their
answer is there at once. All others take uvicorn's way, as if there were no other.
"""

from __future__ import annotations

import asyncio
from typing import Any

from understudy.pipeline.exchange import App
from understudy.protocol import HttpProtocol

LONG = 8192
"""Bytes of an address that is out of the common: uvicorn refuses those of more than 64 KiB."""


class FastLane(HttpProtocol):
    """HTTP as httptools reads it. The application may have `at_once`, as `RequestPath` has."""

    app: Any
    headers: list[tuple[bytes, bytes]]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._at_once: Any = getattr(self.app, "at_once", None)
        self._held: list[bytes] | None = None
        self._quiet_since: float | None = None
        self._idle: asyncio.TimerHandle | None = None

    def data_received(self, data: bytes) -> None:
        """Read on (called by the event loop)."""
        self._quiet_since = None
        super().data_received(data)
        if self._held is not None and not self.transport.is_closing():
            # The rest of the body is still on its way.
            self._take_the_long_way(self.app)

    def on_message_begin(self) -> None:
        """A request begins (called by the parser). uvicorn's scope is made when one is needed."""
        self.url = b""
        self.expect_100_continue = False
        self.headers = []

    def on_headers_complete(self) -> None:
        """Hold a request back that may be answered at once (called by the parser)."""
        if self._at_once is not None and self._may_be_quick():
            self._held = []
        else:
            self._begin_the_long_way(self.app)

    def on_body(self, body: bytes) -> None:
        """A part of the body has come (called by the parser)."""
        if self._held is None:
            super().on_body(body)
        else:
            self._held.append(body)

    def on_message_complete(self) -> None:
        """Answer (called by the parser)."""
        if self._held is None:
            super().on_message_complete()
            return
        path, _, query = self.url.partition(b"?")
        method = self.parser.get_method().decode("ascii")
        body = b"".join(self._held)
        try:
            answer = self._at_once(method, path.decode("ascii"), query, self.headers, body)
        except Exception as error:
            answer = _failing(error)
        if isinstance(answer, bytes):
            self._held = None
            self.server_state.total_requests += 1
            self.transport.write(answer)
            self._wait_for_more()
        else:
            self._take_the_long_way(answer or self.app)
            super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """The end (called by the event loop)."""
        if self._idle is not None:
            self._idle.cancel()
        super().connection_lost(exc)

    def _may_be_quick(self) -> bool:
        """Whether nothing stands before this request, and nothing about it is out of the common."""
        return (
            (self.cycle is None or self.cycle.response_complete)
            and not self.expect_100_continue
            and not self.flow.write_paused
            and len(self.url) < LONG
            and self.url[:1] == b"/"
            and self.url.isascii()
            and b"#" not in self.url
            and self.parser.get_http_version() == "1.1"
            and self.parser.should_keep_alive()
            and not self.parser.should_upgrade()
        )

    def _begin_the_long_way(self, app: App) -> None:
        """Let uvicorn serve the request by this application."""
        self._quiet_since = None
        url, headers, expect = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url, self.expect_100_continue = url, expect
        self.headers.extend(headers)
        own, self.app = self.app, app
        try:
            super().on_headers_complete()
        finally:
            self.app = own

    def _take_the_long_way(self, app: App) -> None:
        """The same, for a request that was held back: with what has come of its body."""
        held, self._held = self._held, None
        self._begin_the_long_way(app)
        for part in held or ():
            super().on_body(part)

    def _wait_for_more(self) -> None:
        """Begin to wait for the next request. One timer for many requests: it looks again when it
        comes too early.
        """
        self._quiet_since = self.loop.time()
        if self._idle is None:
            self._idle = self.loop.call_later(self.timeout_keep_alive, self._look)

    def _look(self) -> None:
        self._idle = None
        if self._quiet_since is None or self.transport.is_closing():
            return
        left = self._quiet_since + self.timeout_keep_alive - self.loop.time()
        if left <= 0:
            self.transport.close()
        else:
            self._idle = self.loop.call_later(left, self._look)


def _failing(error: Exception) -> App:
    """What lets uvicorn log an error that nobody expected, and answer 500."""

    async def fail(*_: Any) -> None:
        raise error

    return fail


def http_protocol() -> type[HttpProtocol]:
    """The protocol to serve with: without httptools, there is no such lane."""
    try:
        import httptools  # noqa: F401
    except ImportError:
        return HttpProtocol
    return FastLane
