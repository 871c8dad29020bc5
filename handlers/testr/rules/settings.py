"""A user's settings: kept whole, version by version, with an audit and a limit of updates.

The three secrets among them are no settings: `credentials` keeps them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from understudy import times
from understudy.store.query import Range

from .. import errors
from . import credentials

if TYPE_CHECKING:
    from understudy.sandbox import Sandbox
    from understudy.store import Page, Record, Store

Fields = Mapping[str, Any]
Action = Literal["UPDATED", "RESET"]

DEFAULTS: Fields = {
    "captures_per_minute": 60,
    "replay_speed_fps": 1,
    "autoplay": False,
    "loop": True,
    "show_actions_panel": False,
    "run_mode": "visible",
    "browser_window_mode": "maximised",
    "default_url": "https://www.google.com",
    "record_browser": "qtwebengine",
    "checkpoint_line_thickness": "1",
    "checkpoint_line_color": "#ff0000",
    "use_ai": False,
    "ai_api_endpoint": "",
    "ai_model": "llama-3.1-8b-instant",
    "console_capture_enabled": True,
    "network_capture_enabled": True,
    "environment_capture_enabled": True,
    "timing_capture_enabled": True,
    "auto_generate_defect": True,
    "auto_generate_detailed_defects": True,
    "parallel_enabled": True,
    "parallel_count": 2,
    "wcag_level": "A",
    "accessibility_enabled": True,
    "responsive_panel_devices": [
        'iPad Pro 12.9"',
        "iPad Air",
        "Samsung S23 Ultra",
        "iPad Mini",
        "Galaxy Tab S9",
    ],
    "responsive_panel_resolutions": [
        "1920\N{MULTIPLICATION SIGN}1080 (FHD)",
        "1366\N{MULTIPLICATION SIGN}768 (HD)",
        "1536\N{MULTIPLICATION SIGN}864",
        "1440\N{MULTIPLICATION SIGN}900",
        "2560\N{MULTIPLICATION SIGN}1440 (QHD)",
    ],
    "integration_type": "none",
    "integration_auto_create_on_failure": True,
    "integration_attach_screenshots": True,
    "integration_max_screenshots": 5,
    "jira_url": "",
    "jira_username": "",
    "jira_project_key": "",
    "jira_issue_type": "Bug",
    "jira_severity_field": "",
    "azure_organization": "",
    "azure_project": "",
    "azure_work_item_type": "Bug",
}
"""Every setting but the secrets; a test holds these and the contract's defaults equal."""

LIMITED = "settings.update_settings"
MINUTE = 60_000


def create_settings(sandbox: Sandbox, fields: Fields) -> Record:
    """Store a user's first settings: `settings` has any of them, the secrets too, in plain text."""
    given = fields.get("settings") or {}
    credentials.keep(sandbox, fields["user_id"], given)
    now = sandbox.clock.now()
    return sandbox.store["user_settings"].insert(
        {
            "id": fields.get("id") or sandbox.ids.new(),
            "user_id": fields["user_id"],
            "settings": _complete(given),
            "version": fields.get("version", 1),
            "created_at": fields.get("created_at") or now,
            "updated_at": fields.get("updated_at") or fields.get("created_at") or now,
        }
    )


def create_audit_entry(sandbox: Sandbox, fields: Fields) -> Record:
    """Store who changed what when; of a secret, that it changed and nothing else."""
    return sandbox.store["settings_audit"].insert(
        {
            "id": fields.get("id") or sandbox.ids.new(),
            "user_id": fields["user_id"],
            "action": fields.get("action", "UPDATED"),
            "changed_fields": fields.get("changed_fields", []),
            "version": fields.get("version", 1),
            "created_at": fields.get("created_at") or sandbox.clock.now(),
        }
    )


def create_rate_limit(sandbox: Sandbox, fields: Fields) -> Record:
    """Switch the limit of updates on, 30 a minute unless another number is given."""
    return sandbox.store["rate_limits"].insert(
        {
            "id": fields.get("id") or sandbox.ids.new(),
            "operation": fields.get("operation", LIMITED),
            "per_minute": fields.get("per_minute", 30),
        }
    )


def limit_updates(sandbox: Sandbox, per_minute: int | None) -> None:
    """Let a user save so often within a minute; None is no limit."""
    limits = sandbox.store["rate_limits"]
    for earlier in limits.select({"operation": LIMITED}).items:
        limits.remove(earlier["id"])
    if per_minute is not None:
        create_rate_limit(sandbox, {"per_minute": per_minute})


def audit(store: Store, user_id: str | None, limit: int) -> Page:
    """The entries of the audit, of one user or of all, the newest first."""
    where = {"user_id": user_id} if user_id is not None else {}
    return store["settings_audit"].select(where, order=("created_at", "desc"), limit=limit)


def of_user(store: Store, user_id: str) -> Record | None:
    """The user's settings with their version; None before the first save."""
    return store["user_settings"].first({"user_id": user_id})


def shown(store: Store, record: Record) -> dict[str, Any]:
    """The settings as they are answered: for each secret null, and whether it is stored."""
    answer = dict(record["settings"])
    for name in credentials.SECRETS:
        answer[name] = None
        answer[f"has_{name}"] = credentials.stored(store, record["user_id"], name) is not None
    return answer


def save(sandbox: Sandbox, user_id: str, given: Fields) -> Record:
    """Replace the settings: what is left out returns to its default, but a secret stays."""
    secrets = credentials.keep(sandbox, user_id, given)
    return _write(sandbox, user_id, _complete(given), "UPDATED", secrets)


def reset(sandbox: Sandbox, user_id: str) -> Record:
    """Set everything back to its default, the secrets excepted."""
    return _write(sandbox, user_id, DEFAULTS, "RESET", [])


def require_rate(sandbox: Sandbox, user_id: str) -> None:
    """Raise RateLimited where the limit is on and the user's last minute is full.

    An update counts until it is 60 seconds old; the audit tells when each was.
    """
    limit = sandbox.store["rate_limits"].first({"operation": LIMITED})
    if limit is None:
        return
    now = sandbox.clock.millis()
    last_minute = Range(times.to_text(now - MINUTE + 1), times.to_text(now))
    recent = sandbox.store["settings_audit"].select(
        {"user_id": user_id, "action": "UPDATED", "created_at": last_minute},
        order=("created_at", "asc"),
    )
    if recent.total >= limit["per_minute"]:
        first_to_leave = times.parse(recent.items[-limit["per_minute"]]["created_at"])
        seconds = -(-(first_to_leave + MINUTE - now) // 1000)
        raise errors.RateLimited(headers={"Retry-After": str(seconds)})


def _complete(given: Fields) -> dict[str, Any]:
    settings = {name: given.get(name, default) for name, default in DEFAULTS.items()}
    return {**settings, "checkpoint_line_color": settings["checkpoint_line_color"].lower()}


def _write(
    sandbox: Sandbox, user_id: str, settings: Fields, action: Action, secrets: list[str]
) -> Record:
    """Store the next version with its audit entry; before the first, defaults were in force."""
    before = of_user(sandbox.store, user_id)
    if before is None:
        record = create_settings(sandbox, {"user_id": user_id, "settings": settings})
    else:
        record = sandbox.store["user_settings"].change(
            before["id"],
            settings=settings,
            version=before["version"] + 1,
            updated_at=sandbox.clock.now(),
        )
    earlier = before["settings"] if before else DEFAULTS
    changed = [name for name, value in settings.items() if value != earlier[name]]
    create_audit_entry(
        sandbox,
        {
            "user_id": user_id,
            "action": action,
            "changed_fields": changed + secrets,
            "version": record["version"],
        },
    )
    return record
