"""What a request that takes long leaves is what it would leave if it took no time."""

from __future__ import annotations

import httpx
import pytest

import understudy
from understudy.clock import stopwatch

pytestmark = pytest.mark.usefixtures("hurry")

PATIENCE = 20
BATCH = "/defects/batch"


def logged_in(http):
    """The client, with a token."""
    account = {"email": "admin@acme.test", "password": "Passw0rd!"}
    token = http.post("/auth/login", json=account).json()["access_token"]
    http.headers["Authorization"] = f"Bearer {token}"
    return http


def test_ids_are_those_that_it_would_have_on_the_loop(server, monkeypatch):
    def made(allowed):
        monkeypatch.setattr("understudy.pipeline.sandbox_operation.ALLOWED", allowed)
        with server.sandbox(scenario="empty", seed="same") as sandbox:
            http = logged_in(sandbox.http())
            plan = http.post("/test-plans", json={"name": "Plan"}).json()["id"]
            cases = [
                http.post("/test-cases", json={"name": str(n), "test_plan_id": plan}).json()["id"]
                for n in range(30)
            ]
            run = {"test_plan_id": plan, "run_name": "Run"}
            run_id = http.post("/test-runs", json=run).json()["id"]
            path = f"/test-runs/{run_id}/items/bulk"
            items = http.post(path, json={"test_case_ids": cases}).json()["items"]
            after = http.post("/test-plans", json={"name": "Next"}).json()["id"]
            return [one["id"] for one in items], after

    assert made(25) == made(10_000)


def test_what_is_kept_is_what_was_answered(tmp_path):
    with (
        understudy.run(scenario="empty", state=tmp_path) as running,
        httpx.Client(base_url=running.api_url) as http,
    ):
        logged_in(http)
        ids = [http.post("/defects", json={"title": str(n)}).json()["id"] for n in range(60)]
        changed = http.patch(BATCH, json={"defect_ids": ids[30:], "status": "CLOSED"})
        assert changed.json()["updated_count"] == 30
        answer = http.request("DELETE", BATCH, json={"defect_ids": ids[:50]})
        assert answer.json()["deleted_count"] == 50
        journal = next(tmp_path.rglob("journal.jsonl")).read_bytes()
    assert b'"CLOSED"' in journal
    with (
        understudy.run(state=tmp_path) as running,
        httpx.Client(base_url=running.api_url) as http,
    ):
        logged_in(http)
        found = http.get("/defects", params={"per_page": 20, "sort_order": "asc"}).json()["defects"]
        assert [each["id"] for each in found] == ids[50:]
        assert {each["status"] for each in found} == {"CLOSED"}


def test_a_deletion_follows_the_long_request_that_is_under_way(server, gate, sent):
    with (
        server.sandbox(scenario="empty", name="leaving") as sandbox,
        sandbox.http() as http,
        httpx.Client(base_url=server.url) as control,
    ):
        logged_in(http)
        ids = [http.post("/defects", json={"title": str(n)}).json()["id"] for n in range(60)]
        turns = server.sandboxes.named("leaving").turns
        long = sent(http, "DELETE", BATCH, json={"defect_ids": ids[:20]})
        gate.wait()
        deletion = sent(control, "DELETE", "/_control/sandboxes/leaving")
        queue(turns, 1)
        late = sent(http, "DELETE", BATCH, json={"defect_ids": ids[20:]})
        queue(turns, 2)
        gate.let_go()
        assert long.result(PATIENCE).status_code == 200
        assert deletion.result(PATIENCE).status_code == 200
        gate.let_go()
        assert late.result(PATIENCE).status_code == 401
        assert server.sandboxes.get("leaving") is None


def queue(turns, length):
    """Wait until so many wait for their turn."""
    end = stopwatch() + PATIENCE
    while len(turns._lock._waiters or ()) < length:
        assert stopwatch() < end


def test_head_has_the_length_and_no_body(world, ids):
    whole = world.client().get("/defects/export/json")
    assert whole.json()["total"] == len(ids)
    head = world.client().head("/defects/export/json")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(whole.content))
