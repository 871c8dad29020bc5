"""The secrets among a user's settings: kept apart, encrypted, and never answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from understudy.sandbox import Sandbox
    from understudy.store import Record, Store

SECRETS = ("ai_api_key", "jira_api_token", "azure_pat")
COLLECTION = "user_credentials"


def create_credential(sandbox: Sandbox, fields: Mapping[str, Any]) -> Record:
    """Store a secret of a user: `value` in plain text, or `_encrypted_value` as it was stored."""
    created_at = fields.get("created_at") or sandbox.clock.now()
    sealed = fields.get("_encrypted_value") or sandbox.vault.encrypt(fields["value"])
    return sandbox.store[COLLECTION].insert(
        {
            "id": fields.get("id") or sandbox.ids.new(),
            "user_id": fields["user_id"],
            "credential_type": fields["credential_type"],
            "created_at": created_at,
            "updated_at": fields.get("updated_at") or created_at,
            "_encrypted_value": sealed,
        }
    )


def stored(store: Store, user_id: str, name: str) -> Record | None:
    """A user's secret, encrypted; None where there is none."""
    return store[COLLECTION].first({"user_id": user_id, "credential_type": name})


def keep(sandbox: Sandbox, user_id: str, given: Mapping[str, Any]) -> list[str]:
    """Store the secrets that are given, delete those that are empty, leave the others.

    Answers the names of those that are another, or gone, or new.
    """
    return [
        name
        for name in SECRETS
        if given.get(name) is not None and _keep_one(sandbox, user_id, name, given[name])
    ]


def _keep_one(sandbox: Sandbox, user_id: str, name: str, value: str) -> bool:
    """Whether anything changed."""
    before = stored(sandbox.store, user_id, name)
    if before is None:
        if value:
            fields = {"user_id": user_id, "credential_type": name, "value": value}
            create_credential(sandbox, fields)
        return bool(value)
    if not value:
        sandbox.store[COLLECTION].remove(before["id"])
        return True
    if sandbox.vault.decrypt(before["_encrypted_value"]) == value:
        return False
    sealed = sandbox.vault.encrypt(value)
    now = sandbox.clock.now()
    sandbox.store[COLLECTION].change(before["id"], _encrypted_value=sealed, updated_at=now)
    return True
