"""`understudy serve` as it is by default, and what it weighs. Wants Linux's /proc."""

from __future__ import annotations

import asyncio
import contextlib
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from benchmarks.process import free_port, resident
from benchmarks.soak.client import Connection, Wrong

HOST = "127.0.0.1"
STARTING = 60.0
STOPPING = 30.0
"""Seconds that it has for each."""
PROGRESS = re.compile(r"^.*: [\d,]+ objects in [\d.]+ s\n", re.MULTILINE)
CONTROL = "/_control/sandboxes"


@dataclass
class Served:
    """A running server: its process, its port, the file of its stderr."""

    child: subprocess.Popen[bytes]
    port: int
    stderr: IO[bytes]
    stop_seconds: float = 0.0

    def memory(self) -> float:
        """Resident megabytes."""
        return round(resident(self.child.pid) / 2**20, 2)

    def peak(self) -> float:
        """The most megabytes that were ever resident."""
        status = Path(f"/proc/{self.child.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
        return round(int(line.split()[1]) / 1024, 2)

    def open_files(self) -> int:
        """File descriptors, connections included."""
        return len([*Path(f"/proc/{self.child.pid}/fd").iterdir()])

    def said(self) -> str:
        """What it wrote to stderr besides its progress with scenarios: nothing, if all is well."""
        self.stderr.seek(0)
        return PROGRESS.sub("", self.stderr.read().decode(errors="replace"))

    def connect(self) -> Connection:
        """A connection of its own to it."""
        return Connection(HOST, self.port)

    async def control(self, method: str, path: str, body: Any = None) -> Any:
        """The control API's answer below `/sandboxes`. Raises Wrong for a refusal."""
        connection = self.connect()
        answer = await connection.ask(method, f"{CONTROL}{path}", body)
        connection.close()
        if answer.status not in (200, 201):
            raise Wrong(f"{method} {path}: {answer.status}: {answer.body[:200]!r}")
        return answer.json()

    async def objects(self) -> int:
        """How many objects it holds in all sandboxes."""
        listed = await self.control("GET", "")
        return sum(one["objects"] for one in listed["sandboxes"])

    async def answers(self) -> None:
        """Wait for its first answer. Raises Wrong where there is none."""
        deadline = time.perf_counter() + STARTING
        while True:
            try:
                await self.control("GET", "")
                return
            except Wrong:
                if self.child.poll() is not None or time.perf_counter() > deadline:
                    raise Wrong(f"the server did not start: {self.said()}") from None
                await asyncio.sleep(0.02)


@contextlib.contextmanager
def served() -> Iterator[Served]:
    """A server for the length of the block; `stop_seconds` tells how long it took to stop."""
    port = free_port()
    command = [sys.executable, "-m", "understudy", "serve", "--port", str(port)]
    with tempfile.TemporaryFile() as stderr:
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=stderr)
        server = Served(child, port, stderr)
        _allow_many_files()  # after the child: it is to have what anybody's server has
        try:
            yield server
        finally:
            started = time.perf_counter()
            child.terminate()
            try:
                child.wait(STOPPING)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            server.stop_seconds = round(time.perf_counter() - started, 2)


def _allow_many_files() -> None:
    import resource  # Windows has none, and shall be told so by the command

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard == resource.RLIM_INFINITY or soft < hard:
        most = 65_536 if hard == resource.RLIM_INFINITY else hard
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))
