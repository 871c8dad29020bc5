"""A line for each request, readable while a person tries things, out of the way when thousands
come.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING

import click

from understudy import clock
from understudy.console.mount import AGENT
from understudy.journal.blanking import Blanking, without_tokens
from understudy.journal.secrets import secrets_of
from understudy.sandbox import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Callable

    from understudy.contract.model import Contract
    from understudy.errors import ApiError
    from understudy.pipeline.exchange import Reply, Request

TICK = 0.1
"""Seconds between two looks at what came in."""
LINES = 40
"""So many lines are written at each tick; the rest is counted."""

PATIENCE = 1.0
"""Seconds that the end waits for a line to be written."""
LONGEST = 200
"""Characters of an address, or of a list of fields, that are shown."""
LOOKED_AT = 2000
"""Characters of a query, or of a path that no operation answers, that are looked at."""

COLOURS = {2: "green", 3: "cyan", 4: "yellow", 5: "red"}


class RequestLog:
    """Tell it of each exchange; it writes soon after, from the event loop.

    `contract`: gives the one that is served, which says what is secret.
    """

    def __init__(self, contract: Callable[[], Contract]) -> None:
        self._contract = contract
        self._pending: list[str] = []
        self._more = 0
        self._is_waiting = False
        self._writer = _Writer()

    def __call__(self, request: Request, reply: Reply, seconds: float) -> None:
        """Take down one exchange, unless the console only looks: its pages do so all the time."""
        if (
            request.sandbox is None
            and request.method == "GET"
            and request.headers.get(b"user-agent") == AGENT.encode()
        ):
            return
        if len(self._pending) < LINES:
            secrets = secrets_of(self._contract()).of(request.operation)
            self._pending.append(line(request, reply, seconds, Blanking(secrets)))
        else:
            self._more += 1
        if not self._is_waiting:
            self._is_waiting = True
            asyncio.get_running_loop().call_later(TICK, self.flush)

    def flush(self) -> None:
        """Have what has been taken down written, unless the writer is still busy."""
        self._is_waiting = False
        if self._writer.is_busy:
            return
        lines, more = self._pending, self._more
        self._pending, self._more = [], 0
        if more:
            lines.append(click.style(f"          … and {more} more requests", dim=True))
        if lines:
            self._writer.write("\n".join(lines))

    def close(self) -> None:
        """Write the rest; give up on a reader that does not take it."""
        self._writer.settle()
        self.flush()
        self._writer.settle()


class _Writer:
    """Writes in a thread of its own: a terminal that stands still, or a pipe that nobody reads,
    must not stop the server. It is one thread for all: to start one, the event loop would wait for
    it each time.
    """

    def __init__(self) -> None:
        self._texts: SimpleQueue[str] = SimpleQueue()
        self._is_idle = threading.Event()
        self._is_idle.set()
        self._thread: threading.Thread | None = None

    @property
    def is_busy(self) -> bool:
        """Whether it has not written the last text yet."""
        return not self._is_idle.is_set()

    def write(self, text: str) -> None:
        """Have a text written, soon."""
        self._is_idle.clear()
        self._texts.put(text)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="request log", daemon=True)
            self._thread.start()

    def settle(self) -> None:
        """Wait until it is written, but not for long."""
        self._is_idle.wait(PATIENCE)

    def _run(self) -> None:
        while True:
            text = self._texts.get()
            try:
                with contextlib.suppress(OSError, ValueError):  # nobody reads it any more
                    click.echo(text)
            finally:
                self._is_idle.set()


def line(request: Request, reply: Reply, seconds: float, blanking: Blanking) -> str:
    """`09:00:01  200     5.2 ms  GET     /api/v1/auth/me  admin@acme.test`, and after that what was
    refused and what the contract does not know; secrets are blanked as in the journal.
    """
    status = click.style(str(reply.status), fg=COLOURS.get(reply.status // 100))
    text = (
        f"{clock.time_of_day()}  {status}  {seconds * 1000:6.1f} ms  {request.method:<7} "
        f"{_printable(_address(request, blanking))}  {_printable(_who(request))}"
    ).rstrip()
    if request.is_first and request.sandbox:
        text += click.style(f"  new sandbox {request.sandbox.name}", fg="cyan")
    if reply.refusal:
        text += click.style(f"  {_printable(_why(reply.refusal))}", dim=True)
    if request.strike:
        text += click.style(f"  fault {request.strike.rule_id}: {request.strike.does}", fg="red")
    if request.context and request.context.warnings:
        told = _printable(", ".join(request.context.warnings))
        text += click.style(f"  not in the contract: {told}", fg="magenta")
    return text


def _address(request: Request, blanking: Blanking) -> str:
    path = request.path if request.operation else request.path[:LOOKED_AT]
    query = request.query_string[:LOOKED_AT].decode("latin-1")
    return blanking.path(path) + (f"?{blanking.query(query)}" if query else "")


def _who(request: Request) -> str:
    who = request.context.user_name if request.context else ""
    is_elsewhere = request.sandbox is not None and request.sandbox.name != DEFAULT
    return f"{who} in {request.sandbox.name}" if is_elsewhere and request.sandbox else who


def _why(refusal: ApiError) -> str:
    """The code, with the fields at fault where there are any, else in words."""
    return f"{refusal.code}: {', '.join(refusal.details or [refusal.message])}"


def _printable(text: str) -> str:
    """At most a few lines of it, without tokens, and without control characters, which could move
    the cursor.
    """
    text = without_tokens(text)
    shown = text if len(text) <= LONGEST else f"{text[:LONGEST]} …"
    return "".join(character if character.isprintable() else "?" for character in shown)
