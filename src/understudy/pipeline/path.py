"""The request path: the one middleware that serves the contracts.

Connexion checks each contract and walks its paths; this class turns what it found there into a
route tree of compiled operations. What no contract answers goes to the next application.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from understudy.clock import Clock, stopwatch
from understudy.errors import (
    ApiError,
    BodyTooLarge,
    ServerError,
)
from understudy.identity import RequestIds
from understudy.pipeline import cors, heads
from understudy.pipeline.addresses import Addresses
from understudy.pipeline.api import Operation, compile_api
from understudy.pipeline.connection import Connection
from understudy.pipeline.exchange import (
    App,
    ClientGone,
    Headers,
    Receive,
    Reply,
    Request,
    Scope,
    Send,
    read_body,
)
from understudy.pipeline.guard import Guard
from understudy.pipeline.hooks import Hooks, Identify
from understudy.pipeline.operation import bearer
from understudy.pipeline.refusing import refused
from understudy.pipeline.routes import Routes
from understudy.pipeline.sandbox_operation import attributed, strike
from understudy.pipeline.sending import send_reply
from understudy.pipeline.server_operation import ServerOperation

if TYPE_CHECKING:
    from understudy.contract.model import Contract
    from understudy.pipeline.app import Application
    from understudy.sandbox import Sandbox

logger = logging.getLogger("understudy.server")

Observe = Callable[[Request, Reply, float], None]
"""Told of each exchange, with the seconds it took."""

ELSEWHERE = ("/docs", "/_console")
"""Addresses that the next application may answer; all others are the contracts'."""

REQUEST_ID = re.compile(rb"[A-Za-z0-9._:-]{1,128}")


class RequestPath:
    """Serves every operation of every contract that is added, out of an application.

    `control_token`: what a request about the server itself needs where it is not from this machine.
    `observe` is told of each exchange.
    """

    def __init__(
        self,
        app: Any,
        *,
        application: Application,
        strict: bool = False,
        control_token: str | None = None,
        observe: Observe | None = None,
    ) -> None:
        self.app = app
        self._application = application
        self._sandboxes = application.sandboxes
        self._strict = strict
        self._guard = Guard(control_token)
        self._observe = observe
        self._identify: Identify | None = None
        self._clock = Clock()
        self._request_ids = RequestIds("", self._clock.millis())
        self._routes: Routes[Operation] = Routes()
        self._addresses = Addresses()
        self._announced: Callable[[], None] | None = None
        self._catching_up: asyncio.Future[None] | None = None

    def announce(self, contract: Contract) -> None:
        """Compile a contract about the server when it is first asked for: many never are."""
        self._addresses.announce(contract)
        self._announced = lambda: self.add(contract)

    def add(self, contract: Contract) -> None:
        """Compile a contract. Raises UsageError for one that cannot be served."""
        hooks = Hooks(contract)
        strict = self._strict and not contract.is_about_server
        compile_api(contract, self._routes, hooks, strict=strict)
        self._identify = self._identify or hooks.identify()
        self._addresses.add(contract)

    async def _catch_up(self, compile_: Callable[[], None]) -> None:
        """Compile what was announced, in a thread: other requests go on meanwhile."""
        if self._catching_up is None:
            self._catching_up = asyncio.ensure_future(asyncio.to_thread(compile_))
        catching_up = self._catching_up
        try:
            await asyncio.shield(catching_up)
        except Exception:  # the next request tries again
            if self._catching_up is catching_up:
                self._catching_up = None
            raise
        self._announced = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or pass it on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path: str = scope["path"]
        raw: bytes = scope.get("raw_path") or b""
        if b"%" in raw:
            path = raw.decode("latin-1")
        if self._announced is not None and path.startswith(self._addresses.guarded):
            await self._catch_up(self._announced)
        found = self._routes.find(path)
        if found is None and (path == "/" or path.startswith(ELSEWHERE)):
            await self.app(scope, receive, send)
            return
        started = stopwatch()
        methods, values = found or ({}, ())
        method: str = scope["method"]
        operation = methods.get("GET" if method == "HEAD" else method)
        headers = dict(scope["headers"])
        request = Request(method, path, values, scope["query_string"], headers)
        request.operation = operation.spec if operation is not None else None
        is_guarded = path.startswith(self._addresses.guarded)
        try:
            if len(headers) < len(scope["headers"]):
                self._addresses.refuse_repeated(scope["headers"])
            if is_guarded and not self._addresses.is_document(path):
                self._guard.check(scope, headers)
            if operation is None:
                reply = self._without_operation(request, methods, is_guarded)
            else:
                if operation.reads_body:
                    request.body = await _body(request, receive, operation.body_limit)
                if isinstance(operation, ServerOperation):
                    connection = Connection(scope, receive)
                    reply = await operation.serve(request, self._application, connection)
                else:
                    if self._may_begin(request, operation):
                        await self._sandboxes.scenes.prepared()
                    served = operation.serve(request, self._sandboxes)
                    reply = served if isinstance(served, Reply) else await served()
        except ClientGone:
            await Connection(scope, receive).close()
            return
        except ApiError as error:
            reply = refused(operation, error)
        except Exception:
            reply = self._fail(operation, request)
        if not is_guarded:
            reply = self._noted(request, operation, reply, started)
        head = heads.message(reply, self._headers(request, reply, is_open=not is_guarded))
        await send_reply(request, reply, head, scope, receive, send)
        self._tell(request, reply, started)

    def at_once(
        self, method: str, path: str, query_string: bytes, headers: Headers, body: bytes
    ) -> bytes | App | None:
        """The whole answer to a request that has arrived whole, as HTTP/1.1 sends it, without a
        task of its own; or the application that sends an answer which takes its time.

        path: as it was sent, still percent-encoded. None, and nothing has happened, where the
        request is not for an operation of a sandbox: `__call__` is for all others.
        """
        found = self._routes.find(path)
        if found is None:
            return None
        operation = found[0].get("GET" if method == "HEAD" else method)
        if operation is None or isinstance(operation, ServerOperation):
            return None
        started = stopwatch()
        request = Request(method, path, found[1], query_string, dict(headers))
        request.operation = operation.spec
        if operation.reads_body:
            if len(body) > operation.body_limit:
                return None
            request.body = body
        if self._may_begin(request, operation):
            return None
        try:
            if len(request.headers) < len(headers):
                self._addresses.refuse_repeated(headers)
            served = operation.serve(request, self._sandboxes)
            if not isinstance(served, Reply):
                return self._in_time(request, operation, served, started)
            reply = served
        except ApiError as error:
            reply = refused(operation, error)
        except Exception:
            reply = self._fail(operation, request)
        reply = self._noted(request, operation, reply, started)
        head = self._headers(request, reply, is_open=True)
        if request.strike is not None:
            return self._later(request, reply, heads.message(reply, head), started)
        answer = heads.written(reply.status, head, b"" if method == "HEAD" else reply.payload)
        if self._observe:
            self._tell(request, reply, started)
        return answer

    def _in_time(
        self,
        request: Request,
        operation: Operation,
        served: Callable[[], Awaitable[Reply]],
        started: float,
    ) -> App:
        """What sends an answer that is not there yet."""

        async def send_it(scope: Scope, receive: Receive, send: Send) -> None:
            try:
                reply = await served()
            except ApiError as error:
                reply = refused(operation, error)
            except Exception:
                reply = self._fail(operation, request)
            reply = self._noted(request, operation, reply, started)
            head = heads.message(reply, self._headers(request, reply, is_open=True))
            await self._later(request, reply, head, started)(scope, receive, send)

        return send_it

    def _later(self, request: Request, reply: Reply, head: dict[str, Any], started: float) -> App:
        """What sends an answer that a fault delays or spoils."""

        async def send_it(scope: Scope, receive: Receive, send: Send) -> None:
            await send_reply(request, reply, head, scope, receive, send)
            self._tell(request, reply, started)

        return send_it

    def _tell(self, request: Request, reply: Reply, started: float) -> None:
        if not self._observe:
            return
        try:
            self._observe(request, reply, stopwatch() - started)
        except Exception:
            logger.exception("the observer failed")

    def _noted(
        self, request: Request, operation: Operation | None, reply: Reply, started: float
    ) -> Reply:
        try:
            return self._note(request, operation, reply, started)
        except Exception:
            return self._fail(operation, request)

    def _note(
        self, request: Request, operation: Operation | None, reply: Reply, started: float
    ) -> Reply:
        """Take an exchange down in its sandbox's journal, as what a fault makes of the reply."""
        sandbox = request.sandbox
        if sandbox is None:
            if operation is None and self._addresses.is_document(request.path):
                return reply
            sandbox = request.sandbox = self._attributed(request)
        if request.strike:
            reply = request.strike.spoil(reply, operation)
        sandbox.touched = started
        self._request_id(request)  # which the journal is to have
        sandbox.journal.append(request, reply, stopwatch() - started)
        if started > self._sandboxes.next_sweep:
            self._sandboxes.sweep(started)
        return reply

    def _may_begin(self, request: Request, operation: Operation) -> bool:
        """Whether a request may be the first of a sandbox whose large scenario is to be built."""
        if not self._sandboxes.has_default:
            return self._sandboxes.scenes.is_late
        if operation.spec.security == "required":
            return False
        body = request.body if isinstance(request.body, bytes) else b""
        is_named = b"+" in body or b"x-understudy-sandbox" in request.headers
        return is_named and self._sandboxes.scenes.is_late

    def _attributed(self, request: Request) -> Sandbox:
        return attributed(request, self._sandboxes, bearer(request.headers))

    def _without_operation(
        self, request: Request, methods: dict[str, Operation], is_guarded: bool
    ) -> Reply:
        is_document = self._addresses.is_document(request.path)
        if not is_guarded and not is_document and request.method != "OPTIONS":
            request.sandbox = self._attributed(request)
            if request.sandbox.faults.rules:
                reply = strike(request, request.sandbox, None, self._identify, None)
                if reply is not None:
                    return reply
        return self._addresses.answer(request, methods)

    def _fail(self, operation: Operation | None, request: Request) -> Reply:
        request_id = self._request_id(request).decode()
        logger.exception(
            "%s %s failed inside (request %s)", request.method, request.path, request_id
        )
        return refused(
            operation,
            ServerError(f"Something went wrong inside the server (request {request_id})."),
        )

    def _request_id(self, request: Request) -> bytes:
        """The client's own, if it is a plain one; else one that is made and remembered for this
        request.
        """
        if request.id:
            return request.id
        given = request.headers.get(b"x-request-id")
        if given is not None and REQUEST_ID.fullmatch(given):
            request.id = given
            return given
        made = (request.sandbox.request_ids if request.sandbox else self._request_ids).new()
        request.headers[b"x-request-id"] = request.id = made
        return made

    def _headers(self, request: Request, reply: Reply, *, is_open: bool) -> Headers:
        """The headers of an answer. is_open: to pages of other origins."""
        sandbox = request.sandbox
        clock = sandbox.clock if sandbox is not None else self._clock
        headers = heads.headers(reply, self._request_id(request), clock.http_date())
        if is_open and b"origin" in request.headers:
            headers += cors.ANSWER
        return headers


async def _body(request: Request, receive: Receive, limit: int) -> bytes | BodyTooLarge:
    """The body; that it is too large is told after who may send one at all."""
    try:
        return await read_body(request.headers, receive, limit)
    except BodyTooLarge as error:
        return error
