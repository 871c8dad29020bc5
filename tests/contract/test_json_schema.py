"""The conversion to JSON Schema draft 4."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from understudy.contract.formats import UUID_PATTERN
from understudy.contract.schemas import defaults, json_schema

TREE = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string"},
        "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
        "other": {"$ref": "#/components/schemas/Other"},
    },
}
DOCUMENT = {
    "components": {
        "schemas": {
            "Tree": TREE,
            "Other": {
                "type": "object",
                "properties": {"tree": {"$ref": "#/components/schemas/Tree"}},
            },
            "Alias": {"$ref": "#/components/schemas/Unused"},
            "Unused": {"type": "integer"},
        }
    }
}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        ({"type": "string", "nullable": False}, {"type": "string"}),
        (
            {"type": "string", "nullable": True, "enum": ["A", None]},
            {"type": ["string", "null"], "enum": ["A", None]},
        ),
        (
            {"type": "string", "nullable": True, "enum": ["A"]},
            {"type": ["string", "null"], "enum": ["A", None]},
        ),
        ({"nullable": True}, {}),
        ({"enum": ["A"], "nullable": True}, {"enum": ["A"]}),
        (
            {"type": "integer", "minimum": 1, "exclusiveMinimum": True},
            {"type": "integer", "minimum": 1, "exclusiveMinimum": True},
        ),
        (
            {"type": "string", "format": "uuid"},
            {"type": "string", "format": "uuid", "pattern": UUID_PATTERN},
        ),
        (
            {"type": "string", "format": "uuid", "pattern": "^0"},
            {
                "type": "string",
                "format": "uuid",
                "pattern": "^0",
                "allOf": [{"format": "uuid", "pattern": UUID_PATTERN}],
            },
        ),
        (
            {
                "type": "string",
                "title": "T",
                "description": "D",
                "example": "e",
                "default": "d",
                "readOnly": True,
                "writeOnly": True,
                "deprecated": True,
                "xml": {},
                "externalDocs": {},
                "x-other": 1,
                "x-message": "must be so",
            },
            {"type": "string", "x-message": "must be so"},
        ),
        (
            {"anyOf": [{"type": "string", "nullable": True}], "discriminator": {}},
            {"anyOf": [{"type": ["string", "null"]}]},
        ),
        (
            {"not": {"type": "string", "title": "T"}, "additionalProperties": {"nullable": True}},
            {"not": {"type": "string"}, "additionalProperties": {}},
        ),
        (
            {"properties": {"type": {"type": "string", "title": "T"}, "nullable": {}}},
            {"properties": {"type": {"type": "string"}, "nullable": {}}},
        ),
        ({"additionalProperties": True}, {"additionalProperties": True}),
    ],
)
def test_one_schema(schema: dict[str, Any], expected: dict[str, Any]) -> None:
    assert json_schema(schema, {}) == expected


def test_a_reference_brings_what_it_needs_and_no_more() -> None:
    found = json_schema({"$ref": "#/components/schemas/Tree"}, DOCUMENT)
    assert found["required"] == ["name"]
    assert {*found["definitions"]} == {"Tree", "Other"}
    assert found["properties"]["children"]["items"] == {"$ref": "#/definitions/Tree"}


def test_recursion_is_checked_at_any_depth() -> None:
    found = json_schema({"$ref": "#/components/schemas/Tree"}, DOCUMENT)
    validator = jsonschema_rs.Draft4Validator(found)
    deep: dict[str, Any] = {"name": "leaf"}
    for _ in range(50):
        deep = {"name": "node", "children": [deep], "other": {"tree": deep}}
    assert validator.is_valid(deep)
    assert not validator.is_valid({"name": "node", "other": {"tree": {"children": []}}})


def test_no_definitions_where_nothing_is_referred_to() -> None:
    assert "definitions" not in json_schema({"type": "string"}, DOCUMENT)


def test_a_reference_to_a_reference() -> None:
    assert json_schema({"$ref": "#/components/schemas/Alias"}, DOCUMENT) == {"type": "integer"}
    found = json_schema({"items": {"$ref": "#/components/schemas/Alias"}}, DOCUMENT)
    assert found["definitions"] == {"Alias": {"type": "integer"}}


def test_closing_reaches_every_object_that_names_its_properties() -> None:
    schema = {
        "type": "object",
        "properties": {
            "tree": {"$ref": "#/components/schemas/Tree"},
            "open": {"type": "object", "properties": {"a": {}}, "additionalProperties": True},
            "map": {"type": "object", "additionalProperties": {"properties": {"b": {}}}},
            "any": {"type": "object"},
        },
    }
    found = json_schema(schema, DOCUMENT, closed=True)
    assert found["additionalProperties"] is False
    assert found["properties"]["open"]["additionalProperties"] is True
    assert found["properties"]["map"]["additionalProperties"] == {
        "properties": {"b": {}},
        "additionalProperties": False,
    }
    assert found["properties"]["any"] == {"type": "object"}
    assert found["definitions"]["Tree"]["additionalProperties"] is False
    assert found["definitions"]["Other"]["additionalProperties"] is False


def test_the_contract_itself_is_not_changed() -> None:
    before = repr(DOCUMENT)
    json_schema({"$ref": "#/components/schemas/Tree"}, DOCUMENT, closed=True)
    assert repr(DOCUMENT) == before


def test_defaults_are_those_of_the_top_level() -> None:
    document = {"components": {"schemas": {"Size": {"type": "string", "default": "BIG"}}}}
    schema = {
        "properties": {
            "size": {"$ref": "#/components/schemas/Size"},
            "tags": {"default": []},
            "off": {"default": None, "nullable": True},
            "name": {"type": "string"},
            "inner": {"properties": {"deep": {"default": 1}}},
        }
    }
    assert defaults(schema, document) == {"size": "BIG", "tags": [], "off": None}
    assert defaults({"$ref": "#/components/schemas/Size"}, document) == {}
