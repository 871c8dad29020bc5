"""Refusals of the settings operations, which have a form of their own."""

from __future__ import annotations

from typing import Any

from understudy.verify import MUST, Answer, OperationSpec, Persona, Scene, Suite, rule

from . import preferences as prefs
from .refusing import REFUSED

ALL = (prefs.GET, prefs.PUT, prefs.RESET, prefs.TEST)
BODIES: dict[str, dict[str, Any]] = {
    prefs.GET: {},
    prefs.PUT: {"body": {"loop": True}},
    prefs.RESET: {"body": {"confirm": True}},
    prefs.TEST: {"body": prefs.JIRA},
}
WRONG: dict[str, Any] = {
    "parallel_count": 11,
    "checkpoint_line_color": "red",
    "loop": "yes",
    "wcag_level": "B",
    "jira_url": 5,
}


def has_envelope(answer: Answer, code: str) -> None:
    """Raise Broken unless a refusal has the settings' form, with this code."""
    body = answer.body if isinstance(answer.body, dict) else {}
    error = body.get("error")
    error = error if isinstance(error, dict) else {}
    if body.get("success") is not False or error.get("code") != code or not error.get("message"):
        raise answer.broken(
            "a refusal of the settings has another form",
            expected=f'{{"success": false, "error": {{"code": "{code}", "message": …}}}}',
            got=answer.text[:300],
        )


@rule(
    "SET-40",
    MUST,
    "The four operations refuse with the specification's envelope",
    clauses=("The body of every refusal of the settings operations.",),
    operations=ALL,
)
def test_a_missing_token_is_told_in_the_envelope(
    anonymous: Persona, operation: OperationSpec
) -> None:
    """Without a token the settings answer 401 `UNAUTHORIZED` in the form of their own."""
    request = BODIES[operation.operation_id]
    answer = anonymous.call(operation.operation_id, token=None, **request)
    answer.refused(401)
    has_envelope(answer, "UNAUTHORIZED")


@rule(
    "SET-41",
    MUST,
    "X-Workspace-ID names a workspace that is not the user's",
    operations=ALL,
)
def test_a_strange_workspace_is_told_in_the_envelope(
    settings_owner: Persona, suite: Suite, operation: OperationSpec
) -> None:
    """With a workspace that is not the user's the settings answer 403 `FORBIDDEN`."""
    request = BODIES[operation.operation_id]
    headers = {"X-Workspace-ID": suite.unknown_id()}
    answer = settings_owner.call(operation.operation_id, headers=headers, **request)
    answer.refused(403)
    has_envelope(answer, "FORBIDDEN")


@rule(
    "SET-42",
    MUST,
    "Invalid input is 400 `VALIDATION_ERROR` with every field in `details`",
    clauses=(
        "Invalid values are 400 `VALIDATION_ERROR` with every such field in `details`",
        "a backend may answer 422 with the same body",
        "What is wrong with each field at fault.",
        "then `details` names each of them",
        "What another backend may answer to invalid fields",
        "422 with the same body is documented, too, for other backends.",
    ),
)
def test_every_invalid_setting_is_named(settings_owner: Persona) -> None:
    """Invalid settings are told in the envelope, each with its field and a message."""
    answer = settings_owner.call(prefs.PUT, body=WRONG)
    answer.refused(*REFUSED)
    has_envelope(answer, "VALIDATION_ERROR")
    details = answer.body["error"].get("details") or []
    named = {one.get("field") for one in details if isinstance(one, dict) and one.get("message")}
    if missed := WRONG.keys() - named:
        raise answer.broken(
            "not every invalid setting is named",
            expected=f"entries with a field and a message for {', '.join(sorted(missed))} as well",
            got=details,
        )


@rule(
    "SET-43",
    MUST,
    "What cannot be read (malformed JSON, a malformed header) is 400 `VALIDATION_ERROR` as well.",
    clauses=("The request could not be read, or fields are missing or invalid",),
    operations=(prefs.PUT, prefs.RESET, prefs.TEST),
)
def test_what_is_no_json_is_told_in_the_envelope(
    settings_owner: Persona, operation: OperationSpec
) -> None:
    """A body that is no JSON is told in the envelope as `VALIDATION_ERROR`, too."""
    answer = settings_owner.call(operation.operation_id, content=b'{"confirm": tru')
    answer.refused(*REFUSED)
    has_envelope(answer, "VALIDATION_ERROR")


@rule("SET-44", MUST, "or the account is switched off", operations=ALL)
def test_a_switched_off_account_is_told_in_the_envelope(
    scene: Scene, operation: OperationSpec
) -> None:
    """When an account is switched off, its living tokens are 403 `FORBIDDEN` at the settings."""
    scene.colleague.tokens  # noqa: B018 - logs in
    scene.shortcut("switch-account", user=scene.colleague.email, is_active=False)
    answer = scene.colleague.call(operation.operation_id, **BODIES[operation.operation_id])
    answer.refused(403)
    has_envelope(answer, "FORBIDDEN")
