"""Where and with what it was measured."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.tools import installed

LIBRARIES = ("uvicorn", "uvloop", "httptools", "connexion", "jsonschema-rs", "orjson")


def described() -> dict[str, str]:
    """What to tell of this machine, in words."""
    memory = next(
        (line for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), "MemTotal: 0"
    )
    return {
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "commit": _said(["git", "describe", "--always", "--dirty", "--tags"]),
        "processor": _processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{int(memory.split()[1]) / 2**20:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
    }


def versions() -> dict[str, str]:
    """Of what was measured, and measured with."""
    found = {name: importlib.metadata.version(name) for name in LIBRARIES}
    found |= {"wrk": _said(["wrk", "-v"]).removeprefix("wrk ").split(" ")[0]}
    java = _said(["java", "-version"]).split('"')
    return (
        found
        | installed()
        | {
            "node": _said(["node", "--version"]).removeprefix("v"),
            "java": java[1] if len(java) > 1 else "",
        }
    )


def _processor() -> str:
    names = [line.partition(":")[2] for line in _lines("/proc/cpuinfo") if "model name" in line]
    return names[0].strip() if names else platform.machine()


def _lines(file: str) -> list[str]:
    return Path(file).read_text("utf-8").splitlines() if Path(file).exists() else []


def _said(command: Sequence[str]) -> str:
    """The first line that a command prints, on either stream; empty where there is none."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parent)
    except OSError:
        return ""
    return ((done.stdout or done.stderr).splitlines() or [""])[0]
