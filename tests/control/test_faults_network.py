"""Connections that break: closed, reset, hanging, trickling; seen through a raw socket."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import importlib
import importlib.util
import json
import logging
import socket
import time
from urllib.parse import urlsplit

import pytest
import uvicorn

import understudy
from understudy.clock import stopwatch
from understudy.faults import Call, Faults
from understudy.pipeline import network

TITLE = "lost on its way"
LOOPS = ["asyncio", "uvloop"] if importlib.util.find_spec("uvloop") else ["asyncio"]


@contextlib.contextmanager
def running(loop):
    """A server on this event loop."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(uvicorn, "Config", functools.partial(uvicorn.Config, loop=loop))
        with understudy.run(scenario="empty", seed="tests") as server:
            yield server


@pytest.fixture(scope="module", params=LOOPS)
def server(request):
    with running(request.param) as server:
        yield server


class Line:
    """A connection to a server, byte by byte."""

    def __init__(self, server, sandbox, token=""):
        where = urlsplit(server.api_url)
        self.socket = socket.create_connection((where.hostname, where.port), timeout=10)
        self._head = (
            f"Host: {where.netloc}\r\nX-Understudy-Sandbox: {sandbox}\r\n"
            f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        )
        self._base_path = where.path

    def ask(self, method, path, body=None):
        payload = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {self._base_path}{path} HTTP/1.1\r\n{self._head}"
        head += f"Content-Length: {len(payload)}\r\n\r\n"
        self.socket.sendall(head.encode() + payload)

    def rest(self):
        """Everything until the server closes the connection."""
        parts = []
        while part := self.socket.recv(65536):
            parts.append(part)
        return b"".join(parts)


@pytest.fixture
def line(world):
    made = Line(world.server, world.name, world.login("admin@acme.test")["access_token"])
    with contextlib.closing(made.socket):
        yield made


@pytest.fixture
def add(world):
    def add(connection, **rule):
        return world.sandbox.faults.add({**rule, "do": {"connection": connection}})

    return add


def titles(world):
    return [defect["title"] for defect in world.sandbox.store["defects"].select().items]


def split(answer):
    head, _, body = answer.partition(b"\r\n\r\n")
    length = next(line for line in head.lower().split(b"\r\n") if b"content-length" in line)
    return head.split(b"\r\n")[0], int(length.split(b":")[1]), body


@pytest.mark.parametrize("processed", [False, True])
def test_a_connection_is_closed_without_a_byte(add, line, world, processed):
    add({"kind": "close", "processed": processed})
    line.ask("POST", "/defects", {"title": TITLE})
    assert line.rest() == b""
    assert titles(world) == ([TITLE] if processed else [])


@pytest.mark.parametrize(("after_bytes", "sent"), [(0, 0), (7, 7), (10_000_000, -1)])
def test_a_connection_is_closed_in_the_middle_of_the_answer(add, line, world, after_bytes, sent):
    add({"kind": "close", "after_bytes": after_bytes})
    line.ask("POST", "/defects", {"title": TITLE})
    status, length, body = split(line.rest())
    assert status.startswith(b"HTTP/1.1 201")
    assert len(body) == (length - 1 if sent < 0 else sent)
    assert titles(world) == [TITLE]


@pytest.mark.parametrize("connection", [{"kind": "reset"}, {"kind": "reset", "after_bytes": 5}])
def test_a_connection_is_reset(add, line, world, connection):
    add(connection)
    line.ask("POST", "/defects", {"title": TITLE})
    with pytest.raises(ConnectionError):
        line.rest()
    assert titles(world) == ([TITLE] if "after_bytes" in connection else [])


@pytest.mark.parametrize("connection", [{"kind": "reset"}, {"kind": "reset", "after_bytes": 5}])
def test_a_client_that_has_left_is_not_reset(add, line, world, connection, caplog):
    add({**connection, "processed": True})
    line.ask("POST", "/defects", {"title": TITLE})
    line.socket.close()
    while not titles(world):
        time.sleep(0.001)
    time.sleep(3 * network.HEAD_START)
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_of_the_answer_to_a_head_nothing_is_sent(add, line, world):
    add({"kind": "close", "after_bytes": 5})
    line.ask("HEAD", "/auth/me")
    assert line.rest() == b""
    assert world.sandbox.journal.get(world.sandbox.journal.last).status == 0


def test_a_connection_hangs_for_as_long_as_the_rule_says(add, line, world):
    add({"kind": "hang", "seconds": 0.03})
    began = stopwatch()
    line.ask("POST", "/defects", {"title": TITLE})
    assert line.rest() == b""
    assert stopwatch() - began >= 0.03
    assert titles(world) == []


@pytest.mark.parametrize("loop", LOOPS)
def test_no_time_is_cut_short_by_a_loop_that_counts_milliseconds(loop):
    async def shortest():
        lengths = []
        for _ in range(20):
            began = stopwatch()
            await network.pass_time(0.0014)
            lengths.append(stopwatch() - began)
        return min(lengths)

    factory = importlib.import_module(loop).new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        assert runner.run(shortest()) >= 0.0014


def test_a_connection_hangs_in_the_middle_of_the_answer(add, line, world):
    add({"kind": "hang", "seconds": 0.03, "after_bytes": 3})
    line.ask("POST", "/defects", {"title": TITLE})
    _, length, body = split(line.rest())
    assert (len(body), length > 3) == (3, True)
    assert titles(world) == [TITLE]


def test_an_answer_trickles_and_is_whole(add, line, world):
    add({"kind": "trickle", "bytes_per_second": 10_000}, until={"times": 1})
    began = stopwatch()
    line.ask("GET", "/auth/me")
    line.ask("GET", "/nowhere")  # on the same connection, when the first is through
    answer = line.socket.recv(65536)
    while b"not_found" not in answer:
        answer += line.socket.recv(65536)
    _, length, body = split(answer)
    assert stopwatch() - began >= length / 10_000
    assert json.loads(body[:length])["email"] == "admin@acme.test"
    assert answer.count(b"HTTP/1.1 ") == 2


def test_a_trickle_comes_bit_by_bit(add, line):
    add({"kind": "trickle", "bytes_per_second": 1000})
    line.ask("GET", "/auth/me")
    pieces = []
    while b'"email"' not in b"".join(pieces):
        pieces.append(line.socket.recv(65536))
    assert len(pieces) > 2


def test_an_unknown_path_hangs_up_as_well(add, line):
    add({"kind": "close"}, match={"path": "*/nowhere"})
    line.ask("GET", "/nowhere")
    assert line.rest() == b""


def test_a_delay_comes_before_the_connection_breaks(world, line):
    do = {"delay": {"ms": 20}, "connection": {"kind": "close"}}
    world.sandbox.faults.add({"do": do})
    began = stopwatch()
    line.ask("GET", "/auth/me")
    assert line.rest() == b""
    assert stopwatch() - began >= 0.02


def test_nobody_complains_of_a_broken_connection(add, line, caplog):
    add({"kind": "close"})
    line.ask("GET", "/auth/me")
    assert line.rest() == b""
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize(
    "do",
    [
        {"connection": {"kind": "hang", "after_bytes": 2}},
        {"connection": {"kind": "trickle", "bytes_per_second": 1}},
        {"delay": {"ms": 600_000}},
    ],
)
def test_a_server_that_stops_lets_go_of_everything_at_once(loop, do, caplog):
    with running(loop) as server:
        server.sandboxes.default.faults.add({"id": "r", "do": do})
        line = Line(server, "default")
        line.ask("GET", "/defects")
        while not server.sandboxes.default.faults.rules["r"].struck:
            time.sleep(0.001)
        began = stopwatch()
    assert stopwatch() - began < 4  # uvicorn waits 5 s for requests under way
    with contextlib.closing(line.socket):
        assert line.rest().startswith(b"HTTP/1.1 401")
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.parametrize("kind", ["close", "reset", "hang"])
def test_a_client_that_goes_ends_it(kind):
    """Without our own transport the broken connection is a 502, for whoever is still there."""
    sent = served(kind, [{"type": "http.request", "body": b""}, {"type": "http.disconnect"}])
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert (sent[0]["status"], sent[1]["body"]) == (502, b"")


def test_a_trickle_needs_no_transport_of_ours():
    sent = served("trickle", [])
    assert sent[0]["status"] == 200
    assert b"".join(message.get("body", b"") for message in sent) == b"0123456789"
    assert sent[-1]["more_body"] is False


def served(kind, received):
    """What is sent under another web server, as ASGI messages."""
    do = {"connection": {"kind": kind, **({"bytes_per_second": 9999} if kind == "trickle" else {})}}
    faults = Faults("seed", understudy.clock.Clock(0))
    faults.add({"do": do})
    strike = faults.strike(Call(None, "GET", "/", str))
    sent = []

    async def receive():
        if not received:
            await asyncio.Event().wait()
        return received.pop(0)

    async def send(message):
        sent.append(message)

    start = {"type": "http.response.start", "status": 200, "headers": []}
    asyncio.run(network.perform(strike, start, b"0123456789", {}, receive, send))
    return sent
