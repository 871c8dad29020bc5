"""Exchanges as commands for curl, quoted for POSIX shells."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from understudy.contract.secret import HIDDEN
from understudy.journal.decoding import CONTROL
from understudy.journal.har import url
from understudy.journal.reading import Exchange

TOKEN = '-H "Authorization: Bearer $TOKEN"'
OWN = frozenset({"accept-encoding", "connection", "content-length", "host", "user-agent"})
"""Headers that curl sends as it needs them."""

REASONS = {
    "too_large": "was too large to be kept",
    "not_text": "is no text",
    "not_read": "was not read",
}


def script(sandbox: str, commands: list[str]) -> str:
    """A shell script of these commands; there is a line even where there is no command."""
    count = "1 request" if len(commands) == 1 else f"{len(commands)} requests"
    head = [f"# {count} to sandbox {sandbox}; $TOKEN is the access token"]
    if any(HIDDEN in command for command in commands):
        head.append(f"# {HIDDEN} stands for a secret, such as a password: fill it in")
    return "\n".join([*head, *commands, ""])


def command(exchange: Exchange) -> str:
    """`curl -X POST http://127.0.0.1:8000/… -H "Authorization: Bearer $TOKEN" --data-raw '{…}'`."""
    return CONTROL.sub("?", " ".join(["curl", *_arguments(exchange)]))


def _arguments(exchange: Exchange) -> Iterator[str]:
    method, address, size = exchange.entry.method, url(exchange), exchange.size
    if method == "HEAD":
        yield "--head"
    elif method != "GET" or size.length:
        yield f"-X {shlex.quote(method)}"
    if any(sign in address for sign in "[]{}"):
        yield "--globoff"
    yield shlex.quote(address)
    yield from _headers(exchange)
    if size.omitted:
        yield f" # the body {REASONS[size.omitted]}"
    elif size.length:
        yield f"--data-raw {shlex.quote(exchange.body_text)}"


def _headers(exchange: Exchange) -> Iterator[str]:
    headers = exchange.headers
    for name, value in headers.items():
        if name == "authorization" and value.lower().startswith("bearer "):
            yield TOKEN
        elif name not in OWN and (name, value) != ("accept", "*/*"):
            yield f"-H {shlex.quote(f'{name}: {value}' if value else f'{name};')}"
    if exchange.size.length and "content-type" not in headers:
        yield "-H 'content-type:'"
