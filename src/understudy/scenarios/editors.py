"""A JSON Schema of scenario files, for editors: they complete names and mark what is wrong.

    # yaml-language-server: $schema=scenario.schema.json

It is of one contract: its collections, their fields, what each of them may be. It says less than
`understudy scenario check`, which knows the other objects of the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from understudy import contract as contracts
from understudy.contract.schemas import json_schema
from understudy.scenarios.generators import KINDS, LIKE
from understudy.scenarios.layers import HEAD, REQUIRED
from understudy.scenarios.merging import COUNT
from understudy.scenarios.shapes import Shape

if TYPE_CHECKING:
    from understudy.contract.model import Contract
    from understudy.scenarios.places import Place

DIALECT = "http://json-schema.org/draft-07/schema#"
DEEPEST = 4
"""So many levels of an object's fields are described; below, anything goes."""
_PLAIN = ("type", "enum", "minimum", "maximum", "minLength", "maxLength", "pattern", "description")
_ABOUT = {
    "scenario": "The name of the scenario.",
    "title": "What it is, in one line.",
    "description": "What the application meets there, and what to look for.",
    "extends": "The name of another scenario, or a path from here: its parts come first.",
}
_MAKING = {
    "$fake": "A method of Faker; what stands next to it are its arguments.",
    "$pick": "One of a list, or of a mapping of values and their weights.",
    "$any": "Any one of the objects of the collection.",
    "$each": "The objects of the collection, each in its turn.",
    "$between": "A time between two (-60d, now), or a number.",
}


def editor_schema(contract: Contract) -> dict[str, Any]:
    """The schema of the scenarios of a contract."""
    text: dict[str, Any] = {"type": "string"}
    collections = {
        name: _collection(Shape(spec, contract.document, {}).place)
        for name, spec in contract.collections.items()
    }
    return {
        "$schema": DIALECT,
        "title": f"A scenario of {contract.document['info']['title']}",
        "type": "object",
        "required": [*REQUIRED],
        "additionalProperties": False,
        "properties": {
            **{name: {**text, "description": _ABOUT[name]} for name in (*HEAD, "extends")},
            "parameters": {"type": "object", "additionalProperties": _parameter()},
            "clock": _clock(),
            "faults": {"type": "array", "items": {"anyOf": [_plan(), _fault()]}},
            "defaults": {"type": "object", "additionalProperties": text},
            "stored": {"type": "object"},
            "collections": {
                "type": "object",
                "additionalProperties": False,
                "properties": collections,
            },
        },
        "definitions": {"made": _made(), "parameter": {**text, "pattern": r"\$\{.+\}"}},
    }


def _collection(place: Place) -> dict[str, Any]:
    fields = {name: _value(inside, DEEPEST) for name, (_, inside) in place.fields.items()}
    fields[COUNT] = {
        "description": "So many objects, one for each {n} in the name.",
        "anyOf": [{"type": "integer", "minimum": 0}, {"$ref": "#/definitions/parameter"}],
    }
    one = {"type": ["object", "null"], "additionalProperties": False, "properties": fields}
    return {
        "anyOf": [
            {"type": "null"},
            {"type": "object", "additionalProperties": one},
            {"type": "array", "items": one},
        ]
    }


def _value(place: Place, levels: int) -> dict[str, Any]:
    """What may stand at a place: the value itself, one that is made, or a parameter."""
    made = [{"$ref": "#/definitions/made"}, {"$ref": "#/definitions/parameter"}]
    schema = place.schema
    about = {"description": schema["description"]} if "description" in schema else {}
    if place.target is not None:
        name = {
            "type": ["string", "null"],
            "description": f"The name of one of the {place.target}.",
        }
        return {"anyOf": [name, {"type": "array", "items": name}, *made]}
    if place.is_time:
        told = "A time: now, -2d, +1h30m, or 2026-01-25T09:00:00Z."
        return {"anyOf": [{"type": ["string", "null"], "description": told}, *made]}
    if levels == 0 or not isinstance(schema.get("type"), str):
        return about
    return {**about, "anyOf": [_own(place, schema, levels), *made]}


def _own(place: Place, schema: Mapping[str, Any], levels: int) -> dict[str, Any]:
    own = {name: schema[name] for name in _PLAIN if name in schema}
    if schema.get("type") == "array":
        own["items"] = _value(place.items, levels - 1)
    elif schema.get("type") == "object":
        inside = {name: one for name, (_, one) in place.fields.items()}
        own["properties"] = {name: _value(one, levels - 1) for name, one in inside.items()}
        own["additionalProperties"] = place.takes_any
    if schema.get("nullable"):
        own["type"] = [schema["type"], "null"]
        if "enum" in own:
            own["enum"] = [*dict.fromkeys([*own["enum"], None])]
    return own


def _made() -> dict[str, Any]:
    return {
        "type": "object",
        "minProperties": 1,
        "anyOf": [{"required": [kind]} for kind in KINDS],
        "properties": {
            **{kind: {"description": _MAKING[kind]} for kind in KINDS},
            LIKE: {"description": "A pattern of their names, such as 'case-*'."},
        },
    }


def _parameter() -> dict[str, Any]:
    value = {"type": ["integer", "number", "string", "boolean"]}
    number = {"type": "number"}
    whole = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "default": value,
            "minimum": number,
            "maximum": number,
            "choices": {"type": "array", "items": value},
            "about": {"type": "string"},
        },
    }
    return {"anyOf": [value, whole]}


def _clock() -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "description": "How a sandbox's clock begins; set, it stands unless it has a factor.",
        "properties": {
            "at": {"type": "string", "description": "A time, or one from now such as -2d."},
            "is_frozen": {"anyOf": [{"type": "boolean"}, {"$ref": "#/definitions/parameter"}]},
            "factor": {"anyOf": [{"type": "number"}, {"$ref": "#/definitions/parameter"}]},
        },
    }


def _plan() -> dict[str, Any]:
    from understudy.faults import PLANS

    plan = {"type": "string", "enum": [*PLANS]}
    return {"type": "object", "required": ["plan"], "properties": {"plan": plan}}


def _fault() -> dict[str, Any]:
    """A rule as the control API takes it; a parameter may stand for any of its values."""
    document = contracts.control().document
    fields = document["components"]["schemas"]["FaultCreate"]["properties"]
    about = json_schema(fields["note"], document)
    names: dict[str, Any] = {name: {} for name in fields} | {"note": about}
    return {
        "type": "object",
        "required": ["do"],
        "additionalProperties": False,
        "properties": names,
    }
