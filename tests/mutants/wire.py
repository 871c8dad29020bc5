"""Between the socket and the application: requests and answers, changed on their way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import orjson

from understudy.contract import Contract, OperationSpec
from understudy.pipeline.exchange import Message, Receive, Scope, Send
from understudy.pipeline.routes import Routes

__all__ = [
    "AnswerChange", "AnswerEdit", "App", "Instead", "Message", "Receive", "RequestChange",
    "RequestEdit", "Scope", "Send", "Wire",
]  # fmt: skip

App = Callable[[Scope, Receive, Send], Awaitable[None]]
Instead = Callable[[App, Scope, Receive, Send], Awaitable[None]]

UNREAD = object()


@dataclass(slots=True)
class _Content:
    """Bytes, and the JSON that they hold, to be changed in place or set."""

    content: bytes
    headers: dict[str, str]
    """Names in lower case."""
    _body: Any = field(default=UNREAD, repr=False)

    @property
    def body(self) -> Any:
        """The JSON; None where there is none."""
        if self._body is UNREAD:
            try:
                self._body = orjson.loads(self.content)
            except orjson.JSONDecodeError:
                self._body = None
        return self._body

    @body.setter
    def body(self, value: Any) -> None:
        self._body = value

    def forget(self) -> None:
        """Let the bytes count, and no longer the JSON that was read from them."""
        self._body = UNREAD

    def written(self) -> bytes:
        """The bytes as they go on."""
        if self._body is not UNREAD and (self._body is not None or self.content == b"null"):
            return orjson.dumps(self._body)
        return self.content


@dataclass(slots=True, kw_only=True)
class RequestEdit(_Content):
    """A request on its way in. `path`: as it was sent; `values`: its parameters by name."""

    operation: OperationSpec
    method: str
    path: str
    query: str
    values: dict[str, str]


@dataclass(slots=True, kw_only=True)
class AnswerEdit(_Content):
    """An answer on its way out, after all checks, and the request that it answers."""

    status: int
    request: RequestEdit


RequestChange = Callable[[RequestEdit], None]
AnswerChange = Callable[[AnswerEdit], None]


class Wire:
    """The application of a contract, with changes around it, by operation id."""

    def __init__(self, app: App, contract: Contract, failed: Callable[[Exception], None]) -> None:
        self._app = app
        self._contract = contract
        self._failed = failed
        self._routes: Routes[OperationSpec] = Routes()
        for one in contract.operations:
            self._routes.add(one.method, contract.base_path + one.path, one)
        self.requests: dict[str, list[RequestChange]] = {}
        self.answers: dict[str, list[AnswerChange]] = {}
        self.instead: Instead | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, changed where a change is wanted."""
        if scope["type"] != "http" or not scope["path"].startswith(self._contract.base_path):
            await self._app(scope, receive, send)
        elif self.instead is not None:
            await self.instead(self._app, scope, receive, send)
        else:
            await self._serve(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
        methods, values = self._routes.find(path) or ({}, ())
        operation = methods.get(scope["method"])
        name = operation.operation_id if operation else ""
        if operation is None or not (self.requests.get(name) or self.answers.get(name)):
            await self._app(scope, receive, send)
            return
        request = await _request(scope, receive, operation, path, values)
        self._change(self.requests.get(name, ()), request)
        answer = await self._answered(scope, request)
        self._change(self.answers.get(name, ()), answer)
        await _send(answer, send)

    def _change(self, changes: Any, subject: RequestEdit | AnswerEdit) -> None:
        for change in changes:
            try:
                change(subject)
            except Exception as error:
                self._failed(error)

    async def _answered(self, scope: Scope, request: RequestEdit) -> AnswerEdit:
        """What the application answers to a request."""
        content = request.written()
        request.headers.pop("transfer-encoding", None)
        if content or "content-length" in request.headers:
            request.headers["content-length"] = str(len(content))
        changed = {
            **scope,
            "method": request.method,
            "path": request.path,
            "raw_path": request.path.encode("latin-1"),
            "query_string": request.query.encode("latin-1"),
            "headers": _raw(request.headers),
        }
        told: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": content, "more_body": False}

        async def send(message: Message) -> None:
            told.append(message)

        await self._app(changed, receive, send)
        return AnswerEdit(
            b"".join(one.get("body", b"") for one in told[1:]),
            _named(told[0]["headers"]),
            status=told[0]["status"],
            request=request,
        )


async def _request(
    scope: Scope, receive: Receive, operation: OperationSpec, path: str, values: tuple[str, ...]
) -> RequestEdit:
    content, more = b"", True
    while more:
        message = await receive()
        content += message.get("body", b"")
        more = message.get("more_body", False)
    names = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
    return RequestEdit(
        content,
        _named(scope["headers"]),
        operation=operation,
        method=scope["method"],
        path=path,
        query=scope["query_string"].decode("latin-1"),
        values=dict(zip(names, values, strict=True)),
    )


async def _send(answer: AnswerEdit, send: Send) -> None:
    content = answer.written()
    if "content-length" in answer.headers or content:
        answer.headers["content-length"] = str(len(content))
    headers = _raw(answer.headers)
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


def _named(headers: Any) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}


def _raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
