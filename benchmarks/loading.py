"""Servers under load: side by side, over few and many connections, with ever more defects."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from benchmarks import rounds, servers, workloads
from benchmarks.progress import Progress
from benchmarks.rounds import Job
from benchmarks.settings import Settings

TO_START = 2.0
"""Seconds that a server takes to be ready, about."""
FEW, MANY = 1, 256
COMPARED = ("understudy", "bare", "wiremock")
"""Whose numbers of connections are varied."""


def side_by_side(settings: Settings, progress: Progress) -> dict[str, Any]:
    """`{workload: {server: {rate, p50, p99}}}`, and `connections`: `{workload: {number: {…}}}`."""
    kinds = [servers.BY_KEY[key] for key in settings.servers]
    wanted = [name for name in workloads.SIDE_BY_SIDE if name in settings.only]
    varied = workloads.BY_CONNECTIONS if "connections" in settings.only else ()
    with ExitStack() as stack:
        running_servers = [(kind, stack.enter_context(kind.start())) for kind in kinds]
        jobs = [
            Job(server, name, settings.connections)
            for name in (*wanted, *(name for name in varied if name not in wanted))
            for kind, server in running_servers
            if name in kind.takes
        ]
        jobs += [
            Job(server, name, number)
            for name in varied
            for number in (FEW, MANY)
            for kind, server in running_servers
            if kind.key in COMPARED
        ]
        found = rounds.measured(jobs, settings, progress)
    results: dict[str, Any] = {"workloads": {}, "connections": {}}
    for job, loads in found.items():
        told = rounds.as_json(loads)
        if job.connections == settings.connections:
            results["workloads"].setdefault(job.workload, {})[job.server.name] = told
        if job.workload in varied:
            by_number = results["connections"].setdefault(job.workload, {})
            by_number.setdefault(str(job.connections), {})[job.server.name] = told
    return results


def side_by_side_expected(settings: Settings) -> float:
    """Seconds."""
    wanted = [name for name in workloads.SIDE_BY_SIDE if name in settings.only]
    takes = [servers.BY_KEY[key].takes for key in settings.servers]
    jobs = sum(name in one for name in wanted for one in takes)
    if "connections" in settings.only:
        jobs += 4 * sum(key in COMPARED for key in settings.servers)
    return rounds.expected(jobs, settings) + TO_START * len(takes)


def sizes(settings: Settings, progress: Progress) -> dict[str, Any]:
    """`{workload: {number of defects: {rate, p50, p99}}}`, and `loads`: what it takes to begin with
    so many, `{number: {seconds: {cold, kept}, memory}}`.
    """
    began: dict[str, Any] = {}
    with ExitStack() as stack:
        jobs = []
        for size in settings.sizes:
            server = stack.enter_context(servers.understudy(size, f"{size:,} defects"))
            memory = server.process.first_memory
            began[str(size)] = {"seconds": server.process.seconds, "memory": memory}
            progress.done(
                load_expected(size), f"begin with {size:,}: {server.process.seconds:.1f} s"
            )
            jobs += [Job(server, name, connections(name, settings)) for name in workloads.BY_SIZE]
        fewer = replace(settings, rounds=settings.size_rounds)
        jobs.sort(key=lambda job: workloads.BY_SIZE.index(job.workload))
        found = rounds.measured(jobs, fewer, progress)
    by_size = {f"{size:,} defects": str(size) for size in settings.sizes}
    results: dict[str, Any] = {}
    for job, measured in found.items():
        of_workload = results.setdefault(job.workload, {})
        of_workload[by_size[job.server.name]] = rounds.as_json(measured)
    return {"sizes": results, "began": began}


def connections(workload: str, settings: Settings) -> int:
    """As many as usual, but one for what keeps a server busy by itself: sixteen searches of a
    million defects would not be answered within one measurement.
    """
    return 1 if workload == "search" else settings.connections


def sizes_expected(settings: Settings) -> float:
    """Seconds."""
    jobs = len(settings.sizes) * len(workloads.BY_SIZE)
    fewer = replace(settings, rounds=settings.size_rounds)
    return rounds.expected(jobs, fewer) + sum(map(load_expected, settings.sizes))


def load_expected(size: int) -> float:
    """Seconds that a server takes to be ready with so many defects, about."""
    return TO_START + size / 12_000
