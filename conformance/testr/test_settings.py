"""Settings: saving, reading and what a value may be."""

from __future__ import annotations

from typing import Any

from understudy.verify import MUST, NOT_NULL, Persona, Suite, rule

from . import moments
from . import preferences as prefs


@rule(
    "SET-01",
    MUST,
    "for a user who never saved any, `data` is null and `message` says so",
    clauses=(
        "The settings, or null for a user who never saved any.",
        "`success` and `data` are always there",
        "In an answer `success` and `data` are always there",
        "Only there without settings.",
        "null before the first save",
    ),
)
def test_nobody_has_settings_at_first(account: Persona) -> None:
    """Somebody who never saved settings has none, and a message says so."""
    answer = account.call(prefs.GET)
    answer.expect(200)
    body = answer.has(success=True, data=None, message=NOT_NULL)
    assert body.get("metadata") is None, "settings that are not there have no metadata"


@rule(
    "SET-02",
    MUST,
    "The user's settings in `data`, with their version in `metadata`",
    clauses=(
        "`metadata` comes with settings, `message` without",
        "`metadata` with settings and `message` without",
        "only there with settings",
        "A user's settings as they are answered, without the secrets",
        "The settings are saved.",
        "Null is allowed for either.",
    ),
)
def test_settings_are_read_as_they_were_saved(settings_owner: Persona) -> None:
    """Reading gives the settings that were saved, with the version and the time of saving."""
    saved = prefs.save(settings_owner, **prefs.OTHERS)
    answer = settings_owner.call(prefs.GET)
    answer.expect(200)
    body = answer.has(success=True)
    assert prefs.part(body["data"], prefs.OTHERS) == prefs.OTHERS, "all are as they were saved"
    found = body["metadata"]
    assert found["version"] == saved["version"], "the version is that of the last save"
    is_then = moments.instant(found["last_updated"]) == moments.instant(saved["updated_at"])
    assert is_then, "the settings were updated when they were saved"
    assert body.get("message") is None, "the message is there only without settings"


@rule(
    "SET-03",
    MUST,
    "Replaces the whole object: a field left out returns to its default",
    clauses=(
        "`PUT` replaces the whole object: a field left out returns to its default.",
        "A field left out returns to its default",
        "Settings API Specification v2 is the contract of the four operations",
    ),
)
def test_what_is_left_out_returns_to_its_default(settings_owner: Persona, suite: Suite) -> None:
    """Saving replaces all settings: each one that is left out has its default again."""
    prefs.save(settings_owner, **prefs.OTHERS)
    prefs.save(settings_owner, captures_per_minute=18)
    expected = {**prefs.defaults(suite), "captures_per_minute": 18}
    found = prefs.part(prefs.read(settings_owner), expected)
    wrong = {name: value for name, value in found.items() if value != expected[name]}
    assert not wrong, f"only captures_per_minute was given, so {[*wrong]} have their defaults"


@rule("SET-04", MUST, "Null is refused for a field that is no secret.")
def test_null_is_no_setting(settings_owner: Persona) -> None:
    """Null is refused for a setting, whatever its type; only for a secret it means something."""
    for name in ("captures_per_minute", "loop", "jira_url", "responsive_panel_devices"):
        settings_owner.call(prefs.PUT, body={name: None}).invalid()


@rule(
    "SET-05",
    MUST,
    "`version` counts up from 1 with every save, also with one that changes nothing",
    clauses=("`version` counts from 1, by one with every save and every reset",),
)
def test_the_version_counts_the_saves(account: Persona) -> None:
    """The first save is version 1, and every other one the next, even without a change."""
    versions = [prefs.save(account, loop=value)["version"] for value in (False, False, True)]
    assert versions == [1, 2, 3], "the version goes up by one with every save, from 1"
    assert prefs.version(account) == 3, "the version that is read is that of the last save"


@rule(
    "SET-06",
    MUST,
    "a URL may have any scheme (`about:blank`, `file:///…`)",
    clauses=("A valid URL is an ASCII scheme, a colon and at least one character",),
    values=("about:blank", "file:///x", "http://localhost:8080", "x-app+1.0:y", "https:a", "a:é"),
)
def test_a_url_may_have_any_scheme(settings_owner: Persona, value: str) -> None:
    """A URL of any scheme is taken and kept as it is."""
    prefs.save(settings_owner, default_url=value, ai_api_endpoint=value)
    found = prefs.part(prefs.read(settings_owner), {"default_url": 0, "ai_api_endpoint": 0})
    assert [*found.values()] == [value, value], "the URLs are kept as they were saved"


@rule(
    "SET-07",
    MUST,
    "After `http:` and `https:` there is more than slashes.",
    clauses=("without control characters and spaces, at most 2048 characters",),
    values=("example.com", "http:", "https:///", "http://?q", "1a:b", "ä:b", "a:b c", "a:b\n", ":"),
)
def test_no_url_is_refused(settings_owner: Persona, value: str) -> None:
    """What is no URL is refused where one is asked for."""
    for name in ("default_url", "ai_api_endpoint"):
        settings_owner.call(prefs.PUT, body={name: value}).invalid()


@rule("SET-08", MUST, "`ai_api_endpoint` may be empty, `default_url` may not.")
def test_only_one_of_the_urls_may_be_empty(settings_owner: Persona) -> None:
    """The address of the AI may be empty, the page where a recording starts may not."""
    prefs.save(settings_owner, ai_api_endpoint="")
    settings_owner.call(prefs.PUT, body={"default_url": ""}).invalid()


@rule(
    "SET-09",
    MUST,
    "a text without a constraint there may be any text of up to 2048 characters, the empty one",
    clauses=(
        "`jira_url` is any text, here and in the test of an integration.",
        "Other texts have at most 2048 characters and may be empty",
    ),
    values=("", "not an address", " ", "Ω\t\n"),
)
def test_other_texts_may_be_anything(settings_owner: Persona, value: str) -> None:
    """A text on which there is no constraint may be anything, the address of Jira included."""
    texts = dict.fromkeys(("jira_url", "ai_model", "azure_organization", "jira_issue_type"), value)
    prefs.save(settings_owner, **texts)
    assert prefs.part(prefs.read(settings_owner), texts) == texts, "all are kept as they are"


@rule(
    "SET-10",
    MUST,
    "`checkpoint_line_color` is stored and answered in lower case.",
    clauses=("stored and answered in lower case",),
)
def test_a_colour_is_kept_in_lower_case(settings_owner: Persona) -> None:
    """A colour that was saved in upper case is answered in lower case."""
    prefs.save(settings_owner, checkpoint_line_color="#AbCDEF")
    found = prefs.read(settings_owner)["checkpoint_line_color"]
    assert found == "#abcdef", f"the colour is #abcdef, not {found}"


@rule("SET-11", MUST, '`checkpoint_line_thickness` is text, "1" to "5".')
def test_a_thickness_is_a_digit_as_text(settings_owner: Persona) -> None:
    """The thickness of a line is a text of one digit from 1 to 5, and no number."""
    wrong: list[Any] = ["0", "6", "11", "", "1\n", 3]
    for value in wrong:
        settings_owner.call(prefs.PUT, body={"checkpoint_line_thickness": value}).invalid()
    for value in ("1", "5"):
        prefs.save(settings_owner, checkpoint_line_thickness=value)
        found = prefs.read(settings_owner)["checkpoint_line_thickness"]
        assert found == value, f"the thickness is {value!r}, not {found!r}"


@rule("SET-12", MUST, "`has_…` fields in a request are undocumented, thus not looked at.")
def test_nobody_says_which_secrets_there_are(settings_owner: Persona) -> None:
    """A request that claims that a secret is stored changes nothing of what is."""
    prefs.save(
        settings_owner, ai_api_key="", has_ai_api_key=True, azure_pat="x", has_azure_pat=False
    )
    found = prefs.stored_secrets(settings_owner)
    assert (found["ai_api_key"], found["azure_pat"]) == (False, True), "what is stored counts"
