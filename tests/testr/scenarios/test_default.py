"""A small company with everything in it."""

from __future__ import annotations

from typing import Any

import pytest


def test_there_is_something_of_everything(begin: Any) -> None:
    stage = begin("default")
    stage.login()
    assert len(stage.get("/test-plans")["test_plans"]) == 4
    assert stage.get("/test-runs")["total"] > 10
    assert stage.get("/defects")["total"] > 10
    assert stage.get("/reports/suite-runs")["total"] > 3
    assert [one["run_name"] for one in stage.get("/test-runs", status="RUNNING")["items"]] == [
        "Release 4.2, accounts"
    ]
    assert stage.get("/schedules/pending")["total"] == 2


@pytest.mark.parametrize(
    ("email", "password", "is_paid", "teams"),
    [
        ("admin@acme.test", "Passw0rd!", True, [("Acme QA", "ADMIN")]),
        ("member@acme.test", "Passw0rd!", True, [("Acme QA", "MEMBER")]),
        ("viewer@acme.test", "Passw0rd!", True, [("Acme QA", "VIEWER")]),
        ("admin@other.test", "Passw0rd!", True, [("Northwind QA", "ADMIN")]),
        ("solo@personal.test", "Passw0rd!", False, []),
        ("admin@expired.test", "Passw0rd!", False, [("Bluebird QA", "ADMIN")]),
        ("admin@full.test", "Passw0rd!", True, [("Fullerton QA", "ADMIN")]),
        ("admin@firstlogin.test", "Temp0rary1", True, [("Firstlight Travel", "ADMIN")]),
    ],
)
def test_who_can_log_in(
    begin: Any, email: str, password: str, is_paid: bool, teams: list[tuple[str, str]]
) -> None:
    answer = begin("default").login(email, password)
    assert answer["is_paid"] is is_paid
    assert [(one["name"], one["role"]) for one in answer["workspaces"]] == teams


def test_one_account_is_switched_off(begin: Any) -> None:
    who = {"email": "inactive@acme.test", "password": "Passw0rd!"}
    answer = begin("default").app.post("/auth/login", json=who)
    assert (answer.status_code, answer.json()["error"]) == (403, "account_inactive")
