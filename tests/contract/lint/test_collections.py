"""The rules about collections: each finds what breaks it, and it alone, at its line."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from understudy.contract.lint import collections

BreaksOnly = Callable[[str, str, str, str, str, str], None]

BREAKS = [
    (
        "factory_is_dotted",
        "things.yaml",
        "factory: rooms.create_room",
        "factory: create_room",
        "factory: create_room",
        "'create_room' is not <module>.<function>",
    ),
    (
        "stored_object_has_id",
        "things.yaml",
        "      required: [id]\n",
        "",
        "",
        "rooms needs a required property `id`",
    ),
    (
        "reference_is_known",
        "things.yaml",
        "_workspace_id: rooms",
        "_workspace_id: attics",
        "_workspace_id: attics",
        "there is no collection 'attics'",
    ),
    (
        "reference_is_known",
        "things.yaml",
        "      _parts.room_id: rooms",
        "      _parts.room: rooms",
        "_parts.room: rooms",
        "the objects of things have no field '_parts.room'",
    ),
    (
        "index_is_field",
        "things.yaml",
        "    indexes: [size]",
        "    indexes: [sise]",
        "indexes: [sise]",
        "the objects of things have no field 'sise'",
    ),
    (
        "index_is_field",
        "things.yaml",
        "    orders: [name]",
        "    orders: [nome]",
        "orders: [nome]",
        "the objects of things have no field 'nome'",
    ),
    (
        "private_field_is_private",
        "things.yaml",
        "    private:\n",
        "    private:\n      secret: {type: string}\n",
        "secret: {type",
        "the private field 'secret' does not begin with an underscore",
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
    assert {rule for rule, *_ in BREAKS} == {rule.__name__ for rule in collections.RULES}
