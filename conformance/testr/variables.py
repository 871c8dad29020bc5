"""Variables, as rules make and look for them."""

from __future__ import annotations

from typing import Any

from understudy.verify import Answer, Persona

FIELDS = ("id", "name", "value", "scope", "is_encrypted", "created_at", "updated_at")
SCOPES = ("GLOBAL", "TEST_PLAN", "TEST_CASE")
"""The widest first."""

SECRET = "s3cr3t value, ü"


def create(persona: Persona, name: str, **fields: Any) -> Answer:
    """The answer to creating a variable."""
    body = {"name": name, "value": "value", **fields}
    return persona.call("test_plans.create_variable", body=body)


def listed(persona: Persona) -> list[dict[str, Any]]:
    """All variables, in the order of the list."""
    found = persona.call("test_plans.list_variables").expect(200)["variables"]
    return [documented(one) for one in found]


def documented(variable: dict[str, Any]) -> dict[str, Any]:
    """The fields that the contract gives a variable: an answer may have more."""
    return {name: variable[name] for name in FIELDS}


def resolve(persona: Persona, *names: str) -> dict[str, Any]:
    """The values of these variables, and the names of those that are not there."""
    query = {"names": ",".join(names)}
    found = persona.call("test_plans.resolve_variables", query=query).expect(200)
    return {name: found[name] for name in ("resolved", "unresolved")}
