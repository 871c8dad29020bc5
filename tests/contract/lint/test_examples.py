"""The rules about examples: each finds what breaks it, and it alone, at its line."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from understudy.contract.lint import examples

BreaksOnly = Callable[[str, str, str, str, str, str], None]

BREAKS = [
    (
        "content_has_example",
        "things.yaml",
        "            example: {name: Lamp}\n",
        "",
        "",
        "the body has no example",
    ),
    (
        "required_parameter_has_example",
        "things.yaml",
        "        example: 0b6e6f0a-3a49-4c9e-8d2a-5f3b1c7d9e01\n    get:",
        "    get:",
        "- name: thing_id",
        "the parameter 'thing_id' has no example",
    ),
    (
        "optional_parameter_has_none",
        "common.yaml",
        "        maxLength: 9\n",
        "        maxLength: 9\n      example: abc\n",
        "example: abc",
        "the parameter 'X-Trace' is optional, and tools send examples",
    ),
    (
        "optional_parameter_has_none",
        "common.yaml",
        "        maxLength: 9\n",
        "        maxLength: 9\n        example: abc\n",
        "example: abc",
        "the parameter 'X-Trace' is optional, and tools send examples",
    ),
    (
        "optional_parameter_has_none",
        "common.yaml",
        "        maxLength: 9\n",
        "        maxLength: 9\n      examples: {one: {value: abc}}\n",
        "examples: {one",
        "the parameter 'X-Trace' is optional, and tools send examples",
    ),
    (
        "example_is_valid",
        "things.yaml",
        "{name: Bulb, count: 1, parts: []}",
        "{name: Bulb, count: 0, parts: []}",
        "{name: Bulb, count: 0",
        "example: parts.0.count must be at least 1",
    ),
    (
        "example_is_valid",
        "things.yaml",
        "{name: Bulb, count: 1, parts: []}",
        "{name: Bulb, count: 1, parts: [], colour: red}",
        "colour: red",
        "example: parts.0.colour is not a known field",
    ),
    (
        "example_is_valid",
        "things.yaml",
        "            example: {name: Lamp}\n",
        "            example: {size: BIG}\n",
        "example: {size: BIG}",
        "example: name is required",
    ),
    (
        "example_is_valid",
        "things.yaml",
        "        example: 0b6e6f0a-3a49-4c9e-8d2a-5f3b1c7d9e01\n    get:",
        "        example: lamp\n    get:",
        "example: lamp",
        "example: body must be a UUID",
    ),
    (
        "example_is_valid",
        "things.yaml",
        "count: {type: integer, minimum: 1, maximum: 99}",
        "count: {type: integer, minimum: 1, maximum: 99, example: 100}",
        "example: 100",
        "example: body must be at most 99",
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
    assert {rule for rule, *_ in BREAKS} == {rule.__name__ for rule in examples.RULES}
