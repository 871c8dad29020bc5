"""What a contract says in sentences, and that the rules of ours cover them all."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from understudy.verify import coverage
from understudy.verify.report.model import Operation
from understudy.verify.sentences import units

CONTRACT = """\
openapi: 3.0.3
info: {title: Shop, version: 1.0.0, description: Sells things.}
servers: [{url: 'http://127.0.0.1:8000/v1'}]
tags: [{name: wish_lists}]
paths:
  /lists:
    get:
      operationId: wish_lists.list_lists
      tags: [wish_lists]
      summary: List the lists
      description: |
        All lists, oldest first; empty ones (of a day; or less)
        included. Not `paged; never`.
      parameters:
        - {name: limit, in: query, description: How many at most., schema: {type: integer}}
        - {name: name, in: query, description: Only lists of this name., schema: {type: string}}
      responses:
        '200':
          description: Every list there is.
          content:
            application/json:
              schema: {$ref: '#/components/schemas/List'}
        '404': {description: There is none.}
components:
  schemas:
    List:
      type: object
      description: A list.
      properties:
        name: {type: string, description: Never empty.}
"""

DECISIONS = """\
# Decisions

## Wish lists

| decision | the source's words | reason |
| --- | --- | --- |
| A list has an owner; 404 | `a\\|b` | none |
| Either `a\\|b` is fine | silent | none |

## Shortcuts

| decision | reason |
| --- | --- |
| A verb changes something | none |
"""


@pytest.fixture
def shop(tmp_path: Path) -> str:
    (tmp_path / "wish_lists.yaml").write_text(CONTRACT, "utf-8")
    (tmp_path / "DECISIONS.md").write_text(DECISIONS, "utf-8")
    return str(tmp_path / "wish_lists.yaml")


def found(shop: str, *quotes: str, tag: str | None = None) -> list[str]:
    return [one.text for one in coverage.uncovered(shop, tag, quotes)]


def test_the_sentences_of_a_contract_and_its_decisions(shop: str) -> None:
    assert found(shop) == [
        "Sells things.",
        "All lists, oldest first;",
        "empty ones (of a day; or less) included.",
        "Not `paged; never`.",
        "Only lists of this name.",
        "There is none.",
        "Never empty.",
        "A list has an owner; 404",
        "Either `a|b` is fine",
    ]


def test_a_sentence_has_a_place_a_subject_and_a_tag(shop: str) -> None:
    by_text = {one.text: one for one in coverage.uncovered(shop, quotes=())}
    one = by_text["There is none."]
    assert (one.where.rpartition("/")[2], one.subject, one.tag) == (
        "wish_lists.yaml:23",
        "wish_lists.list_lists 404",
        "wish_lists",
    )
    assert by_text["Never empty."].subject == "List.name"
    one = by_text["A list has an owner; 404"]
    assert (one.where.rpartition("/")[2], one.subject, one.tag) == (
        "DECISIONS.md:7",
        "Wish lists",
        "wish_lists",
    )


def test_a_quote_covers_each_sentence_that_it_reaches_into(shop: str) -> None:
    left = found(shop, "oldest first; empty", "list has\n  an owner")
    assert "All lists, oldest first;" not in left
    assert "empty ones (of a day; or less) included." not in left
    assert "A list has an owner; 404" not in left
    assert "Not `paged; never`." in left


def test_a_short_quote_covers_nothing(shop: str) -> None:
    assert found(shop, "404", "paged") == found(shop)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two things; three more.", ["One.", "Two things;", "three more."]),
        ("One thing; 422.", ["One thing; 422."]),
        ("It costs 1.50 at `a; b`. Yes it does", ["It costs 1.50 at `a; b`.", "Yes it does"]),
        ("Is it (really? yes) so? Yes it is!", ["Is it (really? yes) so?", "Yes it is!"]),
        ("", []),
    ],
)
def test_units(text: str, expected: list[str]) -> None:
    assert [text[begin:end] for begin, end in units(text)] == expected


def test_statuses_that_were_not_shown() -> None:
    operation = {
        "operation": "auth.login",
        "statuses": {
            "200": {"is_documented": True, "shown": 3},
            "403": {"is_documented": True, "shown": 0},
            "418": {"is_documented": False, "shown": 0},
            "500": {"is_documented": True, "shown": 0},
        },
    }
    assert coverage.unshown([cast("Operation", operation)]) == ["auth.login 403"]


def test_the_quotes_of_our_rules_are_exact() -> None:
    assert coverage.problems("testr") == []


def test_our_rules_cover_every_sentence() -> None:
    assert [f"{one.where}: {one.text}" for one in coverage.uncovered("testr")] == []
