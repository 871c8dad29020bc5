"""A running server: the application behind uvicorn, on a socket of its own."""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import secrets
import socket
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from understudy.client.server import Server
from understudy.errors import UsageError
from understudy.pipeline.app import Application, create_app
from understudy.sandboxes import LIMIT

if TYPE_CHECKING:
    import uvicorn

    from understudy.pipeline.path import Observe
    from understudy.sandboxes import Sandboxes

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


class RunningServer(Server):
    """A server in this process: `with server.sandbox() as s:` works as with one elsewhere.

    `url`: `http://127.0.0.1:PORT`; `api_url`: the same with the contract's base path; `sandboxes`:
    its worlds; `control_token`: what its control API wants to be sent, None on loopback.
    """

    def __init__(self, app: Application, url: str, control_token: str | None) -> None:
        super().__init__(url, control_token)
        self.app = app
        self.control_token = control_token

    @property
    def api_url(self) -> str:
        """Below it lie the operations of the served contract."""
        return self.url + self.app.contract.base_path

    @property
    def sandboxes(self) -> Sandboxes:
        """The server's worlds; look and change while no request is under way."""
        return self.app.sandboxes


@contextlib.contextmanager
def run(
    contract: str | Path | None = None,
    *,
    host: str = HOST,
    port: int = 0,
    scenario: str | Path | None = None,
    parameters: Mapping[str, Any] | None = None,
    state: str | Path | None = None,
    seed: str | int | None = None,
    clock: str | None = None,
    strict: bool = False,
    control_token: str | None = None,
    sandbox_limit: int = LIMIT,
    idle_limit: str | None = None,
    observe: Observe | None = None,
) -> Iterator[RunningServer]:
    """A server for the length of a `with` block, in a thread of its own; port 0 picks a free one.

    `control_token`: None makes one where the host is not loopback. The other options are those of
    `create_app`. Raises UsageError for what cannot be right.

        with understudy.run(scenario="empty") as server:
            requests.post(f"{server.api_url}/auth/login", json=...)
    """
    token = control_token_for(host, control_token)
    app = create_app(
        contract,
        scenario=scenario,
        parameters=parameters,
        state=state,
        seed=seed,
        clock=clock,
        strict=strict,
        control_token=token,
        sandbox_limit=sandbox_limit,
        idle_limit=idle_limit,
        observe=observe,
    )
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
            with RunningServer(app, url, token) as running:
                yield running
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
