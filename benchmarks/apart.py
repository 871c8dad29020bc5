"""What is measured in a process or with a client of its own: requests inside the server, the quick
suite, the soak.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import Any

from benchmarks import servers
from benchmarks.loading import load_expected
from benchmarks.process import MeasurementError
from benchmarks.progress import Progress
from benchmarks.settings import Settings
from benchmarks.tools import TOOLS, environment

SUITE = 60.0
"""Seconds that the quick suite takes, about."""


def inside(settings: Settings, progress: Progress) -> dict[str, Any]:
    """`{number of defects: …}`: what `inside.measured` gives, from a process of its own."""
    found = {}
    for size in settings.inside:
        command = [sys.executable, "-m", "benchmarks.inside", "--json"]
        command += ["--defects", str(size), "--calls", str(settings.calls)]
        done = subprocess.run(
            command, capture_output=True, text=True, env={**os.environ, **environment()}
        )
        if done.returncode:
            raise MeasurementError(f"inside: {done.stderr.strip().splitlines()[-1:]}")
        found[str(size)] = json.loads(done.stdout)
        progress.done(_expected(size, settings), f"inside, {size:,} defects")
    return {"inside": found}


def inside_expected(settings: Settings) -> float:
    """Seconds."""
    return sum(_expected(size, settings) for size in settings.inside)


def suite(_settings: Settings, progress: Progress) -> dict[str, Any]:
    """`{seconds, requests, rules, verdict}` of the quick suite against our own server."""
    report = TOOLS / "verify.json"
    with servers.understudy(None) as server:
        started = time.perf_counter()
        command = [sys.executable, "-m", "understudy", "verify", server.base, "--json", str(report)]
        command += ["--effort", "quick", "--workers", "2", "--seed", "1", "--no-color"]
        done = subprocess.run(command, capture_output=True, text=True, cwd=TOOLS)
        seconds = time.perf_counter() - started
    if done.returncode:
        raise MeasurementError(f"the suite ended with {done.returncode}: {done.stdout[-200:]!r}")
    told = json.loads(report.read_text("utf-8"))
    progress.done(SUITE, f"suite: {seconds:.1f} s")
    return {
        "suite": {
            "seconds": round(seconds, 2),
            "requests": told["guest"]["requests"],
            "rules": told["counts"]["passed"],
            "verdict": told["verdict"],
        }
    }


def suite_expected(_settings: Settings) -> float:
    """Seconds."""
    return SUITE


def soak(settings: Settings, progress: Progress) -> dict[str, Any]:
    """What `benchmarks.soak` finds in so many seconds."""
    from benchmarks.soak import soak as run

    found = run(settings.soak, log=lambda line: progress.done(0, f"soak: {line}"))
    progress.done(settings.soak, "soak")
    return {"soak": found}


def soak_expected(settings: Settings) -> float:
    """Seconds."""
    return settings.soak


def _expected(size: int, settings: Settings) -> float:
    return load_expected(size) + settings.calls * 0.06
