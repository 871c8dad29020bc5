"""What happens to every reply on its way out: noted, given its headers, told."""

from __future__ import annotations

import logging
import re
from functools import partial
from typing import TYPE_CHECKING, Any

from understudy.background import aside
from understudy.clock import Clock, stopwatch
from understudy.errors import ServerError
from understudy.identity import RequestIds
from understudy.pipeline import cors, heads
from understudy.pipeline.refusing import refused
from understudy.pipeline.sandbox_operation import attributed
from understudy.pipeline.sending import send_reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from understudy.pipeline.api import Operation
    from understudy.pipeline.exchange import (
        App,
        Headers,
        Receive,
        Reply,
        Request,
        Scope,
        Send,
    )
    from understudy.sandboxes import Sandboxes

    Observe = Callable[[Request, Reply, float], None]
    """Told of each exchange, with the seconds it took."""

logger = logging.getLogger("understudy.server")

LONG = 100_000
"""Bytes of an answer from which on a fault takes its time to spoil it: some 5 ms."""

REQUEST_ID = re.compile(rb"[A-Za-z0-9._:-]{1,128}")


class Outgoing:
    """Notes replies in the journals of these sandboxes and tells an observer of them."""

    def __init__(self, sandboxes: Sandboxes, observe: Observe | None) -> None:
        self._sandboxes = sandboxes
        self._observe = observe
        self._clock = Clock()
        self._request_ids = RequestIds("", self._clock.millis())

    def noted(
        self, request: Request, operation: Operation | None, reply: Reply, started: float
    ) -> Reply:
        """What a fault makes of the reply, taken down in the journal of the request's sandbox."""
        try:
            if request.strike:
                reply = request.strike.spoil(reply, operation)
            self._note(request, reply, started)
        except Exception:
            return self.fail(operation, request)
        return reply

    async def noted_in_time(
        self, request: Request, operation: Operation | None, reply: Reply, started: float
    ) -> Reply:
        """The same for a reply that may be long: that is spoiled in a thread."""
        if request.strike is None or len(reply.payload) < LONG:
            return self.noted(request, operation, reply, started)
        try:
            reply = await aside(partial(request.strike.spoil, reply, operation))
            self._note(request, reply, started)
        except Exception:
            return self.fail(operation, request)
        return reply

    def _note(self, request: Request, reply: Reply, started: float) -> None:
        sandbox = request.sandbox
        if sandbox is None:
            sandbox = request.sandbox = attributed(request, self._sandboxes)
        sandbox.touched = started
        self._request_id(request)  # which the journal is to have
        sandbox.journal.append(request, reply, stopwatch() - started)
        if started > self._sandboxes.next_sweep:
            self._sandboxes.sweep(started)

    def fail(self, operation: Operation | None, request: Request) -> Reply:
        """The reply where something fails that nobody expected; to be called where it is caught."""
        request_id = self._request_id(request).decode()
        logger.exception(
            "%s %s failed inside (request %s)", request.method, request.path, request_id
        )
        return refused(
            operation,
            ServerError(f"Something went wrong inside the server (request {request_id})."),
        )

    def tell(self, request: Request, reply: Reply, started: float) -> None:
        """Tell the observer."""
        if self._observe is None:
            return
        try:
            self._observe(request, reply, stopwatch() - started)
        except Exception:
            logger.exception("the observer failed")

    def later(self, request: Request, reply: Reply, started: float) -> App:
        """What sends an answer that a fault delays or spoils."""
        head = self.head(request, reply, is_open=True)

        async def send_it(scope: Scope, receive: Receive, send: Send) -> None:
            await send_reply(request, reply, head, scope, receive, send)
            self.tell(request, reply, started)

        return send_it

    def head(self, request: Request, reply: Reply, *, is_open: bool) -> dict[str, Any]:
        """The head of an answer as an ASGI message. is_open: to pages of other origins."""
        return heads.message(reply, self._headers(request, reply, is_open=is_open))

    def written(self, request: Request, reply: Reply) -> bytes:
        """A whole answer of a sandbox's, as HTTP/1.1 sends it."""
        payload = b"" if request.method == "HEAD" else reply.payload
        assert isinstance(payload, bytes)  # others are sent by `later`
        sandbox = request.sandbox
        if reply.headers or not payload or sandbox is None or b"origin" in request.headers:
            return heads.written(reply.status, self._headers(request, reply, is_open=True), payload)
        return heads.plain(reply, request.id, sandbox.clock.http_date()) + payload

    def _headers(self, request: Request, reply: Reply, *, is_open: bool) -> Headers:
        sandbox = request.sandbox
        clock = sandbox.clock if sandbox is not None else self._clock
        headers = heads.headers(reply, self._request_id(request), clock.http_date())
        if is_open and b"origin" in request.headers:
            headers += cors.ANSWER
        return headers

    def _request_id(self, request: Request) -> bytes:
        """The client's own, if it is a plain one; else one that is made and remembered for this
        request.
        """
        if request.id:
            return request.id
        given = request.headers.get(b"x-request-id")
        if given is not None and REQUEST_ID.fullmatch(given):
            request.id = given
        else:
            ids = request.sandbox.request_ids if request.sandbox else self._request_ids
            request.id = ids.new()
        return request.id
