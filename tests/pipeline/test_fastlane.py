"""Requests as they come over one connection, byte by byte: whichever lane takes them, the answers
are right and in order.
"""

from __future__ import annotations

import json
import socket

import httpx
import pytest

import understudy
from understudy import fastlane
from understudy.pipeline import heads

ME = "/api/v1/auth/me"
SLOW = "/_control/sandboxes"


@pytest.fixture
def connection(world, server):
    """A connection to the server, with what it takes to ask as the admin of a fresh sandbox."""
    with Connection(server.url, world.client().headers["authorization"]) as opened:
        yield opened


@pytest.fixture
def lanes(monkeypatch):
    """Which lane each request took."""
    taken = []
    quick, long = fastlane.FastLane._wait_for_more, fastlane.FastLane._begin_the_long_way

    def noted_quick(self):
        taken.append("quick")
        quick(self)

    def noted_long(self, app):
        taken.append("long")
        long(self, app)

    monkeypatch.setattr(fastlane.FastLane, "_wait_for_more", noted_quick)
    monkeypatch.setattr(fastlane.FastLane, "_begin_the_long_way", noted_long)
    return taken


class Connection:
    """A socket that speaks HTTP as it is told."""

    def __init__(self, url, authorization):
        address = httpx.URL(url)
        self._socket = socket.create_connection((address.host, address.port), timeout=20)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self._socket.makefile("rb")
        self.authorization = authorization

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._file.close()
        self._socket.close()

    def request(self, method, path, body=None, version="1.1", **headers):
        """The bytes of a request."""
        lines = [f"{method} {path} HTTP/{version}", "host: 127.0.0.1"]
        lines.append(f"authorization: {self.authorization}")
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        content = b"" if body is None else json.dumps(body).encode()
        if body is not None:
            lines += ["content-type: application/json", f"content-length: {len(content)}"]
        return "\r\n".join([*lines, "", ""]).encode() + content

    def send(self, *parts):
        """Send bytes, each part in a packet of its own."""
        for part in parts:
            self._socket.sendall(part)

    def answer(self, has_body=True):
        """The next answer: status, headers, body."""
        status = self.head_line()
        headers = {}
        while line := self._file.readline().strip():
            name, _, value = line.decode().partition(": ")
            headers[name] = value
        length = int(headers.get("content-length", 0)) if has_body else 0
        return status, headers, self._file.read(length)

    def head_line(self):
        """The status of the next answer."""
        return int(self._file.readline().split()[1])

    def is_over(self):
        """Whether the server closes the connection, with nothing more to say."""
        return self._file.read() == b""


def test_a_usual_request_takes_the_quick_lane(connection, lanes):
    for _ in range(3):
        connection.send(connection.request("GET", ME))
        status, headers, body = connection.answer()
        assert status == 200
        assert headers["content-length"] == str(len(body))
    assert lanes == ["quick"] * 3


def test_requests_that_come_at_once_are_answered_in_order(connection, lanes):
    title = ["first", "second", "third"]
    asked = [connection.request("POST", "/api/v1/defects", {"title": one}) for one in title]
    others = [
        connection.request("GET", SLOW),
        connection.request("GET", "/nothing"),
        connection.request("GET", ME),
    ]
    connection.send(b"".join([asked[0], others[0], asked[1], others[1], asked[2], others[2]]))
    answers = [connection.answer() for _ in range(6)]
    assert [status for status, _, _ in answers] == [201, 200, 201, 404, 201, 200]
    assert [json.loads(body)["title"] for _, _, body in answers[0:5:2]] == title
    assert lanes == ["quick"] + ["long"] * 5


def test_a_body_in_pieces_is_put_together(connection, lanes):
    whole = connection.request("POST", "/api/v1/defects", {"title": "In two pieces"})
    connection.send(whole[:-10])
    assert connection_has_read(connection)
    connection.send(whole[-10:])
    status, _, body = connection.answer()
    assert (status, json.loads(body)["title"]) == (201, "In two pieces")
    assert "long" in lanes


def connection_has_read(connection):
    """Wait until the server has read all that was sent so far: a later connection is served."""
    host, port = connection._socket.getpeername()
    return httpx.get(f"http://{host}:{port}{ME}").status_code == 401


def test_head_has_the_length_and_no_body(connection, lanes):
    connection.send(connection.request("GET", ME))
    _, of_get, body = connection.answer()
    connection.send(connection.request("HEAD", ME) + connection.request("GET", ME))
    status, of_head, _ = connection.answer(has_body=False)
    assert (status, of_head["content-length"]) == (200, of_get["content-length"])
    assert connection.answer()[2] == body
    assert lanes == ["quick"] * 3


@pytest.mark.parametrize(
    ("version", "headers"), [("1.0", {}), ("1.1", {"connection": "close"})], ids=["1.0", "close"]
)
def test_a_client_that_wants_one_answer_gets_one(connection, lanes, version, headers):
    connection.send(connection.request("GET", ME, version=version, **headers))
    status, told, _ = connection.answer()
    assert (status, told["connection"]) == (200, "close")
    assert connection.is_over()
    assert lanes == ["long"]


def test_a_client_that_asks_first_is_told_to_go_on(connection, lanes):
    whole = connection.request("POST", "/api/v1/defects", {"title": "x"}, expect="100-continue")
    head, _, body = whole.partition(b"\r\n\r\n")
    connection.send(head + b"\r\n\r\n")
    assert connection.answer()[0] == 100
    connection.send(body)
    assert connection.answer()[0] == 201
    assert lanes == ["long"]


def test_a_fault_that_takes_its_time_does_not_let_the_next_one_past(world, connection, lanes):
    rule = {"match": {"operation": "auth.me"}, "do": {"delay": {"ms": 40}}}
    world.sandbox.faults.add(rule)
    connection.send(connection.request("GET", ME) + connection.request("POST", "/api/v1/defects"))
    assert [connection.answer()[0] for _ in range(2)] == [200, 422]
    assert lanes == ["long", "long"]


def test_a_refusal_is_as_quick(connection, lanes):
    connection.authorization = "Bearer nonsense"
    connection.send(connection.request("GET", ME, origin="http://elsewhere.test"))
    status, headers, body = connection.answer()
    assert (status, json.loads(body)["error"]) == (401, "unauthorized")
    assert headers["www-authenticate"] == "Bearer"
    assert headers["access-control-allow-origin"] == "*"
    assert lanes == ["quick"]


def test_an_idle_connection_is_closed_and_a_used_one_is_not(monkeypatch):
    monkeypatch.setattr(fastlane.FastLane, "timeout_keep_alive", SHORT, raising=False)
    with understudy.run(scenario="empty") as server, Connection(server.url, "Bearer x") as one:
        for _ in range(3):
            one.send(one.request("GET", ME))
            assert one.answer()[0] == 401
        assert one.is_over()


def test_a_slow_answer_behind_a_quick_one_is_waited_for(monkeypatch):
    monkeypatch.setattr(fastlane.FastLane, "timeout_keep_alive", SHORT, raising=False)
    with understudy.run(scenario="empty") as server:
        slow = {"match": {"operation": "auth.logout"}, "do": {"delay": {"ms": 600}}}
        server.sandboxes.default.faults.add(slow)
        with Connection(server.url, "Bearer x") as one:
            one.send(one.request("GET", ME) + one.request("POST", "/api/v1/auth/logout", {}))
            assert [one.answer()[0] for _ in range(2)] == [401, 422]


def test_an_error_that_nobody_expected_is_500(monkeypatch, connection, caplog):
    def broken(*_, **__):
        raise RuntimeError("nobody expected this")

    monkeypatch.setattr("understudy.pipeline.outgoing.Outgoing.written", broken)
    connection.send(connection.request("GET", ME))
    assert connection.answer()[0] == 500
    assert "nobody expected this" in caplog.text


def test_a_status_without_a_name_is_sent_as_it_is():
    assert heads.written(460, [(b"date", b"today")], b"x") == (
        b"HTTP/1.1 460 \r\ndate: today\r\n\r\nx"
    )


SHORT = property(lambda _: 0.2, lambda *_: None)
"""Seconds, whatever uvicorn sets."""
