"""Mixed traffic for minutes, and clients that do a server no good: does it stay as it was?"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from benchmarks.soak.client import Tally
from benchmarks.soak.rounds import Log, Rounds
from benchmarks.soak.server import Served, served
from benchmarks.soak.stages import Stages

CONNECTIONS = 256
IDLE = 1000
UNHARMED = 50.0
"""Milliseconds for 99 of 100 answers beside clients that stall, where nobody is busy."""
ENOUGH = 200_000
"""So many requests tell something of a million."""
GROWTH = 8.0
"""Megabytes: rounds of the same work differ by so much without anything being kept."""


def soak(
    seconds: float, log: Log = print, *, connections: int = CONNECTIONS, idle: int = IDLE
) -> dict[str, Any]:
    """Rounds, then crowds, in about so many seconds; told in lines to `log`, and for JSON:

    `requests`, `errors`, `examples` of unexpected answers, `kinds` (see Tally.kinds), `rounds` and
    `memory` (see Rounds.run), `crowd` (see Stages.run), `stderr`: what the server wrote there,
    `stop_seconds`: how long it took to stop, `is_well`: whether all of that is as it should be.
    Raises Wrong where the server does not start or its control API refuses.
    """
    with served() as server, asyncio.Runner(loop_factory=_loop_factory()) as runner:
        found = runner.run(_all(server, seconds, connections, idle, log))
        found["stderr"] = server.said()
    found["stop_seconds"] = server.stop_seconds
    found["is_well"] = judge(found, log)
    return found


async def _all(
    server: Served, seconds: float, connections: int, idle: int, log: Log
) -> dict[str, Any]:
    await server.answers()
    tally = Tally()
    found = await Rounds(server, seconds, connections, tally, log).run()
    kinds, requests = tally.kinds(), tally.requests
    log("")
    log(f"{'milliseconds':16}{'requests':>10}{'p50':>9}{'p99':>9}{'longest':>9}")
    for kind, one in kinds.items():
        figures = "".join(f"{one[name]:>9.1f}" for name in ("p50_ms", "p99_ms", "max_ms"))
        log(f"{kind:16}{one['requests']:>10,}{figures}")
    rows = await Stages(server, seconds, connections, idle, tally, log).run()
    found |= {"seconds": seconds, "requests": requests, "kinds": kinds, "crowd": rows}
    return found | {"errors": tally.errors, "examples": tally.examples}


def judge(found: dict[str, Any], log: Log) -> bool:
    """Tell what is as it should be and what is not; whether all is."""
    memory, rows = found["memory"], found["crowd"]
    left = {row["with"]: row["files_after"] - row["files_before"] for row in rows}
    kept = [f"{count} beside {name}" for name, count in left.items() if count > 0]
    alone, beside = rows[0]["p99_ms"], max(row["p99_ms"] for row in rows if row["is_quiet"])
    slope = ""
    if found["requests"] >= ENOUGH:
        slope = f", {memory['mb_per_million_requests']:+.1f} MB for a million requests"
    verdicts = {
        f"{found['errors']} unexpected answers in {found['requests']:,}": not found["errors"],
        f"memory beyond the data grew by {memory['growth_mb']:+.1f} MB after the warm-up{slope}": (
            memory["growth_mb"] <= GROWTH
        ),
        f"{memory['objects_growth']:+} objects left over": memory["objects_growth"] == 0,
        f"p99 of one client alone {alone:.1f} ms, beside those that stall {beside:.1f} ms": (
            beside <= max(UNHARMED, 10 * alone)
        ),
        f"connections left open: {', '.join(kept) or 'none'}": not kept,
        f"stderr: {found['stderr'].strip()[:500] or 'nothing'}": not found["stderr"].strip(),
        f"stopped in {found['stop_seconds']:.1f} s": found["stop_seconds"] < 10,
    }
    log("")
    for told, is_well in verdicts.items():
        log(f"{'ok ' if is_well else 'BAD'}  {told}")
    for example in found["examples"]:
        log(f"     {example}")
    return all(verdicts.values())


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop
