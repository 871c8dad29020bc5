"""The head of an answer: for ASGI as a message, for the fast lane as the bytes that are sent."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from understudy.pipeline.exchange import Headers, Reply

BODILESS = (204, 304)
"""Statuses whose answers have no body, not even an empty one (RFC 9110, 8.6)."""

STATUS_LINES = {
    status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus
}


def headers(reply: Reply, request_id: bytes, date: bytes) -> Headers:
    """What every answer has, and the reply's own."""
    found = [(b"x-request-id", request_id), (b"date", date), *reply.headers]
    if reply.stream is None and reply.status not in BODILESS:
        found.append((b"content-length", b"%d" % len(reply.payload)))
    if reply.payload or reply.stream is not None:
        found.append((b"content-type", reply.media))
    return found


def message(reply: Reply, sent: Headers) -> dict[str, Any]:
    """The head as ASGI's `http.response.start`."""
    return {"type": "http.response.start", "status": reply.status, "headers": sent}


def plain(reply: Reply, request_id: bytes, date: bytes) -> bytes:
    """The head of an answer that has a body, and no headers of its own, as `written` writes it."""
    status = reply.status
    return b"%bx-request-id: %b\r\ndate: %b\r\ncontent-length: %d\r\ncontent-type: %b\r\n\r\n" % (
        STATUS_LINES.get(status) or b"HTTP/1.1 %d \r\n" % status,
        request_id,
        date,
        len(reply.payload),
        reply.media,
    )


def written(status: int, sent: Headers, payload: bytes) -> bytes:
    """A whole answer as bytes."""
    lines = [b"%b: %b\r\n" % header for header in sent]
    first = STATUS_LINES.get(status) or b"HTTP/1.1 %d \r\n" % status
    return b"".join([first, *lines, b"\r\n", payload])
