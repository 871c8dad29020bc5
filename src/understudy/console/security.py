"""Who may use the console, and what its pages may do in a browser.

A page of another site can neither send it a form (origin, a token in each form, a SameSite cookie)
nor read or frame it; a foreign name that leads to this machine is refused (DNS rebinding).
"""

from __future__ import annotations

import ipaddress
import secrets
import socket
from functools import cache
from hmac import compare_digest
from typing import Any

from flask import Response, abort, current_app, request, session

from understudy.console.mount import BASE_PATH, LARGEST_FORM
from understudy.pipeline.connection import is_local
from understudy.pipeline.guard import HANDED_ON

COOKIE_PATH = BASE_PATH
FORM_TOKEN = "form_token"
FORM_TOKEN_HEADER = "X-Form-Token"
SAFE = ("GET", "HEAD", "OPTIONS")
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def check() -> None:
    """Refuse, with 403, a request that may not be answered (before each request)."""
    scope: Any = request.environ["asgi.scope"]
    _check_host(scope)
    names = {name for name, _ in scope["headers"]}
    if not current_app.config["NEEDS_TOKEN"] and (
        not is_local(scope) or any(name in names for name in HANDED_ON)
    ):
        abort(403, "The console is open on loopback only; start the server with --control-token.")
    if request.method in SAFE:
        _check_reader()
    else:
        _check_writer()


def harden(response: Response) -> Response:
    """Tell the browser what the page may do (after each request)."""
    response.headers.update(HEADERS)
    return response


def form_token() -> str:
    """What this browser's forms carry: only a page of ours could read it."""
    if FORM_TOKEN not in session:
        session[FORM_TOKEN] = secrets.token_urlsafe(24)
    return str(session[FORM_TOKEN])


def _check_host(scope: Any) -> None:
    name = _host_name(request.environ.get("HTTP_HOST", ""))
    address, _ = scope.get("server") or ("", 0)
    own = _ip(address)
    is_open = current_app.config["NEEDS_TOKEN"] or (own is not None and not own.is_loopback)
    if not _leads_here(name, is_open=is_open):
        abort(403, "The console answers to localhost, IP addresses and this machine's own name.")


def _host_name(host: str) -> str:
    host = host.lower()
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    return name.removesuffix(".")


def _leads_here(name: str, *, is_open: bool) -> bool:
    """Whether no foreign name server can have made this machine answer to the name.

    is_open: whether the server is there for other machines, too, so that it has more names than
    those of loopback.
    """
    if name == "localhost" or name.endswith(".localhost"):
        return True
    given = _ip(name)
    if given is not None:
        return given.is_loopback or is_open
    return is_open and name in _own_names()


@cache
def _own_names() -> tuple[str, ...]:
    own = socket.gethostname().lower()
    return own, f"{own}.local"


def _ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _check_reader() -> None:
    """Another site may link to a page, not load one into its own."""
    site = request.headers.get("Sec-Fetch-Site", "none")
    is_link = request.headers.get("Sec-Fetch-Mode") == "navigate" and (
        request.headers.get("Sec-Fetch-Dest") == "document"
    )
    if site not in ("none", "same-origin") and not is_link:
        abort(403, "A page of another origin may not read the console.")


def _check_writer() -> None:
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    own = f"{request.scheme}://{request.environ['HTTP_HOST']}"
    # Our pages ask for no referrer, which leaves their forms without an origin, too.
    is_own = origin in (None, own) or (origin == "null" and site == "same-origin")
    if not is_own or site not in (None, "same-origin"):
        abort(403, "A page of another origin may not use the console.")
    if request.mimetype != "multipart/form-data":  # which alone may hold a large file
        request.max_content_length = LARGEST_FORM
    given = request.headers.get(FORM_TOKEN_HEADER) or request.form.get(FORM_TOKEN, "")
    known = session.get(FORM_TOKEN, "")
    if not known or not compare_digest(given.encode(), str(known).encode()):
        abort(403, "The form is older than the server's last start: go back, reload, try again.")
