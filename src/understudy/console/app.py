"""The Flask application: page groups, what every template knows, errors as pages."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from flask import Flask, Response, redirect, render_template, request, url_for
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException

from understudy import __version__
from understudy.client import ControlError, Unreachable
from understudy.client.connection import TOKEN_REQUIRED
from understudy.console import (
    access,
    asking,
    bundles,
    exchange,
    faults,
    journal,
    layout,
    overview,
    sandbox,
    scenarios,
    security,
    snapshots,
    state,
    traffic,
    words,
)
from understudy.console.control import close_control, wording
from understudy.console.mount import LARGEST_FILE, LARGEST_FORM
from understudy.errors import UsageError

logger = logging.getLogger("understudy.console")

GROUPS = (
    *(access, overview, sandbox, scenarios, faults),
    *(journal, exchange, state, snapshots, traffic, bundles),
)
"""The page groups; each module's blueprint is its `pages`."""


def create_console(*, needs_token: bool, port: int) -> Flask:
    """The console of a server.

    needs_token: whether its control API wants a token. port: cookies are named after it, since
    browsers send a host's cookies to all its ports.
    """
    app = Flask(__name__, static_folder="static", template_folder="templates")
    app.config.update(
        SECRET_KEY=secrets.token_bytes(32),
        SESSION_COOKIE_NAME=f"understudy_console_{port}",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_PATH=security.COOKIE_PATH,
        MAX_CONTENT_LENGTH=LARGEST_FILE,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        NEEDS_TOKEN=needs_token,
        TOKEN_COOKIE=f"understudy_token_{port}",
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(words.FILTERS)
    app.before_request(security.check)
    app.before_request(asking.ask)
    app.after_request(security.harden)
    app.teardown_request(close_control)
    app.context_processor(_known_to_all)
    for group in GROUPS:
        app.register_blueprint(group.pages)
    app.register_error_handler(ControlError, _refused)
    app.register_error_handler(UsageError, _nameless)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _failed)
    return app


def _known_to_all() -> dict[str, Any]:
    return {
        "version": __version__,
        "form_token": security.form_token,
        "tabs": layout.tabs,
        "is_fragment": False,
    }


def _refused(error: ControlError) -> Any:
    """A refusal of the control API that no page has dealt with."""
    if error.code == TOKEN_REQUIRED:
        if request.method == "GET" and not request.headers.get("X-Fragment"):
            return redirect(url_for("access.ask", then=request.full_path.rstrip("?")), 303)
        return _page(401, "The control token is needed", "Reload the page and give it.")
    if isinstance(error, Unreachable):
        return _page(502, "The server does not answer", error.reason)
    return _page(error.status or 500, "The server refused", wording(error))


def _nameless(error: UsageError) -> Any:
    """The address names something in a way that nothing is named, such as `..`."""
    return _page(404, "Not found", f"{error}.")


def _http_error(error: HTTPException) -> Any:
    if error.response is not None or error.code is None or error.code < 400:
        return error
    told = {404: "There is no such page.", 413: "The form is too large."}
    text = told.get(error.code, error.description or "")
    return _page(error.code, error.name.capitalize(), text, error.get_headers())


def _failed(_error: Exception) -> Any:
    logger.exception("%s %s failed inside", request.method, request.path)
    text = "Something went wrong inside the console; the server's terminal tells more."
    return _page(500, "Something went wrong", text)


def _page(status: int, title: str, text: str, _headers: Any = ()) -> Response:
    template = "error_fragment.html" if request.headers.get("X-Fragment") else "error.html"
    body = render_template(template, title=title, text=text, status=status)
    return Response(body, status, mimetype="text/html")
