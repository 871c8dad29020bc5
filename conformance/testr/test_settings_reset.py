"""Resetting the settings to their defaults."""

from __future__ import annotations

from typing import Any

from understudy.verify import MUST, Persona, Scene, Suite, rule

from . import preferences as prefs


@rule(
    "SET-19",
    MUST,
    "its answer must hold the defaults exactly",
    clauses=(
        "The default of every setting, with what is known of the secrets that were kept.",
        "The settings are reset.",
    ),
)
def test_a_reset_gives_all_defaults(settings_owner: Persona, suite: Suite) -> None:
    """After a reset every setting has its default, in the answer and when it is read."""
    prefs.save(settings_owner, **prefs.OTHERS)
    expected = prefs.defaults(suite)
    data = settings_owner.call(prefs.RESET, body={"confirm": True}).expect(200)["data"]
    assert prefs.part(data, expected) == expected, "the answer holds the defaults"
    found = prefs.part(prefs.read(settings_owner), expected)
    assert found == expected, "the defaults are what is read from then on"


@rule("SET-20", MUST, "`version` counts up, and the reset writes an audit entry")
def test_a_reset_is_a_version(settings_owner: Persona) -> None:
    """A reset counts the version up, also where nothing changes by it."""
    before = prefs.save(settings_owner, loop=False)["version"]
    for count in (1, 2):
        settings_owner.call(prefs.RESET, body={"confirm": True}).expect(200)
        found = prefs.version(settings_owner)
        assert found == before + count, f"the version is {before + count}, not {found}"


@rule(
    "SET-21",
    MUST,
    "a user who never saved any settings has version 1 afterwards",
    clauses=("A user who never saved any has version 1 after a reset", "from then on the settings"),
)
def test_a_reset_makes_the_first_settings(account: Persona) -> None:
    """Who never saved settings has some after a reset, in version 1."""
    account.call(prefs.RESET, body={"confirm": True}).expect(200)
    body = account.call(prefs.GET).expect(200)
    assert body["data"] is not None, "after a reset the settings are there"
    assert body["metadata"]["version"] == 1, "the first version is 1"


@rule(
    "SET-22",
    MUST,
    "Needs `confirm: true`; anything else, a missing `confirm` included",
    clauses=("Reset needs `confirm: true`", "`false` and a missing `confirm` are 400"),
    values=({}, {"confirm": False}, {"confirm": None}, {"confirm": "true"}, {"confirm": 1}),
)
def test_a_reset_wants_to_be_confirmed(settings_owner: Persona, value: dict[str, Any]) -> None:
    """Without `confirm: true` a reset is refused and changes nothing."""
    prefs.save(settings_owner, captures_per_minute=23)
    before = settings_owner.call(prefs.GET).expect(200)
    settings_owner.call(prefs.RESET, body=value).invalid()
    assert settings_owner.call(prefs.GET).expect(200) == before, "all is as it was before"


@rule(
    "SET-23",
    MUST,
    "Works with an expired subscription and for a VIEWER.",
    clauses=("Settings work with an expired subscription and for a VIEWER.",),
    values=("expired", "viewer"),
)
def test_settings_are_for_everybody(scene: Scene, value: str) -> None:
    """Whose subscription has expired, and who may only read, saves, reads and resets settings."""
    persona = scene.persona(value)
    prefs.save(persona, captures_per_minute=24)
    assert prefs.read(persona)["captures_per_minute"] == 24, "the settings are saved"
    persona.call(prefs.RESET, body={"confirm": True}).expect(200)


@rule(
    "SET-24",
    MUST,
    "Works with an expired subscription and for a VIEWER.",
    values=(prefs.GET, prefs.TEST),
)
def test_settings_are_read_by_everybody(expired: Persona, viewer: Persona, value: str) -> None:
    """Whose subscription has expired, and who may only read, reads settings and tests a
    connection.
    """
    for persona in (expired, viewer):
        named: dict[str, Any] = {"body": prefs.JIRA} if value == prefs.TEST else {}
        persona.call(value, **named).expect(200)
