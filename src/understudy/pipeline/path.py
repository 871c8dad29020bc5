"""The request path: the one middleware that serves the contracts.

It is a Connexion `SpecMiddleware`: Connexion loads each contract, walks its paths and resolves its
handlers; this class turns what it gets into a route tree of compiled operations. What no contract
answers goes to the next application.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import orjson
from connexion.middleware.abstract import SpecMiddleware

from understudy.clock import Clock, stopwatch
from understudy.errors import (
    ApiError,
    BodyTooLarge,
    ContractViolation,
    InvalidParameter,
    MethodNotAllowed,
    NoSuchPath,
    ServerError,
)
from understudy.identity import RequestIds
from understudy.pipeline import cors, envelopes
from understudy.pipeline.api import CompiledApi, Operation, served
from understudy.pipeline.connection import Connection
from understudy.pipeline.exchange import (
    ClientGone,
    Receive,
    Reply,
    Request,
    Scope,
    Send,
    encoded,
    read_body,
)
from understudy.pipeline.guard import Guard
from understudy.pipeline.hooks import Hooks, Identify
from understudy.pipeline.operation import bearer
from understudy.pipeline.routes import Routes
from understudy.pipeline.sandbox_operation import attributed, strike
from understudy.pipeline.sending import send_reply
from understudy.pipeline.server_operation import ServerOperation

if TYPE_CHECKING:
    from connexion.spec import Specification

    from understudy.contract.model import Contract
    from understudy.pipeline.app import Application
    from understudy.sandbox import Sandbox

logger = logging.getLogger("understudy.server")

Observe = Callable[[Request, Reply, float], None]
"""Told of each exchange, with the seconds it took."""

ELSEWHERE = ("/docs", "/_console")
"""Addresses that the next application may answer; all others are the contracts'."""

SINGLE = (b"authorization", b"x-understudy-sandbox")
"""Headers of which a request may have one; those that a contract documents are others."""

CONTENT_TYPE = b"content-type"
BODILESS = (204, 304)
"""Statuses whose answers have no body, not even an empty one (RFC 9110, 8.6)."""
REQUEST_ID = re.compile(rb"[A-Za-z0-9._:-]{1,128}")


class RequestPath(SpecMiddleware):  # type: ignore[misc]
    """Serves every operation of every contract that Connexion adds, out of an application.

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
        self._documents: dict[str, bytes] = {}
        self._base_paths: tuple[str, ...] = ()
        self._guarded: tuple[str, ...] = ()
        self._announced: Callable[[], None] | None = None
        self._catching_up: asyncio.Future[None] | None = None
        self._single = set(SINGLE)

    def announce(self, contract: Contract, specification: Callable[[], Specification]) -> None:
        """Compile a contract about the server when it is first asked for: many never are."""
        self._base_paths += (f"{contract.base_path}/",)
        self._guarded += (f"{contract.base_path}/",)
        self._announced = lambda: self.add_api(specification(), contract=contract)

    def add_api(self, specification: Specification, *, contract: Contract, **_options: Any) -> None:
        """Compile a contract (called by Connexion, once for each that is served from the start)."""
        hooks = Hooks(contract)
        strict = self._strict and not contract.is_about_server
        CompiledApi(specification, contract, self._routes, hooks=hooks, strict=strict)
        self._identify = self._identify or hooks.identify()
        document = orjson.dumps(served(contract))
        self._documents[f"{contract.base_path}/openapi.json"] = document
        if not contract.is_about_server:
            self._base_paths = (f"{contract.base_path}/", *self._base_paths)
            self._documents["/openapi.json"] = document
        parameters = [one for spec in contract.operations for one in spec.parameters]
        named = {one["name"].lower().encode() for one in parameters if one["in"] == "header"}
        self._single = self._single | named

    async def _catch_up(self, compile_: Callable[[], None]) -> None:
        """Compile what was announced, in a thread: other requests go on meanwhile."""
        if self._catching_up is None:
            self._catching_up = asyncio.ensure_future(asyncio.to_thread(compile_))
        await asyncio.shield(self._catching_up)
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
        if self._announced is not None and path.startswith(self._guarded):
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
        is_guarded = path.startswith(self._guarded)
        try:
            if len(headers) < len(scope["headers"]):
                self._refuse_repeated(scope["headers"])
            if is_guarded and path not in self._documents:
                self._guard.check(scope, headers)
            if operation is None:
                reply = self._without_operation(request, methods, is_guarded)
            else:
                request.operation = operation.spec
                if operation.reads_body:
                    request.body = await _body(request, receive, operation.body_limit)
                if isinstance(operation, ServerOperation):
                    connection = Connection(scope, receive)
                    reply = await operation.serve(request, self._application, connection)
                else:
                    reply = operation.serve(request, self._sandboxes)
        except ClientGone:
            await Connection(scope, receive).close()
            return
        except ApiError as error:
            reply = self._refuse(operation, error)
        except Exception:
            reply = self._fail(operation, request)
        if not is_guarded:
            try:
                reply = self._note(request, operation, reply, started)
            except Exception:
                reply = self._fail(operation, request)
        await send_reply(request, reply, self._head(request, reply), scope, receive, send)
        if self._observe:
            try:
                self._observe(request, reply, stopwatch() - started)
            except Exception:
                logger.exception("the observer failed")

    def _note(
        self, request: Request, operation: Operation | None, reply: Reply, started: float
    ) -> Reply:
        """Take an exchange down in its sandbox's journal, as what a fault makes of the reply."""
        sandbox = request.sandbox
        if sandbox is None:
            if operation is None and request.path in self._documents:
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

    def _attributed(self, request: Request) -> Sandbox:
        return attributed(request, self._sandboxes, bearer(request.headers))

    def _without_operation(
        self, request: Request, methods: dict[str, Operation], is_guarded: bool
    ) -> Reply:
        document = self._documents.get(request.path)
        allowed = {"GET"} if document is not None else set(methods)
        if not is_guarded and document is None and request.method != "OPTIONS":
            request.sandbox = self._attributed(request)
            if request.sandbox.faults.rules:
                reply = strike(request, request.sandbox, None, self._identify, None)
                if reply is not None:
                    return reply
        if not allowed:
            if request.path.startswith(self._base_paths):
                raise NoSuchPath
            where = " and ".join(self._base_paths)
            raise NoSuchPath(f"Nothing lives at this address; look below {where}")
        allowed |= {"OPTIONS"} | ({"HEAD"} if "GET" in allowed else set())
        if request.method == "OPTIONS":
            is_open = not is_guarded
            return Reply(200, b"", cors.preflight(request.headers, allowed, is_open=is_open))
        if document is None or request.method not in allowed:
            raise MethodNotAllowed(headers={"allow": ", ".join(sorted(allowed))})
        return Reply(200, document, [])

    def _refuse_repeated(self, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """Raises InvalidParameter for two answers to the question of who asks, and where."""
        count = Counter(name for name, _ in headers)
        repeated = [name.decode() for name in sorted(self._single) if count[name] > 1]
        if repeated:
            raise InvalidParameter(details={name: ["is there twice"] for name in repeated})

    def _refuse(self, operation: Operation | None, error: ApiError) -> Reply:
        headers = encoded(error.headers)
        if error.status == 401 and operation and operation.spec.security != "none":
            headers.append((b"www-authenticate", b"Bearer"))
        if operation is None:
            status, body = envelopes.common(error)
            return Reply(status, orjson.dumps(body), headers, error)
        try:
            status, payload = operation.refusal(error)
        except ContractViolation as violation:
            status, body = operation.envelope(violation)
            payload = orjson.dumps(body)
        return Reply(status, payload, headers, error)

    def _fail(self, operation: Operation | None, request: Request) -> Reply:
        request_id = self._request_id(request).decode()
        logger.exception(
            "%s %s failed inside (request %s)", request.method, request.path, request_id
        )
        return self._refuse(
            operation,
            ServerError(f"Something went wrong inside the server (request {request_id})."),
        )

    def _request_id(self, request: Request) -> bytes:
        """The client's own, if it is a plain one; else one that is made and remembered for this
        request.
        """
        given = request.headers.get(b"x-request-id")
        if given is not None and REQUEST_ID.fullmatch(given):
            return given
        made = (request.sandbox.request_ids if request.sandbox else self._request_ids).new()
        request.headers[b"x-request-id"] = made
        return made

    def _head(self, request: Request, reply: Reply) -> dict[str, Any]:
        """The beginning of an answer, as ASGI sends it."""
        sandbox = request.sandbox
        headers = [
            (b"x-request-id", self._request_id(request)),
            (b"date", (sandbox.clock if sandbox else self._clock).http_date()),
            *reply.headers,
        ]
        if reply.stream is None and reply.status not in BODILESS:
            headers.append((b"content-length", b"%d" % len(reply.payload)))
        if reply.payload or reply.stream is not None:
            headers.append((CONTENT_TYPE, reply.media))
        if b"origin" in request.headers and not request.path.startswith(self._guarded):
            headers += cors.ANSWER
        return {"type": "http.response.start", "status": reply.status, "headers": headers}


async def _body(request: Request, receive: Receive, limit: int) -> bytes | BodyTooLarge:
    """The body; that it is too large is told after who may send one at all."""
    try:
        return await read_body(request.headers, receive, limit)
    except BodyTooLarge as error:
        return error
