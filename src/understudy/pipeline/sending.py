"""An answer on its way out: at once, bit by bit, or as a fault lets it through."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from understudy.pipeline import network
from understudy.pipeline.connection import Connection
from understudy.pipeline.exchange import ClientGone
from understudy.pipeline.pieces import PORTION, portions

if TYPE_CHECKING:
    from understudy.faults import Strike
    from understudy.pipeline.exchange import Receive, Reply, Request, Scope, Send
    from understudy.pipeline.pieces import Payload


async def send_reply(
    request: Request,
    reply: Reply,
    head: dict[str, Any],
    scope: Scope,
    receive: Receive,
    send: Send,
) -> None:
    """Send a reply whose head is the `http.response.start` message; HEAD has no body."""
    payload = b"" if request.method == "HEAD" else reply.payload
    if request.strike:
        await _send_struck(request.strike, head, payload, scope, receive, send)
        return
    await send(head)
    if reply.stream is not None and request.method != "HEAD":
        await Connection(scope, receive).send_all(reply.stream, send)
    else:
        await _send_payload(payload, send)


async def _send_payload(payload: Payload, send: Send) -> None:
    """Send a body; a long one in portions, between which others are served, however fast they are
    taken.
    """
    if isinstance(payload, bytes) and len(payload) <= PORTION:
        await send({"type": "http.response.body", "body": payload})
        return
    for portion in portions(payload):
        await send({"type": "http.response.body", "body": portion, "more_body": True})
        await asyncio.sleep(0)
    await send({"type": "http.response.body", "body": b""})


async def _send_struck(
    strike: Strike,
    head: dict[str, Any],
    payload: Payload,
    scope: Scope,
    receive: Receive,
    send: Send,
) -> None:
    """Send an answer late, and as the network of a fault lets it through."""
    if strike.delay:
        with suppress(ClientGone):  # when the server stops, the answer goes out at once
            await Connection(scope, receive).unless_gone(network.pass_time(strike.delay))
    if strike.network:
        await network.perform(strike, head, payload, scope, receive, send)
    else:
        await send(head)
        await _send_payload(payload, send)
