"""Bundles: a sandbox as a file to hand on, and one that was handed on, opened."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for

from understudy.console.control import attempt, back_to, control, sandbox, say

pages = Blueprint("bundles", __name__)


@pages.get("/sandboxes/<name>/bundle")
def save(name: str) -> Response:
    """The sandbox in one file."""
    inside = sandbox(name)
    kept = Response(inside.save_bundle(), mimetype="application/zip")
    kept.headers.set("Content-Disposition", "attachment", filename=f"{inside.name}.understudy")
    return kept


@pages.post("/bundles")
@attempt(lambda: url_for("overview.index"))
def open_one() -> Any:
    """A new sandbox that is as the one was whose file is given."""
    file = request.files.get("bundle")
    content = file.read() if file else b""
    if not content:
        raise ValueError("Choose a file that `understudy bundle save` or another console made.")
    made = control().open_bundle(content, name=request.form.get("name", "").strip() or None)
    say(f"Sandbox {made.name} is as it was when it was saved, its journal included.")
    return back_to(url_for("sandbox.show", name=made.name))
