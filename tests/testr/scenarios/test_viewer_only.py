"""Somebody who may look and not touch."""

from __future__ import annotations

from typing import Any

from .conftest import MEMBER, VIEWER


def test_everything_can_be_read_and_nothing_written(begin: Any) -> None:
    stage = begin("viewer-only")
    answer = stage.login(VIEWER)
    assert [one["role"] for one in answer["workspaces"]] == ["VIEWER"]
    plan, *_ = stage.get("/test-plans")["test_plans"]
    run, *_ = stage.get("/test-runs")["items"]
    defect, *_ = stage.get("/defects")["defects"]
    writes = [
        ("POST", "/test-plans", {"name": "Mine"}),
        ("PUT", f"/test-plans/{plan['id']}", {"name": "Mine"}),
        ("POST", f"/test-plans/{plan['id']}/tree/sync", {"tree": {"folders": []}}),
        ("POST", f"/test-runs/{run['id']}/start", None),
        ("POST", "/test-run-tree/testruns", {"test_run_id": run["id"], "folder_id": None}),
        ("PATCH", "/defects/batch", {"defect_ids": [defect["id"]], "status": "CLOSED"}),
        ("DELETE", "/defects/batch", {"defect_ids": [defect["id"]]}),
    ]
    for method, path, body in writes:
        refused = stage.app.request(method, path, json=body)
        assert (refused.status_code, refused.json()["error"]) == (403, "read_only"), path
    assert stage.get(f"/defects/{defect['id']}") == defect


def test_the_own_account_can_be_looked_after(begin: Any) -> None:
    stage = begin("viewer-only")
    stage.login(VIEWER)
    assert stage.app.put("/settings", json={"autoplay": True}).status_code == 200
    change = {"current_password": "Passw0rd!", "new_password": "Fresh1234"}
    assert stage.app.post("/auth/change-password", json=change).status_code == 200


def test_what_a_member_changes_is_seen(begin: Any) -> None:
    stage = begin("viewer-only")
    stage.login(MEMBER)
    made = stage.post("/defects", title="By a member")
    stage.login(VIEWER)
    assert stage.get(f"/defects/{made['id']}")["title"] == "By a member"
