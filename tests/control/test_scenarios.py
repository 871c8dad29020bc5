"""Scenarios over the control API: shown, and loaded into a sandbox while others are served."""

from __future__ import annotations

import threading

import pytest

import understudy
from understudy.client import ControlError

OWN = """\
scenario: own
title: Some accounts
parameters: {users: {default: 3, maximum: 9, about: how many}}
clock: {at: '2030-01-01T00:00:00Z'}
faults: [{plan: outage}]
collections:
  users:
    user-{n}: {$count: '${users}', email: 'user-{n}@own.test', password: 'Passw0rd!'}
"""
MONDAY = "2026-01-26T09:00:00.000Z"


def test_all_of_them(server):
    found = {one.name: one for one in server.scenarios()}
    assert next(iter(found)) == "empty"
    large = found["large-workspace"]
    assert [one.name for one in large.parameters] == ["cases", "runs", "defects"]
    defects = large.parameters[2]
    assert (defects.type, defects.default, defects.minimum) == ("integer", 100_000, 0)
    assert large.objects > 115_000
    assert large.collections["defects"] == 100_000
    assert found["default"].accounts[0].password == "Passw0rd!"
    assert {one.name for one in server.show().scenarios} == {*found}


def test_one_of_them(server, control):
    shown = server.scenario("large-workspace?defects=5000")
    assert (shown.name, shown.collections["defects"]) == ("large-workspace?defects=5000", 5000)
    for name in ("nobody", "large-workspace?defect=1", "large-workspace?x", "..%2Fdefault"):
        answer = control.get(f"/scenarios/{name.replace('?', '%3F')}")
        assert (answer.status_code, answer.json()["error"]) == (404, "no_such_scenario")


def test_create_with_parameters(server):
    with server.sandbox("large-workspace", parameters={"cases": 2, "runs": "3", "defects": 4}) as s:
        assert s.show().scenario == "large-workspace?cases=2&defects=4&runs=3"
        counts = {one.name: one.count for one in s.state.collections()}
        assert (counts["test_runs"], counts["defects"]) == (3, 4)


def test_load(server, tmp_path):
    (tmp_path / "own.yaml").write_text(OWN, "utf-8")
    with server.sandbox("default", seed="7") as s:
        http = s.http()
        login = {"email": "admin@acme.test", "password": "Passw0rd!"}
        token = http.post("/auth/login", json=login).json()["access_token"]
        s.state.snapshot("before")
        info = s.load(tmp_path / "own.yaml", {"users": 5})
        assert (info.name, info.scenario, info.seed) == (s.name, "own?users=5", "7")
        assert (info.objects, info.exchanges, info.snapshots, info.faults) == (10, 0, (), 1)
        assert info.clock.text == MONDAY  # the server's, which was given one
        info = s.load("empty")
        assert (info.scenario, info.faults, info.clock.text) == ("empty", 0, MONDAY)
        refused = http.get("/auth/me", headers={"Authorization": f"Bearer {token}"})
        assert refused.status_code == 401
        assert http.post("/auth/login", json=login).status_code == 200
        s.clock.advance("1h")
        assert s.reset().clock.text == MONDAY


@pytest.mark.parametrize(
    ("body", "details"),
    [
        ({}, {"scenario": ["is required, or a definition"]}),
        ({"scenario": "a", "definition": "b"}, {"definition": ["is one source too many: give*"]}),
        ({"scenario": "nobody"}, {"scenario": ["there is no scenario 'nobody' (known: *"]}),
        ({"scenario": "large-workspace", "parameters": {"defects": "x", "y": 1}},
         {"parameters.defects": ["is 'x'; it must be an integer from 0 to 1000000"],
          "parameters.y": ["does not exist; there are: cases, runs, defects"]}),
        ({"definition": OWN, "parameters": {"users": 10}},
         {"parameters.users": ["is 10; it must be an integer from 0 to 9*"]}),
        ({"definition": "scenario: x"}, {"definition": ["definition:1: 'title' is missing; *"]}),
    ],
)  # fmt: skip
def test_what_cannot_be_loaded_changes_nothing(server, control, body, details):
    with server.sandbox() as s:
        before = s.show()
        answer = control.post(f"/sandboxes/{s.name}/load", json=body)
        assert answer.status_code == 422, answer.text
        told = answer.json()["details"]
        assert told.keys() == details.keys()
        for name, [clause] in details.items():
            begin = clause.partition("*")[0].replace("from 0 to 9", "of 9 or less")
            assert told[name][0].startswith(begin)
        after = s.show()
        assert (after.scenario, after.objects) == (before.scenario, before.objects)


def test_a_snapshot_takes_no_parameters(server, control):
    with server.sandbox() as s:
        s.state.snapshot("a")
        snapshot = {"sandbox": s.name, "name": "a"}
        body = {"snapshot": snapshot, "parameters": {"a": 1}}
        assert control.post("/sandboxes", json=body).json()["details"].keys() == {"parameters"}


def test_others_are_served_while_a_large_one_is_made(monkeypatch):
    """The building waits until somebody else was answered: on the event loop nobody would be."""
    from understudy.scenarios import Scenario

    begun, go_on = threading.Event(), threading.Event()
    build = Scenario.build

    def slow(scenario, *arguments):
        if scenario.own_name == "large-workspace":
            begun.set()
            assert go_on.wait(60)
        build(scenario, *arguments)

    monkeypatch.setattr(Scenario, "build", slow)
    few = {"cases": 1, "runs": 1, "defects": 1}
    with understudy.run(scenario="empty") as server, server.sandbox() as s, server.sandbox() as o:
        thread = threading.Thread(target=s.load, args=("large-workspace", few))
        thread.start()
        assert begun.wait(60)
        assert o.http().get("/auth/me").status_code == 401
        assert len(o.journal.list()) == 1
        assert s.show().scenario == "empty"
        go_on.set()
        thread.join()
        assert s.show().scenario.startswith("large-workspace?")


def test_a_sandbox_that_is_gone_meanwhile(monkeypatch):
    from understudy.scenarios import Scenario

    build = Scenario.build
    with understudy.run(scenario="empty") as server:
        s = server.sandbox()

        def slow(scenario, *arguments):
            server.app.sandboxes.delete(s.name)
            build(scenario, *arguments)

        monkeypatch.setattr(Scenario, "build", slow)
        with pytest.raises(ControlError) as caught:
            s.load("default")
        assert caught.value.code == "no_such_sandbox"
