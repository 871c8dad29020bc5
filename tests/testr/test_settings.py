"""The settings: get, save, reset, and what is a valid value."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.handlers.testr.rules.settings import DEFAULTS

VIEWER, EXPIRED = "viewer@acme.test", "admin@expired.test"
NO_SECRETS = {
    "ai_api_key": None,
    "has_ai_api_key": False,
    "jira_api_token": None,
    "has_jira_api_token": False,
    "azure_pat": None,
    "has_azure_pat": False,
}
BOUNDS = [
    ("captures_per_minute", 1, 120),
    ("replay_speed_fps", 1, 60),
    ("parallel_count", 1, 10),
    ("integration_max_screenshots", 1, 20),
]
CHOICES = {
    "run_mode": ["visible", "headless"],
    "browser_window_mode": ["maximised", "windowed", "fullscreen"],
    "record_browser": [
        "qtwebengine",
        "playwright_chromium",
        "playwright_firefox",
        "playwright_webkit",
    ],
    "checkpoint_line_thickness": ["1", "2", "3", "4", "5"],
    "wcag_level": ["A", "AA", "AAA"],
    "integration_type": ["none", "jira", "azure_devops"],
}
URLS = [
    "https://www.theage.com.au/",
    "http://localhost:8080",
    "https://b\u00fccher.example/?q=1#top",
    "HTTPS://EXAMPLE.COM",
    "about:blank",
    "file:///home/jane/start.html",
    "chrome-extension://abc/popup.html",
    "data:text/html,<h1>Hello</h1>",
    "https://a.test/" + "x" * 2033,
]
NO_URLS = [
    "www.google.com",
    "not a url",
    "about:",
    "https://",
    "http://?q=1",
    "//example.com",
    "1http://a",
    "h\u00e4ttp://a",
    "http://a b",
    "http://a\n",
    "https://a.test/" + "x" * 2034,
]
TEXTS = [
    "ai_model",
    "jira_url",
    "jira_username",
    "jira_project_key",
    "jira_issue_type",
    "jira_severity_field",
    "azure_organization",
    "azure_project",
    "azure_work_item_type",
]
LISTS = ["responsive_panel_devices", "responsive_panel_resolutions"]
INVALID = [
    *[(name, low - 1) for name, low, _ in BOUNDS],
    *[(name, high + 1) for name, _, high in BOUNDS],
    *[(name, "other") for name in CHOICES],
    *[("default_url", text) for text in [*NO_URLS, ""]],
    *[("ai_api_endpoint", text) for text in NO_URLS],
    *[(name, "x" * 2049) for name in TEXTS],
    *[(name, None) for name in TEXTS],
    ("checkpoint_line_thickness", "0"),
    ("checkpoint_line_thickness", "6"),
    ("checkpoint_line_thickness", 1),
    ("checkpoint_line_color", "ff0000"),
    ("checkpoint_line_color", "#ff000"),
    ("checkpoint_line_color", "#ff00000"),
    ("checkpoint_line_color", "#gg0000"),
    ("captures_per_minute", "60"),
    ("captures_per_minute", 1.5),
    ("captures_per_minute", None),
    ("autoplay", 1),
    ("autoplay", None),
    ("run_mode", None),
    ("jira_project_key", 1),
    ("azure_pat", "x" * 4097),
    ("responsive_panel_devices", "iPad Air"),
    *[(name, ["x"] * 1001) for name in LISTS],
    *[(name, ["x" * 256]) for name in LISTS],
]


def save(client: Any, **settings: Any) -> Any:
    answer = client.put("/settings", json=settings)
    assert answer.status_code == 200, answer.text
    return answer.json()


def read(client: Any) -> Any:
    answer = client.get("/settings")
    assert answer.status_code == 200, answer.text
    return answer.json()


def refused(answer: Any, status: int, code: str) -> Any:
    assert answer.status_code == status, answer.text
    assert answer.json()["success"] is False
    assert answer.json()["error"]["code"] == code
    return answer.json()["error"]


def test_the_rules_and_the_contract_have_the_same_defaults(world: Any) -> None:
    schemas = world.server.app.contract.document["components"]["schemas"]
    fields = schemas["UserSettingsUpdate"]["properties"]
    declared = {name: field["default"] for name, field in fields.items() if "default" in field}
    assert declared == DEFAULTS
    assert set(fields) - set(declared) == {"ai_api_key", "jira_api_token", "azure_pat"}


def test_who_never_saved_any_has_none(world: Any) -> None:
    assert read(world.client()) == {
        "success": True,
        "data": None,
        "message": "No settings found for user",
    }


def test_saving_answers_the_version(world: Any) -> None:
    first = save(world.client(), loop=False)
    assert first == {
        "success": True,
        "message": "Settings saved successfully",
        "data": {"updated_at": "2026-01-26T09:00:00.000Z", "version": 1},
    }
    world.clock.advance(minutes=5)
    second = save(world.client(), loop=False)
    assert second["data"] == {"updated_at": "2026-01-26T09:05:00.000Z", "version": 2}
    assert read(world.client())["metadata"] == {
        "last_updated": "2026-01-26T09:05:00.000Z",
        "version": 2,
    }


def test_what_is_saved_is_read(world: Any) -> None:
    given = {
        **DEFAULTS,
        "run_mode": "headless",
        "parallel_count": 7,
        "responsive_panel_devices": [],
    }
    save(world.client(), **given)
    assert read(world.client()) == {
        "success": True,
        "data": {**given, **NO_SECRETS},
        "metadata": {"last_updated": "2026-01-26T09:00:00.000Z", "version": 1},
    }


def test_a_field_left_out_returns_to_its_default(world: Any) -> None:
    save(world.client(), parallel_count=7, default_url="https://example.test/")
    save(world.client(), parallel_count=8)
    assert read(world.client())["data"] == {**DEFAULTS, **NO_SECRETS, "parallel_count": 8}


def test_settings_are_the_users_own(world: Any) -> None:
    save(world.client(), parallel_count=7)
    assert read(world.client("member@acme.test"))["data"] is None


def test_undocumented_fields_are_not_stored(world: Any) -> None:
    save(world.client(), parallel_count=7, has_ai_api_key=True, theme="dark")
    assert read(world.client())["data"] == {**DEFAULTS, **NO_SECRETS, "parallel_count": 7}


def test_the_line_colour_is_kept_in_lower_case(world: Any) -> None:
    save(world.client(), checkpoint_line_color="#00FFaa")
    assert read(world.client())["data"]["checkpoint_line_color"] == "#00ffaa"


@pytest.mark.parametrize("email", [VIEWER, EXPIRED])
def test_settings_need_no_role_and_no_subscription(world: Any, email: str) -> None:
    client = world.client(email)
    save(client, parallel_count=3)
    assert read(client)["data"]["parallel_count"] == 3
    assert client.post("/settings/reset", json={"confirm": True}).status_code == 200
    question = {
        "integration_type": "jira",
        "jira_url": "https://a.test",
        "jira_username": "a",
        "jira_api_token": "t",
    }
    assert client.post("/settings/integrations/test", json=question).status_code == 200


def test_every_documented_value_is_taken(world: Any) -> None:
    client = world.client()
    for name, low, high in BOUNDS:
        for value in (low, high):
            save(client, **{name: value})
            assert read(client)["data"][name] == value
    for name, values in CHOICES.items():
        for value in values:
            save(client, **{name: value})
            assert read(client)["data"][name] == value


@pytest.mark.parametrize("name", ["default_url", "ai_api_endpoint"])
def test_addresses_with_a_scheme_are_taken(world: Any, name: str) -> None:
    for value in URLS if name == "default_url" else [*URLS, ""]:
        save(world.client(), **{name: value})
        assert read(world.client())["data"][name] == value


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_without_a_constraint_may_be_any(world: Any, name: str) -> None:
    for value in ("", "company.atlassian.net", " two words\n", "x" * 2048):
        save(world.client(), **{name: value})
        assert read(world.client())["data"][name] == value


@pytest.mark.parametrize("name", LISTS)
def test_a_list_may_be_long(world: Any, name: str) -> None:
    for value in ([], [""], ["x" * 255] * 1000):
        save(world.client(), **{name: value})
        assert read(world.client())["data"][name] == value


def test_invalid_values_are_400_and_change_nothing(world: Any) -> None:
    save(world.client(), parallel_count=7)
    before = read(world.client())
    for name, value in INVALID:
        answer = world.client().put("/settings", json={name: value})
        error = refused(answer, 400, "VALIDATION_ERROR")
        assert error["message"] == "Invalid settings value"
        assert {detail["field"].partition(".")[0] for detail in error["details"]} == {name}, value
    assert read(world.client()) == before


def test_every_invalid_field_is_named_at_once(world: Any) -> None:
    sent = {"parallel_count": 11, "checkpoint_line_color": "red", "loop": True, "wcag_level": "B"}
    error = refused(world.client().put("/settings", json=sent), 400, "VALIDATION_ERROR")
    assert {detail["field"] for detail in error["details"]} == {
        "parallel_count",
        "checkpoint_line_color",
        "wcag_level",
    }
    messages = {detail["field"]: detail["message"] for detail in error["details"]}
    assert messages["checkpoint_line_color"] == "Must be a valid hex color (e.g., #ff0000)"


def test_reset_gives_the_defaults_as_the_next_version(world: Any) -> None:
    save(world.client(), parallel_count=7, checkpoint_line_color="#000000")
    world.clock.advance(minutes=1)
    answer = world.client().post("/settings/reset", json={"confirm": True})
    assert answer.status_code == 200
    assert answer.json() == {
        "success": True,
        "message": "Settings reset to defaults",
        "data": {**DEFAULTS, **NO_SECRETS},
    }
    after = read(world.client())
    assert after["data"] == answer.json()["data"]
    assert after["metadata"] == {"last_updated": "2026-01-26T09:01:00.000Z", "version": 2}


def test_reset_before_the_first_save_makes_version_1(world: Any) -> None:
    world.client().post("/settings/reset", json={"confirm": True})
    assert read(world.client())["metadata"]["version"] == 1
    assert save(world.client())["data"]["version"] == 2


@pytest.mark.parametrize("body", [{"confirm": False}, {}, {"confirm": None}, {"confirm": "true"}])
def test_reset_needs_its_confirmation(world: Any, body: Any) -> None:
    save(world.client(), parallel_count=7)
    before = read(world.client())
    answer = world.client().post("/settings/reset", json=body)
    error = refused(answer, 400, "VALIDATION_ERROR")
    assert [detail["field"] for detail in error["details"]] == ["confirm"]
    assert read(world.client()) == before
