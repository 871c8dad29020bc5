"""The quota of test cases is used up."""

from __future__ import annotations

from typing import Any

import pytest

FULL = "admin@full.test"


@pytest.mark.parametrize("quota", [100, 50, 0])
def test_nothing_can_be_added_and_nothing_is_lost(begin: Any, quota: int) -> None:
    stage = begin("quota-full", quota=quota)
    stage.login(FULL)
    assert stage.get("/workspace/limits") == {
        "max_test_cases": quota,
        "current_test_cases": 100,
        "can_add_more": False,
        "is_unlimited": False,
    }
    [plan] = stage.get("/test-plans")["test_plans"]
    body = {"test_plan_id": plan["id"], "name": "One too many"}
    answer = stage.app.post("/test-cases", json=body)
    assert (answer.status_code, answer.json()["error"]) == (403, "limit_reached")
    assert len(stage.get(f"/test-plans/{plan['id']}/tree")["root_test_cases"]) == 100


def test_all_else_works_and_an_upgrade_is_noticed(begin: Any) -> None:
    stage = begin("quota-full")
    stage.login(FULL)
    [plan] = stage.get("/test-plans")["test_plans"]
    stage.post("/folders", test_plan_id=plan["id"], name="A folder")
    run = stage.post("/test-runs", run_name="A run", test_plan_id=plan["id"])
    assert stage.app.post(f"/test-runs/{run['id']}/start").status_code == 200
    stage.post("/defects", title="A defect")
    stage.shortcuts.run("lift-quota", user=FULL)
    assert stage.add_case(plan["id"]) == 201
