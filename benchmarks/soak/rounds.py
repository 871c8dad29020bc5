"""Rounds of mixed traffic, after each of which the data is as it was at first."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.soak.client import Tally
from benchmarks.soak.server import Served
from benchmarks.soak.traffic import Desk, Tenant, Worker

FEW = 16
"""Connections in every other round."""
ROUNDS = 4
WARM_UP, ROUND = 0.2, 0.12
"""Their shares of the time."""
ARRIVING = 0.3
"""The share of a round in which people arrive: who logs in waits for all who do so at once."""
TENANTS = 2
SNAPSHOT = "soak"

Log = Callable[[str], object]


def until(end: float) -> Callable[[], bool]:
    """Whether that time of the performance counter has come."""
    return lambda: time.perf_counter() >= end


def workers(server: Served, tally: Tally, count: int) -> list[Worker]:
    """So many people, each with a connection; two of them make sandboxes of their own."""
    desks = [Desk(server.connect(), tally, number) for number in range(count - TENANTS)]
    return [*desks, *(Tenant(server.connect(), tally, number) for number in range(TENANTS))]


async def go_back(server: Served) -> None:
    """Have the first data again."""
    await server.control("POST", f"/default/snapshots/{SNAPSHOT}/restore", {})


class Rounds:
    """All rounds: `seconds` of the whole soak, `connections` in the busy ones."""

    def __init__(self, server: Served, seconds: float, connections: int, tally: Tally, log: Log):
        self._server = server
        self._seconds = seconds
        self._connections = connections
        self._tally = tally
        self._log = log

    async def run(self) -> dict[str, Any]:
        """`rounds`, a row for each, the two of the warm-up first; `memory`, in megabytes: what grew
        since the warm-up did so with the same data.
        """
        start = self._server.memory()
        await self._server.control("POST", "/default/snapshots", {"name": SNAPSHOT})
        objects = await self._server.objects()
        self._log(f"memory at the start: {start:.0f} MB, with {objects:,} objects")
        self._log("")
        self._log(
            f"{'':10}{'connections':>12}{'requests':>10}{'per s':>8}{'objects':>9}{'memory':>11}"
        )
        rows = [
            await self._round("warm-up", count, self._seconds * WARM_UP / 2)
            for count in (FEW, self._connections)
        ]
        for number in range(ROUNDS):
            count = self._connections if number % 2 else FEW
            rows.append(await self._round(f"round {number + 1}", count, self._seconds * ROUND))
        warm, end = rows[1]["memory_mb"], rows[-1]["memory_mb"]
        memory = {
            "start_mb": start,
            "warm_mb": warm,
            "end_mb": end,
            "peak_mb": self._server.peak(),
            "growth_mb": round(end - warm, 2),
            "mb_per_million_requests": slope(rows[1:]),
            "objects_at_start": objects,
            "objects_growth": rows[-1]["objects"] - objects,
        }
        return {"rounds": rows, "memory": memory}

    async def _round(self, name: str, count: int, seconds: float) -> dict[str, float]:
        before, started = self._tally.requests, time.perf_counter()
        is_over, arriving = until(started + seconds), seconds * ARRIVING / count
        everybody = enumerate(workers(self._server, self._tally, count))
        await asyncio.gather(*(one.work(is_over, number * arriving) for number, one in everybody))
        took, sent = time.perf_counter() - started, self._tally.requests - before
        await go_back(self._server)
        row = {
            "connections": count,
            "requests": sent,
            "requests_so_far": self._tally.requests,
            "per_second": round(sent / took, 1),
            "objects": await self._server.objects(),
            "memory_mb": self._server.memory(),
        }
        self._log(
            f"{name:10}{count:>12}{sent:>10,}{row['per_second']:>8,.0f}{row['objects']:>9,}"
            f"{row['memory_mb']:>8.1f} MB"
        )
        return row


def slope(rows: Sequence[dict[str, float]]) -> float:
    """Megabytes by which memory grows in a million requests: least squares over the rounds."""
    xs = [row["requests_so_far"] / 1e6 for row in rows]
    ys = [row["memory_mb"] for row in rows]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((one - x) ** 2 for one in xs)
    return round(sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / (spread or 1), 2)
