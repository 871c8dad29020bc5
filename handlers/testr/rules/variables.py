"""Variables: unique by name and scope, secret if need be, resolved by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from understudy.errors import InvalidParameter

from .. import errors

if TYPE_CHECKING:
    from understudy.sandbox import Sandbox
    from understudy.store import Record, Store

SCOPES = ("GLOBAL", "TEST_PLAN", "TEST_CASE")
"""Of several scopes the first wins: a request to resolve a name tells no plan and no case."""

MAX_NAMES = 200


def create_variable(sandbox: Sandbox, fields: Mapping[str, Any]) -> Record:
    """Store a variable; the value of an encrypted one only ever encrypted."""
    is_encrypted = fields.get("is_encrypted", False)
    created_at = fields.get("created_at") or sandbox.clock.now()
    return sandbox.store["variables"].insert(
        {
            "id": fields.get("id") or sandbox.ids.new(),
            "name": fields["name"],
            "value": None if is_encrypted else fields["value"],
            "scope": fields.get("scope", "GLOBAL"),
            "is_encrypted": is_encrypted,
            "created_at": created_at,
            "updated_at": fields.get("updated_at") or created_at,
            "_workspace_id": fields["_workspace_id"],
            "_secret": sandbox.vault.encrypt(fields["value"]) if is_encrypted else None,
        }
    )


def require_free(store: Store, workspace_id: str, name: str, scope: str) -> None:
    """Raises VariableExists if the workspace has a variable of this name and scope."""
    if store["variables"].first({"_workspace_id": workspace_id, "name": name, "scope": scope}):
        raise errors.VariableExists


def split_names(text: str) -> list[str]:
    """The names of a comma-separated list, each once, in order.

    Raises InvalidParameter for more than 200.
    """
    names = list(dict.fromkeys(name for part in text.split(",") if (name := part.strip(" "))))
    if len(names) > MAX_NAMES:
        raise InvalidParameter(details={"names": [f"holds more than {MAX_NAMES} names"]})
    return names


def resolve(
    sandbox: Sandbox, workspace_id: str, names: Iterable[str]
) -> tuple[dict[str, str], list[str]]:
    """The value of each name that a variable has, and the names that none has."""
    resolved: dict[str, str] = {}
    unresolved: list[str] = []
    for name in names:
        found = (
            sandbox.store["variables"].select({"_workspace_id": workspace_id, "name": name}).items
        )
        if found:
            resolved[name] = _value(sandbox, min(found, key=lambda one: SCOPES.index(one["scope"])))
        else:
            unresolved.append(name)
    return resolved, unresolved


def _value(sandbox: Sandbox, variable: Record) -> str:
    secret: str | None = variable["_secret"]
    value: str = variable["value"] if secret is None else sandbox.vault.decrypt(secret)
    return value
