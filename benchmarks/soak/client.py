"""A small HTTP client that is quicker than the server it asks, and a tally of what was answered."""

from __future__ import annotations

import asyncio
import json
import time
from array import array
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import httptools

PATIENCE = 60.0
"""Seconds after which an answer counts as never given."""
EXAMPLES = 20
"""So many unexpected answers are told in full."""


class Wrong(Exception):
    """An answer that was not expected, or none."""


@dataclass(slots=True)
class Answer:
    """What came back, and after how many seconds."""

    status: int
    body: bytes
    seconds: float

    def json(self) -> Any:
        """The body, decoded."""
        return json.loads(self.body)


class _Wire(asyncio.Protocol):
    """One TCP connection, with one request under way at most."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._body: list[bytes] = []
        self._waiting: asyncio.Future[tuple[int, bytes]] | None = None

    @property
    def is_open(self) -> bool:
        return self.transport is not None and not self.transport.is_closing()

    def send(self, data: bytes) -> asyncio.Future[tuple[int, bytes]]:
        assert self.transport is not None
        self._waiting = asyncio.get_running_loop().create_future()
        self.transport.write(data)
        return self._waiting

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        body, self._body = b"".join(self._body), []
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.done():
            waiting.set_result((self._parser.get_status_code(), body))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(ConnectionResetError("closed before the answer"))


class Connection:
    """A keep-alive connection to `host:port`, opened when it is needed; a request at a time.

    One that the server closed after it was used is opened again, as any client does: `reopened`
    tells how often.
    """

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._wire: _Wire | None = None
        self.reopened = 0

    @property
    def is_open(self) -> bool:
        """Whether the next request goes over the connection that the last one came over."""
        return self._wire is not None and self._wire.is_open

    async def ask(self, method: str, path: str, body: Any = None, token: str = "") -> Answer:
        """Send a request with a JSON body, wait for the whole answer. Raises Wrong for none."""
        payload = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n"
        if token:
            head += f"Authorization: Bearer {token}\r\n"
        if body is not None:
            head += f"Content-Type: application/json\r\nContent-Length: {len(payload)}\r\n"
        data = head.encode() + b"\r\n" + payload
        started = time.perf_counter()
        try:
            async with asyncio.timeout(PATIENCE):
                status, answered = await self._exchange(data)
        except TimeoutError:
            self.close()
            raise Wrong(f"{method} {path}: no answer within {PATIENCE:.0f} s") from None
        except OSError as error:
            self.close()
            raise Wrong(f"{method} {path}: {error}") from None
        return Answer(status, answered, time.perf_counter() - started)

    async def _exchange(self, data: bytes) -> tuple[int, bytes]:
        if self._wire is not None and not self._wire.is_open:
            self._wire = None
            self.reopened += 1
        if self._wire is None:
            loop = asyncio.get_running_loop()
            _, self._wire = await loop.create_connection(_Wire, self._host, self._port)
        return await self._wire.send(data)

    def close(self) -> None:
        """Close it; the next request opens another."""
        if self._wire is not None and self._wire.transport is not None:
            self._wire.transport.close()
        self._wire = None


class Tally:
    """How long answers took by kind of request, and which were not as expected."""

    def __init__(self) -> None:
        self._seconds: defaultdict[str, array[float]] = defaultdict(lambda: array("d"))
        self.errors = 0
        self.examples: list[str] = []

    @property
    def requests(self) -> int:
        """How many answers there were, the unexpected ones included."""
        return sum(map(len, self._seconds.values()))

    def add(self, kind: str, seconds: float) -> None:
        """An answer came."""
        self._seconds[kind].append(seconds)

    def complain(self, told: str) -> None:
        """An answer was not the expected one, or did not come."""
        self.errors += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(told)

    def kinds(self) -> dict[str, dict[str, float]]:
        """By kind of request, and for `all` of them: requests, p50_ms, p99_ms, max_ms."""
        found = {kind: summary(seconds) for kind, seconds in sorted(self._seconds.items())}
        everything = array("d", (one for seconds in self._seconds.values() for one in seconds))
        return {**found, "all": summary(everything)}


def summary(seconds: array[float]) -> dict[str, float]:
    """requests, p50_ms, p99_ms and max_ms of so many durations."""
    ordered = sorted(seconds) or [0.0]

    def at(share: float) -> float:
        return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 3)

    return {"requests": len(seconds), "p50_ms": at(0.5), "p99_ms": at(0.99), "max_ms": at(1.0)}
