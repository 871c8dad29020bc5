"""Somebody in two teams."""

from __future__ import annotations

from typing import Any

import pytest


def teams(stage: Any) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in stage.login()["workspaces"]}


def test_the_header_chooses_and_the_teams_keep_apart(begin: Any) -> None:
    stage = begin("two-teams")
    found = teams(stage)
    assert [(name, one["role"]) for name, one in found.items()] == [
        ("Acme QA", "ADMIN"),
        ("Northwind QA", "MEMBER"),
    ]
    first = {one["id"]: one["name"] for one in stage.get("/test-plans")["test_plans"]}
    stage.app.headers["X-Workspace-ID"] = found["Northwind QA"]["id"]
    second = {one["id"]: one["name"] for one in stage.get("/test-plans")["test_plans"]}
    assert "Checkout and payment" in first.values()
    assert [*second.values()] == ["Mobile app"]
    for plan_id in first:
        assert stage.app.get(f"/test-plans/{plan_id}/tree").status_code == 404
    made = stage.post("/defects", title="Of the second team")
    stage.app.headers["X-Workspace-ID"] = found["Acme QA"]["id"]
    assert stage.app.get(f"/defects/{made['id']}").status_code == 404


@pytest.mark.parametrize(("role", "status"), [("ADMIN", 201), ("MEMBER", 201), ("VIEWER", 403)])
def test_the_role_in_the_second(begin: Any, role: str, status: int) -> None:
    stage = begin("two-teams", role=role)
    found = teams(stage)
    assert [one["role"] for one in found.values()] == ["ADMIN", role]
    assert stage.app.post("/defects", json={"title": "In the first"}).status_code == 201
    stage.app.headers["X-Workspace-ID"] = found["Northwind QA"]["id"]
    assert stage.app.post("/defects", json={"title": "In the second"}).status_code == status


def test_another_s_team_is_refused(begin: Any) -> None:
    stage = begin("two-teams")
    found = teams(stage)
    stage.login("viewer@acme.test")
    stage.app.headers["X-Workspace-ID"] = found["Northwind QA"]["id"]
    answer = stage.app.get("/test-plans")
    assert (answer.status_code, answer.json()["error"]) == (403, "workspace_forbidden")
