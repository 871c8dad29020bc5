"""An administrator logs in for the first time."""

from __future__ import annotations

from typing import Any

WHO, TEMPORARY, FRESH = "admin@firstlogin.test", "Temp0rary1", "Fresh1234"


def change(stage: Any, current: str, new: str) -> Any:
    body = {"current_password": current, "new_password": new}
    return stage.app.post("/auth/change-password", json=body)


def test_a_new_password_is_asked_for_until_there_is_one(begin: Any) -> None:
    stage = begin("first-login")
    answer = stage.login(WHO, TEMPORARY)
    assert answer["must_change_password"] is True
    assert answer["organization_name"] == "Firstlight Travel"
    refused = change(stage, "Temp0rary2", FRESH)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_current_password")
    refused = change(stage, TEMPORARY, "no-digit-In-it")
    assert (refused.status_code, [*refused.json()["details"]]) == (422, ["new_password"])
    assert stage.login(WHO, TEMPORARY)["must_change_password"] is True
    assert change(stage, TEMPORARY, FRESH).status_code == 200
    answer = stage.login(WHO, FRESH)
    assert answer["must_change_password"] is False
    assert "organization_name" not in answer


def test_nothing_is_blocked_meanwhile_and_nothing_there(begin: Any) -> None:
    stage = begin("first-login")
    stage.login(WHO, TEMPORARY)
    assert stage.get("/test-plans") == {"test_plans": []}
    assert stage.post("/test-plans", name="Before the password")["name"] == "Before the password"


def test_the_organization_and_its_trial_can_be_chosen(begin: Any) -> None:
    stage = begin("first-login", organization="Ångström & Söhne", trial="2h")
    answer = stage.login(WHO, TEMPORARY)
    assert answer["organization_name"] == "Ångström & Söhne"
    assert [one["name"] for one in answer["workspaces"]] == ["Ångström & Söhne"]
    assert answer["is_paid"] is True
    stage.clock.advance("2h")
    assert stage.login(WHO, TEMPORARY)["is_paid"] is False
