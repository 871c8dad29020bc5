"""Simulated integrations: what a test of the connection to Jira or Azure DevOps finds.

Nothing here calls out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from understudy.errors import ValidationFailed

if TYPE_CHECKING:
    from understudy.sandbox import Sandbox
    from understudy.store import Record, Store

NEEDED = {
    "jira": ("jira_url", "jira_username", "jira_api_token"),
    "azure_devops": ("azure_organization", "azure_project", "azure_pat"),
}
SERVERS = {"jira": "Jira Cloud", "azure_devops": "Azure DevOps Services"}
PERMISSIONS = ["CREATE_ISSUES", "ATTACH_FILES"]
FAILURES = {
    ("jira", "AUTH_FAILED"): "Authentication failed - check username/API token",
    ("jira", "UNREACHABLE"): "Server unreachable - check the Jira URL",
    ("jira", "PERMISSION_DENIED"): "Permission denied - the account may not create issues",
    ("azure_devops", "AUTH_FAILED"): "Authentication failed - check the personal access token",
    ("azure_devops", "UNREACHABLE"): "Server unreachable - check the organization",
    (
        "azure_devops",
        "PERMISSION_DENIED",
    ): "Permission denied - the token may not create work items",
}


def create_integration(sandbox: Sandbox, fields: Mapping[str, Any]) -> Record:
    """Say how a type of integration answers in this sandbox; what was said of it before is void."""
    integrations = sandbox.store["integrations"]
    earlier = _simulated(sandbox.store, fields["integration_type"])
    if earlier is not None:
        integrations.remove(earlier["id"])
    return integrations.insert(
        {
            "id": fields.get("id") or sandbox.ids.new(),
            "integration_type": fields["integration_type"],
            "outcome": fields.get("outcome", "CONNECTED"),
        }
    )


def simulate(sandbox: Sandbox, integration_type: str, outcome: str) -> None:
    """Let the test of a connection find this from now on; connecting is what it does by itself."""
    if outcome != "CONNECTED":
        create_integration(sandbox, {"integration_type": integration_type, "outcome": outcome})
        return
    simulated = _simulated(sandbox.store, integration_type)
    if simulated is not None:
        sandbox.store["integrations"].remove(simulated["id"])


def outcomes(store: Store) -> list[dict[str, str]]:
    """What the test of each integration finds, and what it says where it fails."""
    found = []
    for kind in NEEDED:
        simulated = _simulated(store, kind)
        outcome = simulated["outcome"] if simulated is not None else "CONNECTED"
        message = FAILURES.get((kind, outcome), "Connected")
        found.append({"integration_type": kind, "outcome": outcome, "message": message})
    return found


def probe(store: Store, asked: Mapping[str, Any], username: str) -> dict[str, Any]:
    """What the test of a connection answers.

    `username`: whom Azure DevOps, which is given no name, takes the user for. Raises
    ValidationFailed that names each field of the chosen type which is missing or empty.
    """
    kind = asked["integration_type"]
    missing = [name for name in NEEDED[kind] if not asked.get(name)]
    if missing:
        raise ValidationFailed(details={name: ["is required"] for name in missing})
    simulated = _simulated(store, kind)
    if simulated is not None and simulated["outcome"] != "CONNECTED":
        outcome = simulated["outcome"]
        return {"connected": False, "message": FAILURES[kind, outcome], "error_code": outcome}
    name = asked.get("jira_username") if kind == "jira" else username
    details = {"server_info": SERVERS[kind], "user_display_name": name, "permissions": PERMISSIONS}
    return {"connected": True, "message": f"Connected as: {name}", "details": details}


def _simulated(store: Store, integration_type: str) -> Record | None:
    return store["integrations"].first({"integration_type": integration_type})
