"""Three test cases are left of the quota."""

from __future__ import annotations

from typing import Any

FULL = "admin@full.test"


def room(stage: Any) -> tuple[int, int, bool]:
    limits = stage.get("/workspace/limits")
    return limits["current_test_cases"], limits["max_test_cases"], limits["can_add_more"]


def test_the_fourth_is_one_too_many(begin: Any) -> None:
    stage = begin("quota-nearly-full")
    stage.login(FULL)
    [plan] = stage.get("/test-plans")["test_plans"]
    assert room(stage) == (100, 103, True)
    assert [stage.add_case(plan["id"]) for _ in range(4)] == [201, 201, 201, 403]
    assert room(stage) == (103, 103, False)
    assert stage.app.delete(f"/test-plans/{plan['id']}").status_code == 200
    assert room(stage) == (0, 103, True)


def test_how_many_are_left(begin: Any) -> None:
    stage = begin("quota-nearly-full", quota=101)
    stage.login(FULL)
    [plan] = stage.get("/test-plans")["test_plans"]
    assert [stage.add_case(plan["id"]) for _ in range(2)] == [201, 403]
