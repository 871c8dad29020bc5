"""Testing the connection to Jira or Azure DevOps."""

from __future__ import annotations

from typing import Any

from understudy.verify import MUST, NOT_NULL, Persona, Scene, rule

from . import preferences as prefs
from .preferences import AZURE, JIRA

OUTCOMES = ("AUTH_FAILED", "UNREACHABLE", "PERMISSION_DENIED")
BODIES = {"jira": JIRA, "azure_devops": AZURE}
OF_A_TYPE = [
    f"{kind}.{name}" for kind, body in BODIES.items() for name in body if name != "integration_type"
]


def tested(persona: Persona, body: dict[str, Any]) -> dict[str, Any]:
    """What the test of a connection tells."""
    found: dict[str, Any] = persona.call(prefs.TEST, body=body).expect(200)["data"]
    return found


@rule(
    "SET-33",
    MUST,
    "every field of the chosen type is needed, and one that is missing, null or empty",
    clauses=(
        "a field of the chosen type that is missing, null or empty is 400",
        "the fields of the chosen type are needed, the others not",
    ),
    values=OF_A_TYPE,
)
def test_every_field_of_the_type_is_needed(active: Persona, value: str) -> None:
    """A field of the chosen type that is missing, null or empty is refused."""
    kind, _, name = value.partition(".")
    rest = {key: given for key, given in BODIES[kind].items() if key != name}
    for body in (rest, {**rest, name: None}, {**rest, name: ""}):
        active.call(prefs.TEST, body=body).invalid()


@rule(
    "SET-34",
    MUST,
    "The fields of the other type need only be text or null.",
    clauses=("Fields of the other type are not looked at beyond being text",),
    values=("jira", "azure_devops"),
)
def test_fields_of_the_other_type_do_not_matter(active: Persona, value: str) -> None:
    """Fields of the other type may be empty, null or any text, and be nothing but that."""
    others = BODIES["azure_devops" if value == "jira" else "jira"].keys() - {"integration_type"}
    for given in ("", None, "anything"):
        tested(active, {**dict.fromkeys(others, given), **BODIES[value]})
    active.call(prefs.TEST, body={**dict.fromkeys(others, 5), **BODIES[value]}).invalid()


@rule(
    "SET-35",
    MUST,
    "Tests the credentials that the request gives, never stored ones",
    clauses=("uses what the request gives and never a stored secret",),
)
def test_a_stored_secret_is_not_tested(settings_owner: Persona) -> None:
    """A test without its secret is refused, also where such a secret is stored."""
    prefs.save(settings_owner, **{**JIRA, **prefs.STORED})
    body = {name: value for name, value in JIRA.items() if name != "jira_api_token"}
    settings_owner.call(prefs.TEST, body=body).invalid()


@rule(
    "SET-36",
    MUST,
    "`details` is there only when connected, `error_code` only when not.",
    clauses=("Only there when the connection failed.", "only there when the connection works"),
    values=("jira", "azure_devops"),
)
def test_an_outcome_has_what_belongs_to_it(active: Persona, value: str) -> None:
    """A connection that works has details and no error code, one that does not an error code."""
    data = tested(active, BODIES[value])
    found = {name for name in ("details", "error_code") if data.get(name) is not None}
    expected = {"details"} if data["connected"] else {"error_code"}
    assert found == expected, f"with connected {data['connected']} there is {expected}, not {found}"


@rule(
    "SET-37",
    MUST,
    "A failed connection is a 200 with `connected: false` and its `error_code`.",
    clauses=(
        "connected, unless a scenario makes that type fail",
        "connected, unless the sandbox's `integrations` say",
    ),
    values=OUTCOMES,
)
def test_a_connection_can_fail(scene: Scene, value: str) -> None:
    """A connection that fails is told with the reason, and only for the type that fails."""
    for kind, outcome in (("jira", value), ("azure_devops", "CONNECTED")):
        scene.shortcut("simulate-integration", integration_type=kind, outcome=outcome)
    data = tested(scene.active, JIRA)
    assert (data["connected"], data.get("error_code")) == (False, value), f"Jira fails with {value}"
    assert data.get("details") is None, "a connection that fails has no details"
    assert tested(scene.active, AZURE)["connected"], "Azure DevOps still connects"


@rule(
    "SET-38",
    MUST,
    "The display name is the Jira user name, with Azure DevOps the account's.",
    clauses=("Whom the other side takes the user for",),
)
def test_a_connection_tells_who_one_is(scene: Scene) -> None:
    """A connection that works tells the user name that Jira was given, else the account's."""
    name = scene.active.call("auth.me").expect(200)["username"]
    for body, expected in ((JIRA, JIRA["jira_username"]), (AZURE, name)):
        kind = body["integration_type"]
        scene.shortcut("simulate-integration", integration_type=kind, outcome="CONNECTED")
        details = tested(scene.active, body)["details"]
        assert details["user_display_name"] == expected, f"the display name is {expected}"


@rule("SET-39", MUST, "`jira_url` may be any text, as in the settings.")
def test_the_address_of_jira_may_be_any_text(active: Persona) -> None:
    """The address of Jira is not judged: what is no address may not connect, but is taken."""
    answer = active.call(prefs.TEST, body={**JIRA, "jira_url": "not an address"})
    answer.expect(200)
    answer.has(success=True, data=NOT_NULL)
