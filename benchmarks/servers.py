"""The servers that are measured: how each is started, prepared with a defect, and stopped."""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

HERE = Path(__file__).parent
TOOLS = HERE / "tools"
WIREMOCK = "3.13.2"
DEADLINE = 60
DEFECT = {
    "title": "Checkout button does nothing after a coupon was applied",
    "summary": "The second click works",
    "description": "Apply a coupon, then press Checkout once.",
    "severity": "HIGH",
    "priority": "P2",
    "tags": ["checkout", "coupon"],
    "steps": [
        {
            "step_number": 1,
            "description": "Apply coupon",
            "expected_result": "Price drops",
            "actual_result": "It does",
        }
    ],
}


@dataclass
class Target:
    """A server that runs: its name, the URL of one defect and of all, the headers to send, and its
    start.

    `first_answer`: seconds from start to first answer. `memory`: resident bytes after that.
    """

    name: str
    one: str
    all: str
    headers: dict[str, str]
    first_answer: float
    memory: int


@contextlib.contextmanager
def process(command: list[str], **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A child process for the length of the block."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, **options)
    try:
        yield child
    finally:
        child.terminate()
        child.wait()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def first_answer(url: str, started: float) -> float:
    """Seconds until the URL answers anything at all."""
    while time.perf_counter() - started < DEADLINE:
        with contextlib.suppress(httpx.TransportError):
            httpx.get(url)
            return time.perf_counter() - started
        time.sleep(0.005)
    raise TimeoutError(f"{url} did not answer within {DEADLINE} s")


def resident(pid: int) -> int:
    """Resident bytes of a process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    status = Path(f"/proc/{pid}/status").read_text()
    own = int(re.search(r"VmRSS:\s+(\d+)", status)[1]) * 1024
    return own + sum(resident(int(child)) for child in children)


@contextlib.contextmanager
def understudy() -> Iterator[Target]:
    """Our own server as `understudy serve` starts it: all checks on, state in memory."""
    port = free_port()
    base = f"http://127.0.0.1:{port}/api/v1"
    started = time.perf_counter()
    with process([sys.executable, "-m", "understudy", "serve", "--port", str(port)]) as child:
        seconds = first_answer(f"{base}/auth/me", started)
        memory = resident(child.pid)
        login = {"email": "admin@acme.test", "password": "Passw0rd!"}
        token = httpx.post(f"{base}/auth/login", json=login).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        defect = httpx.post(f"{base}/defects", json=DEFECT, headers=headers).json()
        (TOOLS / "defect.json").write_text(json.dumps(defect))
        yield Target(
            "understudy",
            f"{base}/defects/{defect['id']}",
            f"{base}/defects",
            headers,
            seconds,
            memory,
        )


@contextlib.contextmanager
def bare_uvicorn() -> Iterator[Target]:
    """The limit of the same web server, with the same bytes to send."""
    port = free_port()
    base = f"http://127.0.0.1:{port}/api/v1/defects"
    started = time.perf_counter()
    with process(
        [sys.executable, str(HERE / "bare.py"), str(port), str(TOOLS / "defect.json")]
    ) as child:
        seconds = first_answer(base, started)
        yield Target("bare uvicorn", f"{base}/1", base, {}, seconds, resident(child.pid))


@contextlib.contextmanager
def wiremock(journal: bool = False) -> Iterator[Target]:
    """WireMock with one stub for GET and one for POST, without its request journal unless asked."""
    port = free_port()
    base = f"http://127.0.0.1:{port}/api/v1/defects"
    root = TOOLS / "wiremock-root"
    _wiremock_stubs(root)
    # The package's own command would leave its Java process behind when it is stopped.
    jar = TOOLS / f"node_modules/wiremock/build/wiremock-standalone-{WIREMOCK}.jar"
    command = ["java", "-jar", str(jar), "--port", str(port), "--root-dir", str(root)]
    command += ["--disable-banner", *([] if journal else ["--no-request-journal"])]
    started = time.perf_counter()
    with process(command, stderr=subprocess.DEVNULL) as child:
        seconds = first_answer(f"{base}/1", started)
        yield Target("WireMock", f"{base}/1", base, {}, seconds, resident(child.pid))


def _wiremock_stubs(root: Path) -> None:
    mappings = root / "mappings"
    mappings.mkdir(parents=True, exist_ok=True)
    body = (TOOLS / "defect.json").read_text()
    for method, pattern, status in (
        ("GET", "/api/v1/defects/[^/]+", 200),
        ("POST", "/api/v1/defects", 201),
    ):
        answer = {"status": status, "body": body, "headers": {"Content-Type": "application/json"}}
        stub = {"request": {"method": method, "urlPathPattern": pattern}, "response": answer}
        (mappings / f"{method.lower()}.json").write_text(json.dumps(stub))


def install_tools() -> None:
    """The other servers, from npm, in a folder that git ignores."""
    TOOLS.mkdir(exist_ok=True)
    if not (TOOLS / "node_modules/.bin/wiremock").exists():
        npm = "npm.cmd" if os.name == "nt" else "npm"
        subprocess.run(
            [npm, "install", "--silent", "--prefix", str(TOOLS), f"wiremock@{WIREMOCK}"], check=True
        )
