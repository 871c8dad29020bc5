"""The request path: the one middleware that serves the contracts.

Connexion checks each contract and walks its paths; this class turns what it found there into a
route tree of compiled operations. What no contract answers goes to the next application.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from understudy.clock import stopwatch
from understudy.errors import (
    ApiError,
    BodyTooLarge,
    NotReady,
)
from understudy.pipeline import dense
from understudy.pipeline.addresses import Addresses
from understudy.pipeline.api import Operation, compile_api
from understudy.pipeline.connection import Connection
from understudy.pipeline.exchange import (
    App,
    ClientGone,
    Receive,
    Reply,
    Request,
    Scope,
    Send,
    Served,
    read_body,
)
from understudy.pipeline.guard import Guard
from understudy.pipeline.hooks import Hooks, Identify
from understudy.pipeline.known import Head, Line
from understudy.pipeline.operation import let_go
from understudy.pipeline.outgoing import Outgoing
from understudy.pipeline.refusing import refused
from understudy.pipeline.routes import Routes
from understudy.pipeline.sandbox_operation import attributed, strike
from understudy.pipeline.sending import send_reply
from understudy.pipeline.server_operation import ServerOperation

if TYPE_CHECKING:
    from understudy.contract.model import Contract
    from understudy.pipeline.app import Application
    from understudy.pipeline.outgoing import Observe

ELSEWHERE = ("/docs", "/_console")
"""Addresses that the next application may answer; all others are the contracts'."""


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
        self._outgoing = Outgoing(application.sandboxes, observe)
        self._identify: Identify | None = None
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
        request = Request(method, path, values, scope["query_string"], Head(headers))
        request.operation = operation.spec if operation is not None else None
        is_guarded = path.startswith(self._addresses.guarded)
        try:
            if len(headers) < len(scope["headers"]):
                self._addresses.refuse_repeated(scope["headers"])
            if is_guarded and not self._addresses.is_document(path):
                self._guard.check(scope, headers)
            if operation is None:
                if not is_guarded:
                    await self._attribute(request)
                reply = self._without_operation(request, methods, is_guarded)
            else:
                if operation.reads_body:
                    request.body = await _body(request, receive, operation.body_limit)
                    await operation.read_ahead(request)
                reply = await self._served(request, operation, Connection(scope, receive))
        except ClientGone:
            await Connection(scope, receive).close()
            return
        except ApiError as error:
            reply = refused(operation, error)
        except Exception:
            reply = self._outgoing.fail(operation, request)
        outgoing = self._outgoing
        if not is_guarded and (operation is not None or not self._addresses.is_document(path)):
            try:
                await self._attribute(request)
            except Exception:
                reply = outgoing.fail(operation, request)
            else:
                reply = await outgoing.noted_in_time(request, operation, reply, started)
        head = outgoing.head(request, reply, is_open=not is_guarded)
        await send_reply(request, reply, head, scope, receive, send)
        outgoing.tell(request, reply, started)
        let_go(request)

    def line(self, method: str, path: str, query: bytes) -> Line | None:
        """What there is to know of a request's first line; None for one that is not for an
        operation of a sandbox: `__call__` is for all others.

        path: as it was sent, still percent-encoded.
        """
        found = self._routes.find(path)
        if found is None:
            return None
        operation = found[0].get("GET" if method == "HEAD" else method)
        if operation is None or isinstance(operation, ServerOperation):
            return None
        return Line(method, path, query, operation, found[1])

    def at_once(self, line: Line, head: Head, body: bytes) -> bytes | App | None:
        """The whole answer to a request that has arrived whole, as HTTP/1.1 sends it, without a
        task of its own; or the application that sends an answer which takes its time.

        None, and nothing has happened, where `__call__` is to answer.
        """
        started = stopwatch()
        operation = line.operation
        request = Request(line.method, line.path, line.values, line.query, head, line=line)
        request.operation = operation.spec
        if operation.reads_body:
            size = len(body)
            if size > operation.body_limit or (size > dense.MANY and operation.reads_long(body)):
                return None
            request.body = body
        try:
            served = operation.serve(request, self._sandboxes)
            if not isinstance(served, Reply):
                return self._in_time(request, operation, served, started)
            reply = served
        except NotReady:
            return None
        except ApiError as error:
            if request.sandbox is None and not self._sandboxes.has_default:
                return None
            reply = refused(operation, error)
        except Exception:
            reply = self._outgoing.fail(operation, request)
        reply = self._outgoing.noted(request, operation, reply, started)
        if request.strike is not None:
            return self._outgoing.later(request, reply, started)
        answer = self._outgoing.written(request, reply)
        self._outgoing.tell(request, reply, started)
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
            outgoing = self._outgoing
            try:
                reply = await self._served(request, operation, Connection(scope, receive), served)
            except ApiError as error:
                reply = refused(operation, error)
            except Exception:
                reply = outgoing.fail(operation, request)
            reply = await outgoing.noted_in_time(request, operation, reply, started)
            await outgoing.later(request, reply, started)(scope, receive, send)

        return send_it

    async def _served(
        self,
        request: Request,
        operation: Operation,
        connection: Connection,
        served: Served | None = None,
    ) -> Reply:
        """Serve a request, once what it needs is there: others do not wait while that is made."""
        while True:
            try:
                if isinstance(operation, ServerOperation):
                    return await operation.serve(request, self._application, connection)
                served = served or operation.serve(request, self._sandboxes)
                return served if isinstance(served, Reply) else await served()
            except NotReady as missing:
                served = None
                request.is_first = await missing.ready() is not None

    async def _attribute(self, request: Request) -> None:
        """Find the sandbox of a request that none was found for yet, if it is to have one."""
        while request.sandbox is None and not self._addresses.is_document(request.path):
            try:
                request.sandbox = attributed(request, self._sandboxes)
            except NotReady as missing:
                await missing.ready()

    def _without_operation(
        self, request: Request, methods: dict[str, Operation], is_guarded: bool
    ) -> Reply:
        is_document = self._addresses.is_document(request.path)
        if not is_guarded and not is_document and request.method != "OPTIONS":
            request.sandbox = attributed(request, self._sandboxes)
            if request.sandbox.faults.rules:
                reply = strike(request, request.sandbox, None, self._identify, None)
                if reply is not None:
                    return reply
        return self._addresses.answer(request, methods)


async def _body(request: Request, receive: Receive, limit: int) -> bytes | BodyTooLarge:
    """The body; that it is too large is told after who may send one at all."""
    try:
        return await read_body(request.headers, receive, limit)
    except BodyTooLarge as error:
        return error
