"""From start to first answer, the memory that takes, and what it costs to begin with much data."""

from __future__ import annotations

import shutil
from typing import Any

from benchmarks import servers, wrk
from benchmarks.loading import load_expected
from benchmarks.process import Running, free_port, running
from benchmarks.progress import Progress
from benchmarks.server import API, client
from benchmarks.settings import Settings
from benchmarks.tools import TOOLS, environment

ONE_START, GROWTH = 1.5, 3.0
FIRST_EVER = "understudy, first start ever"
COLD = TOOLS / "cold"


def start(settings: Settings, progress: Progress) -> dict[str, Any]:
    """`{server: {seconds: [from start to first answer], memory: [bytes then]}}`, and `defect`."""
    found: dict[str, Any] = {}
    for turn in range(settings.starts):
        for key in settings.servers:
            if key == "state":
                continue
            name = servers.BY_KEY[key].name
            with (
                servers.understudy(None)
                if key == "understudy"
                else servers.BY_KEY[key].start() as one
            ):
                _take_down(found, name, one.process)
            progress.done(ONE_START, f"start {turn + 1} of {settings.starts}: {name}")
        if "understudy" in settings.servers:
            _take_down(found, FIRST_EVER, _first_ever())
            progress.done(ONE_START, f"start {turn + 1} of {settings.starts}: {FIRST_EVER}")
    results: dict[str, Any] = {"starts": found}
    if "understudy" in settings.servers:
        results["defect"] = {"bytes": _growth()}
        progress.done(3 * GROWTH, f"memory of a defect: {results['defect']['bytes']:,.0f} bytes")
    return results


def start_expected(settings: Settings) -> float:
    """Seconds."""
    return ONE_START * settings.starts * (len(settings.servers) + 1) + 3 * GROWTH


def loads(settings: Settings, progress: Progress) -> dict[str, Any]:
    """`{number of defects: {cold, kept}}`: seconds until the first answer of a server that begins
    with so many, made anew, and read from what an earlier start kept.
    """
    found: dict[str, Any] = {}
    for size in settings.inside:
        seconds = {}
        shutil.rmtree(COLD, ignore_errors=True)
        for kind in ("cold", "kept"):
            port = free_port()
            command = servers.understudy_command(port, size)
            env = environment() | {"UNDERSTUDY_CACHE": str(COLD)}
            with running(command, port, f"{API}/auth/me", env) as process:
                seconds[kind] = round(process.seconds, 3)
            progress.done(load_expected(size), f"{size:,} defects, {kind}: {seconds[kind]:.2f} s")
        shutil.rmtree(COLD, ignore_errors=True)
        found[str(size)] = seconds
    return {"scenario": found}


def loads_expected(settings: Settings) -> float:
    """Seconds."""
    return 2 * sum(map(load_expected, settings.inside))


def _take_down(found: dict[str, Any], name: str, process: Running) -> None:
    one = found.setdefault(name, {"seconds": [], "memory": []})
    one["seconds"].append(round(process.seconds, 4))
    one["memory"].append(process.first_memory)


def _first_ever() -> Running:
    shutil.rmtree(COLD, ignore_errors=True)
    port = free_port()
    env = environment() | {"UNDERSTUDY_CACHE": str(COLD)}
    with running(servers.understudy_command(port, None), port, f"{API}/auth/me", env) as one:
        return one


def _growth() -> float:
    """Resident bytes for each defect that is posted, once the journal is full."""
    with servers.understudy(None) as server:
        workload = server.workload("post")
        to = server.destination()
        held: list[tuple[int, int]] = []
        for _ in range(3):
            wrk.run(to, workload, TOOLS, seconds=GROWTH, connections=16)
            with client(server.base) as asking:
                asking.headers["Authorization"] = to.headers["Authorization"]
                total = asking.get("/defects?per_page=1").json()["total"]
            held.append((total, server.process.memory()))
    (first, before), (last, after) = held[0], held[-1]
    return (after - before) / (last - first)
