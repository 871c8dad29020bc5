"""Every problem at once, in words for people."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.contract.schemas import Validator
from understudy.contract.validator import LISTED
from understudy.errors import UsageError

DOCUMENT = {
    "components": {
        "schemas": {
            "Step": {
                "type": "object",
                "required": ["step_number"],
                "properties": {
                    "step_number": {"type": "integer", "minimum": 1, "maximum": 99},
                    "steps": {"type": "array", "items": {"$ref": "#/components/schemas/Step"}},
                },
            },
            "Code": {"type": "string", "pattern": "^[A-Z]+$", "x-message": "must be capitals"},
            "Moment": {
                "type": "string",
                "anyOf": [{"format": "date-time"}, {"format": "date"}],
                "x-message": "must be a moment",
            },
        }
    }
}


def problems(schema: dict[str, Any], value: Any, *, closed: bool = False) -> dict[str, list[str]]:
    validator = Validator(schema, DOCUMENT, closed=closed)
    found = validator.problems(value)
    assert validator.is_valid(value) == (not found)
    return found


@pytest.mark.parametrize(
    ("schema", "value", "clauses"),
    [
        ({"type": "integer"}, "1", ["must be an integer"]),
        ({"type": "integer"}, 1.0, ["must be an integer"]),
        ({"type": "integer"}, True, ["must be an integer"]),
        ({"type": "number"}, "1", ["must be a number"]),
        ({"type": "string"}, 1, ["must be a string"]),
        ({"type": "boolean"}, "true", ["must be true or false"]),
        ({"type": "array"}, {}, ["must be a list"]),
        ({"type": "object"}, [], ["must be an object"]),
        ({"type": "string"}, None, ["must not be null"]),
        ({"type": "string", "nullable": True}, 1, ["must be a string"]),
        ({"type": "string", "nullable": True}, None, []),
        ({"type": "integer", "minimum": 1}, 0, ["must be at least 1"]),
        ({"type": "integer", "maximum": 200}, 201, ["must be at most 200"]),
        ({"type": "integer", "maximum": 200}, 10**30, ["must be at most 200"]),
        ({"minimum": 1, "exclusiveMinimum": True}, 1, ["must be more than 1"]),
        ({"maximum": 1, "exclusiveMaximum": True}, 1, ["must be less than 1"]),
        ({"multipleOf": 0.5}, 0.7, ["must be a multiple of 0.5"]),
        ({"type": "string", "maxLength": 255}, "x" * 256, ["must have at most 255 characters"]),
        ({"type": "string", "minLength": 8}, "x", ["must have at least 8 characters"]),
        ({"type": "string", "minLength": 1}, "", ["must not be empty"]),
        ({"type": "array", "minItems": 1}, [], ["must not be empty"]),
        ({"type": "array", "minItems": 2}, [1], ["must have at least 2 items"]),
        ({"type": "array", "maxItems": 1}, [1, 2], ["must have at most 1 item"]),
        ({"type": "array", "uniqueItems": True}, [1, 1], ["must not hold the same item twice"]),
        ({"type": "object", "minProperties": 1}, {}, ["must have at least 1 field"]),
        ({"type": "object", "maxProperties": 1}, {"a": 1, "b": 2}, ["must have at most 1 field"]),
        ({"enum": ["OPEN", "CLOSED"]}, "x", ["must be one of OPEN, CLOSED"]),
        ({"enum": [True]}, False, ["must be true"]),
        ({"enum": ["A", "B"]}, None, ["must not be null"]),
        (
            {"type": "string", "nullable": True, "enum": ["A", "B", None]},
            "x",
            ["must be one of A, B"],
        ),
        ({"type": "string", "enum": ["A", "B"]}, 1, ["must be a string"]),
        ({"type": "string", "format": "uuid"}, "x", ["must be a UUID"]),
        (
            {"type": "string", "format": "date-time"},
            "x",
            ["must be a time such as 2026-01-25T09:00:00Z"],
        ),
        ({"type": "string", "format": "date"}, "x", ["must be a date such as 2026-01-25"]),
        ({"type": "string", "format": "email"}, "x", ["must be an e-mail address"]),
        (
            {"type": "string", "format": "uri"},
            "x",
            ["must be a URI such as https://example.com/path"],
        ),
        ({"type": "string", "format": "ipv4"}, "x", ["must be an IPv4 address"]),
        ({"type": "string", "format": "regex"}, "(", ["must be in the format regex"]),
        ({"type": "string", "pattern": "^a"}, "b", ["must match ^a"]),
        ({"$ref": "#/components/schemas/Code"}, "b", ["must be capitals"]),
        ({"$ref": "#/components/schemas/Code"}, 1, ["must be a string"]),
        ({"type": "string", "format": "email", "x-message": "M"}, "x", ["M"]),
        (
            {"type": "string", "minLength": 2, "x-message": "M"},
            "x",
            ["must have at least 2 characters"],
        ),
        ({"$ref": "#/components/schemas/Moment"}, "x", ["must be a moment"]),
        (
            {"anyOf": [{"type": "integer"}, {"type": "string", "minLength": 2}]},
            "x",
            ["must be an integer or must have at least 2 characters"],
        ),
        (
            {"oneOf": [{"type": "integer"}, {"type": "number"}]},
            1,
            ["does not have an allowed form"],
        ),
        (
            {"anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
            {},
            ["does not have an allowed form"],
        ),
        ({"not": {"enum": ["a"]}}, "a", ["is one of the values that are not allowed"]),
        (
            {"type": "string", "minLength": 9, "pattern": "^a"},
            "b",
            ["must have at least 9 characters", "must match ^a"],
        ),
        (
            {"type": "string", "format": "uuid", "pattern": "^0", "maxLength": 2},
            "1zz",
            ["must have at most 2 characters", "must be a UUID"],
        ),
        ({"type": "string", "minLength": 2, "pattern": "^a", "x-message": "M"}, "b", ["M"]),
        ({"type": "string", "maxLength": 2, "pattern": "^a", "x-message": "M"}, "bcd", ["M"]),
        (
            {"type": "string", "minLength": 2, "pattern": "^a", "x-message": "M"},
            "a",
            ["must have at least 2 characters"],
        ),
        (
            {"type": "string", "minLength": 1, "pattern": "^a", "x-message": "M"},
            "",
            ["must not be empty", "M"],
        ),
    ],
)
def test_what_is_wrong_with_a_value(schema: dict[str, Any], value: Any, clauses: list[str]) -> None:
    found = problems(schema, value)
    assert {*found.get("body", [])} == {*clauses}
    assert not found.keys() - {"body"}


def test_every_field_is_named_at_once_and_nested_ones_are_dotted() -> None:
    schema = {
        "type": "object",
        "required": ["name", "steps"],
        "properties": {
            "name": {"type": "string"},
            "size": {"type": "integer"},
            "steps": {"type": "array", "items": {"$ref": "#/components/schemas/Step"}},
        },
    }
    steps = [{"step_number": 0}, {}, {"step_number": 1, "steps": [{"step_number": None}]}, 7]
    assert problems(schema, {"size": "big", "steps": steps}) == {
        "name": ["is required"],
        "size": ["must be an integer"],
        "steps.0.step_number": ["must be at least 1"],
        "steps.1.step_number": ["is required"],
        "steps.2.steps.0.step_number": ["must not be null"],
        "steps.3": ["must be an object"],
    }


def test_undocumented_fields_where_there_may_be_none() -> None:
    schema = {"properties": {"step": {"$ref": "#/components/schemas/Step"}}}
    value = {"step": {"step_number": 1, "x": 1, "y": 1}, "z": 1}
    assert problems(schema, value) == {}
    assert problems(schema, value, closed=True) == {
        "step.x": ["is not a known field"],
        "step.y": ["is not a known field"],
        "z": ["is not a known field"],
    }


def test_a_nested_anyof_is_told_once() -> None:
    schema = {"properties": {"when": {"$ref": "#/components/schemas/Moment"}}}
    assert problems(schema, {"when": "soon"}) == {"when": ["must be a moment"]}


def test_what_is_no_schema_is_refused() -> None:
    with pytest.raises(UsageError, match=r"not a valid schema: .* at /properties/a/pattern"):
        Validator({"properties": {"a": {"pattern": "("}}}, {})


def test_a_subclass_of_dict_is_an_object() -> None:
    class Record(dict[str, Any]):
        pass

    schema = {"type": "object", "required": ["id"]}
    assert problems(schema, Record(id=1)) == {}
    assert problems(schema, Record()) == {"id": ["is required"]}


def test_a_late_one_is_compiled_when_the_first_value_is_there() -> None:
    schema = {"type": "string", "minLength": 2}
    late, usual = Validator(schema, {}, late=True), Validator(schema, {})
    for value in ("ab", "a", 1, "ab"):
        assert late.is_valid(value) is usual.is_valid(value)
        assert late.problems(value) == usual.problems(value)
    never = Validator({"type": "string", "pattern": "("}, {}, late=True)
    with pytest.raises(UsageError, match="not a valid schema"):
        never.is_valid("a")


def test_a_late_one_may_be_asked_for_problems_first() -> None:
    assert Validator({"type": "string"}, {}, late=True).problems(1) == {
        "body": ["must be a string"]
    }


def test_of_very_many_names_the_first_are_told_and_all_that_the_schema_has() -> None:
    schema = {
        "type": "object",
        "required": ["missing"],
        "additionalProperties": False,
        "properties": {"missing": {}, "last": {"type": "integer"}},
    }
    names = [f"n{number}" for number in range(3 * LISTED)]
    told = problems(schema, {**dict.fromkeys(names), "last": "x"})
    assert told["missing"] == ["is required"]
    assert told["last"] == ["must be an integer"]
    assert {*told} == {"missing", "last", *names[:LISTED]}


def test_what_is_wrong_with_one_of_very_many_is_told() -> None:
    schema = {"type": "object", "additionalProperties": {"type": "integer"}}
    value = {**{f"n{number}": number for number in range(3 * LISTED)}, "wrong": "x"}
    assert problems(schema, value) == {"wrong": ["must be an integer"]}
