"""The session ends soon after the log-in."""

from __future__ import annotations

from typing import Any


def open_item(stage: Any) -> dict[str, Any]:
    """What a result of the run under way has to name."""
    [run] = stage.get("/test-runs", status="RUNNING")["items"]
    items = stage.get(f"/test-runs/{run['id']}/items")["items"]
    item = next(one for one in items if one["status"] == "PENDING")
    ids = {"test_run_id": run["id"], "test_run_item_id": item["id"]}
    return {**ids, "test_case_id": item["test_case_id"], "status": "PASSED"}


def test_it_ends_during_a_run_whether_or_not_it_is_refreshed(begin: Any) -> None:
    stage = begin("session-about-to-end")
    tokens = stage.login()
    assert tokens["expires_in"] == 3600
    result = open_item(stage)
    stage.clock.advance("119s")
    tokens = stage.refresh(tokens).json()
    stage.use(tokens)
    assert stage.get("/auth/me")["email"] == "admin@acme.test"
    stage.clock.advance("1s")
    assert stage.app.post("/test-run-results", json=result).status_code == 401
    answer = stage.refresh(tokens)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_refresh_token")
    stage.login()
    assert stage.app.post("/test-run-results", json=result).status_code == 201


def test_the_next_session_ends_as_soon_and_nobody_else_s_ends_earlier(begin: Any) -> None:
    stage = begin("session-about-to-end", seconds=10)
    first = stage.login()
    stage.clock.advance("9s")
    second = stage.login("member@acme.test")
    stage.clock.advance("1s")
    assert stage.app.get("/auth/me").status_code == 200
    assert [stage.refresh(one).status_code for one in (first, second)] == [401, 200]
