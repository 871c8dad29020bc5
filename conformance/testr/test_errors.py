"""Refusals: their form, the fields that they name, and what comes before all others."""

from __future__ import annotations

import re
from typing import Any

from understudy.verify import MUST, Answer, OperationSpec, Persona, Suite, rule

from . import make, values
from .refusing import REFUSED, is_named
from .trying import Trial

SNAKE_CASE = re.compile(r"[a-z][a-z0-9_]*")
CREATE = "reports.create_suite_run"
"""What is sent where the operation does not matter: a small one, whose fields are of every type."""


def is_secured(operation: OperationSpec) -> bool:
    """Whether an operation needs a token."""
    return operation.security == "required"


def has_form(answer: Answer) -> None:
    """Raise Broken unless a refusal has the form that all have outside the settings."""
    body = answer.body if isinstance(answer.body, dict) else {}
    code, message, details = body.get("error"), body.get("message"), body.get("details") or {}
    if not (isinstance(code, str) and SNAKE_CASE.fullmatch(code)):
        raise answer.broken("`error` is no code", expected="snake_case", got=repr(code))
    if not (isinstance(message, str) and message):
        raise answer.broken("`message` says nothing", expected="a text", got=repr(message))
    texts = [*details.values()] if isinstance(details, dict) else [None]
    if not all(isinstance(one, list) and one and all(map(_is_text, one)) for one in texts):
        raise answer.broken(
            "`details` has another form", expected="for each field a list of texts", got=details
        )


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


@rule(
    "ERR-01",
    MUST,
    "Errors are `{error, message, details?}`; `error` is snake_case",
    clauses=(
        "The body of every refusal outside the settings.",
        "For each field at fault (nested ones dotted, `steps.0.step_number`) what is wrong",
        "`details` maps a field to its messages",
    ),
)
def test_every_refusal_has_one_form(active: Persona, anonymous: Persona, suite: Suite) -> None:
    """A refusal has a code for programs, a message for people, and texts for each field."""
    refused = [
        anonymous.call("auth.me", token=None),
        active.call("defects.get_defect", defect_id=suite.unknown_id()),
        active.call(CREATE, body={"total_tests": "many"}),
        active.call("defects.list_defects", query={"page": "first"}),
        active.call(CREATE, content=b"{"),
    ]
    for answer in refused:
        has_form(answer)


@rule(
    "ERR-02",
    MUST,
    "Every field at fault is named at once, nested ones dotted: `steps.0.step_number`",
    clauses=("`details` names each of them",),
    operations=values.has_body,
)
def test_every_field_at_fault_is_named(
    active: Persona, suite: Suite, operation: OperationSpec
) -> None:
    """A refusal names every field that is at fault, all at once, nested ones dotted."""
    trial = Trial(suite, active, operation)
    wrong = [one for one in trial.values("body", valid=False) if len(one.place) > 1]
    chosen = {one.place[1]: one for one in suite.random.sample(wrong, len(wrong))}.values()
    if not chosen:
        return
    answer = trial.send(trial.shape.with_values(chosen))
    answer.refused(*REFUSED)
    named = {*answer.details}
    missed = [one.parameter for one in chosen if not is_named(trial, named, one)]
    if missed:
        raise answer.broken(
            f"{operation.operation_id} does not name all fields at fault",
            expected=f"`details` with {', '.join(missed)} as well",
            got=f"details of {', '.join(sorted(named)) or 'nothing'}",
        )


@rule("ERR-03", MUST, "nested ones dotted: `steps.0.step_number`")
def test_a_nested_field_is_named_with_dots(active: Persona) -> None:
    """A field in an item of a list is named by its way there, with dots: `steps.1.step_number`."""
    first = {"step_number": 1, "description": "Open the page"}
    steps = [first, {**first, "step_number": "two"}, {"step_number": 3}]
    body = {"title": active.name("defect"), "steps": steps}
    answer = active.call("defects.create_defect", body=body)
    answer.refused(*REFUSED, field="steps.1.step_number")
    answer.refused(*REFUSED, field="steps.2.description")


@rule(
    "ERR-04",
    MUST,
    "the whole body is `body`",
    clauses=("A missing body is 422 on `body`",),
    values=(None, [], "text", 5),
)
def test_a_body_as_a_whole_is_named(active: Persona, value: Any) -> None:
    """What is wrong with a body as a whole, or that it is missing, is told of `body`."""
    active.call(CREATE, body=value).refused(*REFUSED, field="body")
    active.call(CREATE, content=b"").refused(*REFUSED, field="body")


@rule(
    "ERR-05",
    MUST,
    'elsewhere only "401 first" is promised',
    clauses=("Order here: 401, 402, 403 for the role, 400/422, 404, 403 for a quota",),
    operations=is_secured,
)
def test_401_comes_first(anonymous: Persona, operation: OperationSpec) -> None:
    """Who sends no token gets a 401, whatever else is wrong with the request."""
    path = (one["name"] for one in operation.parameters if one["in"] == "path")
    wrong: dict[str, Any] = dict.fromkeys(path, "wrong")
    anonymous.call(
        operation.operation_id,
        token=None,
        query={"limit": "wrong", "per_page": "wrong", "status": "wrong"},
        content=b"{" if operation.method != "GET" else None,
        **wrong,
    ).refused(401)


@rule(
    "ERR-06",
    MUST,
    "A path that no operation has is 404",
    values=("/no-such-path", "/auth/login/again", "/defects/batch/all", "/test-runs/1/2/3"),
)
def test_an_unknown_path_is_404(active: Persona, value: str) -> None:
    """A path that the contract does not know is 404."""
    active.send(None, "GET", value).refused(404)


WRONG_METHODS = {
    "PUT /auth/login": {"POST"},
    "POST /auth/me": {"GET"},
    "PATCH /test-plans": {"GET", "POST"},
    "GET /settings/reset": {"POST"},
    "GET /folders/reorder": {"POST"},
}
"""Methods that a path does not have, and those that it has."""


@rule(
    "ERR-07", MUST, "a method that a path does not have is 405 with `Allow`", values=WRONG_METHODS
)
def test_an_unknown_method_is_405(active: Persona, value: str) -> None:
    """A method that a path does not have is 405, and `Allow` gives those that it has."""
    method, _, path = value.partition(" ")
    answer = active.send(None, method, path, content=b"{}" if method != "GET" else None)
    answer.refused(405)
    allowed = {one.strip() for one in answer.headers.get("allow", "").split(",")}
    if not WRONG_METHODS[value] <= allowed:
        raise answer.broken(
            "`Allow` does not give the methods of the path",
            expected=", ".join(sorted(WRONG_METHODS[value])),
            got=", ".join(sorted(allowed)) or "nothing",
        )


@rule("ERR-08", MUST, "other offsets are accepted and converted; finer digits are cut off")
def test_other_offsets_are_converted(active: Persona) -> None:
    """A time with another offset is taken, and given back as the same moment in UTC, without its
    finer digits.
    """
    given = "2031-03-03T10:30:00.123999+02:30"
    made = make.schedule(active, make.plan(active), scheduled_datetime=given)
    found = made["scheduled_datetime"]
    assert found == "2031-03-03T08:00:00.123Z", f"the same moment in UTC, not {found}"
