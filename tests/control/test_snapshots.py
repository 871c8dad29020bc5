"""Snapshots: taken, listed, restored, deleted."""

from __future__ import annotations

import json
import time

import httpx
import pytest

import understudy


@pytest.fixture
def take(own):
    """Takes a snapshot."""

    def take(name=None):
        answer = own.post("/snapshots", json={} if name is None else {"name": name})
        assert answer.status_code == 201, answer.text
        return answer.json()

    return take


@pytest.fixture
def restore(own):
    """Goes back to a snapshot."""

    def restore(name, **body):
        answer = own.post(f"/snapshots/{name}/restore", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return restore


def written(store) -> str:
    """All that a store holds, in its order."""
    return json.dumps(store.dump())


def names(own) -> list[str]:
    return [one["name"] for one in own.get("/snapshots").json()["snapshots"]]


class TestTaking:
    def test_tells_what_it_holds(self, own, take, world):
        world.client().post("/defects", json={"title": "One"})
        store = world.sandbox.store
        objects = sum(len(store[name]) for name in store if not name.startswith("_"))
        assert take("first") == {
            "name": "first",
            "taken_at": world.clock.now(),
            "objects": objects,
            "ids_issued": world.sandbox.ids.issued,
        }
        assert own.get("/snapshots").json()["snapshots"][0]["objects"] == objects

    def test_names_those_without_a_name(self, own, take):
        assert take()["name"] == "snapshot-1"
        take("snapshot-2")
        assert take()["name"] == "snapshot-3"
        own.delete("/snapshots/snapshot-3")
        assert own.post("/snapshots").json()["name"] == "snapshot-4"
        assert own.post("/snapshots", json={"name": None}).json()["name"] == "snapshot-5"
        assert names(own) == [f"snapshot-{number}" for number in (1, 2, 4, 5)]

    def test_a_taken_name_is_a_conflict(self, own, take, world):
        first = take("mine")
        world.client().post("/defects", json={"title": "One"})
        answer = own.post("/snapshots", json={"name": "mine"})
        assert answer.status_code == 409
        assert answer.json() == {
            "error": "snapshot_exists",
            "message": "There is a snapshot 'mine' already.",
        }
        assert own.get("/snapshots").json() == {"snapshots": [first]}

    def test_there_are_fifty_at_most(self, own, take):
        for _ in range(50):
            take()
        answer = own.post("/snapshots", json={"name": "one-more"})
        assert (answer.status_code, answer.json()["error"]) == (409, "too_many_snapshots")
        own.delete("/snapshots/snapshot-7")
        assert take("one-more")
        assert len(names(own)) == 50

    @pytest.mark.parametrize("name", ["", "-x", "a b", "x" * 64, 7, "ä"])
    def test_a_name_is_a_plain_one(self, own, name):
        answer = own.post("/snapshots", json={"name": name})
        assert answer.status_code == 422
        assert [*answer.json()["details"]] == ["name"]
        assert names(own) == []

    def test_each_sandbox_has_its_own(self, control, take):
        take("mine")
        assert control.get("/sandboxes/default/snapshots").json() == {"snapshots": []}


class TestRestoring:
    def test_brings_back_exactly_what_was_there(self, own, take, restore, world):
        client, store = world.client(), world.sandbox.store
        client.post("/defects", json={"title": "One"})
        before = written(store)
        snapshot = take("before")
        client.post("/defects", json={"title": "Two"})
        defect = client.get("/defects").json()["defects"][1]
        client.put("/defects/batch", json={"defect_ids": [defect["id"]], "status": "CLOSED"})
        assert written(store) != before
        assert restore("before") == snapshot
        assert written(store) == before
        assert [one["title"] for one in client.get("/defects").json()["defects"]] == ["One"]

    def test_lets_a_run_be_repeated_exactly(self, take, restore, world):
        client = world.client()
        take("start")

        def run():
            return [client.post("/defects", json={"title": str(n)}).json() for n in range(3)]

        first = run()
        restore("start")
        assert run() == first
        restore("start")
        assert run() == first

    def test_makes_tokens_of_later_sessions_unknown_for_good(self, take, restore, world):
        take("start")
        first = world.login("member@acme.test")
        restore("start")
        second = world.login("member@acme.test")
        for login, status in ((first, 401), (second, 200)):
            client = world.with_headers(Authorization=f"Bearer {login['access_token']}")
            assert client.get("/auth/me").status_code == status
        body = {"refresh_token": first["refresh_token"]}
        assert world.anonymous.post("/auth/refresh", json=body).status_code == 401

    def test_keeps_the_snapshot_as_it_was(self, own, take, restore, world):
        client = world.client()
        take("start")
        for title in ("One", "Two"):
            assert client.get("/defects").json()["total"] == 0
            client.post("/defects", json={"title": title})
            restore("start")
        assert own.get("/snapshots/start/compare").json()["collections"] == []

    def test_knows_a_later_snapshot_too(self, take, restore, world):
        client = world.client()
        take("start")
        client.post("/defects", json={"title": "One"})
        take("later")
        restore("start")
        assert client.get("/defects").json()["total"] == 0
        restore("later")
        assert client.get("/defects").json()["total"] == 1

    def test_ends_the_sessions_that_began_later(self, take, restore, world):
        early = world.client("admin@acme.test")
        take("start")
        late = world.client("member@acme.test")
        assert late.get("/auth/me").status_code == 200
        restore("start")
        assert late.get("/auth/me").status_code == 401
        assert early.get("/auth/me").status_code == 200

    def test_leaves_faults_journal_and_snapshots_alone(self, own, take, restore, world):
        take("start")
        rule = own.post("/faults", json={"do": {"delay": {"distribution": "fixed", "ms": 1}}})
        assert rule.status_code == 201, rule.text
        world.client().get("/defects")
        take("later")
        faults, exchanges = own.get("/faults").json(), own.get("/journal").json()
        restore("start")
        assert own.get("/faults").json() == faults
        assert own.get("/journal").json() == exchanges
        assert names(own) == ["start", "later"]


class TestTheClock:
    def test_goes_on_unless_told(self, own, take, restore, world):
        take("start")
        world.clock.advance(hours=1)
        now = world.clock.now()
        restore("start")
        assert world.clock.now() == now
        restore("start", clock=None)
        assert world.clock.now() == now

    def test_goes_back_if_told(self, take, restore, world):
        taken_at = take("start")["taken_at"]
        world.clock.advance(hours=1)
        restore("start", clock=True)
        assert world.clock.now() == taken_at
        assert world.sandbox.clock.is_frozen

    def test_that_ran_runs_on_from_there(self, own, take, restore, world, monkeypatch):
        own.post("/clock/run", json={"factor": 2})
        take("start")
        taken_at = world.sandbox.clock.millis()
        later = time.time_ns() + 3_600_000_000_000
        monkeypatch.setattr(time, "time_ns", lambda: later)
        own.post("/clock/freeze", json={"at": "2030-01-01T00:00:00Z"})
        restore("start", clock=True)
        assert world.sandbox.clock.factor == 2
        assert abs(world.sandbox.clock.millis() - taken_at) < 60_000


class TestUnknown:
    @pytest.mark.parametrize(
        ("method", "path"),
        [("DELETE", ""), ("POST", "/restore"), ("GET", "/compare"), ("GET", "/compare?to=start")],
    )
    def test_snapshot(self, own, take, method, path):
        take("start")
        answer = own.request(method, f"/snapshots/strat{path}")
        assert answer.status_code == 404
        assert answer.json() == {
            "error": "no_such_snapshot",
            "message": "There is no snapshot 'strat'; did you mean 'start'?",
        }

    def test_snapshot_to_compare_with(self, own, take):
        take("start")
        answer = own.get("/snapshots/start/compare", params={"to": "end"})
        assert (answer.status_code, answer.json()["error"]) == (404, "no_such_snapshot")

    def test_sandbox(self, control):
        for method, path in (("GET", ""), ("POST", ""), ("DELETE", "/x"), ("POST", "/x/restore")):
            answer = control.request(method, f"/sandboxes/nobodys/snapshots{path}")
            assert (answer.status_code, answer.json()["error"]) == (404, "no_such_sandbox")


def test_a_deleted_snapshot_is_gone(own, take, world):
    take("start")
    world.client().post("/defects", json={"title": "One"})
    assert own.delete("/snapshots/start").json() == {"success": True}
    assert own.post("/snapshots/start/restore").status_code == 404
    assert names(own) == []
    assert world.client().get("/defects").json()["total"] == 1


def test_a_restored_state_survives_the_process(tmp_path):
    options = {"scenario": "empty", "state": tmp_path, "seed": "7"}
    fields = {"email": "x@acme.test", "password": "Passw0rd!"}
    with understudy.run(**options) as server:
        at = f"{server.url}/_control/sandboxes/default"
        httpx.post(f"{at}/snapshots", json={"name": "start"})
        before = written(server.sandboxes.default.store)
        httpx.post(f"{at}/clock/freeze", json={"at": "2030-01-01T00:00:00Z"})
        first = httpx.post(f"{at}/state/users", json=fields).json()
        restored = httpx.post(f"{at}/snapshots/start/restore").json()
        issued = server.sandboxes.default.ids.issued
        assert restored["ids_issued"] == issued
    with understudy.run(**options) as server:
        store = server.sandboxes.default.store
        at = f"{server.url}/_control/sandboxes/default"
        kept = json.loads(before)
        assert {name: kept[name] for name in server.app.contract.collections} == {
            name: json.loads(written(store))[name] for name in server.app.contract.collections
        }
        assert server.sandboxes.default.ids.issued == issued
        assert httpx.get(f"{at}/clock").json()["now"] == "2030-01-01T00:00:00.000Z"
        assert httpx.post(f"{at}/state/users", json=fields).json() == first


def test_a_restore_that_cannot_be_kept_changes_nothing(own, take, world, monkeypatch):
    take("start")
    world.client().post("/defects", json={"title": "One"})
    world.clock.advance(hours=1)
    store, now, issued = world.sandbox.store, world.clock.now(), world.sandbox.ids.issued
    before = written(store)

    def refuse(*_):
        raise OSError("the disk is full")

    monkeypatch.setattr(store.database.storage, "is_lasting", True)
    monkeypatch.setattr(store.database.storage, "write", refuse)
    assert own.post("/snapshots/start/restore", json={"clock": True}).status_code == 500
    monkeypatch.undo()
    assert written(store) == before
    assert (world.clock.now(), world.sandbox.ids.issued) == (now, issued)
