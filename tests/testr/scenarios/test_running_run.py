"""A test run is under way."""

from __future__ import annotations

from typing import Any

from .conftest import ADMIN, MEMBER


def under_way(stage: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The run, and its items without a result."""
    stage.login(ADMIN)
    [run] = stage.get("/test-runs", status="RUNNING")["items"]
    items = stage.get(f"/test-runs/{run['id']}/items")["items"]
    return run, [one for one in items if one["status"] == "PENDING"]


def send(stage: Any, run: dict[str, Any], item: dict[str, Any], status: str) -> Any:
    ids = {"test_run_id": run["id"], "test_run_item_id": item["id"]}
    body = {**ids, "test_case_id": item["test_case_id"], "status": status}
    return stage.app.post("/test-run-results", json=body)


def test_it_goes_on_to_its_end(begin: Any) -> None:
    stage = begin("running-run")
    run, pending = under_way(stage)
    assert run["started_at"] == "2026-01-26T08:52:00.000Z"
    assert (run["total_tests"], len(pending)) == (24, 15)
    counted = run["passed_tests"] + run["failed_tests"] + run["skipped_tests"]
    assert counted == 9
    for item in pending:
        assert send(stage, run, item, "PASSED").status_code == 201
    now = stage.get(f"/test-runs/{run['id']}")
    assert now["passed_tests"] == run["passed_tests"] + 15
    stage.clock.advance("2m")
    ended = stage.app.post(f"/test-runs/{run['id']}/stop").json()
    assert (ended["status"], ended["duration_ms"]) == ("COMPLETED", 600_000)
    assert stage.app.post(f"/test-runs/{run['id']}/start").status_code == 400


def test_somebody_else_stops_it(begin: Any) -> None:
    stage = begin("running-run")
    run, pending = under_way(stage)
    stage.login(MEMBER)
    assert stage.app.post(f"/test-runs/{run['id']}/stop").status_code == 200
    stage.login(ADMIN)
    answer = send(stage, run, pending[0], "PASSED")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_state")


def test_how_far_it_is(begin: Any) -> None:
    stage = begin("running-run", cases=5, done=0)
    run, pending = under_way(stage)
    assert (run["total_tests"], run["pass_rate"], len(pending)) == (5, 0.0, 5)
    stage = begin("running-run", cases=300, done=300)
    run, _ = under_way(stage)
    summary = stage.get(f"/test-runs/{run['id']}/summary")
    assert (summary["items_total"], summary["not_run"]) == (300, 0)
    assert 50 < summary["pass_rate"] < 100
