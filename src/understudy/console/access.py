"""The page that asks for the control token, where the server wants one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, url_for

from understudy.client import ControlError, Server
from understudy.client.connection import TOKEN_REQUIRED
from understudy.console import security
from understudy.console.control import back_to, own_url
from understudy.errors import UsageError

pages = Blueprint("access", __name__)


@pages.get("/token")
def ask() -> str:
    """Ask for the token."""
    return render_template("token.html", then=request.args.get("then", ""), wrong="")


@pages.post("/token")
def take() -> Any:
    """Keep the token in a cookie, if it is the right one."""
    given, then = request.form.get("token", "").strip(), request.form.get("then", "")
    if not current_app.config["NEEDS_TOKEN"]:
        return back_to(url_for("overview.index"))
    wrong = _fault(given)
    if wrong:
        return render_template("token.html", then=then, wrong=wrong), 403
    answer = back_to(_inside(then))
    answer.set_cookie(
        current_app.config["TOKEN_COOKIE"],
        given,
        httponly=True,
        samesite="Strict",
        path=security.COOKIE_PATH,
    )
    return answer


@pages.post("/token/forget")
def forget() -> Response:
    """Forget the token."""
    answer = back_to(url_for("access.ask"))
    answer.delete_cookie(current_app.config["TOKEN_COOKIE"], path=security.COOKIE_PATH)
    return answer


def _fault(token: str) -> str:
    """What is wrong with a token; nothing where the server takes it."""
    try:
        with Server(own_url(), token) as server:
            server.show()
    except UsageError as error:
        return f"{error}."
    except ControlError as error:
        if error.code != TOKEN_REQUIRED:
            raise
        return "This is not the server's control token."
    return ""


def _inside(path: str) -> str:
    """A page of ours: whatever leads elsewhere leads to the overview."""
    is_ours = path.startswith("/") and not path.startswith("//") and "\\" not in path
    is_ours = is_ours and path.isprintable()
    return request.script_root + path if is_ours else url_for("overview.index")
