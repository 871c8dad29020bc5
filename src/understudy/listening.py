"""Where a server listens, and uvicorn as it serves there."""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import secrets
import socket
import sys
from typing import TYPE_CHECKING, Any

from understudy.errors import UsageError

if TYPE_CHECKING:
    import uvicorn

HOST = "127.0.0.1"
BACKLOG = 2048
MOST_FILES = (65_536, 10_240)
"""So many open files are asked for; macOS never allows more than the second."""
KEEP_ALIVE = 75
"""Seconds that an idle connection is kept: an application that asks now and then need not connect
anew each time, nor meet a connection that is being closed.
"""
STOP_SECONDS = 5
"""How long a stopping server waits for requests under way."""


def allow_many_connections() -> None:
    """Have this process open as many files as the system lets it: each connection is one, and what
    a shell allows is often 1,024, or 256.
    """
    try:
        import resource
    except ImportError:  # Windows, which has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for wanted in MOST_FILES:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        if soft == resource.RLIM_INFINITY or soft >= most:
            return
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
            return


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises UsageError, one clear line, where that is not possible."""
    try:
        address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, OverflowError, UnicodeError):
        raise UsageError(f"cannot listen on {host}:{port}: there is no such address") from None
    family, _, _, _, where = address
    listener = socket.socket(family)
    try:
        if sys.platform == "win32":  # where reusing would let a second server share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(where)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        in_use = "it is in use; choose another --port, or 0 for a free one"
        reason = in_use if error.errno == errno.EADDRINUSE else error.strerror
        raise UsageError(f"cannot listen on {host}:{port}: {reason}") from None
    listener.setblocking(False)
    return listener


def url_of(listener: socket.socket, host: str) -> str:
    """The address that a client on this machine opens; a wildcard address is shown as loopback."""
    port = listener.getsockname()[1]
    with contextlib.suppress(ValueError):
        address = ipaddress.ip_address(host)
        if address.is_unspecified:
            host = HOST if address.version == 4 else "::1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens there."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def control_token_for(host: str, given: str | None) -> str | None:
    """The control token of a server that listens there: the one that is given, none on loopback,
    else one that is made.
    """
    return given if given is not None or is_loopback(host) else secrets.token_urlsafe(24)


def uvicorn_server(app: Any, log_level: str = "warning") -> uvicorn.Server:
    """uvicorn as Understudy runs it: the application logs requests and dates its answers itself."""
    import uvicorn

    from understudy.accepting import Server as AcceptingServer
    from understudy.fastlane import http_protocol

    return AcceptingServer(
        uvicorn.Config(
            app,
            http=http_protocol(),
            lifespan="off",
            ws="none",
            proxy_headers=False,
            access_log=False,
            date_header=False,
            server_header=False,
            log_config=None,
            log_level=log_level,
            timeout_graceful_shutdown=STOP_SECONDS,
            timeout_keep_alive=KEEP_ALIVE,
            backlog=BACKLOG,
        )
    )
