"""The control API, for the pages: each request has a client of this very server."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from flask import (
    Response,
    abort,
    current_app,
    flash,
    g,
    get_flashed_messages,
    jsonify,
    redirect,
    request,
)

from understudy.client import ControlError, Sandbox, Server
from understudy.console.mount import AGENT
from understudy.errors import UsageError

Arguments = ParamSpec("Arguments")

LONGEST = 1500
"""Characters of a message that is kept for the next page: it travels in a cookie."""


def control() -> Server:
    """The client of the server that the page was asked of, with the browser's control token.

    Its methods raise ControlError, which becomes a page of its own where nobody handles it.
    """
    if "control" not in g:
        g.control = Server(own_url(), given_token(), agent=AGENT)
    client: Server = g.control
    return client


def sandbox(name: str) -> Sandbox:
    """A sandbox that is there; another one is a page with status 404."""
    try:
        return control().attach(name)
    except UsageError as error:
        abort(404, f"{error}.")


def own_url() -> str:
    """The address that the request's connection came to."""
    scope: Any = request.environ["asgi.scope"]
    host, port = scope.get("server") or ("127.0.0.1", None)
    if port is None:
        abort(501, "The console needs a server that listens on a TCP port.")
    shown = f"[{host}]" if ":" in host else host
    return f"{scope.get('scheme', 'http')}://{shown}:{port}"


def given_token() -> str | None:
    """The control token that the browser has, if any."""
    token = request.cookies.get(current_app.config["TOKEN_COOKIE"], "")
    return token if token.isascii() and token.isprintable() and token else None


def close_control(_error: BaseException | None = None) -> None:
    """Close the request's client (after each request)."""
    client = g.pop("control", None)
    if client is not None:
        client.close()


def wording(error: Exception) -> str:
    """What a refusal says, with every field at fault, in lines."""
    if not isinstance(error, ControlError):
        return str(error)
    fields = [f"{field}: {', '.join(told)}" for field, told in error.details.items()]
    # What is true of all invalid requests helps nobody who sees the fields.
    heading = [] if fields and error.status == 422 else [error.message]
    return "\n".join([*heading, *fields])


def say(message: str) -> None:
    """Have the next page say what has happened."""
    flash(message[:LONGEST], "done")


def complain(message: str) -> None:
    """Have the next page say what was refused."""
    flash(message[:LONGEST], "refused")


def back_to(url: str) -> Response:
    """The answer to a form: look at that page now. A script that sent the form gets what there is
    to say as JSON, with status 422 where something was refused.
    """
    if not request.headers.get("X-Fragment"):
        return redirect(url, 303)  # type: ignore[return-value]
    messages: Any = get_flashed_messages(with_categories=True)
    told = [{"kind": kind, "text": text} for kind, text in messages]
    answer = jsonify(messages=told, url=url)
    answer.status_code = 422 if any(one["kind"] == "refused" for one in told) else 200
    return answer


def attempt(
    back: Callable[..., str],
) -> Callable[[Callable[Arguments, Any]], Callable[Arguments, Any]]:
    """Decorates a view of a form: what the server refuses, or the client takes for no value, is
    said on the page that `back`, called with the view's arguments, gives the address of.
    """

    def decorate(view: Callable[Arguments, Any]) -> Callable[Arguments, Any]:
        @wraps(view)
        def tried(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Any:
            try:
                return view(*args, **kwargs)
            except (ControlError, UsageError, ValueError, TypeError) as error:
                if getattr(error, "code", None) == "control_token_required":
                    raise
                complain(wording(error))
                return back_to(back(*args, **kwargs))

        return tried

    return decorate
