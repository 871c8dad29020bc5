"""A running server: the application behind uvicorn, on a socket of its own."""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from understudy.errors import UsageError
from understudy.pipeline.app import Application, create_app

if TYPE_CHECKING:
    import uvicorn

    from understudy.sandbox import Sandboxes

HOST = "127.0.0.1"
BACKLOG = 2048
STOP_SECONDS = 5
"""How long a stopping server waits for requests under way."""


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


def uvicorn_server(app: Any, log_level: str = "warning") -> uvicorn.Server:
    """uvicorn as Understudy runs it: the application logs requests and dates its answers itself."""
    import uvicorn

    from understudy.protocol import HttpProtocol

    return uvicorn.Server(
        uvicorn.Config(
            app,
            http=HttpProtocol,
            lifespan="off",
            ws="none",
            proxy_headers=False,
            access_log=False,
            date_header=False,
            server_header=False,
            log_config=None,
            log_level=log_level,
            timeout_graceful_shutdown=STOP_SECONDS,
            backlog=BACKLOG,
        )
    )


class RunningServer:
    """A server in this process.

    `url`: `http://127.0.0.1:PORT`; `api_url`: the same with the contract's base path; `sandboxes`:
    its worlds.
    """

    def __init__(self, app: Application, url: str) -> None:
        self.app = app
        self.url = url
        self.api_url = url + app.contract.base_path

    @property
    def sandboxes(self) -> Sandboxes:
        """The server's worlds; look and change while no request is under way."""
        return self.app.sandboxes


@contextlib.contextmanager
def run(
    contract: str | Path | None = None, *, host: str = HOST, port: int = 0, **options: Any
) -> Iterator[RunningServer]:
    """A server for the length of a `with` block, in a thread of its own; port 0 picks a free one.

    `options` are those of `create_app`. Raises UsageError for what cannot be right.

        with understudy.run(scenario="empty") as server:
            requests.post(f"{server.api_url}/auth/login", json=...)
    """
    app = create_app(contract, **options)
    with contextlib.closing(app), contextlib.closing(listen(host, port)) as listener:
        url = url_of(listener, host)
        server = uvicorn_server(app)
        ready = threading.Event()
        thread = threading.Thread(
            target=_serve, args=(server, listener, ready), name="understudy", daemon=True
        )
        thread.start()
        try:
            ready.wait()
            if not server.started:
                raise UsageError(f"the server on {host}:{port} did not start")
            yield RunningServer(app, url)
        finally:
            server.should_exit = True
            thread.join()


def _serve(server: uvicorn.Server, listener: socket.socket, ready: threading.Event) -> None:
    startup = server.startup

    async def announce(sockets: list[socket.socket] | None = None) -> None:
        await startup(sockets=sockets)
        ready.set()

    server.startup = announce  # type: ignore[method-assign]
    try:
        server.run(sockets=[listener])
    finally:
        ready.set()
