"""The rules about components: each finds what breaks it, and it alone, at its line."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from understudy.contract.lint import components

BreaksOnly = Callable[[str, str, str, str, str, str], None]

BREAKS = [
    (
        "component_is_pascal_case",
        "things.yaml",
        "ThingUpdate",
        "thing_update",
        "    thing_update:",
        "'thing_update' is not in PascalCase",
    ),
    (
        "component_is_described",
        "common.yaml",
        "      description: A refusal.\n",
        "",
        "    Error:",
        "the component Error has no description",
    ),
    (
        "component_is_used",
        "common.yaml",
        "    Moment:\n",
        "    Lost:\n      type: boolean\n      description: Nobody's.\n    Moment:\n",
        "    Lost:",
        "nothing refers to Lost",
    ),
    (
        "component_is_used",
        "openapi.yaml",
        "security:\n  - bearer: []\n",
        "security: []\n",
        "    bearer:",
        "nothing refers to bearer",
    ),
    (
        "parameter_is_described",
        "things.yaml",
        "          description: The oldest moment.\n",
        "",
        "- name: since",
        "the parameter 'since' has no description",
    ),
    (
        "parameter_is_described",
        "common.yaml",
        "      schema:\n        type: string\n        maxLength: 9\n",
        "",
        "    Trace:",
        "the parameter 'X-Trace' has no schema",
    ),
    (
        "answer_is_described",
        "common.yaml",
        "      description: Nothing was paid.\n",
        "",
        "    Unpaid:",
        "the answer has no description",
    ),
    (
        "answer_is_described",
        "common.yaml",
        (
            "      description: Nothing was paid.\n"
            "      content:\n"
            "        application/json:\n"
            "          schema: {$ref: '#/components/schemas/Error'}\n"
            "          example: {error: unpaid}\n"
        ),
        "      description: Nothing was paid.\n",
        "    Unpaid:",
        "the answer has no body",
    ),
    (
        "content_has_schema",
        "things.yaml",
        (
            "              schema:\n"
            "                type: array\n"
            "                maxItems: 100\n"
            "                items: {$ref: '#/components/schemas/Thing'}\n"
        ),
        "",
        "",
        "the body has no schema",
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
    assert {rule for rule, *_ in BREAKS} == {rule.__name__ for rule in components.RULES}
