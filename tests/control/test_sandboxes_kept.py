"""Sandboxes of a server that keeps its state: what a restart finds, and what cannot be kept."""

from __future__ import annotations

import errno

import httpx
import pytest

import understudy
from understudy.sandbox import Sandbox
from understudy.state import removal
from understudy.store import directory_keeper

LOGIN = {"email": "admin@acme.test", "password": "Passw0rd!"}
MONDAY = "2026-01-26T09:00:00.000Z"


@pytest.fixture
def start(tmp_path):
    """Starts a server on the test's state directory; its client has all of it below its URL."""

    def start(**options):
        return understudy.run(**{"scenario": "empty", "state": tmp_path, **options})

    return start


def control(server, method, path, **body):
    answer = httpx.request(method, f"{server.url}/_control/sandboxes{path}", json=body)
    assert answer.is_success, answer.text
    return answer.json()


def token(server, name):
    headers = {"X-Understudy-Sandbox": name}
    answer = httpx.post(f"{server.api_url}/auth/login", json=LOGIN, headers=headers)
    return answer.json()["access_token"]


def me(server, given):
    headers = {"Authorization": f"Bearer {given}"}
    return httpx.get(f"{server.api_url}/auth/me", headers=headers).status_code


def test_a_deletion_of_very_much(start, monkeypatch):
    """It is too much for a line of the journal: all that is left is written instead."""
    monkeypatch.setattr(removal, "MANY", 0)
    monkeypatch.setattr(directory_keeper, "MOST", 10)
    with start(scenario="default") as server:
        control(server, "POST", "", name="a")
        [workspace] = control(server, "GET", "/a/state/workspaces?field=name&value=Acme+QA")[
            "objects"
        ]
        path = f"/a/state/workspaces/{workspace['id']}"
        removed = control(server, "DELETE", f"{path}?cascade=true")["removed"]
        assert sum(removed.values()) > 10
        left = control(server, "GET", "/a/state")
    with start(scenario="default") as server:
        assert control(server, "GET", "/a/state") == left
        left_there = control(server, "GET", "/a/state/workspaces")["objects"]
        assert workspace["id"] not in [one["id"] for one in left_there]


class TestOneStep:
    """Data and what belongs to it are on disk together: a kill in between finds no half of it."""

    @pytest.fixture(autouse=True)
    def _no_second_step(self, monkeypatch):
        monkeypatch.setattr(Sandbox, "remember", lambda sandbox: None)

    def test_a_reset(self, start):
        with start() as server:
            control(server, "POST", "", name="a")
            old = token(server, "a")
            control(server, "POST", "/a/reset")
        with start() as server:
            token(server, "a")
            assert me(server, old) == 401

    def test_a_creation_after_a_deletion(self, start):
        with start() as server:
            control(server, "POST", "", name="a")
            old = token(server, "a")
            control(server, "DELETE", "/a")
            control(server, "POST", "", name="a", seed="seven", scenario="default")
        with start() as server:
            token(server, "a")
            assert me(server, old) == 401
            made = control(server, "GET", "/a")
            assert (made["seed"], made["scenario"]) == ("seven", "default")

    def test_a_fork(self, start):
        with start() as server:
            control(server, "POST", "", name="a", seed="seven", clock=MONDAY)
            control(server, "POST", "/a/fork", name="b")
        with start() as server:
            fork = control(server, "GET", "/b")
            assert fork["forked_from"] == "a"
            assert fork["seed"] != "seven"
            assert fork["clock"]["now"] == MONDAY

    def test_a_restore(self, start):
        with start() as server:
            control(server, "POST", "/default/snapshots", name="s")
            old = token(server, "default")
            control(server, "POST", "/default/snapshots/s/restore")
        with start() as server:
            token(server, "default")
            assert me(server, old) == 401


class TestClocks:
    """A clock that was set stays set; one that nobody set follows the server's."""

    def test_one_that_was_not_set_follows_the_next_start(self, start):
        with start(clock=MONDAY) as server:
            assert control(server, "GET", "/default/clock")["now"] == MONDAY
        with start() as server:
            assert not control(server, "GET", "/default/clock")["is_frozen"]

    def test_real_time_is_a_setting_where_the_server_stands(self, start):
        with start(clock=MONDAY) as server:
            control(server, "POST", "/default/clock/set", to="real")
        with start(clock=MONDAY) as server:
            assert not control(server, "GET", "/default/clock")["is_frozen"]

    def test_one_that_was_moved_goes_on_from_there(self, start):
        with start() as server:
            moved = control(server, "POST", "/default/clock/advance", by="100d")
        with start() as server:
            assert control(server, "GET", "/default/clock")["now"] > moved["now"]


def test_faults_go_on_counting_after_a_restart(start):
    with start() as server:
        rule = {"match": {"operation": "auth.me"}, "until": {"times": 2}}
        control(server, "POST", "/default/faults", **rule, do={"error": {"status": 500}})
        given = token(server, "default")
        assert me(server, given) == 500
    with start() as server:
        assert [me(server, given) for _ in range(3)] == [500, 200, 200]


def test_what_cannot_be_written_is_not_made(start, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with start() as server:
        url = f"{server.url}/_control/sandboxes"
        with monkeypatch.context() as patch:
            patch.setattr("understudy.store.directory_keeper.write_snapshot", full)
            assert httpx.post(url, json={"name": "a"}).status_code == 500
        assert httpx.get(f"{url}/a").status_code == 404
        assert httpx.post(url, json={"name": "a"}).status_code == 201
        old = token(server, "a")
        with monkeypatch.context() as patch:
            patch.setattr("understudy.store.directory_keeper.write_snapshot", full)
            assert httpx.post(f"{url}/a/reset").status_code == 500
        assert me(server, old) == 200


def test_one_that_cannot_be_forgotten_harms_no_request(start, monkeypatch, caplog):
    def held(*_):
        raise OSError(errno.EBUSY, "Device or resource busy")

    with start(idle_limit="1h") as server:
        control(server, "POST", "", name="old")
        server.sandboxes.named("old").touched -= 3601
        server.sandboxes.next_sweep = 0
        with monkeypatch.context() as patch:
            patch.setattr(server.sandboxes._saved, "forget", held)
            assert httpx.get(f"{server.api_url}/nothing").status_code == 404
        assert "sandbox old cannot be forgotten" in caplog.text


def test_a_leftover_of_an_earlier_deletion_is_no_obstacle(start, tmp_path):
    with start() as server:
        control(server, "POST", "", name="a")
        (tmp_path / "sandboxes" / ".a").mkdir()
        (tmp_path / "sandboxes" / ".a" / "held").touch()
        control(server, "DELETE", "/a")
        control(server, "POST", "", name="a")


def test_more_than_the_limit_may_be_kept(start):
    with start() as server:
        for name in ("a", "b", "c"):
            control(server, "POST", "", name=name)
    with start(sandbox_limit=2) as server:
        assert control(server, "GET", "/c")["name"] == "c"
        answer = httpx.post(f"{server.url}/_control/sandboxes", json={"name": "d"})
        assert answer.json()["error"] == "too_many_sandboxes"
