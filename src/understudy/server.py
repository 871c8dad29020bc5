"""A running server: the application behind uvicorn, on a socket of its own."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from understudy.client.server import Server
from understudy.errors import UsageError
from understudy.listening import HOST, control_token_for, listen, url_of, uvicorn_server
from understudy.pipeline.app import Application, create_app
from understudy.sandboxes import LIMIT

if TYPE_CHECKING:
    import uvicorn

    from understudy.pipeline.outgoing import Observe
    from understudy.sandboxes import Sandboxes


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
