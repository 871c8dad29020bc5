"""Many connections at once, and clients that stall: others are answered, the server stops."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import struct
import sys
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

import httpx
import pytest

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows counts its sockets otherwise"),
]

SECONDS = 30
IDLE = 1000
BUSY = 256
SPARE_FILES = 200
"""What the tests themselves have open, and more."""
EXPORT = "/api/v1/defects/export/json"
HALVES = [
    b"",
    b"GET /api/v1/auth/me HT",
    b"GET /api/v1/auth/me HTTP/1.1\r\nHost: x\r\nX-Half: ",
    b"POST /api/v1/auth/logout HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    b'Content-Length: 21\r\n\r\n{"refresh_token"',
    b"POST /api/v1/auth/logout HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n1\r\n{",
]
"""Requests that were given up at each stage."""
FEW_FILES = (
    sys.executable,
    "-c",
    "import os, resource, sys\n"
    "hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]\n"
    "resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))\n"
    "os.execv(sys.executable, [sys.executable, '-m', 'understudy', *sys.argv[1:]])",
)
"""The command, in a shell that allows a process 64 open files."""
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER that closes with RST: gone without a word."""


@pytest.fixture(scope="module")
def process(serve):
    sizes = [word for name in ("cases", "runs") for word in ("--set", f"{name}=0")]
    options = ("--scenario", "large-workspace", "--set", "defects=3000", *sizes)
    with serve(*options, "--log-level", "warning") as process:
        yield process
        assert process.stderr == ""


@pytest.fixture
def client(process) -> Iterator[httpx.Client]:
    with process.client("admin@acme.test") as client:
        yield client


@pytest.fixture
def wires() -> Iterator[contextlib.ExitStack]:
    """What is opened in a test and closed at its end."""
    with contextlib.ExitStack() as wires:
        yield wires


def allowed_files() -> int:
    """How many more files this process may have open, after it asked for as many as it may have."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = IDLE + BUSY + SPARE_FILES
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return wanted if soft == resource.RLIM_INFINITY else soft - SPARE_FILES


def connect(wires: contextlib.ExitStack, url: str, buffer: int = 0) -> socket.socket:
    wire = wires.enter_context(socket.socket())
    if buffer:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    wire.settimeout(SECONDS)
    wire.connect((httpx.URL(url).host, httpx.URL(url).port))
    return wire


def stand_idle(wires: contextlib.ExitStack, url: str, count: int) -> None:
    """Connections that asked once and stay open."""
    for _ in range(count):
        wire = connect(wires, url)
        wire.sendall(b"GET /api/v1/auth/me HTTP/1.1\r\nHost: x\r\n\r\n")
        assert wire.recv(4096).startswith(b"HTTP/1.1 401 ")


def stall(wires: contextlib.ExitStack, url: str, count: int) -> list[socket.socket]:
    """Connections with a request that is not whole."""
    stalled = []
    for half in islice(cycle(HALVES), count):
        wire = connect(wires, url)
        wire.sendall(half)
        stalled.append(wire)
    return stalled


def ask_for_much(wires: contextlib.ExitStack, url: str, token: str) -> socket.socket:
    """A connection that asked for a large answer, and read the beginning of it."""
    wire = connect(wires, url, buffer=4096)
    wire.sendall(f"GET {EXPORT} HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n\r\n".encode())
    assert wire.recv(9) == b"HTTP/1.1 "
    return wire


def work(client: httpx.Client) -> None:
    """What anybody does, answered as ever."""
    for number in range(10):
        made = client.post("/defects", json={"title": f"Beside a crowd {number}"})
        assert made.status_code == 201
        assert client.get(f"/defects/{made.json()['id']}").json() == made.json()
    ids = [
        one["id"] for one in client.get("/defects", params={"search": "crowd"}).json()["defects"]
    ]
    gone = client.request("DELETE", "/defects/batch", json={"defect_ids": ids})
    assert gone.json()["deleted_count"] == 10


class TestOthersAreAnswered:
    def test_beside_a_thousand_idle_connections(self, process, client, wires):
        stand_idle(wires, process.url, min(IDLE, allowed_files()))
        work(client)

    def test_beside_requests_that_never_become_whole(self, process, client, wires):
        stall(wires, process.url, 100)
        work(client)

    def test_beside_those_that_do_not_read(self, process, client, wires):
        token = client.headers["Authorization"]
        readers = [ask_for_much(wires, process.url, token) for _ in range(20)]
        for reader in readers[::4]:
            reader.shutdown(socket.SHUT_WR)
        work(client)

    def test_beside_busy_ones(self, process, client):
        """All of them ask until the one beside them has done its work."""
        address = httpx.URL(process.url)
        request = (
            f"GET /api/v1/defects HTTP/1.1\r\nHost: x\r\n"
            f"Authorization: {client.headers['Authorization']}\r\n\r\n"
        ).encode()
        count = min(BUSY, allowed_files())
        answered = [0] * count
        done = asyncio.Event()

        async def ask(number: int) -> None:
            reader, writer = await asyncio.open_connection(address.host, address.port)
            while not done.is_set():
                writer.write(request)
                head = await reader.readuntil(b"\r\n\r\n")
                assert head.startswith(b"HTTP/1.1 200 ")
                await reader.readexactly(int(re.search(rb"content-length: (\d+)", head)[1]))
                answered[number] += 1
            writer.close()
            await writer.wait_closed()

        async def all_at_once() -> None:
            async with asyncio.timeout(SECONDS), asyncio.TaskGroup() as group:
                for number in range(count):
                    group.create_task(ask(number))
                while not all(answered):
                    await asyncio.sleep(0)
                await asyncio.to_thread(work, client)
                done.set()

        asyncio.run(all_at_once())


class TestTheyThemselves:
    def test_a_request_that_becomes_whole_at_last_is_answered(self, process, wires):
        rests = [
            b"GET /api/v1/auth/me HTTP/1.1\r\nHost: x\r\n\r\n",
            b"TP/1.1\r\nHost: x\r\n\r\n",
            b"x\r\n\r\n",
            b':"x"}',
            b'\r\n13\r\n"refresh_token":"x"\r\n1\r\n}\r\n0\r\n\r\n',
        ]
        stalled = stall(wires, process.url, len(HALVES))
        for wire, rest in zip(stalled, rests, strict=True):
            wire.sendall(rest)
        statuses = [wire.recv(4096)[:12] for wire in stalled]
        assert statuses == [b"HTTP/1.1 401"] * 3 + [b"HTTP/1.1 200"] * 2

    def test_a_slow_reader_gets_all_of_it_in_the_end(self, process, client, wires):
        wire = ask_for_much(wires, process.url, client.headers["Authorization"])
        work(client)
        with wire.makefile("rb") as file:
            head = b"".join(iter(file.readline, b"\r\n"))
            body = file.read(int(re.search(rb"content-length: (\d+)", head)[1]))
        expected = client.get("/defects/export/json").json()["defects"]
        got = httpx.Response(200, content=body).json()["defects"]
        assert [one["id"] for one in got] == [one["id"] for one in expected]

    @pytest.mark.skipif(sys.platform != "linux", reason="counts open files in /proc")
    def test_those_who_vanish_leave_nothing_open(self, process, client):
        def files() -> int:
            return len([*Path(f"/proc/{process.pid}/fd").iterdir()])

        work(client)
        before = files()
        token = client.headers["Authorization"]
        with contextlib.ExitStack() as wires:
            gone = stall(wires, process.url, 50)
            gone += [ask_for_much(wires, process.url, token) for _ in range(10)]
            for wire in gone:
                wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        for _ in range(1000):
            work(client)
            if files() <= before:
                break
        assert files() <= before


class TestLimits:
    def test_more_connections_than_the_shell_allows_files(self, serve, wires):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard != resource.RLIM_INFINITY and hard < SPARE_FILES + 100:
            pytest.skip("the system allows no more")
        with serve("--scenario", "empty", command=FEW_FILES) as process:
            stall(wires, process.url, 100)
            with process.client("admin@acme.test") as client:
                work(client)


class TestStop:
    def test_it_stops_with_all_of_them(self, serve, wires):
        options = ("--scenario", "large-workspace", "--set", "defects=3000")
        with serve(*options, "--set", "cases=0", "--set", "runs=0") as process:
            with process.client("admin@acme.test") as client:
                token = client.headers["Authorization"]
                stand_idle(wires, process.url, 50)
                stall(wires, process.url, 50)
                readers = [ask_for_much(wires, process.url, token) for _ in range(5)]
                readers[0].shutdown(socket.SHUT_WR)
                work(client)
            assert process.stop() == 0
            assert process.stdout.endswith("\nStopped.\n")
