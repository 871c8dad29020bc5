"""Connections accepted as they come, many in one turn of the event loop.

uvloop takes one a turn. Where hundreds of clients are served in each turn, a turn takes long, and a
hundred who connect at once wait for a hundred of them: for seconds, where those who are connected
wait for milliseconds.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
from collections.abc import Callable
from functools import partial
from typing import Any

import uvicorn

logger = logging.getLogger("understudy.server")

AT_ONCE = 100
"""So many connections are accepted in one turn."""
PAUSE = 1.0
"""Seconds until the next try, where the system has no room for one more."""
NO_ROOM = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


class Acceptor:
    """Accepts what a listening, non-blocking socket has, until it is closed. Stands in for an
    asyncio.Server. `protocol`: makes the protocol of a connection.
    """

    def __init__(self, listener: socket.socket, protocol: Callable[[], asyncio.Protocol]) -> None:
        self._listener = listener
        self._protocol = protocol
        self._loop = asyncio.get_running_loop()
        self._opening: set[asyncio.Task[Any]] = set()
        self._is_closed = self._is_full = False
        self._begin()

    def close(self) -> None:
        """Accept no more."""
        self._is_closed = True
        self._loop.remove_reader(self._listener)

    async def wait_closed(self) -> None:
        """Nothing is left to wait for: whoever was accepted is a connection by now."""

    def _begin(self) -> None:
        if not self._is_closed:
            self._loop.add_reader(self._listener, self._accept)

    def _accept(self) -> None:
        for _ in range(AT_ONCE):
            try:
                connection, _ = self._listener.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                if error.errno not in NO_ROOM:  # Linux tells here what befell a connection
                    return
                if not self._is_full:
                    logger.error("no room for one more connection: %s", error.strerror)
                self._is_full = True
                self._loop.remove_reader(self._listener)
                self._loop.call_later(PAUSE, self._begin)
                return
            self._is_full = False
            connection.setblocking(False)
            opening = self._loop.connect_accepted_socket(self._protocol, connection)
            task = self._loop.create_task(opening)
            self._opening.add(task)
            task.add_done_callback(self._opened)

    def _opened(self, task: asyncio.Task[Any]) -> None:
        self._opening.discard(task)
        if not task.cancelled():
            task.exception()  # a client that was gone before its connection began


class Server(uvicorn.Server):
    """uvicorn's, with an acceptor of ours where the event loop is uvloop's."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen (called by uvicorn), and let the application get ready meanwhile."""
        get_ready = getattr(self.config.loaded_app, "get_ready", None)
        if get_ready is not None:
            self._getting_ready = asyncio.create_task(get_ready())
        if not sockets or not type(asyncio.get_running_loop()).__module__.startswith("uvloop"):
            await super().startup(sockets=sockets)
            return
        await super().startup(sockets=[])
        make = partial(_protocol, self)
        self.servers = [Acceptor(listener, make) for listener in sockets]  # type: ignore[misc]


def _protocol(server: uvicorn.Server) -> asyncio.Protocol:
    make: Callable[..., asyncio.Protocol] = server.config.http_protocol_class
    return make(
        config=server.config,
        server_state=server.server_state,
        app_state=server.lifespan.state,
    )
