"""The journal as an HTTP archive, as commands, and as a stream of events."""

from __future__ import annotations

import asyncio
import json
import shlex
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

import understudy
from understudy.journal import events as module
from understudy.journal.curl import command
from understudy.journal.events import events
from understudy.journal.har import entry
from understudy.journal.matching import Match

MONDAY = "2026-01-26T09:00:00.000Z"


def archive(own, **params):
    answer = own.get("/journal/har", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()["log"]


def test_an_archive(own, world):
    client = world.client()
    client.post("/defects?a=1&b=x%20y&b=", json={"title": "A crash"})
    log = archive(own, operation="defects.*")
    assert (log["version"], log["creator"]["name"]) == ("1.2", "understudy")
    assert log["creator"]["version"] == understudy.__version__
    [found] = log["entries"]
    request, response = found["request"], found["response"]
    assert (found["_sandbox_time"], found["cache"]) == (MONDAY, {})
    assert found["startedDateTime"] == own.get("/journal/2").json()["received_at"]
    assert found["time"] == found["timings"]["wait"] > 0
    assert (found["timings"]["send"], found["timings"]["receive"]) == (0, 0)
    assert (found["_sequence"], found["_operation"]) == (2, "defects.create_defect")
    assert (found["_user"], found["_fault"]) == ("admin@acme.test", None)
    assert found["_warnings"][0] == "query parameter 'a' is not documented"
    assert request["url"] == f"{world.server.url}/api/v1/defects?a=1&b=x%20y&b="
    assert request["queryString"] == [
        {"name": "a", "value": "1"}, {"name": "b", "value": "x y"}, {"name": "b", "value": ""},
    ]  # fmt: skip
    assert request["postData"] == {"mimeType": "application/json", "text": '{"title":"A crash"}'}
    assert {"name": "authorization", "value": "Bearer ***"} in request["headers"]
    assert (response["status"], response["statusText"]) == (201, "Created")
    assert json.loads(response["content"]["text"])["title"] == "A crash"
    assert response["content"]["size"] == response["bodySize"] == len(response["content"]["text"])


def test_the_oldest_comes_first(own, world):
    client = world.client()
    client.get("/auth/me")
    assert [one["_sequence"] for one in archive(own)["entries"]] == [1, 2]
    assert [one["_sequence"] for one in archive(own, since=1)["entries"]] == [2]


def test_bodies_that_are_not_there_in_an_archive(note):
    assert "postData" not in entry(note())["request"]
    assert entry(note())["response"]["content"] == {"size": 0, "mimeType": ""}
    large = entry(note(body=b"x" * 70_000, answer=b"x" * 70_000))
    assert "postData" not in large["request"]
    assert large["request"]["bodySize"] == 70_000
    assert large["response"]["content"]["comment"] == "too_large"
    assert entry(note(body=b'"text"'))["request"]["postData"]["text"] == '"text"'
    assert entry(note(body=b"text"))["request"]["postData"]["text"] == "text"
    assert entry(note(status=799))["response"]["statusText"] == ""
    assert entry(note(status=0))["response"]["status"] == 0


LINES = [
    ({}, "curl http://127.0.0.1/api/v1/auth/me"),
    (
        {"headers": {"host": "x.test:80", "authorization": "Bearer abc", "accept": "*/*"}},
        'curl http://x.test:80/api/v1/auth/me -H "Authorization: Bearer $TOKEN"',
    ),
    (
        {"headers": {"authorization": "Basic abc", "x-empty": "", "x-a": "it's"}},
        "curl http://127.0.0.1/api/v1/auth/me -H 'authorization: Basic ***' -H 'x-empty;' "
        "-H 'x-a: it'\"'\"'s'",
    ),
    (
        {"method": "POST", "body": b'{"a": "it\'s\\n"}', "headers": {"content-type": "x/json"}},
        "curl -X POST http://127.0.0.1/api/v1/auth/me -H 'content-type: x/json' "
        "--data-raw '{\"a\":\"it'\"'\"'s\\n\"}'",
    ),
    (
        {"method": "DELETE", "body": b"a=1"},
        "curl -X DELETE http://127.0.0.1/api/v1/auth/me -H 'content-type:' --data-raw a=1",
    ),
    ({"method": "HEAD"}, "curl --head http://127.0.0.1/api/v1/auth/me"),
    ({"method": "DELETE"}, "curl -X DELETE http://127.0.0.1/api/v1/auth/me"),
    ({"query": "a[]=1&b=$HOME"}, "curl --globoff 'http://127.0.0.1/api/v1/auth/me?a[]=1&b=$HOME'"),
    (
        {"method": "PUT", "body": b"x" * 70_000},
        "curl -X PUT http://127.0.0.1/api/v1/auth/me -H 'content-type:'  # the body was too large "
        "to be kept",
    ),
    (
        {"method": "PUT", "body": b"\x00\xff", "headers": {"content-type": "x/y"}},
        "curl -X PUT http://127.0.0.1/api/v1/auth/me -H 'content-type: x/y'  # the body is no text",
    ),
    ({"headers": {"x-a": "\x1b[31m"}}, "curl http://127.0.0.1/api/v1/auth/me -H 'x-a: ?[31m'"),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "line"), LINES, ids=[line for _, line in LINES])
def test_a_command(note, fields, line):
    assert command(note(**fields)) == line


def test_commands_over_http(own, world):
    world.client().get("/auth/me", params={"x": "it's"})
    answer = own.get("/journal/curl")
    assert answer.headers["content-type"].startswith("text/plain")
    title, secrets, login, me = answer.text.splitlines()
    assert title == f"# 2 requests to sandbox {world.name}; $TOKEN is the access token"
    assert secrets == "# *** stands for a secret, such as a password: fill it in"
    assert '"password":"***"' in login
    words = shlex.split(me)
    assert words[:2] == ["curl", f"{world.server.url}/api/v1/auth/me?x=it%27s"]
    assert f"x-understudy-sandbox: {world.name}" in words
    assert "Authorization: Bearer $TOKEN" in words
    alone = own.get("/journal/curl", params={"operation": "auth.me"}).text
    assert "***" not in alone
    none = own.get("/journal/curl", params={"status": "5xx"}).text
    assert none == f"# 0 requests to sandbox {world.name}; $TOKEN is the access token\n"


@pytest.mark.skipif(
    sys.platform == "win32" or not shutil.which("curl"), reason="needs a POSIX shell and curl"
)
def test_commands_do_it_again(own, world):
    client = world.client()
    made = client.post("/defects", json={"title": 'a "quoted" $HOME `x` \\ it\'s\nöä'})
    line = own.get("/journal/curl", params={"operation": "defects.create_defect"}).text
    token = client.headers["authorization"].partition(" ")[2]
    ran = subprocess.run(
        ["sh", "-c", line], env={"TOKEN": token, "PATH": "/usr/bin:/bin"}, capture_output=True,
        check=True,
    )  # fmt: skip
    assert json.loads(ran.stdout)["title"] == made.json()["title"]
    assert own.get("/journal/4").status_code == 404  # log-in, the first one, the second


def parsed(text):
    """The events of a stream: (id, event, data); comments left out."""
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if line[:1] != ":")
        if fields:
            found.append((int(fields["id"]), fields["event"], json.loads(fields["data"])))
    return found


def streamed(own, headers=None, **params):
    answer = own.get("/journal/stream", params=params, headers=headers or {})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/event-stream")
    return parsed(answer.text)


def test_what_is_there_is_streamed(own, world):
    world.client().get("/auth/me")
    found = streamed(own, since=0, limit=2)
    assert [(number, kind) for number, kind, _ in found] == [(1, "exchange"), (2, "exchange")]
    assert found[1][2] == own.get("/journal/2").json()


def test_where_a_stream_begins(own, world):
    client = world.client()
    for _ in range(3):
        client.get("/auth/me")
    assert streamed(own, seconds=0) == []
    assert [one[0] for one in streamed(own, since=2, seconds=0)] == [3, 4]
    headers = {"Last-Event-ID": "3"}
    assert [one[0] for one in streamed(own, headers, since=1, seconds=0)] == [4]
    assert streamed(own, {"Last-Event-ID": "4"}, seconds=0) == []
    # The server was started anew, and counts from 1 again.
    assert len(streamed(own, {"Last-Event-ID": "400"}, seconds=0)) == 4
    bad = own.get("/journal/stream", headers={"Last-Event-ID": "x"})
    assert bad.json()["details"] == {"Last-Event-ID": ["must be an integer"]}


def test_a_stream_is_filtered(own, world):
    world.client().get("/auth/me")
    assert [one[0] for one in streamed(own, since=0, seconds=0, operation="auth.me")] == [2]


def test_what_comes_is_streamed_at_once(own, world):
    client = world.client()
    with own.stream("GET", "/journal/stream", params={"limit": 2}) as answer:
        lines = answer.iter_lines()
        assert next(lines) == ": nothing new"
        next(lines)
        for number in range(2):
            client.get(f"/nowhere/{number}")
            found = parsed("\n".join(next(lines) for _ in range(4)))
            assert found[0][2]["path"] == f"/api/v1/nowhere/{number}"
        assert list(lines) == []


def test_a_stream_ends_in_time(own, world):
    started = time.perf_counter()
    assert streamed(own, seconds=0.05) == []
    assert time.perf_counter() - started < 5


def test_a_stream_ends_with_its_reader_and_with_its_sandbox(own, control, world):
    name = f"{world.name}-b"
    control.post("/sandboxes", json={"name": name})
    journal = world.server.sandboxes.get(name).journal
    path = f"/sandboxes/{name}/journal/stream"
    with control.stream("GET", path) as answer:
        next(answer.iter_lines())
    for _ in range(500):
        if not journal._waiting:
            break
        time.sleep(0.002)
    assert not journal._waiting
    with ThreadPoolExecutor() as pool, control.stream("GET", path) as answer:
        lines = answer.iter_lines()
        next(lines)
        rest = pool.submit(list, lines)
        with httpx.Client() as another:
            another.delete(f"{control.base_url}sandboxes/{name}")
        rest.result(timeout=10)


def collect(ring, note, meanwhile, **options):
    """The events of a stream that something happens to between the first two parts."""

    async def scene():
        parts = events(ring, note.reader, Match({}), **options)
        found = [await anext(parts)]
        meanwhile()
        return [*found, *[part async for part in parts]]

    return parsed(b"".join(asyncio.run(scene())).decode())


def test_a_slow_reader_is_told_what_it_lost(ring, note):
    ring._most = 3
    for _ in range(2):
        note()

    def much_comes():
        for _ in range(7):
            note()

    found = collect(ring, note, much_comes, since=0, seconds=0)
    assert [(number, kind) for number, kind, _ in found] == [
        (6, "lost"), (7, "exchange"), (8, "exchange"), (9, "exchange"),
    ]  # fmt: skip
    assert found[0][2] == {"first": 1, "last": 6}


def test_what_was_cleared_is_not_lost_for_a_reader(ring, note):
    for _ in range(3):
        note()

    def cleared():
        ring.clear()
        note()

    assert [one[0] for one in collect(ring, note, cleared, since=0, seconds=0)] == [4]


def test_all_that_was_there_comes_before_the_end(ring, note):
    for _ in range(230):
        note()
    found = collect(ring, note, lambda: None, since=0, seconds=0)
    assert [one[0] for one in found] == [*range(1, 231)]


def test_a_heartbeat(ring, note, monkeypatch):
    monkeypatch.setattr(module, "HEARTBEAT", 0.005)

    async def scene():
        parts = events(ring, note.reader, Match({"status": 500}))
        found = [await anext(parts) for _ in range(2)]
        for _ in range(3):  # what comes but does not match is silence, too
            note()
        found.append(await anext(parts))
        await parts.aclose()
        return found

    assert asyncio.run(scene()) == [b": nothing new\n\n"] * 3
    assert not ring._waiting
