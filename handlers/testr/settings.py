"""A user's settings, kept on the server: get, save, reset, and the test of an integration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .rules import integrations, settings

if TYPE_CHECKING:
    from understudy.context import Answer, Body, Context


def get_settings(ctx: Context) -> Answer:
    """The settings without their secrets, or that there are none yet."""
    record = settings.of_user(ctx.store, ctx.user["id"])
    if record is None:
        return {"success": True, "data": None, "message": "No settings found for user"}
    metadata = {"last_updated": record["updated_at"], "version": record["version"]}
    return {"success": True, "data": settings.shown(ctx.store, record), "metadata": metadata}


def update_settings(ctx: Context, body: Body) -> Answer:
    """Replace the whole of them; the next version."""
    settings.require_rate(ctx.sandbox, ctx.user["id"])
    record = settings.save(ctx.sandbox, ctx.user["id"], body)
    data = {"updated_at": record["updated_at"], "version": record["version"]}
    return {"success": True, "message": "Settings saved successfully", "data": data}


def reset_settings(ctx: Context, body: Body) -> Answer:
    """Back to the defaults, the secrets excepted; the contract has checked the confirmation."""
    record = settings.reset(ctx.sandbox, ctx.user["id"])
    data = settings.shown(ctx.store, record)
    return {"success": True, "message": "Settings reset to defaults", "data": data}


def test_integration(ctx: Context, body: Body) -> Answer:
    """Whether a connection with these credentials works, as the sandbox simulates it."""
    return {"success": True, "data": integrations.probe(ctx.store, body, ctx.user["username"])}
