"""What is wrong with a value, in plain English: a short clause to follow the name of the field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from understudy.contract.model import Schema

EMPTY = "must not be empty"
UNKNOWN = "is not a known field"

_TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "an integer",
    "number": "a number",
    "object": "an object",
    "string": "a string",
}
_FORMATS = {
    "date": "a date such as 2026-01-25",
    "date-time": "a time such as 2026-01-25T09:00:00Z",
    "email": "an e-mail address",
    "hostname": "a host name",
    "iana-timezone": "an IANA time zone such as Europe/Berlin",
    "ipv4": "an IPv4 address",
    "ipv6": "an IPv6 address",
    "uri": "a URI such as https://example.com/path",
    "uuid": "a UUID",
}
# The keywords whose failure the contract may explain better than any general text.
_EXPLAINED = frozenset({"anyOf", "format", "not", "oneOf", "pattern"})

Clause = Callable[[Schema], str]


def message(keyword: str, value: Any, schema: Schema) -> str:
    """The clause for a value that breaks this keyword of a draft 4 schema.

    The schema's `x-message` wins where a rule is hard to put into general words.
    """
    if keyword in _EXPLAINED and "x-message" in schema:
        return str(schema["x-message"])
    if value is None and keyword in ("enum", "type"):
        return "must not be null"
    clause = _CLAUSES.get(keyword)
    return clause(schema) if clause else "is not valid"


def _type(schema: Schema) -> str:
    types = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    return "must be " + " or ".join(_TYPES.get(name, name) for name in types if name != "null")


def _enum(schema: Schema) -> str:
    options = [_written(option) for option in schema["enum"] if option is not None]
    return f"must be {'one of ' if len(options) > 1 else ''}{', '.join(options)}"


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _format(schema: Schema) -> str:
    return f"must be {_FORMATS.get(schema['format'], 'in the format ' + schema['format'])}"


def _pattern(schema: Schema) -> str:
    return _format(schema) if schema.get("format") == "uuid" else f"must match {schema['pattern']}"


def _minimum(schema: Schema) -> str:
    words = "more than" if schema.get("exclusiveMinimum") else "at least"
    return f"must be {words} {schema['minimum']}"


def _maximum(schema: Schema) -> str:
    words = "less than" if schema.get("exclusiveMaximum") else "at most"
    return f"must be {words} {schema['maximum']}"


def _count(keyword: str, words: str, noun: str) -> Clause:
    def clause(schema: Schema) -> str:
        number = schema[keyword]
        if keyword in ("minItems", "minLength") and number == 1:
            return EMPTY
        return f"must have {words} {number} {noun}{'' if number == 1 else 's'}"

    return clause


_CLAUSES: dict[str, Clause] = {
    "type": _type,
    "enum": _enum,
    "format": _format,
    "pattern": _pattern,
    "minimum": _minimum,
    "exclusiveMinimum": _minimum,
    "maximum": _maximum,
    "exclusiveMaximum": _maximum,
    "multipleOf": lambda schema: f"must be a multiple of {schema['multipleOf']}",
    "minLength": _count("minLength", "at least", "character"),
    "maxLength": _count("maxLength", "at most", "character"),
    "minItems": _count("minItems", "at least", "item"),
    "maxItems": _count("maxItems", "at most", "item"),
    "minProperties": _count("minProperties", "at least", "field"),
    "maxProperties": _count("maxProperties", "at most", "field"),
    "uniqueItems": lambda schema: "must not hold the same item twice",
    "required": lambda schema: "is required",
    "additionalProperties": lambda schema: UNKNOWN,
    "not": lambda schema: "is one of the values that are not allowed",
}
