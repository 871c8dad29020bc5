"""Recordings and scripts of test cases."""

from __future__ import annotations

import json
from typing import Any

from understudy.verify import MUST, SHOULD, OperationSpec, Persona, Suite, rule

from . import make

RECORDING, SCRIPT = "test_plans.create_recording", "test_plans.create_script"
FIELDS: dict[str, dict[str, Any]] = {
    RECORDING: {"recording_data": {"steps": [{"action": "click"}]}},
    SCRIPT: {"script_type": "pre", "script_language": "python", "script_content": "pass"},
}
"""What each of the two holds besides the test case that it is of."""

DEEPEST = 100
"""So many levels of objects and lists a request's body may have."""

LONGEST = 1_000_000
"""So many characters a script may have."""


def case_of(persona: Persona) -> dict[str, Any]:
    """A test case in a plan of its own."""
    return make.case(persona, make.plan(persona))


def create(persona: Persona, operation: str, case_id: str, **fields: Any) -> Any:
    """The answer to creating a recording or a script."""
    body = {"test_case_id": case_id, **FIELDS[operation], **fields}
    return persona.call(operation, body=body)


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same; unlike Python's, true is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


@rule(
    "CASE-20",
    MUST,
    "may be any JSON value, null included",
    clauses=(
        "Any JSON value, null included.",
        "Any JSON value, as it was sent",
        "may be any JSON value, null included, and is kept",
    ),
)
def test_a_recording_is_any_json_value(active: Persona) -> None:
    """A recording is answered as it was sent, whatever JSON it is."""
    case = case_of(active)
    inside = [[], {"": None, "a": {}}, [0, False, ""]]
    values: tuple[Any, ...] = (None, True, 0, "", "two\nlines \u2028 ü", [], {}, inside)
    for value in values:
        answer = create(active, RECORDING, case["id"], recording_data=value)
        found = answer.expect(201).get("recording_data", "(not there)")
        if not same(found, value):
            raise answer.broken("a recording was changed", expected=json.dumps(value), got=found)


@rule(
    "CASE-21",
    MUST,
    "its numbers as 64-bit integers or doubles",
    clauses=(
        "numbers are 64-bit integers or doubles",
        "Numbers are kept as 64-bit integers or doubles",
        "numbers are kept as 64-bit integers or doubles",
    ),
)
def test_a_recording_keeps_its_numbers(active: Persona) -> None:
    """The numbers in a recording are answered with all their digits."""
    numbers = [2**63 - 1, -(2**63), 2**53 + 1, 0.1, -1.5e300, 1e-300, 0.30000000000000004]
    answer = create(active, RECORDING, case_of(active)["id"], recording_data={"n": numbers})
    found = answer.expect(201).get("recording_data")
    if not same(found, {"n": numbers}):
        raise answer.broken("a number was changed", expected=json.dumps(numbers), got=found)


@rule(
    "CASE-23",
    MUST,
    "A body nests at most 100 levels",
    clauses=("as deep as a body may nest (100 levels in all)", "nests at most 100 levels"),
)
def test_a_recording_nests_100_levels(active: Persona) -> None:
    """A body of 100 levels is taken, and answered as deep as it was sent."""
    case, deepest = case_of(active), _nested(DEEPEST - 1)
    answer = create(active, RECORDING, case["id"], recording_data=deepest)
    if not same(answer.expect(201).get("recording_data"), deepest):
        raise answer.broken("a deep recording was changed", expected="as deep as it was sent")


@rule("CASE-24", SHOULD, "deeper it is 400 `malformed_json`")
def test_a_deeper_body_is_refused(active: Persona) -> None:
    """A body of more than 100 levels is refused."""
    case = case_of(active)
    answer = create(active, RECORDING, case["id"], recording_data=_nested(DEEPEST))
    answer.invalid()


def _nested(levels: int) -> list[Any]:
    """Lists in lists, of so many levels."""
    value: list[Any] = []
    for _ in range(levels - 1):
        value = [value]
    return value


@rule(
    "CASE-25",
    MUST,
    "A test case may have any number of recordings.",
    clauses=(
        "A test case may have any number of scripts.",
        "a case may have any number of recordings and scripts",
    ),
    operations=[RECORDING, SCRIPT],
)
def test_a_case_has_any_number_of_them(active: Persona, operation: OperationSpec) -> None:
    """A test case takes several recordings and several scripts, equal ones too."""
    case = case_of(active)
    answers = [create(active, operation.operation_id, case["id"]) for _ in range(3)]
    ids = {answer.expect(201)["id"] for answer in answers}
    assert len(ids) == len(answers), "each creation makes another one"


@rule("CASE-26", MUST, "A test case that does not exist", operations=[RECORDING, SCRIPT])
def test_an_unknown_case_is_404(active: Persona, suite: Suite, operation: OperationSpec) -> None:
    """Nothing is stored for a test case that does not exist."""
    create(active, operation.operation_id, suite.unknown_id()).refused(404)


@rule("CASE-28", MUST, "Stores a recording of a test case")
def test_a_recording_tells_its_case(active: Persona) -> None:
    """A recording is answered with the test case that it is of."""
    plan = make.plan(active)
    case, _ = make.case(active, plan), make.case(active, plan)
    answer = create(active, RECORDING, case["id"])
    answer.expect(201)
    answer.has(test_case_id=case["id"])


@rule(
    "CASE-29",
    MUST,
    "Stores a script that runs before (`pre`) or after (`post`) a test case.",
    values=[("pre", "javascript"), ("pre", "python"), ("post", "javascript"), ("post", "python")],
)
def test_a_script_is_answered_as_it_was_sent(active: Persona, value: tuple[str, str]) -> None:
    """A script has the type, the language and the content that it was created with."""
    case = case_of(active)
    content = "def run():\n\treturn 'ü' + \"\\n\"  # <b> & {{NAME}}"
    fields = {"script_type": value[0], "script_language": value[1], "script_content": content}
    answer = create(active, SCRIPT, case["id"], **fields)
    answer.expect(201)
    answer.has(test_case_id=case["id"], **fields)


@rule("CASE-31", MUST, "the content may be empty")
def test_a_script_may_be_empty(active: Persona) -> None:
    """A script without any content is stored, be it before or after its test case."""
    case = case_of(active)
    for kind in ("pre", "post"):
        answer = create(active, SCRIPT, case["id"], script_type=kind, script_content="")
        answer.expect(201)
        answer.has(script_type=kind, script_content="")


@rule("CASE-32", MUST, "the content may be empty, up to 1,000,000 characters")
def test_a_script_has_up_to_a_million_characters(active: Persona) -> None:
    """A script of 1,000,000 characters is stored whole, a longer one is refused."""
    case = case_of(active)
    content = ("0123456789" * (LONGEST // 10))[:LONGEST]
    answer = create(active, SCRIPT, case["id"], script_content=content)
    if answer.expect(201).get("script_content") != content:
        raise answer.broken("a long script was changed", expected="all of its 1,000,000 characters")
    create(active, SCRIPT, case["id"], script_content=content + "0").invalid()
