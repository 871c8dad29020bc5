"""The rules about shortcuts: each finds what breaks it, and it alone, at its line."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from understudy.contract.lint import shortcuts

BREAKS = [
    (
        "shortcut_is_kebab_case",
        "  fill-room:",
        "  fill_room:",
        "fill_room:",
        "the shortcut 'fill_room' is not in kebab-case",
    ),
    (
        "shortcut_function_is_dotted",
        "function: shortcuts.fill_room",
        "function: fill_room",
        "function: fill_room",
        "'fill_room' is not <module>.<function>",
    ),
    (
        "shortcut_is_explained",
        "summary: Fill a room",
        "summary: Fill a room.",
        "summary: Fill a room.",
        "a summary has no full stop",
    ),
    (
        "shortcut_is_explained",
        "description: Takes everything out.",
        "description: All out",
        "description: All out",
        "a description is full sentences, and ends like one",
    ),
    (
        "shortcut_is_explained",
        "    description: Takes everything out.\n",
        "",
        "empty-rooms:",
        "a description is full sentences, and ends like one",
    ),
    (
        "shortcut_parameters_are_an_object",
        "      example: {room: attic, leaving: 1}\n",
        "",
        "parameters:",
        "the parameters of fill-room have no example",
    ),
    (
        "shortcut_parameters_are_an_object",
        "summary: Empty all rooms\n",
        "summary: Empty all rooms\n    parameters: {type: boolean}\n",
        "parameters: {type: boolean}",
        "the parameters of empty-rooms are not an object",
    ),
    (
        "shortcut_parameter_is_plain",
        "          description: So many things still fit.\n",
        "",
        "leaving:",
        "the parameter 'leaving' has no description",
    ),
    (
        "shortcut_parameter_is_plain",
        "        leaving:\n",
        "        in: {type: boolean, description: Whether it is inside.}\n        leaving:\n",
        "in: {type: boolean",
        "the parameter 'in' is not a lower_case name in Python",
    ),
    (
        "shortcut_parameter_is_plain",
        "        leaving:\n",
        "        left-over: {type: boolean, description: What stays.}\n        leaving:\n",
        "left-over: {type: boolean",
        "the parameter 'left-over' is not a lower_case name in Python",
    ),
    (
        "shortcut_parameter_is_plain",
        "        leaving:\n",
        "        more: {type: object, description: What else.}\n        leaving:\n",
        "more: {type: object",
        "the parameter 'more' is not a text, a number or a boolean",
    ),
    (
        "shortcut_parameter_is_plain",
        "        leaving:\n",
        "        all: {type: boolean, nullable: true, description: Whether.}\n        leaving:\n",
        "all: {type: boolean",
        "the parameter 'all' is not a text, a number or a boolean",
    ),
    (
        "string_is_bounded",
        "        leaving:\n",
        "        more: {type: string, description: What else.}\n        leaving:\n",
        "more: {type: string",
        "parameters.more has no maxLength",
    ),
    (
        "example_is_valid",
        "example: {room: attic, leaving: 1}",
        "example: {room: attic, leaving: 99}",
        "leaving: 99",
        "example: leaving must be at most 9",
    ),
    (
        "component_is_used",
        "room: {$ref: common.yaml#/components/schemas/RoomName}",
        "room: {type: string, maxLength: 9, description: Which room.}",
        "",
        "nothing refers to RoomName",
    ),
]


@pytest.mark.parametrize(
    ("rule", "old", "new", "at", "message"),
    BREAKS,
    ids=[f"{rule}: {message}" for rule, *_, message in BREAKS],
)
def test_a_break_is_found(
    breaks_only: Callable[..., None], rule: str, old: str, new: str, at: str, message: str
) -> None:
    breaks_only(rule, "things.yaml", old, new, at, message)


def test_every_rule_is_broken() -> None:
    assert {rule for rule, *_ in BREAKS} >= {rule.__name__ for rule in shortcuts.RULES}
