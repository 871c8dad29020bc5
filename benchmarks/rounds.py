"""Servers under load, in turn: each round measures every one of them before the next begins, so
that what the machine does meanwhile hits all alike. One server is loaded at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from benchmarks import wrk
from benchmarks.process import MeasurementError
from benchmarks.progress import Progress
from benchmarks.server import Server, ask_once
from benchmarks.settings import Settings
from benchmarks.tools import TOOLS

OVERHEAD = 0.5
"""Seconds that a measurement takes besides: forgetting what was stored, logging in."""
SPARE = 4
"""Refresh tokens beyond one for each connection and one under way each."""


@dataclass(frozen=True, slots=True)
class Job:
    """One cell of a table: a server under a workload over so many connections."""

    server: Server
    workload: str
    connections: int


Found = dict[Job, list[wrk.Load]]


def measured(jobs: Sequence[Job], settings: Settings, progress: Progress) -> Found:
    """Warm each of them up, then measure all of them in each round. What failed is left out."""
    found: dict[int, list[wrk.Load]] = {number: [] for number in range(len(jobs))}
    for turn in range(settings.rounds + 1):
        for number, job in enumerate(jobs):
            if number not in found:
                continue
            seconds = settings.seconds if turn else settings.warm * job.server.warming
            label = f"{job.workload}, {job.server.name}, {job.connections} connections"
            try:
                load = one(job, seconds)
            except (MeasurementError, httpx.HTTPError, OSError) as error:
                progress.failed(label, error)
                del found[number]
                continue
            if turn:
                found[number].append(load)
            step = f"round {turn} of {settings.rounds}" if turn else "warm-up"
            progress.done(seconds + OVERHEAD, f"{step}: {label}: {load.rate:,.0f}/s")
    return {jobs[number]: loads for number, loads in found.items() if loads}


def expected(jobs: int, settings: Settings) -> float:
    """Seconds that so many jobs take."""
    once = settings.warm + OVERHEAD + settings.rounds * (settings.seconds + OVERHEAD)
    return jobs * once


def one(job: Job, seconds: float) -> wrk.Load:
    """One measurement of a server that holds what it held at first."""
    workload = job.server.workload(job.workload)
    job.server.renew()
    tokens = 2 * job.connections + SPARE if workload.rotates else 0
    to = job.server.destination(tokens)
    if not workload.rotates:
        # What a store puts off until it is first asked is not what is measured.
        ask_once(to, workload)
    return wrk.run(to, workload, TOOLS, seconds=seconds, connections=job.connections)


def as_json(loads: Sequence[wrk.Load]) -> dict[str, Any]:
    """`{rate, p50, p99}`: lists of a value for each round."""
    return {
        name: [round(getattr(load, name), 3) for load in loads] for name in ("rate", "p50", "p99")
    }
