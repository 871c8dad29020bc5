"""POST /settings/integrations/test: simulated, never called."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.handlers.testr.rules import integrations

PATH = "/settings/integrations/test"
JIRA = {
    "integration_type": "jira",
    "jira_url": "https://company.atlassian.net",
    "jira_username": "user@company.com",
    "jira_api_token": "ATATT3xFfGF0xxxxx",
}
AZURE = {
    "integration_type": "azure_devops",
    "azure_organization": "myorg",
    "azure_project": "MyProject",
    "azure_pat": "ghp_xxxx",
}
NEEDED = [(asked, name) for asked in (JIRA, AZURE) for name in asked if name != "integration_type"]


def simulate(world: Any, kind: str, outcome: str) -> None:
    fields = {"integration_type": kind, "outcome": outcome}
    integrations.create_integration(world.sandbox, fields)


def fields_at_fault(answer: Any) -> list[str]:
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["code"] == "VALIDATION_ERROR"
    return [detail["field"] for detail in answer.json()["error"]["details"]]


@pytest.mark.parametrize(
    ("asked", "server_info", "name"),
    [(JIRA, "Jira Cloud", "user@company.com"), (AZURE, "Azure DevOps Services", "admin")],
)
def test_it_connects_unless_told_otherwise(
    world: Any, asked: Any, server_info: str, name: str
) -> None:
    answer = world.client().post(PATH, json=asked)
    assert answer.status_code == 200
    assert answer.json() == {
        "success": True,
        "data": {
            "connected": True,
            "message": f"Connected as: {name}",
            "details": {
                "server_info": server_info,
                "user_display_name": name,
                "permissions": ["CREATE_ISSUES", "ATTACH_FILES"],
            },
        },
    }


@pytest.mark.parametrize("asked", [JIRA, AZURE])
@pytest.mark.parametrize("outcome", ["AUTH_FAILED", "UNREACHABLE", "PERMISSION_DENIED"])
def test_a_sandbox_can_make_it_fail(world: Any, asked: Any, outcome: str) -> None:
    simulate(world, asked["integration_type"], outcome)
    answer = world.client().post(PATH, json=asked)
    assert answer.status_code == 200
    assert answer.json()["success"] is True
    assert set(answer.json()["data"]) == {"connected", "message", "error_code"}
    assert answer.json()["data"]["connected"] is False
    assert answer.json()["data"]["error_code"] == outcome


def test_the_failure_of_one_type_is_not_the_others(world: Any) -> None:
    simulate(world, "jira", "UNREACHABLE")
    assert world.client().post(PATH, json=AZURE).json()["data"]["connected"] is True


def test_the_latest_word_on_a_type_counts(world: Any) -> None:
    simulate(world, "jira", "UNREACHABLE")
    simulate(world, "jira", "CONNECTED")
    assert world.client().post(PATH, json=JIRA).json()["data"]["connected"] is True


def test_the_message_of_a_failed_authentication_is_the_specifications(world: Any) -> None:
    simulate(world, "jira", "AUTH_FAILED")
    message = world.client().post(PATH, json=JIRA).json()["data"]["message"]
    assert message == "Authentication failed - check username/API token"


@pytest.mark.parametrize(("asked", "name"), NEEDED)
def test_each_field_of_the_type_is_needed(world: Any, asked: Any, name: str) -> None:
    left_out = {key: value for key, value in asked.items() if key != name}
    for body in (left_out, {**asked, name: None}, {**asked, name: ""}):
        assert fields_at_fault(world.client().post(PATH, json=body)) == [name]


def test_missing_fields_are_named_at_once(world: Any) -> None:
    answer = world.client().post(PATH, json={"integration_type": "jira"})
    assert fields_at_fault(answer) == ["jira_url", "jira_username", "jira_api_token"]


def test_a_stored_secret_does_not_stand_in(world: Any) -> None:
    world.client().put("/settings", json={"jira_api_token": "stored"})
    asked = {**JIRA, "jira_api_token": None}
    assert fields_at_fault(world.client().post(PATH, json=asked)) == ["jira_api_token"]


def test_the_other_types_fields_do_not_matter(world: Any) -> None:
    for url in ("", None, "no address", "x" * 2048):
        asked = {**AZURE, "jira_url": url, "jira_username": None, "jira_api_token": ""}
        assert world.client().post(PATH, json=asked).json()["data"]["connected"] is True


def test_the_other_types_fields_are_text(world: Any) -> None:
    answer = world.client().post(PATH, json={**AZURE, "jira_url": 7})
    assert fields_at_fault(answer) == ["jira_url"]


@pytest.mark.parametrize("kind", ["none", "github", None])
def test_the_type_must_be_one_of_the_two(world: Any, kind: Any) -> None:
    answer = world.client().post(PATH, json={**JIRA, "integration_type": kind})
    assert fields_at_fault(answer) == ["integration_type"]


def test_the_url_may_be_any_text_as_in_the_settings(world: Any) -> None:
    asked = {**JIRA, "jira_url": "company.atlassian.net"}
    assert world.client().post(PATH, json=asked).json()["data"]["connected"] is True


def test_the_longest_name_is_shown_whole(world: Any) -> None:
    asked = {**JIRA, "jira_username": "x" * 2048}
    data = world.client().post(PATH, json=asked).json()["data"]
    assert data["details"]["user_display_name"] == "x" * 2048


def test_a_test_changes_nothing(world: Any) -> None:
    world.client().post(PATH, json=JIRA)
    assert world.client().get("/settings").json()["data"] is None
    assert world.sandbox.store["user_credentials"].count({}) == 0
