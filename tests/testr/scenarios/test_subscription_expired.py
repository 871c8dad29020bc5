"""The team's subscription has run out."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import ADMIN, MEMBER, VIEWER

WORK = ["/test-plans", "/test-runs", "/defects", "/reports/suite-runs", "/workspace/limits"]


@pytest.mark.parametrize("email", [ADMIN, MEMBER, VIEWER])
def test_who_logs_in_can_do_nothing_but_look_after_the_account(begin: Any, email: str) -> None:
    stage = begin("subscription-expired")
    tokens = stage.login(email)
    assert tokens["is_paid"] is False
    for path in WORK:
        answer = stage.app.get(path)
        assert (answer.status_code, answer.json()["error"]) == (402, "subscription_expired")
    assert stage.refresh(tokens).status_code == 402
    assert stage.get("/auth/me")["is_paid"] is False
    assert stage.app.get("/settings").status_code == 200
    change = {"current_password": "Passw0rd!", "new_password": "Fresh1234"}
    assert stage.app.post("/auth/change-password", json=change).status_code == 200


def test_renewing_it_brings_everything_back_without_a_log_in(begin: Any) -> None:
    stage = begin("subscription-expired")
    tokens = stage.login()
    stage.shortcuts.run("renew-subscription", user=ADMIN, lasting="30d")
    assert stage.get("/test-plans")["test_plans"] != []
    assert stage.refresh(tokens).status_code == 200


def test_others_are_not_concerned(begin: Any) -> None:
    stage = begin("subscription-expired")
    for email in ("solo@personal.test", "admin@other.test"):
        stage.login(email)
        assert stage.app.get("/test-plans").status_code == 200


def test_since_when(begin: Any) -> None:
    stage = begin("subscription-expired", since="400d")
    [team] = stage.sandbox.state.list("workspaces", field="name", value="Acme QA")
    assert team["subscription_expires_at"] == "2024-12-22T09:00:00.000Z"
    stage.login()
    assert stage.app.get("/defects").status_code == 402
