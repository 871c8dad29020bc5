"""Child processes: started, asked until they answer, weighed, stopped. Wants Linux's /proc."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
DEADLINE = 600.0
"""Seconds that a server has until its first answer: a million objects take a while to be made."""
PAUSE = 0.002
STOP = 20.0


class MeasurementError(Exception):
    """What makes a measurement worthless, in one line."""


@dataclass(frozen=True, slots=True)
class Running:
    """A child process. `seconds`: from its start to its first answer; `first_memory`: resident
    bytes then.
    """

    child: subprocess.Popen[bytes]
    port: int
    seconds: float
    first_memory: int

    def memory(self) -> int:
        """Resident bytes, its children's included."""
        return resident(self.child.pid)


@contextlib.contextmanager
def running(
    command: Sequence[str], port: int, path: str, env: Mapping[str, str] | None = None
) -> Iterator[Running]:
    """A server for the length of the block, which answers by the time that the block begins.
    `path`: what is asked for; any answer will do. Raises MeasurementError if there is none.
    """
    started = time.perf_counter()
    child = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **(env or {})},
    )
    try:
        seconds = _first_answer(child, port, path, started)
        yield Running(child, port, seconds, resident(child.pid))
    finally:
        child.terminate()
        try:
            child.wait(STOP)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def resident(pid: int) -> int:
    """Resident bytes of a process and its children."""
    proc = Path(f"/proc/{pid}")
    children = (proc / "task" / str(pid) / "children").read_text().split()
    lines = (proc / "status").read_text().splitlines()
    own = next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
    return own * 1024 + sum(resident(int(child)) for child in children)


def _first_answer(child: subprocess.Popen[bytes], port: int, path: str, started: float) -> float:
    while time.perf_counter() - started < DEADLINE:
        if child.poll() is not None:
            raise MeasurementError(f"it stopped by itself: {' '.join(child.args)}")  # type: ignore
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection(HOST, port, timeout=30)
            connection.request("GET", path, headers={"Authorization": "Bearer none"})
            connection.getresponse().read()
            connection.close()
            return time.perf_counter() - started
        time.sleep(PAUSE)
    raise MeasurementError(f"no answer within {DEADLINE:.0f} s: {' '.join(child.args)}")  # type: ignore
