"""All sandboxes: which there are, how they are made, forked, reset and deleted."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for

from understudy.client import ControlError
from understudy.client.connection import TOKEN_REQUIRED
from understudy.console.control import attempt, back_to, control, sandbox, say, wording
from understudy.errors import UsageError

pages = Blueprint("overview", __name__)


@pages.get("/")
def index() -> str:
    """The overview."""
    return _shown({}, "")


@pages.get("/sandboxes")
def rows() -> str:
    """Its list, anew."""
    return render_template("overview_rows.html", sandboxes=control().list_sandboxes())


@pages.post("/sandboxes")
def create() -> Any:
    """Make a sandbox from a scenario."""
    given = {name: value.strip() for name, value in request.form.items() if value.strip()}
    try:
        made = control().sandbox(
            given.get("scenario"),
            name=given.get("name"),
            seed=given.get("seed"),
            clock=given.get("clock"),
        )
    except (ControlError, UsageError, ValueError) as error:
        if getattr(error, "code", "") == TOKEN_REQUIRED:
            raise
        return _shown(given, wording(error)), 422
    say(f"Sandbox {made.name} is made.")
    return back_to(url_for("sandbox.show", name=made.name))


@pages.post("/sandboxes/<name>/fork")
@attempt(lambda name: url_for("sandbox.show", name=name))
def fork(name: str) -> Any:
    """Make another one with the same contents."""
    made = sandbox(name).fork(request.form.get("new_name", "").strip() or None)
    say(f"Sandbox {made.name} is a fork of {name}.")
    return back_to(url_for("sandbox.show", name=made.name))


@pages.post("/sandboxes/<name>/reset")
@attempt(lambda name: url_for("sandbox.show", name=name))
def reset(name: str) -> Any:
    """Have one begin anew."""
    sandbox(name).reset()
    say(f"Sandbox {name} is as it was at first.")
    return back_to(url_for("sandbox.show", name=name))


@pages.post("/sandboxes/<name>/delete")
@attempt(lambda name: url_for("overview.index"))
def delete(name: str) -> Any:
    """Forget one."""
    sandbox(name).delete()
    say(f"Sandbox {name} is deleted.")
    return back_to(url_for("overview.index"))


def _shown(given: dict[str, str], wrong: str) -> str:
    return render_template(
        "overview.html",
        server=control().show(),
        sandboxes=control().list_sandboxes(),
        given=given,
        wrong=wrong,
    )
