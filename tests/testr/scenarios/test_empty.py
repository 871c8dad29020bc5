"""The accounts of default, and no data."""

from __future__ import annotations

from typing import Any


def test_a_team_begins_with_nothing(begin: Any) -> None:
    stage = begin("empty")
    answer = stage.login()
    assert [one["name"] for one in answer["workspaces"]] == ["Acme QA"]
    assert stage.get("/test-plans") == {"test_plans": []}
    totals = [stage.get(path)["total"] for path in ("/test-runs", "/defects", "/schedules")]
    assert totals == [0, 0, 0]
    assert stage.get("/test-run-tree") == {"folders": [], "root_test_runs": []}
    assert stage.get("/workspace/limits")["is_unlimited"] is True


def test_the_first_of_everything_has_number_one(begin: Any) -> None:
    stage = begin("empty")
    stage.login()
    plan = stage.post("/test-plans", name="First")
    assert stage.post("/test-runs", run_name="First", test_plan_id=plan["id"])["run_number"] == 1
    assert stage.post("/defects", title="First")["defect_number"] == "DEF-001"
