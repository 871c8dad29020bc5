"""The request path: the one middleware that serves the contracts.

It is a Connexion `SpecMiddleware`: Connexion loads each contract, walks its paths and resolves its
handlers; this class turns what it gets into a route tree of compiled operations. What no contract
answers goes to the next application.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import orjson
from connexion.middleware.abstract import AbstractRoutingAPI, SpecMiddleware
from connexion.resolver import Resolver

from understudy import clock
from understudy.errors import (
    ApiError,
    BodyTooLarge,
    ContractViolation,
    InvalidParameter,
    MethodNotAllowed,
    NoSuchPath,
    ServerError,
)
from understudy.pipeline import cors, envelopes
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
from understudy.pipeline.hooks import Hooks
from understudy.pipeline.operation import CompiledOperation
from understudy.pipeline.routes import Routes

if TYPE_CHECKING:
    from connexion.operations import AbstractOperation
    from connexion.spec import Specification

    from understudy.contract.model import Contract
    from understudy.sandbox import Sandbox, Sandboxes

logger = logging.getLogger("understudy.server")

Observe = Callable[[Request, Reply, float], None]
"""Told of each exchange, with the seconds it took."""

ELSEWHERE = ("/docs",)
"""Addresses that the next application may answer; all others are the contracts'."""

SINGLE = (b"authorization", b"x-understudy-sandbox")
"""Headers of which a request may have one; those that a contract documents are others."""

JSON = (b"content-type", b"application/json")
REQUEST_ID = re.compile(rb"[A-Za-z0-9._:-]{1,128}")


class CompiledApi(AbstractRoutingAPI):  # type: ignore[misc]
    """One contract on the request path, as Connexion hands it over."""

    def __init__(
        self,
        specification: Specification,
        contract: Contract,
        routes: Routes[CompiledOperation],
        **options: Any,
    ):
        hooks = Hooks(contract)
        self._contract = contract
        self._routes = routes
        self._hooks = hooks
        self._strict = options.pop("strict")
        self._specs = {spec.operation_id: spec for spec in contract.operations}
        super().__init__(
            specification, base_path=contract.base_path, resolver=Resolver(hooks.resolve)
        )

    def make_operation(self, operation: AbstractOperation) -> CompiledOperation:
        """Compile what Connexion resolved."""
        spec = self._specs[operation.operation_id]
        handler = operation._resolution.function
        return CompiledOperation(spec, self._contract, handler, self._hooks, strict=self._strict)

    @staticmethod
    def _framework_path_and_name(operation: AbstractOperation, path: str) -> tuple[str, str]:
        return path, operation.operation_id

    def _add_operation_internal(
        self, method: str, path: str, operation: CompiledOperation, name: str | None = None
    ) -> None:
        self._routes.add(method.upper(), self.base_path + path, operation)


class RequestPath(SpecMiddleware):  # type: ignore[misc]
    """Serves every operation of every contract that Connexion adds.

    `observe` is told of each exchange.
    """

    def __init__(
        self,
        app: Any,
        *,
        sandboxes: Sandboxes,
        strict: bool = False,
        observe: Observe | None = None,
    ) -> None:
        self.app = app
        self._sandboxes = sandboxes
        self._strict = strict
        self._observe = observe
        self._routes: Routes[CompiledOperation] = Routes()
        self._documents: dict[str, bytes] = {}
        self._base_paths: tuple[str, ...] = ()
        self._single = set(SINGLE)

    def add_api(self, specification: Specification, *, contract: Contract, **_options: Any) -> None:
        """Compile a contract (called by Connexion, once for each)."""
        CompiledApi(specification, contract, self._routes, strict=self._strict)
        document = orjson.dumps(_served(contract))
        self._documents[f"{contract.base_path}/openapi.json"] = document
        self._documents.setdefault("/openapi.json", document)
        self._base_paths += (f"{contract.base_path}/",)
        for spec in contract.operations:
            named = (one["name"] for one in spec.parameters if one["in"] == "header")
            self._single.update(name.lower().encode() for name in named)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or pass it on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path: str = scope["path"]
        raw: bytes = scope.get("raw_path") or b""
        if b"%" in raw:
            path = raw.decode("latin-1")
        found = self._routes.find(path)
        if found is None and (path == "/" or path.startswith(ELSEWHERE)):
            await self.app(scope, receive, send)
            return
        started = clock.stopwatch()
        methods, values = found or ({}, ())
        method: str = scope["method"]
        operation = methods.get("GET" if method == "HEAD" else method)
        headers = dict(scope["headers"])
        request = Request(method, path, values, scope["query_string"], headers)
        try:
            if len(headers) < len(scope["headers"]):
                self._refuse_repeated(scope["headers"])
            if operation is None:
                reply = self._without_operation(request, methods)
            else:
                if operation.reads_body:
                    request.body = await _body(request, receive)
                reply = operation.serve(request, self._sandboxes)
        except ClientGone:
            return
        except ApiError as error:
            reply = self._refuse(operation, error)
        except Exception:
            reply = self._fail(operation, request)
        await self._send(request, reply, send)
        if self._observe:
            try:
                self._observe(request, reply, clock.stopwatch() - started)
            except Exception:
                logger.exception("the observer failed")

    def _without_operation(self, request: Request, methods: dict[str, CompiledOperation]) -> Reply:
        document = self._documents.get(request.path)
        allowed = {"GET"} if document is not None else set(methods)
        if not allowed:
            if request.path.startswith(self._base_paths):
                raise NoSuchPath
            where = " and ".join(self._base_paths)
            raise NoSuchPath(f"Nothing lives at this address; look below {where}")
        allowed |= {"OPTIONS"} | ({"HEAD"} if "GET" in allowed else set())
        if request.method == "OPTIONS":
            return Reply(200, b"", cors.preflight(request.headers, allowed))
        if document is None or request.method not in allowed:
            raise MethodNotAllowed(headers={"allow": ", ".join(sorted(allowed))})
        return Reply(200, document, [JSON])

    def _refuse_repeated(self, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """Raises InvalidParameter for two answers to the question of who asks, and where."""
        count = Counter(name for name, _ in headers)
        repeated = [name.decode() for name in sorted(self._single) if count[name] > 1]
        if repeated:
            raise InvalidParameter(details={name: ["is there twice"] for name in repeated})

    def _refuse(self, operation: CompiledOperation | None, error: ApiError) -> Reply:
        headers = encoded(error.headers)
        if error.status == 401 and operation and operation.spec.security == "required":
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

    def _fail(self, operation: CompiledOperation | None, request: Request) -> Reply:
        request_id = self._request_id(request, self._sandbox(request)).decode()
        logger.exception(
            "%s %s failed inside (request %s)", request.method, request.path, request_id
        )
        return self._refuse(
            operation,
            ServerError(f"Something went wrong inside the server (request {request_id})."),
        )

    def _sandbox(self, request: Request) -> Sandbox:
        return request.context.sandbox if request.context else self._sandboxes.default

    def _request_id(self, request: Request, sandbox: Sandbox) -> bytes:
        """The client's own, if it is a plain one; else one that is made and remembered for this
        request.
        """
        given = request.headers.get(b"x-request-id")
        if given is not None and REQUEST_ID.fullmatch(given):
            return given
        made = sandbox.request_ids.new()
        request.headers[b"x-request-id"] = made
        return made

    async def _send(self, request: Request, reply: Reply, send: Send) -> None:
        sandbox = self._sandbox(request)
        headers = [
            (b"content-length", b"%d" % len(reply.payload)),
            (b"x-request-id", self._request_id(request, sandbox)),
            (b"date", sandbox.clock.http_date()),
            *reply.headers,
        ]
        if reply.payload and JSON not in reply.headers:
            headers.append(JSON)
        if b"origin" in request.headers:
            headers += cors.ANSWER
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        payload = b"" if request.method == "HEAD" else reply.payload
        await send({"type": "http.response.body", "body": payload})


async def _body(request: Request, receive: Receive) -> bytes | BodyTooLarge:
    """The body; that it is too large is told after who may send one at all."""
    try:
        return await read_body(request.headers, receive)
    except BodyTooLarge as error:
        return error


def _served(contract: Contract) -> dict[str, Any]:
    """The contract as this server's clients see it: trying it out must never reach another one."""
    here = {"url": contract.base_path, "description": "This server"}
    return {**contract.public_document(), "servers": [here]}
