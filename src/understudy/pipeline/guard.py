"""Who may ask about the server itself: this machine, or whoever has the token; never a page of
another origin.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from hmac import compare_digest
from typing import TYPE_CHECKING

from understudy.errors import ApiError, UsageError
from understudy.pipeline.connection import is_local
from understudy.pipeline.known import bearer

if TYPE_CHECKING:
    from understudy.pipeline.exchange import Scope

HANDED_ON = (b"forwarded", b"x-forwarded-for", b"x-real-ip")
"""A proxy says so that the request came from elsewhere."""


class TokenRequired(ApiError):
    """The token is missing or wrong."""

    status, code = 401, "control_token_required"
    message = "The control token is missing or wrong; send it as Authorization: Bearer TOKEN."


class CrossSite(ApiError):
    """A page of another origin asks."""

    status, code = 403, "cross_site"
    message = "A page of another origin may not use the control API."


class ForeignHost(ApiError):
    """The request names this machine in a way that a page of another origin may have made up."""

    status, code = 403, "foreign_host"
    message = (
        "Without a control token, the control API answers to localhost and to IP addresses alone."
    )


class Guard:
    """Without a token it is open on loopback; with one, to its holders.

    Raises UsageError for a token that cannot be sent.
    """

    def __init__(self, token: str | None) -> None:
        if token is not None and (not token.isprintable() or not token.isascii() or " " in token):
            raise UsageError("the control token must be of printable ASCII characters, no spaces")
        if token == "":
            raise UsageError("the control token is empty; leave it out, or give one")
        self._token = token.encode() if token is not None else None

    def check(self, scope: Scope, headers: Mapping[bytes, bytes]) -> None:
        """Raises TokenRequired, CrossSite or ForeignHost for a request that may not be answered."""
        host = headers.get(b"host", b"")
        origin = headers.get(b"origin")
        if origin is not None and origin.partition(b"://")[2] != host:
            raise CrossSite
        if headers.get(b"sec-fetch-site", b"none") not in (b"none", b"same-origin"):
            raise CrossSite
        if self._token is not None:
            given = bearer(headers).encode("latin-1", "replace")
            if not compare_digest(given, self._token):
                raise TokenRequired
        elif not is_local(scope) or any(name in headers for name in HANDED_ON):
            raise TokenRequired(
                "The control API is open on loopback only; "
                "start the server with --control-token to use it from elsewhere."
            )
        elif not _is_own_name(host):
            raise ForeignHost


def _is_own_name(host: bytes) -> bool:
    """Whether no foreign name server can have made this machine answer to it."""
    name = host.decode("latin-1").lower()
    name = name[1:].partition("]")[0] if name.startswith("[") else name.partition(":")[0]
    name = name.removesuffix(".")
    if not name or name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
