"""The fast lane: a request that has arrived whole is answered where it was read.

uvicorn gives every request a scope, a task and two messages, which together cost as much as all
that Understudy does for it. Most requests need none of that: they have arrived in one piece, their
answer is there at once. All others take uvicorn's way, as if there were no other.

A request that has come to the letter before, its first line and its headers each, is not even
parsed again.
"""

from __future__ import annotations

import asyncio
from typing import Any

from understudy.pipeline.exchange import App
from understudy.pipeline.known import LONGEST, Head, Line
from understudy.protocol import HttpProtocol

LINE_END, HEAD_END = b"\r\n", b"\r\n\r\n"
LONG = 8192
"""Bytes of an address that is out of the common: uvicorn refuses those of more than 64 KiB."""


class FastLane(HttpProtocol):
    """HTTP as httptools reads it. The application may have `at_once`, as `RequestPath` has."""

    app: Any
    headers: list[tuple[bytes, bytes]]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._quick: Any = self.app if hasattr(self.app, "at_once") else None
        self._held: list[bytes] | None = None
        self._decided: App | None = None
        self._new: tuple[Line, Head, bytes] | None = None
        self._last_head = b""
        self._begun = 0
        self._is_between = self._quick is not None
        self._is_in_body = False
        self._quiet_since: float | None = None
        self._idle: asyncio.TimerHandle | None = None

    def data_received(self, data: bytes) -> None:
        """Read on (called by the event loop)."""
        self._quiet_since = None
        if self._is_between:
            if self._answered_from_what_is_known(data):
                return
            self._new, self._begun = None, 0
            super().data_received(data)
            new, self._new = self._new, None
            if new is not None and self._begun == 1:
                self._keep(*new, data)
        else:
            super().data_received(data)
        if self._held is not None and not self.transport.is_closing():
            # The rest of the body is still on its way.
            self._take_the_long_way(self.app)

    @property
    def is_in_body(self) -> bool:
        """Whether what comes next is of a request's body."""
        return self._is_in_body

    def on_message_begin(self) -> None:
        """A request begins (called by the parser). uvicorn's scope is made when one is needed."""
        self.url = b""
        self.expect_100_continue = False
        self.headers = []
        self._begun += 1
        self._is_between = False

    def on_headers_complete(self) -> None:
        """Hold a request back that may be answered at once (called by the parser)."""
        self._is_in_body = True
        if self._quick is not None and self._may_be_quick():
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
        self._is_between = self._quick is not None
        self._is_in_body = False
        if self._held is None:
            super().on_message_complete()
            return
        answer, self._decided = self._decided or self._answer(b"".join(self._held)), None
        if isinstance(answer, bytes):
            self._held = None
            self._send(answer)
        else:
            self._take_the_long_way(answer or self.app)
            super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """The end (called by the event loop)."""
        if self._idle is not None:
            self._idle.cancel()
        super().connection_lost(exc)

    def _answer(self, body: bytes) -> bytes | App | None:
        """What the application answers to the request that has been read."""
        path, _, query = self.url.partition(b"?")
        headers = dict(self.headers)
        if len(headers) < len(self.headers):
            return None
        try:
            line = self._quick.line(self.parser.get_method().decode(), path.decode(), query)
            head = Head(headers)
        except Exception as error:
            return _failing(error)
        if line is None:
            return None
        self._new = line, head, body
        return self._ask(line, head, body)

    def _ask(self, line: Line, head: Head, body: bytes) -> bytes | App | None:
        try:
            answer: bytes | App | None = self._quick.at_once(line, head, body)
        except Exception as error:
            return _failing(error)
        return answer

    def _answered_from_what_is_known(self, data: bytes) -> bool:
        """Answer a whole request whose first line and whose headers came before, to the letter;
        whether that could be done.
        """
        quick, end = self._quick, data.find(LINE_END)
        line = quick.lines.get(data[:end])
        if line is None:
            return False
        if data.endswith(HEAD_END):
            raw, body = data[end:], b""
        else:
            stop = data.find(HEAD_END, end) + len(HEAD_END)
            raw, body = data[end:stop], data[stop:]
        head = quick.heads.get(raw)
        if head is None or head.length != len(body) or not self._is_free():
            return False
        answer = self._ask(line, head, body)
        if answer is None:
            return False
        if isinstance(answer, bytes):
            if self.timeout_keep_alive_task is not None:
                self._unset_keepalive_if_required()
            self._send(answer)
        else:
            self._decided = answer
            super().data_received(data)
            self._decided = None
        return True

    def _keep(self, line: Line, head: Head, body: bytes, data: bytes) -> None:
        """Keep what is known of a request that these bytes are, and no other, for the next one."""
        method, query = line.method.encode(), b"?" + line.query if line.query else b""
        first = b"%b %b%b HTTP/1.1" % (method, line.path.encode(), query)
        stop = data.find(HEAD_END) + len(HEAD_END)
        if (
            data.startswith(first + LINE_END)
            and data[stop:] == body
            and len(body) == head.length
            and b"pgrade:" not in data[:stop]
        ):
            self._quick.lines.keep(first, line)
            raw = data[len(first) : stop]
            if raw == self._last_head:  # there are clients that never send the same again
                self._quick.heads.keep(raw, head)
            elif len(raw) <= LONGEST:
                self._last_head = raw

    def _send(self, answer: bytes) -> None:
        self.server_state.total_requests += 1
        self.transport.write(answer)
        self._wait_for_more()

    def _is_free(self) -> bool:
        """Whether no earlier request of the connection is still being answered."""
        is_done = self.cycle is None or self.cycle.response_complete
        return is_done and not self.flow.write_paused

    def _may_be_quick(self) -> bool:
        """Whether nothing stands before this request, and nothing about it is out of the common."""
        return (
            self._is_free()
            and not self.expect_100_continue
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
