"""A request as it came in, and the reply that goes out."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from understudy.errors import BodyTooLarge

if TYPE_CHECKING:
    from understudy.context import Context, ServerContext
    from understudy.contract.model import OperationSpec
    from understudy.errors import ApiError
    from understudy.faults import Strike
    from understudy.journal.entry import Told
    from understudy.pipeline.bodies import Judged
    from understudy.pipeline.known import Head, Line
    from understudy.pipeline.pieces import Payload
    from understudy.sandbox import Sandbox
    from understudy.store import Change

Headers = list[tuple[bytes, bytes]]
Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

BREAKING = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
"""What would end a header early, and begin another one."""
BODY_LIMIT = 10 * 1024 * 1024
"""Bytes of a request body that are read at most (contract.md, General)."""


@dataclass(slots=True)
class Request:
    """What the pipeline reads of a request. Header names are lower case."""

    method: str
    path: str
    path_values: tuple[str, ...]
    query_string: bytes
    head: Head
    body: bytes | BodyTooLarge = b""
    operation: OperationSpec | None = None
    """None where no operation answers."""
    sandbox: Sandbox | None = None
    """Whose world the request is about; None for one that is about the server."""
    is_first: bool = False
    """Whether the sandbox was made for it."""
    context: Context | ServerContext | None = None
    """Who asks, and what the contract does not know of the request."""
    changes: Sequence[Change] | Told = ()
    strike: Strike | None = None
    """The fault that hits it."""
    ahead: tuple[Any, Judged] | None = None
    """The body, and what the contract makes of it, where that was read ahead."""
    id: bytes = b""
    """What it is called in answers and logs; empty until it is asked for."""
    line: Line | None = None
    """What is known of its first line."""

    @property
    def headers(self) -> Mapping[bytes, bytes]:
        """What it says of itself, by names in lower case."""
        return self.head.headers


@dataclass(slots=True)
class Reply:
    """What is sent, besides the headers that every answer has."""

    status: int
    payload: Payload
    headers: Headers
    refusal: ApiError | None = None
    """Why, if the request was refused; for the log."""
    media: bytes = b"application/json"
    stream: AsyncIterator[bytes] | None = None
    """What is sent in place of the payload."""


Served = Reply | Callable[[], Awaitable[Reply]]
"""A reply, or what gives it in its time."""


def encoded(headers: Mapping[str, str]) -> Headers:
    """Headers as ASGI sends them. Raises ValueError for one that would write more than itself."""
    for name, value in headers.items():
        if BREAKING.search(name) or BREAKING.search(value):
            raise ValueError(f"{name!r}: {value!r} cannot be sent as a header")
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


class ClientGone(Exception):
    """The client closed the connection before its request was whole."""


async def read_body(
    headers: Mapping[bytes, bytes], receive: Receive, limit: int = BODY_LIMIT
) -> bytes:
    """The whole body, of at most so many bytes. Raises BodyTooLarge as soon as it is known to be,
    ClientGone if it never arrives.
    """
    if int(headers.get(b"content-length", b"0")) > limit:
        raise _too_large(limit)
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        if message["type"] == "http.disconnect":
            raise ClientGone
        return body
    chunks, size = [body], len(body)
    while message.get("more_body"):
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > limit:
            raise _too_large(limit)
    return b"".join(chunks)


def _too_large(limit: int) -> BodyTooLarge:
    return BodyTooLarge(f"The body is larger than {limit >> 20} MiB.")
