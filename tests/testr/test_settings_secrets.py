"""The secrets among the settings, and the audit: what is kept, what is never shown."""

from __future__ import annotations

import json
from typing import Any

import pytest

from understudy.handlers.testr.rules import credentials, settings

SECRETS = ["ai_api_key", "jira_api_token", "azure_pat"]


def save(client: Any, **fields: Any) -> None:
    answer = client.put("/settings", json=fields)
    assert answer.status_code == 200, answer.text


def data(client: Any) -> Any:
    return client.get("/settings").json()["data"]


def secret(world: Any, name: str, email: str = "admin@acme.test") -> str | None:
    """The stored secret in plain text, as only the server can read it."""
    store = world.sandbox.store
    found = credentials.stored(store, store["users"].first({"email": email})["id"], name)
    return None if found is None else world.sandbox.vault.decrypt(found["_encrypted_value"])


def audit(world: Any) -> list[dict[str, Any]]:
    return [dict(entry) for entry in world.sandbox.store["settings_audit"].select({}).items]


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_stored_and_never_returned(world: Any, name: str) -> None:
    save(world.client(), **{name: "s3cret-value"})
    answer = world.client().get("/settings")
    assert "s3cret-value" not in answer.text
    assert answer.json()["data"][name] is None
    assert {one for one in SECRETS if answer.json()["data"][f"has_{one}"]} == {name}
    assert secret(world, name) == "s3cret-value"


def test_a_secret_is_encrypted_and_kept_apart(world: Any) -> None:
    save(world.client(), ai_api_key="s3cret-value")
    for name in ("user_settings", "user_credentials", "settings_audit"):
        stored = [dict(record) for record in world.sandbox.store[name].select({}).items]
        assert stored
        assert "s3cret-value" not in json.dumps(stored)
    assert "ai_api_key" not in world.sandbox.store["user_settings"].first({})["settings"]


@pytest.mark.parametrize("fields", [{}, {"ai_api_key": None}])
def test_a_secret_left_out_or_null_is_kept(world: Any, fields: Any) -> None:
    save(world.client(), ai_api_key="first", use_ai=True)
    save(world.client(), **fields)
    assert data(world.client())["has_ai_api_key"] is True
    assert data(world.client())["use_ai"] is False
    assert secret(world, "ai_api_key") == "first"


def test_a_new_value_replaces_the_secret(world: Any) -> None:
    save(world.client(), ai_api_key="first")
    save(world.client(), ai_api_key="second")
    assert secret(world, "ai_api_key") == "second"
    assert world.sandbox.store["user_credentials"].count({}) == 1


def test_an_empty_string_deletes_the_secret(world: Any) -> None:
    save(world.client(), ai_api_key="first", azure_pat="other")
    save(world.client(), ai_api_key="")
    assert data(world.client())["has_ai_api_key"] is False
    assert data(world.client())["has_azure_pat"] is True
    assert world.sandbox.store["user_credentials"].count({}) == 1


def test_deleting_a_secret_that_is_not_there_is_fine(world: Any) -> None:
    save(world.client(), ai_api_key="")
    assert data(world.client())["has_ai_api_key"] is False


def test_secrets_are_the_users_own(world: Any) -> None:
    save(world.client(), ai_api_key="mine")
    save(world.client("member@acme.test"))
    assert data(world.client("member@acme.test"))["has_ai_api_key"] is False
    save(world.client("member@acme.test"), ai_api_key="")
    assert secret(world, "ai_api_key") == "mine"


def test_a_reset_keeps_the_secrets(world: Any) -> None:
    save(world.client(), ai_api_key="first", parallel_count=7)
    answer = world.client().post("/settings/reset", json={"confirm": True})
    assert answer.json()["data"]["has_ai_api_key"] is True
    assert answer.json()["data"]["ai_api_key"] is None
    assert secret(world, "ai_api_key") == "first"


def test_a_refused_save_leaves_the_secrets(world: Any) -> None:
    save(world.client(), ai_api_key="first")
    answer = world.client().put("/settings", json={"ai_api_key": "second", "parallel_count": 11})
    assert answer.status_code == 400
    assert "second" not in answer.text
    assert secret(world, "ai_api_key") == "first"


def test_every_change_writes_an_audit_entry(world: Any) -> None:
    save(world.client(), parallel_count=7, jira_api_token="t0ken")
    world.clock.advance(minutes=1)
    world.client().post("/settings/reset", json={"confirm": True})
    user_id = world.sandbox.store["users"].first({"email": "admin@acme.test"})["id"]
    told = [{key: value for key, value in entry.items() if key != "id"} for entry in audit(world)]
    assert told == [
        {
            "user_id": user_id,
            "action": "UPDATED",
            "changed_fields": ["parallel_count", "jira_api_token"],
            "version": 1,
            "created_at": "2026-01-26T09:00:00.000Z",
        },
        {
            "user_id": user_id,
            "action": "RESET",
            "changed_fields": ["parallel_count"],
            "version": 2,
            "created_at": "2026-01-26T09:01:00.000Z",
        },
    ]


def test_the_audit_names_just_what_changed(world: Any) -> None:
    steps: list[tuple[dict[str, Any], list[str]]] = [
        ({}, []),
        ({"loop": False, "azure_pat": "one"}, ["loop", "azure_pat"]),
        ({"loop": False, "azure_pat": "one"}, []),
        ({"azure_pat": "two"}, ["loop", "azure_pat"]),
        ({"azure_pat": ""}, ["azure_pat"]),
        ({"azure_pat": ""}, []),
    ]
    for fields, _ in steps:
        save(world.client(), **fields)
    assert [entry["changed_fields"] for entry in audit(world)] == [names for _, names in steps]
    assert [entry["version"] for entry in audit(world)] == [1, 2, 3, 4, 5, 6]


def test_refusals_write_no_audit_entry(world: Any) -> None:
    world.client().put("/settings", json={"parallel_count": 11})
    world.client().post("/settings/reset", json={"confirm": False})
    world.anonymous.put("/settings", json={})
    assert audit(world) == []


def test_a_scenario_gives_settings_as_a_request_does(world: Any) -> None:
    user_id = world.sandbox.store["users"].first({"email": "admin@acme.test"})["id"]
    given = {"wcag_level": "AA", "checkpoint_line_color": "#ABCDEF", "ai_api_key": "from-a-file"}
    settings.create_settings(world.sandbox, {"user_id": user_id, "settings": given, "version": 4})
    answer = world.client().get("/settings").json()
    assert answer["metadata"]["version"] == 4
    assert answer["data"]["wcag_level"] == "AA"
    assert answer["data"]["checkpoint_line_color"] == "#abcdef"
    assert answer["data"]["has_ai_api_key"] is True
    assert secret(world, "ai_api_key") == "from-a-file"
