"""The rules about schemas: each finds what breaks it, and it alone, at its line."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from understudy.contract.lint import schemas

BreaksOnly = Callable[[str, str, str, str, str, str], None]

BREAKS = [
    (
        "number_is_bounded",
        "things.yaml",
        "count: {type: integer, minimum: 1, maximum: 99}",
        "count: {type: integer, minimum: 1}",
        "count: {type: integer, minimum: 1}",
        "Part.count has no maximum",
    ),
    (
        "number_is_bounded",
        "things.yaml",
        "count: {type: integer, minimum: 1, maximum: 99}",
        "count: {type: number, maximum: 99}",
        "count: {type: number",
        "Part.count has no minimum",
    ),
    (
        "string_is_bounded",
        "things.yaml",
        "        name: {type: string, maxLength: 255}\n        count",
        "        name: {type: string}\n        count",
        "name: {type: string}",
        "Part.name has no maxLength",
    ),
    (
        "array_is_bounded",
        "things.yaml",
        "                maxItems: 100\n",
        "",
        "",
        "the schema has no maxItems",
    ),
    (
        "array_is_bounded",
        "things.yaml",
        "        notes:\n          description: Whatever one likes.\n",
        "        notes:\n          description: Whatever one likes.\n          type: array\n",
        "        notes:",
        "ThingCreate.notes has no items",
    ),
    (
        "schema_is_plain",
        "things.yaml",
        "        notes:\n          description: Whatever one likes.\n",
        (
            "        notes:\n"
            "          description: Whatever one likes.\n"
            "          oneOf: [{type: boolean}]\n"
        ),
        "oneOf:",
        "ThingCreate.notes uses oneOf",
    ),
    ("schema_is_plain", "openapi.yaml", "  compositions: [Moment]\n", "", "", "Moment uses anyOf"),
    (
        "object_is_open",
        "things.yaml",
        "        notes:\n          description: Whatever one likes.\n",
        (
            "        notes:\n"
            "          description: Whatever one likes.\n"
            "          additionalProperties: false\n"
        ),
        "additionalProperties: false",
        "ThingCreate.notes is closed",
    ),
    (
        "reference_stands_alone",
        "things.yaml",
        "        size: {$ref: '#/components/schemas/Size'}\n        parts",
        "        size: {$ref: '#/components/schemas/Size', nullable: true}\n        parts",
        "nullable: true}",
        "Thing.size: next to a $ref, nullable is ignored",
    ),
    (
        "nullable_has_type",
        "things.yaml",
        "count: {type: integer, minimum: 1, maximum: 99}",
        "count: {nullable: true}",
        "count: {nullable",
        "Part.count is nullable but has no type",
    ),
    (
        "nullable_has_type",
        "things.yaml",
        "size: {type: string, enum: [SMALL, BIG], default: BIG}",
        "size: {type: string, nullable: true, enum: [SMALL, BIG]}",
        "nullable: true, enum",
        "ThingCreate.size is nullable, so its enum lists null",
    ),
    (
        "required_is_property",
        "things.yaml",
        "schema: {type: string, maxLength: 99}",
        "schema: {type: object, required: [nix]}",
        "required: [nix]",
        "'nix' is required but is not a property",
    ),
    (
        "values_fit",
        "things.yaml",
        "enum: [SMALL, BIG], default: BIG",
        "enum: [SMALL, BIG], default: BAG",
        "default: BAG",
        "default 'BAG' must be one of SMALL, BIG",
    ),
    (
        "values_fit",
        "things.yaml",
        "count: {type: integer, minimum: 1, maximum: 99}",
        "count: {type: integer, enum: [1, two]}",
        "enum: [1, two]",
        "enum 'two' must be an integer",
    ),
    (
        "public_field_is_public",
        "things.yaml",
        "        notes:\n",
        "        _notes:\n",
        "        _notes:",
        "'_notes' begins like a private field",
    ),
    (
        "secret_is_marked",
        "things.yaml",
        "description: What changes of a thing.\n      properties:\n",
        (
            "description: What changes of a thing.\n"
            "      properties:\n"
            "        lock: {type: string, maxLength: 9}\n"
            "        has_password: {type: boolean}\n"
            "        old_password: {type: string, format: password, maxLength: 9}\n"
            "        session_token: {type: string, maxLength: 9, x-secret: true}\n"
            "        new_password: {type: string, maxLength: 9}\n"
        ),
        "new_password",
        "'new_password' sounds like a secret: mark it `format: password` or `x-secret`",
    ),
    (
        "update_has_no_default",
        "things.yaml",
        "description: What changes of a thing.\n      properties:\n",
        (
            "description: What changes of a thing.\n"
            "      properties:\n"
            "        on: {type: boolean, default: true}\n"
        ),
        "",
        "'on' has a default, which an update would apply",
    ),
]


@pytest.mark.parametrize(
    ("rule", "file", "old", "new", "at", "message"),
    BREAKS,
    ids=[f"{rule}: {message}" for rule, *_, message in BREAKS],
)
def test_a_break_is_found(
    breaks_only: BreaksOnly, rule: str, file: str, old: str, new: str, at: str, message: str
) -> None:
    breaks_only(rule, file, old, new, at, message)


def test_every_rule_is_broken() -> None:
    assert {rule for rule, *_ in BREAKS} == {rule.__name__ for rule in schemas.RULES}
