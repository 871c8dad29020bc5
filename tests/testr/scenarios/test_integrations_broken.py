"""Jira and Azure DevOps cannot be reached."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import ADMIN, MEMBER

JIRA = ("jira_url", "jira_username")
AZURE = ("azure_organization", "azure_project")


def connection(stage: Any, kind: str) -> tuple[bool, str | None]:
    """What a test of the connection answers, with the settings' fields and a secret typed in."""
    saved = stage.get("/settings")["data"]
    names, secret = (JIRA, "jira_api_token") if kind == "jira" else (AZURE, "azure_pat")
    fields = {name: saved[name] or "https://somewhere.test" for name in names}
    body = {"integration_type": kind, **fields, secret: "typed-in-again"}
    answer = stage.app.post("/settings/integrations/test", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]["connected"], answer.json()["data"].get("error_code")


def test_each_fails_in_its_way_and_work_goes_on(begin: Any) -> None:
    stage = begin("integrations-broken")
    stage.login(ADMIN)
    assert connection(stage, "jira") == (False, "AUTH_FAILED")
    saved = stage.get("/settings")["data"]
    assert (saved["integration_type"], saved["jira_api_token"]) == ("jira", None)
    assert saved["has_jira_api_token"] is True
    assert stage.app.put("/settings", json={"integration_type": "jira"}).status_code == 200
    stage.post("/defects", title="Not in Jira")
    stage.login(MEMBER)
    assert stage.get("/settings")["data"]["integration_type"] == "azure_devops"
    assert connection(stage, "azure_devops") == (False, "UNREACHABLE")


def test_it_is_mended_while_the_application_is_open(begin: Any) -> None:
    stage = begin("integrations-broken")
    stage.login(ADMIN)
    kind = {"integration_type": "jira"}
    stage.shortcuts.run("simulate-integration", **kind, outcome="CONNECTED")
    assert connection(stage, "jira") == (True, None)


@pytest.mark.parametrize("outcome", ["AUTH_FAILED", "UNREACHABLE", "PERMISSION_DENIED"])
def test_how_they_fail(begin: Any, outcome: str) -> None:
    stage = begin("integrations-broken", jira=outcome, azure_devops="CONNECTED")
    stage.login(ADMIN)
    assert connection(stage, "jira") == (False, outcome)
    assert connection(stage, "azure_devops") == (True, None)
