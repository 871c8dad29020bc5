"""GET /workspace/limits, and which workspace is active."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.handlers.testr.rules import workspaces

UNKNOWN = "00000000-0000-4000-8000-000000000000"
SOLO, EXPIRED = "solo@personal.test", "admin@expired.test"


def user(world: Any, email: str = "admin@acme.test") -> Any:
    return world.sandbox.store["users"].first({"email": email})


def active(world: Any, email: str = "admin@acme.test") -> Any:
    return workspaces.active(world.sandbox.store, user(world, email), None)[0]


def limit(world: Any, email: str, quota: int | None) -> None:
    world.sandbox.store["workspaces"].change(active(world, email)["id"], max_test_cases=quota)


def add_cases(client: Any, count: int) -> None:
    plan = client.post("/test-plans", json={"name": "Plan"}).json()
    for number in range(count):
        case = {"test_plan_id": plan["id"], "name": f"Case {number}"}
        assert client.post("/test-cases", json=case).status_code == 201


def test_a_team_is_unlimited(world: Any) -> None:
    answer = world.client().get("/workspace/limits")
    assert answer.status_code == 200
    assert answer.json() == {
        "max_test_cases": None,
        "current_test_cases": 0,
        "can_add_more": True,
        "is_unlimited": True,
    }


def test_a_personal_workspace_has_the_free_quota(world: Any) -> None:
    client = world.client(SOLO)
    add_cases(client, 2)
    assert client.get("/workspace/limits").json() == {
        "max_test_cases": 100,
        "current_test_cases": 2,
        "can_add_more": True,
        "is_unlimited": False,
    }


@pytest.mark.parametrize(("cases", "can_add_more"), [(1, True), (2, False)])
def test_the_last_place_counts(world: Any, cases: int, can_add_more: bool) -> None:
    limit(world, SOLO, 2)
    add_cases(world.client(SOLO), cases)
    answer = world.client(SOLO).get("/workspace/limits")
    assert answer.status_code == 200
    assert answer.json()["can_add_more"] is can_add_more


def test_a_quota_of_nothing_has_no_room(world: Any) -> None:
    limit(world, SOLO, 0)
    assert world.client(SOLO).get("/workspace/limits").json() == {
        "max_test_cases": 0,
        "current_test_cases": 0,
        "can_add_more": False,
        "is_unlimited": False,
    }


def test_the_quota_is_the_workspaces(world: Any) -> None:
    add_cases(world.client("member@acme.test"), 1)
    counts = {
        email: world.client(email).get("/workspace/limits").json()["current_test_cases"]
        for email in ("admin@acme.test", "viewer@acme.test", "admin@other.test", SOLO)
    }
    assert counts == {
        "admin@acme.test": 1,
        "viewer@acme.test": 1,
        "admin@other.test": 0,
        SOLO: 0,
    }


def test_the_header_chooses_the_personal_workspace(world: Any) -> None:
    personal = world.sandbox.store["workspaces"].first({"owner_id": user(world)["id"]})
    headers = {"X-Workspace-ID": personal["id"]}
    answer = world.client().get("/workspace/limits", headers=headers)
    assert answer.json()["max_test_cases"] == 100


def test_the_header_chooses_another_team(world: Any) -> None:
    other = active(world, "admin@other.test")
    limit(world, "admin@other.test", 7)
    joining = {"user_id": user(world)["id"], "workspace_id": other["id"], "role": "VIEWER"}
    workspaces.create_membership(world.sandbox, joining)
    client = world.client()
    assert client.get("/workspace/limits").json()["is_unlimited"] is True
    answer = client.get("/workspace/limits", headers={"X-Workspace-ID": other["id"]})
    assert answer.json()["max_test_cases"] == 7


def test_a_strange_workspace_is_forbidden(world: Any) -> None:
    for wanted in (active(world, "admin@other.test")["id"], UNKNOWN, "acme"):
        answer = world.client().get("/workspace/limits", headers={"X-Workspace-ID": wanted})
        assert (answer.status_code, answer.json()["error"]) == (403, "workspace_forbidden")


def test_an_expired_subscription_is_402(world: Any) -> None:
    answer = world.client(EXPIRED).get("/workspace/limits")
    assert (answer.status_code, answer.json()["error"]) == (402, "subscription_expired")


def test_a_token_is_needed(world: Any) -> None:
    answer = world.anonymous.get("/workspace/limits")
    assert (answer.status_code, answer.json()["error"]) == (401, "unauthorized")


def test_teams_come_in_the_order_of_joining(world: Any) -> None:
    store, newcomer = world.sandbox.store, user(world, SOLO)
    for email, role in (("admin@other.test", "VIEWER"), ("admin@acme.test", "MEMBER")):
        joining = {"user_id": newcomer["id"], "workspace_id": active(world, email)["id"]}
        workspaces.create_membership(world.sandbox, {**joining, "role": role})
    names = [(workspace["name"], role) for workspace, role in workspaces.teams(store, newcomer)]
    assert names == [
        (active(world, "admin@other.test")["name"], "VIEWER"),
        (active(world)["name"], "MEMBER"),
    ]
    assert workspaces.active(store, newcomer, None)[1] == "VIEWER"


def test_without_a_team_the_personal_workspace_is_active(world: Any) -> None:
    workspace, role = workspaces.active(world.sandbox.store, user(world, SOLO), None)
    assert (workspace["kind"], workspace["owner_id"], role) == (
        "PERSONAL",
        user(world, SOLO)["id"],
        "ADMIN",
    )


def test_a_user_has_one_personal_workspace(world: Any) -> None:
    owner_id = user(world, SOLO)["id"]
    made = workspaces.create_workspace(world.sandbox, {"owner_id": owner_id, "name": "Mine"})
    assert made["kind"] == "PERSONAL"
    assert world.sandbox.store["workspaces"].count({"owner_id": owner_id}) == 1
    assert workspaces.active(world.sandbox.store, user(world, SOLO), None)[0]["name"] == "Mine"


@pytest.mark.parametrize(
    ("end", "expired"),
    [
        (None, False),
        ("2026-01-26T09:00:00.001Z", False),
        ("2026-01-26T09:00:00.000Z", True),
        ("2026-01-26T08:59:59.999Z", True),
    ],
)
def test_a_subscription_ends_with_its_instant(end: str | None, expired: bool) -> None:
    team = {"kind": "TEAM", "subscription_expires_at": end}
    assert workspaces.subscription_expired(team, "2026-01-26T09:00:00.000Z") is expired
    assert workspaces.is_paid(team, "2026-01-26T09:00:00.000Z") is not expired


def test_a_personal_workspace_is_not_paid() -> None:
    workspace = {"kind": "PERSONAL", "subscription_expires_at": None}
    assert workspaces.is_paid(workspace, "2026-01-26T09:00:00.000Z") is False
