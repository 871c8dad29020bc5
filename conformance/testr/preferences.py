"""A user's settings: what they are by default, saving and reading them."""

from __future__ import annotations

from typing import Any

from understudy.verify import Persona, Suite

Settings = dict[str, Any]
GET, PUT, RESET, TEST = (
    "settings.get_settings",
    "settings.update_settings",
    "settings.reset_settings",
    "settings.test_integration",
)
SECRETS = ("ai_api_key", "jira_api_token", "azure_pat")
STORED = {name: f"a-secret-of-{name}" for name in SECRETS}
"""A value for each secret."""

OTHERS: Settings = {
    "captures_per_minute": 17,
    "autoplay": True,
    "loop": False,
    "run_mode": "headless",
    "default_url": "https://example.com/start",
    "checkpoint_line_thickness": "4",
    "ai_model": "another-model",
    "responsive_panel_devices": ["A phone", "A watch"],
    "integration_type": "azure_devops",
    "azure_project": "Verified",
}
"""Settings that are none of them the default."""

JIRA: Settings = {
    "integration_type": "jira",
    "jira_url": "https://jira.example.com",
    "jira_username": "verify@example.com",
    "jira_api_token": "not-a-real-token",
}
AZURE: Settings = {
    "integration_type": "azure_devops",
    "azure_organization": "verify",
    "azure_project": "Verified",
    "azure_pat": "not-a-real-token",
}


def defaults(suite: Suite) -> Settings:
    """Every setting's default, as the contract gives it; the secrets have none."""
    schema = suite.contract.document["components"]["schemas"]["UserSettingsUpdate"]
    return {
        name: part["default"] for name, part in schema["properties"].items() if "default" in part
    }


def save(p: Persona, **settings: Any) -> Settings:
    """Save these settings: the `version` and the time of `updated_at`."""
    saved: Settings = p.call(PUT, body=settings).expect(200)["data"]
    return saved


def read(p: Persona) -> Settings:
    """The settings as they are now."""
    found: Settings = p.call(GET).expect(200)["data"]
    return found


def version(p: Persona) -> int:
    """Which version they have."""
    found: int = p.call(GET).expect(200)["metadata"]["version"]
    return found


def part(settings: Settings, like: Settings) -> Settings:
    """Those fields of the settings that another one has."""
    return {name: settings.get(name) for name in like}


def stored_secrets(p: Persona) -> dict[str, bool]:
    """Which secrets are stored."""
    found = read(p)
    return {name: found[f"has_{name}"] for name in SECRETS}
