"""Where the console hangs in the ASGI stack: it is made when somebody first asks for a page."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

from understudy.errors import BodyTooLarge
from understudy.pipeline.exchange import ClientGone, read_body
from understudy.pipeline.importing import FLASK

if TYPE_CHECKING:
    from understudy.pipeline.exchange import Message, Receive, Scope, Send

BASE_PATH = "/_console"
AGENT = "understudy-console"
"""Who asks the control API for what pages show."""
WORKERS = 8
"""So many pages are made at once: each waits for answers of the control API, not for the CPU."""
LARGEST_FORM = 4_000_000
"""Bytes of a form's texts: an object may be one."""
LARGEST_FILE = 64 * 1024 * 1024 + LARGEST_FORM
"""Bytes of a form with a file: a bundle may be as large as the control API takes one."""


class Console:
    """An ASGI application for everything below `/_console`.

    `needs_token`: whether the control API wants its token.
    """

    def __init__(self, *, needs_token: bool) -> None:
        self._needs_token = needs_token
        self._making = threading.Lock()
        self._asgi: Any = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a page. A form is read before it takes one of the workers: it may come slowly. Not
        so one with a large file, which is to be kept on the disk, if at all.
        """
        if int(dict(scope["headers"]).get(b"content-length", b"0")) <= LARGEST_FORM:
            try:
                receive = _whole(await read_body({}, receive, LARGEST_FORM))
            except ClientGone:
                return
            except BodyTooLarge:  # without having said so; the form's token is missing then
                receive = _whole(b"")
        if self._asgi is None:
            await asyncio.to_thread(self._make, scope)
        await self._asgi({**scope, "root_path": BASE_PATH}, receive, send)

    def close(self) -> None:
        """Let the threads end that made pages."""
        if self._asgi is not None:
            self._asgi.executor.shutdown(wait=False, cancel_futures=True)

    def _make(self, scope: Scope) -> None:
        with self._making:
            if self._asgi is not None:
                return
            with FLASK:
                from a2wsgi import WSGIMiddleware

                from understudy.console.app import create_console

            _, port = scope.get("server") or ("", 0)
            pages: Any = create_console(needs_token=self._needs_token, port=port or 0)
            self._asgi = WSGIMiddleware(pages, workers=WORKERS)


def _whole(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


class Mounted:
    """A layer of the stack: the console's addresses go to the console, all others on."""

    def __init__(self, app: Any, console: Console) -> None:
        self.app = app
        self._console = console

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or pass it on."""
        path = scope.get("path", "")
        is_ours = scope["type"] == "http" and (path + "/").startswith(f"{BASE_PATH}/")
        await (self._console if is_ours else self.app)(scope, receive, send)
