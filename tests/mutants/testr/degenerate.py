"""Servers that are hardly any: they answer everything alike, or not at all.

A suite that only looks for refusals passes many of them.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from typing import Any

import orjson
from tests.mutants.patient import Patient
from tests.mutants.registry import mutant
from tests.mutants.wire import App, Instead, Receive, Scope, Send

JSON = "application/json"
LOG_IN = "/auth/login"
REFUSAL = {"error": "refused", "message": "No.", "details": {"name": ["is wrong"]}}


@mutant(None, kind="degenerate")
def answers_401_to_everything(server: Patient) -> None:
    """Nobody is let in, not even to log in."""
    server.instead(always(401, REFUSAL))


@mutant(None, kind="degenerate")
def answers_402_to_everything(server: Patient) -> None:
    """Every subscription has expired, even for the log-in."""
    server.instead(always(402, REFUSAL))


@mutant(None, kind="degenerate")
def answers_403_to_everything(server: Patient) -> None:
    """Nobody may do anything."""
    server.instead(always(403, REFUSAL))


@mutant(None, kind="degenerate")
def answers_404_to_everything(server: Patient) -> None:
    """Nothing is found, as with a wrong base path."""
    server.instead(always(404, REFUSAL))


@mutant(None, kind="degenerate")
def answers_422_to_everything(server: Patient) -> None:
    """No input is valid."""
    server.instead(always(422, REFUSAL))


@mutant(None, kind="degenerate")
def answers_500_to_everything(server: Patient) -> None:
    """The server has broken down."""
    server.instead(always(500, REFUSAL))


@mutant(None, kind="degenerate")
def answers_200_and_an_empty_object(server: Patient) -> None:
    """Everything succeeds with `{}`."""
    server.instead(always(200, {}))


@mutant(None, kind="degenerate")
def answers_200_and_a_page(server: Patient) -> None:
    """Everything is the start page of a web application, as behind a proxy that is set up wrong."""
    server.instead(always(200, "<!doctype html><title>Testr</title>", "text/html"))


@mutant(None, kind="degenerate")
def refuses_all_but_the_log_in_with_401(server: Patient) -> None:
    """The log-in works, and its token never."""
    server.instead(after_log_in(always(401, REFUSAL)))


@mutant(None, kind="degenerate")
def refuses_all_but_the_log_in_with_403(server: Patient) -> None:
    """The log-in works, and nothing is allowed."""
    server.instead(after_log_in(always(403, REFUSAL)))


@mutant(None, kind="degenerate")
def refuses_all_but_the_log_in_with_404(server: Patient) -> None:
    """The log-in works, and nothing is found."""
    server.instead(after_log_in(always(404, REFUSAL)))


@mutant(None, kind="degenerate")
def refuses_all_but_the_log_in_with_422(server: Patient) -> None:
    """The log-in works, and nothing is valid."""
    server.instead(after_log_in(always(422, REFUSAL)))


@mutant(None, kind="degenerate")
def breaks_down_after_the_log_in(server: Patient) -> None:
    """The log-in works, and everything else is 500."""
    server.instead(after_log_in(always(500, REFUSAL)))


@mutant(None, kind="degenerate")
def is_empty_after_the_log_in(server: Patient) -> None:
    """The log-in works, and everything else is 200 `{}`."""
    server.instead(after_log_in(always(200, {})))


@mutant(None, kind="degenerate")
def breaks_down_now_and_then(server: Patient) -> None:
    """One request in ten is answered 503, whatever it asks."""
    dice = random.Random(1)
    broken = always(503, REFUSAL)

    @server.instead
    async def sometimes(app: App, scope: Scope, receive: Receive, send: Send) -> None:
        if dice.random() < 0.1:
            await broken(app, scope, receive, send)
        else:
            await app(scope, receive, send)


@mutant(None, kind="degenerate")
def takes_ten_seconds(server: Patient) -> None:
    """Every answer comes, ten seconds late."""

    @server.instead
    async def late(app: App, scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(10)
        await app(scope, receive, send)


@mutant(None, kind="degenerate")
def closes_the_connection(server: Patient) -> None:
    """Every connection ends in the middle of the answer."""

    @server.instead
    async def cut(app: App, scope: Scope, receive: Receive, send: Send) -> None:
        await _drained(receive)
        headers = [(b"content-type", JSON.encode()), (b"content-length", b"100")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"id": "', "more_body": True})
        raise ConnectionResetError("the line is cut")


@mutant(None, kind="degenerate")
def redirects_without_end(server: Patient) -> None:
    """Every address leads to itself."""

    @server.instead
    async def around(app: App, scope: Scope, receive: Receive, send: Send) -> None:
        await _drained(receive)
        await _answer(send, 307, b"", {"location": scope["path"]})


def always(status: int, body: Any, media: str = JSON) -> Instead:
    """One answer to everything."""
    content = body.encode() if isinstance(body, str) else orjson.dumps(body)

    async def instead(app: App, scope: Scope, receive: Receive, send: Send) -> None:
        await _drained(receive)
        await _answer(send, status, content, {"content-type": media})

    return instead


def after_log_in(instead: Instead) -> Instead:
    """The log-in as it is, and something else for all others."""

    async def chosen(app: App, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].endswith(LOG_IN):
            await app(scope, receive, send)
        else:
            await instead(app, scope, receive, send)

    return chosen


async def _drained(receive: Receive) -> None:
    while (await receive()).get("more_body"):
        pass


async def _answer(send: Send, status: int, content: bytes, headers: Mapping[str, str]) -> None:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    raw.append((b"content-length", str(len(content)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": content})
