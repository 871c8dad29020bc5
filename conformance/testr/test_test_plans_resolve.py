"""Resolving variables: the values behind names."""

from __future__ import annotations

from typing import Any

from understudy.verify import MUST, Persona, rule

from . import make
from .variables import SECRET, create, resolve

RESOLVE = "test_plans.resolve_variables"
MOST = 200
"""So many names one request may have."""


@rule(
    "VAR-20",
    MUST,
    "The values of the named variables",
    clauses=(
        "The value for each name that could be resolved.",
        "The values of the variables that exist, and the names that no variable has.",
    ),
)
def test_names_are_resolved(active: Persona) -> None:
    """Resolving gives the value of each name that a variable has, the empty one too."""
    values = {active.name("one"): "1", active.name("two"): "", active.name("a b"): '{{x}} ü,\n"b"'}
    for name, value in values.items():
        create(active, name, value=value).expect(201)
    found = resolve(active, *values)
    assert _said(found) == (values, []), "each name has its value"


@rule(
    "VAR-21",
    MUST,
    "and the names that no variable has, both in the order asked",
    clauses=("answered in the order asked", "The names that no variable has."),
)
def test_unknown_names_are_told_in_order(active: Persona) -> None:
    """Names that no variable has come back as unresolved, in the order asked."""
    known = make.variable(active)["name"]
    unknown = [active.name(kind) for kind in ("zulu", "alpha", "mike")]
    found = resolve(active, unknown[0], known, *unknown[1:])
    assert found["unresolved"] == unknown, "the unknown names come in the order asked"
    assert [*found["resolved"]] == [known], "the known one is resolved"


@rule(
    "VAR-22",
    MUST,
    "those of encrypted ones included",
    clauses=("resolving gives it.", "resolve gives encrypted values in the clear, to every role"),
)
def test_resolving_gives_encrypted_values(active: Persona, viewer: Persona) -> None:
    """Resolving gives the value of an encrypted variable, to a viewer as well."""
    name = active.name("variable")
    create(active, name, value=SECRET, is_encrypted=True).expect(201)
    for persona in (active, viewer):
        found = resolve(persona, name)["resolved"].get(name)
        assert found == SECRET, f"{persona.name_of_persona} gets the value in the clear"


@rule("VAR-23", MUST, "Names are trimmed of spaces", clauses=("resolve: names trimmed of spaces",))
def test_names_are_trimmed(active: Persona) -> None:
    """Spaces around a name in the list do not count."""
    name, unknown = make.variable(active, value="found")["name"], active.name("unknown")
    found = resolve(active, f"  {name} ", f" {unknown}  ")
    assert _said(found) == ({name: "found"}, [unknown]), "spaces around a name do not count"


@rule(
    "VAR-24",
    MUST,
    "empty ones and repeats are passed over",
    clauses=("empty ones and repeats passed over",),
)
def test_empty_names_and_repeats_do_not_count(active: Persona) -> None:
    """Empty names and repeats in the list are passed over."""
    name, unknown = make.variable(active, value="found")["name"], active.name("unknown")
    found = resolve(active, "", name, unknown, "", "", name, unknown, "")
    assert _said(found) == ({name: "found"}, [unknown]), "each name counts once, an empty one not"


@rule(
    "VAR-25",
    MUST,
    "more than 200 are 400",
    clauses=("The names to resolve, separated by commas, at most 200.", "has more than 200 names"),
)
def test_two_hundred_names_can_be_asked_for(active: Persona) -> None:
    """200 names are resolved in one request; one more is refused."""
    names = [f"{number}?" for number in range(MOST + 1)]
    found = resolve(active, *names[:MOST])
    told = len(found["resolved"]) + len(found["unresolved"])
    assert told == MOST, "200 names are answered"
    active.call(RESOLVE, query={"names": ",".join(names)}).invalid()


@rule(
    "VAR-27",
    MUST,
    "GLOBAL wins, then TEST_PLAN, then TEST_CASE",
    clauses=("one name in several scopes: GLOBAL wins",),
)
def test_the_widest_scope_wins(active: Persona) -> None:
    """Of several variables of one name, that of the widest scope is resolved."""
    name = active.name("variable")
    for scope, value, winner in (
        ("TEST_PLAN", "plan", "plan"),
        ("TEST_CASE", "case", "plan"),
        ("GLOBAL", "global", "global"),
    ):
        create(active, name, value=value, scope=scope).expect(201, rule="VAR-11")
        found = resolve(active, name)["resolved"]
        assert found == {name: winner}, f"after {scope} was added, the {winner} value wins"


def _said(found: dict[str, Any]) -> tuple[Any, Any]:
    """What an answer says, whatever else is in it."""
    return found.get("resolved"), found.get("unresolved")
