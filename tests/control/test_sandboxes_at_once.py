"""Two requests about one large sandbox at once: what the server keeps is one after the other."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

import understudy
from understudy.store import database
from understudy.store.snapshot_file import SnapshotDraft

LOGIN = {"email": "admin@acme.test", "password": "Passw0rd!"}
SECONDS = 20


class Gate:
    """Holds the threads that write large snapshots until it is opened."""

    def __init__(self):
        self._open = threading.Event()
        self._came = threading.Semaphore(0)
        self.open()

    def pass_(self):
        self._came.release()
        assert self._open.wait(SECONDS)

    def close(self):
        while self._came.acquire(blocking=False):
            pass
        self._open.clear()

    def open(self):
        self._open.set()

    def wait(self):
        """Until a thread stands before it."""
        assert self._came.acquire(timeout=SECONDS)


@pytest.fixture
def gate(monkeypatch):
    gate, settle = Gate(), SnapshotDraft.settle

    def held(draft):
        gate.pass_()
        settle(draft)

    monkeypatch.setattr(database, "MANY", 0)
    monkeypatch.setattr(SnapshotDraft, "settle", held)
    yield gate
    gate.open()


@pytest.fixture
def start(tmp_path):
    return lambda **options: understudy.run(**{"scenario": "empty", "state": tmp_path, **options})


@pytest.fixture
def server(start, gate):
    with start() as server:
        yield server


@pytest.fixture
def soon():
    """Sends a request in a thread of its own."""
    with ThreadPoolExecutor() as pool:
        yield lambda *given, **more: pool.submit(ask, *given, **more)


def ask(server, method, path, **body):
    url = f"{server.url}/_control/sandboxes{path}"
    return httpx.request(method, url, json=body or None, timeout=SECONDS)


def log_in(server, name="", header=None):
    headers = {"X-Understudy-Sandbox": header} if header else {}
    body = LOGIN | {"email": f"admin+{name}@acme.test"} if name else LOGIN
    url = f"{server.api_url}/auth/login"
    return httpx.post(url, json=body, headers=headers, timeout=SECONDS)


def client(server, name):
    token = log_in(server, name).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.Client(base_url=server.api_url, headers=headers, timeout=SECONDS)


def titles(server, name):
    found = ask(server, "GET", f"/{name}/state/defects").json()["objects"]
    return sorted(one["title"] for one in found)


def stepped(server, *names):
    """A sandbox with a defect and a snapshot of each name, in turn."""
    ask(server, "POST", "", name="a")
    with client(server, "a") as http:
        for name in names:
            http.post("/defects", json={"title": name}).raise_for_status()
            ask(server, "POST", "/a/snapshots", name=name)


def test_two_restores_happen_in_turn(server, gate, soon):
    stepped(server, "one", "two")
    gate.close()
    first = soon(server, "POST", "/a/snapshots/two/restore")
    gate.wait()
    second = soon(server, "POST", "/a/snapshots/one/restore")
    gate.open()
    assert [one.result().status_code for one in (first, second)] == [200, 200]
    assert titles(server, "a") == ["one"]
    assert server.sandboxes.named("a").restores == 2


def test_a_deletion_follows_the_restore_that_is_under_way(server, gate, soon):
    stepped(server, "one")
    gate.close()
    restore = soon(server, "POST", "/a/snapshots/one/restore")
    gate.wait()
    deletion = soon(server, "DELETE", "/a")
    gate.open()
    assert [one.result().status_code for one in (restore, deletion)] == [200, 200]
    assert ask(server, "GET", "/a").status_code == 404


def test_a_reset_that_waits_for_a_deletion_finds_nothing_to_reset(server, gate, soon):
    stepped(server, "one")
    gate.close()
    restore = soon(server, "POST", "/a/snapshots/one/restore")
    gate.wait()
    deletion = soon(server, "DELETE", "/a")
    while len(server.sandboxes.named("a").turns._lock._waiters or ()) < 1:
        pass
    reset = soon(server, "POST", "/a/reset")
    gate.open()
    assert [one.result().status_code for one in (restore, deletion, reset)] == [200, 200, 404]


def test_nobody_else_gets_the_name_of_one_that_is_being_made(server, gate, soon):
    stepped(server, "one")
    gate.close()
    fork = soon(server, "POST", "/a/fork", name="b")
    gate.wait()
    assert ask(server, "POST", "", name="b").json()["error"] == "sandbox_exists"
    assert ask(server, "GET", "/b").status_code == 404
    assert "b" not in [one["name"] for one in ask(server, "GET", "").json()["sandboxes"]]
    unnamed = soon(server, "POST", "", seed="any")
    gate.open()
    assert [one.result().status_code for one in (fork, unnamed)] == [201, 201]
    assert titles(server, "b") == ["one"]


def test_one_that_is_being_made_counts_for_the_limit(start, gate, soon):
    with start(sandbox_limit=2) as server:
        stepped(server, "one")
        gate.close()
        fork = soon(server, "POST", "/a/fork", name="b")
        gate.wait()
        assert ask(server, "POST", "", name="c").json()["error"] == "too_many_sandboxes"
        gate.open()
        assert fork.result().status_code == 201


@pytest.mark.parametrize("verb", ["reset", "snapshots/one/restore"])
def test_what_is_stored_meanwhile_belongs_to_the_time_before(server, gate, soon, verb):
    stepped(server, "one")
    with client(server, "a") as http:
        gate.close()
        replaced = soon(server, "POST", f"/a/{verb}")
        gate.wait()
        assert http.post("/defects", json={"title": "late"}).status_code == 201
        ask(server, "POST", "/a/clock/set", to="2030-01-01T00:00:00Z")
        assert titles(server, "a") == ["late", "one"]
        gate.open()
        assert replaced.result().status_code == 200
    assert titles(server, "a") == ([] if verb == "reset" else ["one"])
    clock = ask(server, "GET", "/a/clock").json()["now"]
    assert (clock >= "2030") == (verb != "reset")


def test_a_restart_finds_the_clock_that_was_set_meanwhile(start, gate, soon):
    with start() as server:
        stepped(server, "one")
        gate.close()
        restore = soon(server, "POST", "/a/snapshots/one/restore")
        gate.wait()
        ask(server, "POST", "/a/clock/set", to="2030-01-01T00:00:00Z")
        gate.open()
        assert restore.result().status_code == 200
    with start() as server:
        assert ask(server, "GET", "/a/clock").json()["now"] > "2030"
        assert titles(server, "a") == ["one"]


def test_what_nobody_waits_for_any_more_does_not_happen(server, gate):
    stepped(server, "one")
    with client(server, "a") as http:
        http.post("/defects", json={"title": "two"}).raise_for_status()
    gate.close()
    url = f"{server.url}/_control/sandboxes/a/snapshots/one/restore"
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(url, timeout=0.2)
    while server.sandboxes.named("a").turns.is_taken:  # the server has not noticed yet
        pass
    gate.open()
    assert ask(server, "POST", "/a/snapshots", name="after").status_code == 201
    assert titles(server, "a") == ["one", "two"]


def test_one_that_nobody_waits_for_any_more_is_not_made(server, gate):
    stepped(server, "one")
    gate.close()
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{server.url}/_control/sandboxes/a/fork", json={"name": "b"}, timeout=0.2)
    while server.sandboxes._being_made:  # the server has not noticed yet
        pass
    gate.open()
    assert ask(server, "GET", "/b").status_code == 404
    assert ask(server, "POST", "/a/fork", name="b").status_code == 201
    assert titles(server, "b") == ["one"]


@pytest.mark.parametrize("way", ["address", "header"])
def test_first_requests_that_come_at_once_share_one_sandbox(start, gate, way, monkeypatch):
    monkeypatch.setattr("understudy.scenes.Scene.is_large", True)
    firsts = []
    tell = lambda request, *_: firsts.append(request.is_first)  # noqa: E731
    with start(observe=tell) as server, ThreadPoolExecutor() as pool:
        given = {"name": "new"} if way == "address" else {"header": "new"}
        gate.close()
        first = pool.submit(log_in, server, **given)
        gate.wait()
        second = pool.submit(log_in, server, **given)
        assert log_in(server).status_code == 200
        assert ask(server, "GET", "/new").status_code == 404
        gate.open()
        assert [one.result().status_code for one in (first, second)] == [200, 200]
        assert ask(server, "GET", "").json()["total"] == 2
    assert firsts.count(True) == 1
    with start() as server:
        assert ask(server, "GET", "/new").status_code == 200


@pytest.mark.parametrize(
    "path", ["/api/v1/defects", "/api/v1/nothing", "/_control/sandboxes/default"]
)
def test_default_is_made_anew_while_others_are_served(start, gate, path, monkeypatch):
    monkeypatch.setattr("understudy.scenes.Scene.is_large", True)
    with start() as server, ThreadPoolExecutor() as pool:
        stepped(server, "one")
        ask(server, "DELETE", "/default")
        gate.close()
        asked = pool.submit(httpx.get, server.url + path, timeout=SECONDS)
        gate.wait()
        assert titles(server, "a") == ["one"]
        gate.open()
        expected = {"defects": 401, "nothing": 404, "default": 200}
        assert asked.result().status_code == expected[path.rpartition("/")[2]]
        assert ask(server, "GET", "/default").status_code == 200
