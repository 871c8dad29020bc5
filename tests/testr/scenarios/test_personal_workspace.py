"""Somebody without a team, in personal mode."""

from __future__ import annotations

from typing import Any

SOLO = "solo@personal.test"


def test_no_team_and_no_subscription_but_all_is_there(begin: Any) -> None:
    stage = begin("personal-workspace")
    answer = stage.login(SOLO)
    assert (answer["workspaces"], answer["is_paid"]) == ([], False)
    [plan] = stage.get("/test-plans")["test_plans"]
    tree = stage.get(f"/test-plans/{plan['id']}/tree")
    assert len(tree["root_test_cases"]) == 12
    assert stage.get("/defects")["total"] == 2
    stage.clock.advance(days=3650)
    answer = stage.login(SOLO)
    assert stage.get("/defects")["total"] == 2
    assert stage.refresh(answer).status_code == 200


def test_the_free_quota_fills_up(begin: Any) -> None:
    stage = begin("personal-workspace", cases=98)
    stage.login(SOLO)
    assert stage.get("/workspace/limits") == {
        "max_test_cases": 100,
        "current_test_cases": 98,
        "can_add_more": True,
        "is_unlimited": False,
    }
    [plan] = stage.get("/test-plans")["test_plans"]
    assert [stage.add_case(plan["id"]) for _ in range(3)] == [201, 201, 403]


def test_teams_do_not_see_it(begin: Any) -> None:
    stage = begin("personal-workspace")
    stage.login()
    assert stage.get("/test-plans") == {"test_plans": []}
