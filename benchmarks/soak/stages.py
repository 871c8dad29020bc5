"""One well-behaved client, timed alone and beside each crowd."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

from benchmarks.soak import crowd
from benchmarks.soak.client import Tally
from benchmarks.soak.rounds import Log, go_back, until, workers
from benchmarks.soak.server import HOST, Served
from benchmarks.soak.traffic import USERS, Worker

STAGE = 0.04
"""The share of the time of each of the eight."""
PAUSE = 0.005
"""Seconds between two requests of the well-behaved client."""
LARGE = 5000
"""Defects in the answer that slow readers ask for."""
HALF_OPEN, SLOW, VANISHING = 200, 40, 100
SETTLING = 0.5
"""Seconds between the beginning of a crowd and the first request of the client beside it."""
LEAVING = 10.0
"""Seconds that a server has to close the connections of a crowd that is gone."""


class Probe(Worker):
    """The well-behaved client: reads one, lists, stores one, deletes it, at its leisure."""

    async def day(self) -> None:
        """One after the other, once."""
        made = await self.api("POST", "POST", "/defects", {"title": "Soak probe"}, status=201)
        for method, path, body in (
            ("GET", f"/defects/{made['id']}", None),
            ("GET", "/defects?severity=HIGH", None),
            ("DELETE", "/defects/batch", {"defect_ids": [made["id"]]}),
        ):
            await asyncio.sleep(PAUSE)
            await self.api(method, method, path, body)
        await asyncio.sleep(PAUSE)


class Stages:
    """All stages. `connections`: the busy ones; `idle`: the idle ones; unexpected answers go to
    `tally`.
    """

    def __init__(
        self,
        server: Served,
        seconds: float,
        connections: int,
        idle: int,
        tally: Tally,
        log: Log,
    ) -> None:
        self._server = server
        self._seconds = seconds * STAGE
        self._connections = connections
        self._idle = idle
        self._tally = tally
        self._log = log

    async def run(self) -> list[dict[str, Any]]:
        """A row for each: `with`; `is_quiet`: whether nobody was busy; the probe's `requests`,
        `errors`, `p50_ms`, `p99_ms`, `max_ms`; the server's open files and memory beforehand, then,
        and after the crowd is gone.
        """
        token = await self._make_large()
        wanted, small = ("/api/v1/defects/export/json", token), ("/api/v1/defects", token)
        port, idle, busy = self._server.port, self._idle, self._busy
        crowds: dict[str, crowd.Crowd] = {
            f"{idle:,} idle": lambda: crowd.idle(HOST, port, idle),
            f"{HALF_OPEN} half-open": lambda: crowd.half_open(HOST, port, HALF_OPEN),
            f"{SLOW} slow readers": lambda: crowd.slow_readers(HOST, port, SLOW, *wanted),
            f"{VANISHING} a second vanish": lambda: crowd.vanishing(HOST, port, VANISHING, *small),
        }
        self._log("")
        self._log(
            f"{'one client, beside':22}{'requests':>9}{'p50':>8}{'p99':>8}{'longest':>9}"
            f"{'files':>7}{'after':>7}{'memory':>10}{'after':>10}"
        )
        rows = [await self._stage("nobody else", [])]
        rows += [await self._stage(name, [one]) for name, one in crowds.items()]
        rows.append(await self._stage("all of these", [*crowds.values()]))
        rows.append(await self._stage(f"{self._connections} busy", [busy]))
        rows.append(await self._stage("all of these, busy", [*crowds.values(), busy]))
        await self._server.control("DELETE", "/soak-large")
        return rows

    async def _make_large(self) -> str:
        """Make a sandbox with answers that no socket's buffer takes; a token for it."""
        parameters = {"cases": 0, "runs": 0, "defects": LARGE}
        body = {"name": "soak-large", "scenario": "large-workspace", "parameters": parameters}
        await self._server.control("POST", "", body)
        reader = Worker(self._server.connect(), self._tally, "reader")
        await reader.log_in("admin+soak-large@acme.test")
        reader.connection.close()
        return reader.token

    async def _stage(self, name: str, crowds: list[crowd.Crowd]) -> dict[str, Any]:
        before = self._server.open_files()
        probe = Probe(self._server.connect(), self._tally, "probe")
        await probe.log_in(USERS[0])
        probe.tally = Tally()
        async with AsyncExitStack() as stack:
            for one in crowds:
                await stack.enter_async_context(one())
            # What a crowd asks for at once, as it comes, is work: it is not what is looked at here.
            await self._server.control("GET", "")
            await asyncio.sleep(SETTLING)
            await probe.work(until(time.perf_counter() + self._seconds))
            files, memory = self._server.open_files(), self._server.memory()
        for example in probe.tally.examples:
            self._tally.complain(f"beside {name}: {example}")
        await self._left(before)
        row = {
            "with": name,
            "is_quiet": self._busy not in crowds,
            **probe.tally.kinds()["all"],
            "errors": probe.tally.errors,
            "files": files,
            "files_before": before,
            "files_after": self._server.open_files(),
            "memory_mb": memory,
            "memory_after_mb": self._server.memory(),
        }
        self._log(
            f"{name:22}{row['requests']:>9,}{row['p50_ms']:>8.1f}{row['p99_ms']:>8.1f}"
            f"{row['max_ms']:>9.1f}{files:>7,}{row['files_after']:>7,}{memory:>7.0f} MB"
            f"{row['memory_after_mb']:>7.0f} MB"
        )
        return row

    async def _left(self, before: int) -> None:
        """Wait until the connections of a crowd are closed, but not for ever."""
        is_over = until(time.perf_counter() + LEAVING)
        while self._server.open_files() > before and not is_over():
            await asyncio.sleep(0.1)

    @contextlib.asynccontextmanager
    async def _busy(self) -> AsyncIterator[None]:
        """Desks at work, as many as in a busy round, and logged in by now."""
        is_over = asyncio.Event()
        everybody = workers(self._server, self._tally, self._connections)
        working = asyncio.gather(*(one.work(is_over.is_set) for one in everybody))
        try:
            while not all(one.token for one in everybody):
                await asyncio.sleep(0.05)
            yield
        finally:
            is_over.set()
            await working
            await go_back(self._server)
