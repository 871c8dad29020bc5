"""Rules over HTTP: added, listed, changed, removed, refused."""

from __future__ import annotations

import contextlib

import httpx
import pytest

import understudy

RULE = {"match": {"operation": "defects.get_defect"}, "do": {"error": {"status": 404}}}


def added(own, **rule):
    answer = own.post("/faults", json={**RULE, **rule})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_rule_is_answered_with_everything_there_is_to_it(own, world):
    given = {
        "id": "slow-save",
        "note": "Saving takes its time.",
        "match": {"operation": "*.update_*", "method": "PATCH", "user": "admin@acme.test"},
        "on": {"every": 2, "probability": 0.5},
        "do": {"delay": {"ms": 20}, "status": {"status": 500, "body": {"why": None}}},
        "until": {"times": 3, "for": "1h30m"},
        "is_enabled": False,
    }
    made = own.post("/faults", json=given)
    expected = {
        **given,
        "do": {**given["do"], "delay": {"distribution": "fixed", "ms": 20}},
        "added_at": world.clock.now(),
        "seen": 0,
        "struck": 0,
        "has_ended": False,
    }
    assert (made.status_code, made.json()) == (201, expected)
    assert list(made.json()) == list(own.get("/faults/slow-save").json())
    assert own.get("/faults/slow-save").json() == expected
    assert own.get("/faults").json() == {"faults": [expected]}


def test_what_is_left_out_is_told(own):
    made = added(own, do={"connection": {"kind": "trickle"}}, id=None, note=None)
    assert made["id"] == "fault-1"
    assert made["do"] == {
        "connection": {"kind": "trickle", "processed": True, "bytes_per_second": 100}
    }
    assert (made["note"], made["on"], made["until"], made["is_enabled"]) == (None, {}, {}, True)
    made = added(own, do={"connection": {"kind": "hang"}})
    assert made["do"] == {"connection": {"kind": "hang", "processed": False}}
    made = added(own, do={"connection": {"kind": "hang", "after_bytes": 0}})
    assert made["do"]["connection"]["processed"] is True


def test_rules_are_listed_in_the_order_in_which_they_were_added(own):
    for rule_id in ("b", "a", "c"):
        added(own, id=rule_id)
    assert [rule["id"] for rule in own.get("/faults").json()["faults"]] == ["b", "a", "c"]


def test_counters_tell_what_a_rule_has_done(own, world):
    added(own, id="r", match={"operation": "auth.me"}, do={"error": {"status": 401}})
    client = world.client()
    statuses = [client.get("/auth/me").status_code for _ in range(2)]
    found = own.get("/faults/r").json()
    assert (statuses, found["seen"], found["struck"]) == ([401, 401], 2, 2)


def test_a_change_leaves_alone_what_it_does_not_name(own):
    made = added(own, id="r", note="Once", on={"calls": [1]}, until={"times": 5})
    changed = own.patch("/faults/r", json={"is_enabled": False, "on": {"every": 2}})
    assert changed.json() == {**made, "is_enabled": False, "on": {"every": 2}}
    assert own.patch("/faults/r", json={}).json() == changed.json()
    cleared = own.patch("/faults/r", json={"note": None, "on": {}, "until": {}})
    assert cleared.json() == {**made, "note": None, "on": {}, "until": {}, "is_enabled": False}


def test_a_change_can_be_refused_and_then_changes_nothing(own):
    made = added(own, id="r")
    refused = own.patch("/faults/r", json={"note": "x", "is_enabled": None, "on": {"every": 0}})
    assert refused.status_code == 422
    assert set(refused.json()["details"]) == {"is_enabled", "on.every"}
    assert own.get("/faults/r").json() == made


def test_a_change_of_its_end_can_end_a_rule(own, world):
    added(own, id="r")
    world.clock.advance(seconds=1)
    assert own.patch("/faults/r", json={"until": {"for": "1s"}}).json()["has_ended"] is True


def test_a_rule_lasts_longer_than_nothing_after_a_change_as_well(own):
    made = added(own, id="r")
    refused = own.patch("/faults/r", json={"note": "x", "until": {"for": "0s"}})
    assert refused.status_code == 422
    assert refused.json()["details"] == {"until.for": ["must be longer than nothing"]}
    assert own.get("/faults/r").json() == made


def test_a_rule_that_is_removed_strikes_no_more(own, world):
    added(own, id="r", match={}, do={"status": {"status": 503}})
    added(own, id="kept", match={"operation": "auth.logout"}, do={"error": {"status": 500}})
    assert own.delete("/faults/r").json() == {"success": True}
    assert world.client().get("/auth/me").status_code == 200
    assert own.delete("/faults").json() == {"success": True}
    assert own.get("/faults").json() == {"faults": []}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/faults/nope", None),
        ("PATCH", "/faults/nope", {"is_enabled": False}),
        ("DELETE", "/faults/nope", None),
    ],
)
def test_a_rule_that_is_not_there(own, method, path, body):
    def told():
        answer = own.request(method, path, json=body)
        assert (answer.status_code, answer.json()["error"]) == (404, "no_such_fault")
        return answer.json()["message"]

    assert told() == "There is no rule 'nope'; there are none"
    added(own, id="busy", do={"rate_limit": {"retry_after": 1}})
    assert told() == "There is no rule 'nope'; there are: busy"


def test_a_path_may_leave_out_the_base_path(own, world):
    rule = added(own, id="r", match={"path": "/auth/*"}, do={"delay": {"ms": 1}})
    assert rule["match"] == {"path": "/api/v1/auth/*"}
    for path in ("/auth/me", "/defects"):
        assert world.anonymous.get(path).status_code == 401
    assert own.get("/faults/r").json()["struck"] == 1


@pytest.mark.parametrize("path", ["/faults", "/faults/r", "/fault-plans/outage"])
def test_a_sandbox_that_is_not_there(control, path):
    method = "POST" if "plans" in path else "GET"
    answer = control.request(method, f"/sandboxes/nobody{path}")
    assert (answer.status_code, answer.json()["error"]) == (404, "no_such_sandbox")


def test_an_id_is_taken_once(own):
    made = added(own, id="r")
    again = own.post("/faults", json={**RULE, "id": "r", "note": "another"})
    assert (again.status_code, again.json()["error"]) == (409, "fault_exists")
    assert own.get("/faults").json() == {"faults": [made]}


def test_a_sandbox_has_a_hundred_rules_at_most(own):
    for _ in range(100):
        added(own)
    for answer in (own.post("/faults", json=RULE), own.post("/fault-plans/outage")):
        assert (answer.status_code, answer.json()["error"]) == (409, "too_many_faults")
    assert len(own.get("/faults").json()["faults"]) == 100
    own.delete("/faults/fault-7")
    assert own.post("/fault-plans/outage").status_code == 200
    assert own.post("/fault-plans/outage").status_code == 200


def test_rules_are_those_of_one_sandbox(own, control, world):
    added(own, match={}, do={"status": {"status": 503}})
    assert control.get("/sandboxes/default/faults").json() == {"faults": []}
    answer = world.with_headers(**{"X-Understudy-Sandbox": "default"}).get("/auth/me")
    assert answer.json()["error"] == "unauthorized"


def test_the_server_itself_is_never_struck(own, control):
    added(own, match={}, do={"status": {"status": 503}})
    control.post("/sandboxes/default/fault-plans/outage")
    try:
        assert control.get("/server").status_code == 200
        assert control.get("/sandboxes/default/faults").status_code == 200
    finally:
        control.delete("/sandboxes/default/faults")


def test_rules_outlive_a_restart_and_go_on_where_they_were(tmp_path):
    rule = {**RULE, "id": "r", "until": {"for": "1h"}, "on": {"first": 3}}
    with understudy.run(scenario="empty", state=tmp_path) as server:
        path = f"{server.url}/_control/sandboxes/default/faults"
        assert httpx.post(path, json=rule).status_code == 201
        assert httpx.patch(f"{path}/r", json={"note": "changed"}).status_code == 200
        assert httpx.post(path, json={**rule, "id": "gone"}).status_code == 201
        assert httpx.delete(f"{path}/gone").status_code == 200
        before = server.sandboxes.default.faults.as_list()
    with contextlib.closing(understudy.create_app(state=tmp_path)) as app:
        assert app.sandboxes.default.faults.as_list() == before
        assert [rule["note"] for rule in before] == ["changed"]
