"""A body that takes long to read is answered as any other, and nobody waits for it."""

from __future__ import annotations

import threading

import orjson
import pytest

import understudy
from understudy.pipeline import dense, operation

DEFECT = {"title": "Dense", "tags": [str(n) for n in range(40)]}
CASES = {
    "right": ("/defects", DEFECT),
    "not right": ("/defects", {**DEFECT, "severity": "HUGE", "steps": [{}, {"action": 5}, 7] * 10}),
    "undocumented": ("/defects", {**DEFECT, "colour": [*range(40)], "x": {"y": [{}, []]}}),
    "both": ("/defects", {"colour": [*range(40)], "tags": [*range(60)]}),
    "a list": ("/defects", [*range(60)]),
    "too deep": ("/defects", {"title": orjson.loads(b"[1,2," * 101 + b"1" + b"]" * 101)}),
    "parameters": ("/defects?colour=red", {**DEFECT, "title": 5}),
    "without a token": ("/auth/login", {"email": "admin@acme.test", "junk": [*range(60)]}),
    "malformed": ("/defects", b'{"title":"x",\n"tags":[' + b'"a",' * 40 + b"]}"),
    "no text": ("/defects", b'{"title":"\xff","tags":[' + b'"a",' * 40 + b'""]}'),
}


@pytest.fixture
def read_ahead(monkeypatch):
    """Long is what has a few commas; the bodies that were read in a thread."""
    read, loads = [], dense.loads

    def noted(raw):
        assert threading.current_thread() is not threading.main_thread()
        read.append(raw)
        return loads(raw)

    monkeypatch.setattr(dense, "MANY", 20)
    monkeypatch.setattr(dense, "PORTION", 30)
    monkeypatch.setattr(dense, "loads", noted)
    return read


def post(client, path, body):
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    return client.post(path, content=raw, headers={"Content-Type": "application/json"})


def told(answer):
    """What is the same for two requests, one after the other."""
    body = answer.json()
    kept = {
        name: value for name, value in body.items() if name not in ("id", "defect_id", "number")
    }
    return (
        answer.status_code,
        sorted(body),
        kept.get("error"),
        kept.get("details"),
        body.get("tags"),
    )


@pytest.fixture(scope="module", params=[False, True], ids=["lenient", "strict"])
def strict_or_not(request):
    with understudy.run(scenario="default", strict=request.param) as running:
        yield running


@pytest.fixture
def client(strict_or_not):
    with strict_or_not.sandbox(scenario="default") as made, made.http() as http:
        account = {"email": "admin@acme.test", "password": "Passw0rd!"}
        token = http.post("/auth/login", json=account).json()["access_token"]
        http.headers["Authorization"] = f"Bearer {token}"
        yield http


def warnings(server, client):
    name = client.headers["x-understudy-sandbox"]
    entry = server.sandboxes.named(name).journal.after(0)[-1]
    return entry.unknown, entry.status, entry.change_count, entry.user


@pytest.mark.parametrize("case", CASES)
def test_it_is_answered_as_any_other(strict_or_not, client, case, request):
    path, body = CASES[case]
    usual = told(post(client, path, body)), warnings(strict_or_not, client)
    read = request.getfixturevalue("read_ahead")
    assert (told(post(client, path, body)), warnings(strict_or_not, client)) == usual
    assert len(read) == 1


def test_who_may_not_send_it_is_told_so_first(world, read_ahead):
    answer = post(world.anonymous, f"{world.server.api_url}/defects", CASES["malformed"][1])
    assert answer.status_code == 401
    assert len(read_ahead) == 1


def test_a_fault_strikes_once(world, read_ahead):
    faults = f"{world.server.url}/_control/sandboxes/{world.name}/faults"
    rule = {
        "id": "once",
        "match": {"operation": "defects.create_defect"},
        "do": {"delay": {"ms": 1}},
    }
    assert world.anonymous.post(faults, json=rule).status_code == 201
    assert post(world.client(), "/defects", DEFECT).status_code == 201
    seen = world.anonymous.get(f"{faults}/once").json()
    assert (seen["seen"], seen["struck"]) == (1, 1)
    assert len(read_ahead) == 1


def test_the_control_api_reads_so_as_well(world, read_ahead):
    path = f"{world.server.url}/_control/sandboxes/{world.name}/state/defects"
    for body, status in ((CASES["undocumented"][1], 422), (CASES["malformed"][1], 400)):
        assert post(world.anonymous, path, body).status_code == status
    assert len(read_ahead) == 2


def test_it_is_let_go_of(world, read_ahead, monkeypatch):
    gone = threading.Event()
    monkeypatch.setattr(operation, "drop", lambda box: (box.clear(), gone.set()))
    assert post(world.client(), "/defects", DEFECT).status_code == 201
    assert gone.wait(20)
