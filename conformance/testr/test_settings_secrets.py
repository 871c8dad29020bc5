"""The three secrets among the settings: never answered, and kept until they are deleted."""

from __future__ import annotations

from understudy.verify import MUST, Persona, rule

from . import preferences as prefs
from .preferences import SECRETS, STORED

ALL = dict.fromkeys(SECRETS, True)
NONE = dict.fromkeys(SECRETS, False)


@rule(
    "SET-13",
    MUST,
    "never returned: the field is null, and `has_<field>` tells whether one is stored",
    clauses=(
        "Secrets in answers: the field is there and null",
        "Always null",
        "`has_ai_api_key` tells whether one is stored",
        "`has_jira_api_token` tells whether one is stored",
        "`has_azure_pat` tells whether one is stored",
    ),
)
def test_a_secret_is_never_answered(settings_owner: Persona) -> None:
    """Of a secret the settings tell that it is stored, and never what it is."""
    prefs.save(settings_owner, **STORED)
    found = prefs.read(settings_owner)
    assert prefs.part(found, STORED) == dict.fromkeys(SECRETS), "each secret is answered as null"
    assert prefs.stored_secrets(settings_owner) == ALL, "each has_… is true once it is stored"


@rule(
    "SET-14",
    MUST,
    "one left out or null keeps the stored one",
    clauses=(
        "A secret left out or null keeps the stored one",
        "a secret left out is kept",
        "left out or null keeps the stored one",
    ),
)
def test_a_secret_stays_unless_it_is_given(settings_owner: Persona) -> None:
    """A save without the secrets, or with null in their place, keeps those that are stored."""
    prefs.save(settings_owner, **STORED)
    prefs.save(settings_owner, loop=False)
    assert prefs.stored_secrets(settings_owner) == ALL, "a secret that is left out is kept"
    prefs.save(settings_owner, **dict.fromkeys(SECRETS))
    assert prefs.stored_secrets(settings_owner) == ALL, "null keeps a secret"


@rule(
    "SET-15",
    MUST,
    "an empty string deletes it",
    clauses=("empty deletes it",),
    values=SECRETS,
)
def test_an_empty_secret_deletes_the_stored_one(settings_owner: Persona, value: str) -> None:
    """An empty text deletes a secret, and this one alone."""
    prefs.save(settings_owner, **STORED)
    prefs.save(settings_owner, **{value: ""})
    expected = {**ALL, value: False}
    assert prefs.stored_secrets(settings_owner) == expected, f"only {value} is deleted"


@rule("SET-16", MUST, "Reset keeps the secrets", clauses=("The secrets are kept.",))
def test_a_reset_keeps_the_secrets(settings_owner: Persona) -> None:
    """A reset deletes no secret, and its answer tells of each that it is stored."""
    prefs.save(settings_owner, **{**STORED, "azure_pat": ""})
    data = settings_owner.call(prefs.RESET, body={"confirm": True}).expect(200)["data"]
    expected = {**ALL, "azure_pat": False}
    told = {name: data[f"has_{name}"] for name in SECRETS}
    assert told == expected, "the answer to a reset tells which secrets were kept"
    assert prefs.part(data, STORED) == dict.fromkeys(SECRETS), "it tells no secret"
    assert prefs.stored_secrets(settings_owner) == expected, "the secrets are still there"


@rule("SET-17", MUST, "Settings allow logged-in users to persist their preferences")
def test_settings_are_the_users_own(settings_owner: Persona, account: Persona) -> None:
    """Nobody sees or changes the settings of somebody else."""
    prefs.save(settings_owner, **STORED, captures_per_minute=19)
    prefs.save(account, **dict.fromkeys(SECRETS, ""), captures_per_minute=20)
    assert prefs.stored_secrets(account) == NONE, "the other one has no secrets"
    assert prefs.stored_secrets(settings_owner) == ALL, "nobody deletes the secrets of another"
    assert prefs.read(settings_owner)["captures_per_minute"] == 19, "nor changes a setting"


@rule("SET-18", MUST, "Invalid input is 400 `VALIDATION_ERROR` with every field in `details`")
def test_a_refused_save_changes_nothing(settings_owner: Persona) -> None:
    """A save with one invalid value changes neither settings, nor secrets, nor the version."""
    prefs.save(settings_owner, ai_api_key="", captures_per_minute=21)
    before = settings_owner.call(prefs.GET).expect(200)
    body = {"captures_per_minute": 22, "ai_api_key": "a-new-secret", "wcag_level": "B"}
    settings_owner.call(prefs.PUT, body=body).invalid()
    assert settings_owner.call(prefs.GET).expect(200) == before, "all is as it was before"
