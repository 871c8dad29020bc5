"""What of the contract was called: counts that outlive the ring."""

from __future__ import annotations

import pytest


def coverage(own):
    answer = own.get("/journal/coverage")
    assert answer.status_code == 200, answer.text
    return answer.json()


def of(covered, operation):
    [found] = (one for one in covered["operations"] if one["operation"] == operation)
    return found


def test_nothing_was_called(own, served):
    covered = coverage(own)
    assert covered["called"] == covered["exchanges"] == 0
    assert covered["elsewhere"] == {}
    ids = [one["operation"] for one in covered["operations"]]
    assert ids == [one.operation_id for one in served.operations]
    assert {one["exchanges"] for one in covered["operations"]} == {0}


def test_an_operation_is_told_as_the_contract_has_it(own, served):
    told = of(coverage(own), "defects.get_defect")
    [spec] = (one for one in served.operations if one.operation_id == "defects.get_defect")
    assert told == {
        "operation": "defects.get_defect",
        "tag": "defects",
        "method": "GET",
        "path": "/defects/{defect_id}",
        "summary": spec.raw["summary"],
        "documented": [*spec.responses],
        "exchanges": 0,
        "statuses": {},
    }


def test_calls_are_counted_by_operation_and_status(own, world):
    client = world.client()
    for title in ("one", "two", ""):
        client.post("/defects", json={"title": title})
    client.get("/nowhere")
    covered = coverage(own)
    assert (covered["called"], covered["exchanges"]) == (2, 5)
    created = of(covered, "defects.create_defect")
    assert (created["exchanges"], created["statuses"]) == (3, {"201": 2, "422": 1})
    assert of(covered, "auth.login")["statuses"] == {"200": 1}
    assert covered["elsewhere"] == {"404": 1}


def test_an_answer_that_was_lost_is_none(own, world):
    client = world.client()
    own.post("/faults", json={"do": {"connection": {"kind": "close"}}, "until": {"times": 1}})
    with pytest.raises(Exception, match="disconnected"):
        client.get("/auth/me")
    assert of(coverage(own), "auth.me")["statuses"] == {"0": 1}


def test_counts_outlive_the_ring(ring, note):
    for _ in range(1200):
        note()
    note(operation=None, status=404)
    assert len(ring) == 1000
    assert ring.counts == {("auth.me", 200): 1200, ("", 404): 1}


def test_clearing_counts_anew(own, world):
    client = world.client()
    own.delete("/journal")
    client.get("/auth/me")
    covered = coverage(own)
    assert (covered["called"], covered["exchanges"]) == (1, 1)


def test_so_does_a_new_beginning(own, world, control):
    world.client().get("/auth/me")
    assert control.post(f"/sandboxes/{world.name}/reset").status_code == 200
    assert coverage(own)["exchanges"] == 0


def test_of_a_sandbox_that_is_none(control):
    answer = control.get("/sandboxes/nobodys/journal/coverage")
    assert (answer.status_code, answer.json()["error"]) == (404, "no_such_sandbox")
