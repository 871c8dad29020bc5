"""The rules about operations: each finds what breaks it, and it alone, at its line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from understudy.contract import load
from understudy.contract.lint import lint, operations

BreaksOnly = Callable[[str, str, str, str, str, str], None]

BREAKS = [
    (
        "id_is_tag_and_function",
        "things.yaml",
        "operationId: things.list_things",
        "operationId: things.listThings",
        "things.listThings",
        "the operationId must be things.<function>, in lower_case",
    ),
    (
        "tag_is_declared",
        "openapi.yaml",
        "    description: Things and what they are made of.\n",
        "",
        "",
        "the tag 'things' is not among the root's tags with a description",
    ),
    (
        "tag_is_declared",
        "things.yaml",
        "tags: [things]\n      summary: List things\n",
        "tags: [things, more]\n      summary: List things\n",
        "",
        "an operation has exactly one tag",
    ),
    (
        "path_is_listed",
        "openapi.yaml",
        "  /things:\n",
        "  /thongs:\n",
        "paths:",
        "/things of things.yaml is not listed under its own name",
    ),
    (
        "summary_is_short",
        "things.yaml",
        "summary: List things\n",
        "summary: List things.\n",
        "List things.",
        "a summary has no full stop",
    ),
    (
        "summary_is_short",
        "things.yaml",
        "summary: List things\n",
        "summary: list things\n",
        "list things",
        "a summary begins with a capital letter",
    ),
    (
        "summary_is_short",
        "things.yaml",
        "summary: List things\n",
        "summary: List xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n",
        "xxx",
        "a summary has at most 60 characters",
    ),
    (
        "description_is_sentences",
        "things.yaml",
        "The newest first.",
        "newest first",
        "newest first",
        "a description is full sentences, and ends like one",
    ),
    (
        "path_parameters_agree",
        "things.yaml",
        (
            "description: What is left out stays.\n"
            "      x-requires: [paid, write]\n"
            "      parameters:\n"
        ),
        (
            "description: What is left out stays.\n"
            "      x-requires: [paid, write]\n"
            "      parameters:\n"
            "        - {name: room, in: path, required: true, description: R.,"
            " schema: {type: boolean}, example: true}\n"
        ),
        "    patch:",
        "the path parameter 'room' is not in both the path and the parameters",
    ),
    ("status_is_listed", "openapi.yaml", "'201', ", "", "", "201 is not in the list of statuses"),
    (
        "success_is_documented",
        "things.yaml",
        "        '201':\n",
        "        '404':\n",
        "",
        "no answer tells of success",
    ),
    (
        "statuses_are_documented",
        "things.yaml",
        "        '422': {$ref: common.yaml#/components/responses/Invalid}\n    post:\n",
        "    post:\n",
        "",
        "422 is not documented",
    ),
    (
        "statuses_are_documented",
        "openapi.yaml",
        "    paid: {statuses: ['402']}",
        "    write: {statuses: ['402']}",
        "",
        "402 is documented, but x-requires does not lead to it",
    ),
    (
        "parameters_are_documented",
        "things.yaml",
        (
            "description: What is left out stays.\n"
            "      x-requires: [paid, write]\n"
            "      parameters:\n"
            "        - $ref: common.yaml#/components/parameters/Trace\n"
        ),
        "description: What is left out stays.\n      x-requires: [paid, write]\n",
        "    patch:",
        "the parameter 'X-Trace' is not documented",
    ),
    (
        "requirements_are_declared",
        "things.yaml",
        "description: What is left out stays.\n      x-requires: [paid, write]\n",
        "description: What is left out stays.\n      x-requires: [paid]\n",
        "",
        "x-requires must be [paid, write]",
    ),
    (
        "requirements_are_declared",
        "things.yaml",
        "description: What is left out stays.\n      x-requires: [paid, write]\n",
        "description: What is left out stays.\n",
        "",
        "x-requires must be [paid, write]",
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
    here = {"tag_is_file"} | {rule for rule, *_ in BREAKS}
    assert here == {rule.__name__ for rule in operations.RULES}


def test_tag_is_file(
    broken: Callable[[Path], list[str]],
    texts: dict[str, str],
    write: Callable[[dict[str, str]], Path],
) -> None:
    other = {name: text.replace("things.yaml", "stuff.yaml") for name, text in texts.items()}
    other["stuff.yaml"] = other.pop("things.yaml")
    root = write(other)
    assert broken(root) == ["tag_is_file"]
    assert [(one.file.name, one.message) for one in lint(load(root))] == [
        ("stuff.yaml", "an operation of things is in things.yaml")
    ] * 4


def test_a_status_of_one_tag(
    broken: Callable[[Path], list[str]], changed: Callable[..., Path]
) -> None:
    root = changed("openapi.yaml", "'402', '404', '422']", "'402', '422']")
    assert broken(root) == ["status_is_listed"]
    text = root.read_text(encoding="utf-8").replace("others: ['429']", "things: ['404']")
    root.write_text(text, encoding="utf-8")
    assert broken(root) == []
