"""Rules about schemas: they say what is really so, in the words that every tool understands."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import jsonschema_rs

from understudy.contract.lint.subject import Pointer, Problem, Rule, Subject
from understudy.contract.schemas import Validator, defaults, json_schema
from understudy.contract.secret import is_secret, sounds_secret

_COMPOSITIONS = ("allOf", "anyOf", "discriminator", "not", "oneOf")
_BOUNDED_FORMATS = frozenset({"date", "date-time", "uuid"})


def schema_is_valid(subject: Subject) -> Iterator[Problem]:
    """A schema is one: its keywords have values of the right type, its patterns are patterns."""
    for pointer, schema in subject.whole_schemas():
        try:
            jsonschema_rs.Draft4Validator(json_schema(schema, subject.document))
        except jsonschema_rs.ValidationError as error:
            place = error.instance_path
            if place[:1] == ["definitions"]:
                pointer, place = ("components", "schemas"), place[1:]
            yield (*pointer, *place), f"not a valid schema: {error.message}"


def number_is_bounded(subject: Subject) -> Iterator[Problem]:
    """An integer or a number has a minimum and a maximum."""
    for pointer, schema in subject.schemas():
        if schema.get("type") in ("integer", "number") and "enum" not in schema:
            for key in ("minimum", "maximum"):
                if key not in schema:
                    yield pointer, f"{_named(pointer)} has no {key}"


def string_is_bounded(subject: Subject) -> Iterator[Problem]:
    """A string has a maxLength, unless its format or its enum bounds it."""
    for pointer, schema in subject.schemas():
        bounded = {"enum", "maxLength"} & schema.keys() or schema.get("format") in _BOUNDED_FORMATS
        if schema.get("type") == "string" and not bounded:
            yield pointer, f"{_named(pointer)} has no maxLength"


def array_is_bounded(subject: Subject) -> Iterator[Problem]:
    """An array has a maxItems, and says what its items are."""
    for pointer, schema in subject.schemas():
        if schema.get("type") == "array":
            for key in ("items", "maxItems"):
                if key not in schema:
                    yield pointer, f"{_named(pointer)} has no {key}"


def schema_is_plain(subject: Subject) -> Iterator[Problem]:
    """No compositions, which every tool reads differently, but for the components excepted."""
    for pointer, schema in subject.schemas():
        for key in _COMPOSITIONS:
            if key in schema and not _is_of(pointer, subject.conventions.compositions):
                yield (*pointer, key), f"{_named(pointer)} uses {key}"


def object_is_open(subject: Subject) -> Iterator[Problem]:
    """Tools close the answers; a contract that closes its objects cannot grow."""
    for pointer, schema in subject.schemas():
        excepted = _is_of(pointer, subject.conventions.closed)
        if schema.get("additionalProperties") is False and not excepted:
            yield (*pointer, "additionalProperties"), f"{_named(pointer)} is closed"


def reference_stands_alone(subject: Subject) -> Iterator[Problem]:
    """OpenAPI 3.0 ignores whatever stands next to a `$ref`."""
    for pointer, schema in subject.schemas():
        if "$ref" in schema and len(schema) > 1:
            others = ", ".join(key for key in schema if key != "$ref")
            yield pointer, f"{_named(pointer)}: next to a $ref, {others} is ignored"


def nullable_has_type(subject: Subject) -> Iterator[Problem]:
    """Without a type, `nullable` has no effect; an enum must list null as well."""
    for pointer, schema in subject.schemas():
        if "$ref" in schema:
            continue
        if schema.get("nullable") and "type" not in schema:
            yield pointer, f"{_named(pointer)} is nullable but has no type"
        if schema.get("nullable") and None not in schema.get("enum", [None]):
            yield (*pointer, "enum"), f"{_named(pointer)} is nullable, so its enum lists null"


def required_is_property(subject: Subject) -> Iterator[Problem]:
    """What is required is described."""
    for pointer, schema in subject.schemas():
        for name in schema.get("required", ()):
            if name not in schema.get("properties", {}):
                yield (*pointer, "required"), f"{name!r} is required but is not a property"


def values_fit(subject: Subject) -> Iterator[Problem]:
    """The default and each value of an enum are valid."""
    for pointer, schema in subject.schemas():
        values: list[tuple[str, Any]] = [("enum", value) for value in schema.get("enum", ())]
        if "default" in schema:
            values.append(("default", schema["default"]))
        if values and "$ref" not in schema:
            validator = Validator(schema, subject.document)
            for key, value in values:
                for clauses in validator.problems(value).values():
                    yield (*pointer, key), f"{key} {value!r} {', '.join(clauses)}"


def public_field_is_public(subject: Subject) -> Iterator[Problem]:
    """A leading underscore marks what never leaves the server."""
    for pointer, schema in subject.schemas():
        for name in schema.get("properties", {}):
            if name.startswith("_"):
                yield (*pointer, "properties", name), f"{name!r} begins like a private field"


def secret_is_marked(subject: Subject) -> Iterator[Problem]:
    """What sounds like a secret is marked as one, so that the journal never shows it."""
    for pointer, schema in subject.schemas():
        for name, part in schema.get("properties", {}).items():
            found = subject.resolve(part)
            if sounds_secret(name) and found.get("type") == "string" and not is_secret(found):
                message = f"{name!r} sounds like a secret: mark it `format: password` or `x-secret`"
                yield (*pointer, "properties", name), message


def update_has_no_default(subject: Subject) -> Iterator[Problem]:
    """An update leaves alone what it does not name; a default would overwrite it."""
    for pointer, operation in subject.operations():
        replaces = operation.operation_id in subject.conventions.replaces
        if operation.method not in ("PATCH", "PUT") or replaces:
            continue
        for name in defaults(operation.request_schema or {}, subject.document):
            message = f"{name!r} has a default, which an update would apply"
            yield (*pointer, "requestBody"), message


def _is_of(pointer: Pointer, components: Collection[str]) -> bool:
    """Whether a place is in one of these components."""
    return pointer[0] == "components" and pointer[2] in components


def _named(pointer: Pointer) -> str:
    """What a schema belongs to: `Thing.parts[].name`, or `the schema` of a body or a parameter."""
    start = pointer.index("schema") + 1 if pointer[0] == "paths" or "schema" in pointer else 2
    parts = [f".{part}" if part != "items" else "[]" for part in pointer[start:]]
    name = "".join(part for part in parts if part != ".properties")
    return name.lstrip(".") if name and name != "[]" else "the schema"


RULES: tuple[Rule, ...] = (
    number_is_bounded,
    string_is_bounded,
    array_is_bounded,
    schema_is_plain,
    object_is_open,
    reference_stands_alone,
    nullable_has_type,
    required_is_property,
    values_fit,
    public_field_is_public,
    secret_is_marked,
    update_has_no_default,
)
