"""Requests that take long are worked out in a thread; whatever comes meanwhile counts as well."""

from __future__ import annotations

import socket

import pytest

PATIENCE = 20
BATCH = "/defects/batch"


@pytest.fixture
def rules(server):
    """The rules of defects that the server serves by: a reload may have imported others since."""
    path = f"{server.app.contract.base_path}{BATCH}"
    methods, _ = server.app._asgi._routes.find(path)
    return methods["DELETE"]._handler.__globals__["defects"]


def titles(world):
    page = world.client().get("/defects", params={"per_page": 25}).json()
    return {each["title"] for each in page["defects"]}


def total(world):
    return world.client().get("/defects", params={"per_page": 1}).json()["total"]


def entries(world, operation):
    return [
        one
        for one in world.sandbox.journal.after(0)
        if one.operation is not None and one.operation.operation_id == operation
    ]


def test_it_is_done_and_noted_as_any_other(world, ids):
    answer = world.client().delete_with(BATCH, {"defect_ids": ids[:50]})
    assert (answer.status_code, answer.json()["deleted_count"]) == (200, 50)
    assert total(world) == 10
    [entry] = entries(world, "defects.delete_defects")
    assert (entry.status, entry.change_count, entry.user) == (200, 50, "admin@acme.test")
    assert {(one.kind, one.collection) for one in entry.changes} == {("removed", "defects")}


def test_two_at_once_are_done_one_after_the_other(world, ids, gate, sent, arrived):
    clients = [world.client(f"{name}@acme.test") for name in ("admin", "member", "admin")]
    futures = []
    for client, some in zip(clients, (ids[:30], ids[29:], ids[30:]), strict=True):
        futures.append(sent(client, "DELETE", BATCH, json={"defect_ids": some}))
        assert arrived.acquire(timeout=PATIENCE)
    gate.wait()
    for _ in range(2):
        gate.let_go()
        gate.wait()
    gate.let_go()
    answers = [one.result(PATIENCE).status_code for one in futures]
    assert answers == [200, 404, 200]
    assert total(world) == 0
    assert gate.count == 3


def test_what_is_written_meanwhile_is_neither_lost_nor_undone(world, ids, gate, sent, waiting):
    long = sent(world.client(), "DELETE", BATCH, json={"defect_ids": ids[:50]})
    gate.wait()
    other = world.client("member@acme.test")
    assert other.post("/defects", json={"title": "Meanwhile"}).status_code == 201
    assert not long.done()
    gate.let_go()
    gate.wait()  # the second time, the data having changed: now others who write wait
    late = sent(other, "POST", "/defects", json={"title": "Later"})
    assert waiting.wait(PATIENCE)
    assert total(world) == 61  # who only looks does not
    gate.let_go()
    assert long.result(PATIENCE).json()["deleted_count"] == 50
    assert late.result(PATIENCE).status_code == 201
    assert titles(world) == {*map(str, range(50, 60)), "Meanwhile", "Later"}
    numbers = [one["_number"] for one in world.sandbox.store["defects"]]
    assert numbers == [*range(51, 63)]
    long_one, late_one = (
        entries(world, name)[-1] for name in ("defects.delete_defects", "defects.create_defect")
    )
    assert long_one.sequence < late_one.sequence
    assert gate.count == 2


def test_the_control_api_waits_as_well(world, ids, gate, sent, waiting):
    control = world.with_headers()
    control.base_url = f"{world.server.url}/_control/sandboxes/{world.name}"
    long = sent(world.client(), "DELETE", BATCH, json={"defect_ids": ids[:50]})
    gate.wait()
    path = f"/state/defects/{ids[55]}"
    assert control.delete(path, params={"cascade": "true"}).status_code == 200
    gate.let_go()
    gate.wait()
    late = sent(control, "DELETE", f"/state/defects/{ids[56]}")
    assert waiting.wait(PATIENCE)
    assert control.get(path.replace(ids[55], ids[56])).status_code == 200
    gate.let_go()
    assert (long.result(PATIENCE).status_code, late.result(PATIENCE).status_code) == (200, 200)
    assert total(world) == 8


@pytest.mark.parametrize(("keeps", "left"), [(False, 60), (True, 10)])
def test_a_refusal_in_the_middle(world, ids, rules, monkeypatch, keeps, left):
    errors = rules.owned.__globals__["errors"]
    remove = rules.remove_all

    def refuse(ctx, defect_ids):
        remove(ctx, defect_ids)
        error = errors.NotFound()
        error.keeps_changes = keeps
        raise error

    monkeypatch.setattr(rules, "remove_all", refuse)
    answer = world.client().delete_with(BATCH, {"defect_ids": ids[:50]})
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
    assert total(world) == left
    [entry] = entries(world, "defects.delete_defects")
    assert (entry.status, entry.change_count) == (404, 60 - left)
    assert world.client().post("/defects", json={"title": "Next"}).status_code == 201


def test_a_failure_in_the_middle(world, ids, rules, monkeypatch):
    remove = rules.remove_all

    def fail(ctx, defect_ids):
        raise RuntimeError(remove(ctx, defect_ids))

    monkeypatch.setattr(rules, "remove_all", fail)
    answer = world.client().delete_with(BATCH, {"defect_ids": ids[:50]})
    assert answer.status_code == 500
    assert total(world) == 60


def test_a_fault_strikes_once_however_often_the_work_is_done(world, ids, gate, sent):
    rule = {
        "match": {"operation": "defects.delete_defects"},
        "do": {"delay": {"ms": 1}, "connection": {"kind": "trickle", "bytes_per_second": 10**6}},
    }
    faults = f"{world.server.url}/_control/sandboxes/{world.name}/faults"
    assert world.anonymous.post(faults, json={"id": "slow", **rule}).status_code == 201
    long = sent(world.client(), "DELETE", BATCH, json={"defect_ids": ids[:50]})
    gate.wait()
    world.client("member@acme.test").post("/defects", json={"title": "Meanwhile"})
    gate.let_go()
    gate.wait()
    gate.let_go()
    assert long.result(PATIENCE).json()["deleted_count"] == 50
    told = world.anonymous.get(f"{faults}/slow").json()
    assert (told["seen"], told["struck"]) == (1, 1)
    [entry] = entries(world, "defects.delete_defects")
    assert entry.fault[0] == "slow"


def test_it_is_done_though_nobody_waits_for_it_any_more(world, ids, gate):
    client = world.client()
    request = client.build_request("DELETE", BATCH, json={"defect_ids": ids[:50]})
    head = f"DELETE {request.url.raw_path.decode()} HTTP/1.1\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    with socket.create_connection((request.url.host, request.url.port)) as connection:
        connection.sendall(head.encode() + b"\r\n" + request.read())
        gate.wait()
    seen = world.sandbox.journal.last
    assert total(world) == 60
    gate.let_go()
    control = f"{world.server.url}/_control/sandboxes/{world.name}/journal/wait"
    asked = {"match": {"operation": "defects.delete_defects"}, "timeout": f"{PATIENCE}s"}
    told = world.anonymous.post(control, json=asked)
    assert told.status_code == 200, told.text
    assert world.sandbox.journal.last > seen
    assert total(world) == 10


def test_a_token_that_ends_meanwhile_was_good_when_it_came(world, ids, gate, sent):
    long = sent(world.client(), "DELETE", BATCH, json={"defect_ids": ids[:50]})
    gate.wait()
    world.clock.advance(hours=2)
    gate.let_go()
    assert long.result(PATIENCE).status_code == 200
    assert world.client().get("/defects").status_code == 401
    assert len(world.sandbox.store["defects"]) == 10


def test_a_reset_follows_the_long_request_that_is_under_way(world, ids, gate, sent):
    long = sent(world.client(), "DELETE", BATCH, json={"defect_ids": ids[:50]})
    gate.wait()
    control = f"{world.server.url}/_control/sandboxes/{world.name}"
    reset = sent(world.anonymous, "POST", f"{control}/reset")
    gate.let_go()
    assert [long.result(PATIENCE).status_code, reset.result(PATIENCE).status_code] == [200, 200]
    assert not {one["id"] for one in world.sandbox.store["defects"]} & {*ids}


def test_who_only_looks_sees_what_there_was_when_it_came(world, ids, gate, sent):
    export = sent(world.client(), "GET", "/defects/export/json")
    gate.wait()
    other = world.client("member@acme.test")
    assert other.post("/defects", json={"title": "Meanwhile"}).status_code == 201
    gate.let_go()
    found = export.result(PATIENCE).json()
    assert found["total"] == 60
    assert [each["id"] for each in found["defects"]] == ids[::-1]
    assert gate.count == 1
    assert total(world) == 61
