"""The rules about links: each finds what breaks it, and it alone, at its line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from understudy.contract.lint import links

BreaksOnly = Callable[[str, str, str, str, str, str], None]

BREAKS = [
    (
        "link_leads_somewhere",
        "things.yaml",
        "              operationId: things.get_thing\n",
        "              operationId: things.got_thing\n",
        "things.got_thing",
        "there is no operation 'things.got_thing' to link to",
    ),
    (
        "link_is_described",
        "things.yaml",
        "              description: The thing by itself.\n",
        "",
        "            get:",
        "the link has no description",
    ),
    (
        "link_parameters_exist",
        "things.yaml",
        "                thing_id: $response.body#/id\n",
        "                thing_id: $response.body#/id\n                limit: 1\n",
        "",
        "things.get_thing has no parameter 'limit'",
    ),
    (
        "link_parameters_exist",
        "things.yaml",
        "                thing_id: $response.body#/id\n",
        "                X-Trace: $response.body#/name\n",
        "            get:",
        "the link does not give things.get_thing its 'thing_id'",
    ),
    (
        "link_body_exists",
        "things.yaml",
        "              requestBody:\n                name: $request.body#/name\n",
        "",
        "            again:",
        "the link does not give things.create_thing its body",
    ),
    (
        "link_body_exists",
        "things.yaml",
        "                name: $request.body#/name\n",
        "                size: BIG\n",
        "              requestBody:",
        "the link does not give things.create_thing its 'name'",
    ),
    (
        "link_body_exists",
        "things.yaml",
        "                name: $request.body#/name\n",
        "                name: Lamp\n                nome: $request.body#/name\n",
        "nome: $request",
        "the body of things.create_thing has no 'nome'",
    ),
    (
        "link_body_exists",
        "things.yaml",
        "                thing_id: $response.body#/id\n",
        "                thing_id: $response.body#/id\n              requestBody: {a: 1}\n",
        "requestBody: {a: 1}",
        "things.get_thing takes no body",
    ),
    (
        "link_values_exist",
        "things.yaml",
        "thing_id: $response.body#/id\n",
        "thing_id: $response.body#/ident\n",
        "#/ident",
        "$response.body#/ident points to nothing that is documented",
    ),
    (
        "link_values_exist",
        "things.yaml",
        "thing_id: $response.body#/id\n",
        "thing_id: $response.id\n",
        "$response.id",
        "$response.id points to nothing that is documented",
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
    assert {rule for rule, *_ in BREAKS} == {rule.__name__ for rule in links.RULES}


ID = "thing_id: $response.body#/id\n"


def test_values_from_parameters_and_headers(
    broken: Callable[[Path], list[str]], changed: Callable[..., Path]
) -> None:
    trace = "                X-Trace: $request.header.x-trace\n"
    location = "                path.thing_id: $response.header.Location\n"
    assert broken(changed("things.yaml", ID, f"{ID}{trace}{location}")) == []


@pytest.mark.parametrize(
    "value",
    [
        "$response.header.Nowhere",
        "$request.query.since",
        "$request.path.thing_id",
        "$response.body#/parts/first/name",
        "$response.body#/name/inner",
        "$response.query.a",
    ],
)
def test_values_that_do_not_exist(
    broken: Callable[[Path], list[str]], changed: Callable[..., Path], value: str
) -> None:
    assert broken(changed("things.yaml", ID, f"thing_id: {value}\n")) == ["link_values_exist"]


@pytest.mark.parametrize("value", ["$response.body#/parts/0/name", "$method", "$response.body"])
def test_values_that_do_exist(
    broken: Callable[[Path], list[str]], changed: Callable[..., Path], value: str
) -> None:
    assert broken(changed("things.yaml", ID, f"thing_id: {value}\n")) == []
