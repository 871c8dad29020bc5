"""`Sandbox`: one isolated world of a server, for a test or a script."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from understudy.client.accounts import AccountPage
from understudy.client.arguments import given
from understudy.client.clock import SandboxClock
from understudy.client.connection import BUILD_SECONDS, Connection, path_to
from understudy.client.errors import ControlError, Unreachable
from understudy.client.faults import SandboxFaults
from understudy.client.files import write_bytes
from understudy.client.journal import SandboxJournal
from understudy.client.records import SandboxInfo
from understudy.client.shortcuts import SandboxShortcuts
from understudy.client.sources import source_of
from understudy.client.state import SandboxState

if TYPE_CHECKING:
    import httpx

__tracebackhide__ = True  # pytest shows the caller's line instead

HEADER = "X-Understudy-Sandbox"
DEFAULT = "default"


class Sandbox:
    """A world of its own: data, clock, ids, tokens, faults and journal.

        with server.sandbox("default") as s:
            s.clock.advance(minutes=50)
            s.faults.add(operation="defects.create_defect", first=1, error=402)
            s.journal.verify(operation="defects.create_defect", exactly=1)

    `server.sandbox()` and `fork()` make one that is deleted at the end of the `with` block;
    `server.attach()` gives one that stays. `url`: the server's; `api_url`: the served API's.

    All methods raise ControlError for what the server refuses, Unreachable where none answers.
    """

    def __init__(self, connection: Connection, info: SandboxInfo, *, is_ours: bool) -> None:
        self.name = info.name
        self.url = connection.url
        self.api_url = connection.url + info.api_path
        self.headers = {HEADER: info.name}
        self.clock = SandboxClock(connection, info.name)
        self.faults = SandboxFaults(connection, info.name)
        self.journal = SandboxJournal(connection, info.name)
        self.state = SandboxState(connection, info.name)
        self.shortcuts = SandboxShortcuts(connection, info.name)
        self._connection = connection
        self._path = path_to("sandboxes", info.name)
        self._is_ours = is_ours
        self._clients: list[httpx.Client] = []

    def __repr__(self) -> str:
        return f"<Sandbox {self.name!r} of {self.url}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # What went wrong in the block must not be hidden by a server that is gone.
        with contextlib.suppress(Unreachable) if error else contextlib.nullcontext():
            self.close()

    def show(self) -> SandboxInfo:
        """What it was made from, its time, and how much it holds."""
        return SandboxInfo.of(self._connection.call("GET", self._path))

    def address(self, email: str) -> str:
        """The address with which an account of the scenario logs in to this sandbox:
        `admin@acme.test` → `admin+NAME@acme.test`.
        """
        if self.name == DEFAULT:
            return email
        local, _, domain = email.rpartition("@")
        return f"{local}+{self.name}@{domain}"

    def accounts(self, *, limit: int | None = None, offset: int | None = None) -> AccountPage:
        """Who can log in, oldest first, with the life of their tokens, and what they belong to.

        limit: so many at most, 100 unless told otherwise. offset: so many are passed over first.
        """
        query = {"limit": limit, "offset": offset}
        return AccountPage.of(self._connection.call("GET", f"{self._path}/accounts", query=query))

    def http(self) -> httpx.Client:
        """An HTTP client with paths below `api_url`, whose requests are about this sandbox. It is
        closed with the sandbox.
        """
        client = self._connection.http(self.api_url, self.headers)
        self._clients.append(client)
        return client

    def fork(self, name: str | None = None, *, seed: str | int | None = None) -> Sandbox:
        """Another sandbox with the same data, time and faults; from then on they go apart."""
        body = given(name=name, seed=None if seed is None else str(seed))
        info = SandboxInfo.of(self._connection.call("POST", f"{self._path}/fork", body=body))
        return Sandbox(self._connection, info, is_ours=True)

    def save_bundle(self, file: str | Path | None = None) -> bytes:
        """The sandbox in one file: data, clock, seed, faults and journal. Its bytes are given and,
        where a `file` is named, written there. `server.open_bundle()` makes it again elsewhere.
        Raises UsageError where the file cannot be written.
        """
        saved = self._connection.data(f"{self._path}/bundle")
        if file is not None:
            write_bytes(Path(file), saved)
        return saved

    def reset(self) -> SandboxInfo:
        """Begin anew, as it was made; tokens from before are not known any more."""
        return SandboxInfo.of(self._connection.call("POST", f"{self._path}/reset"))

    def load(
        self, scenario: str | Path, parameters: Mapping[str, Any] | None = None
    ) -> SandboxInfo:
        """Begin anew from another scenario: one that the server knows, by its name, or a file here,
        by its Path; tokens from before are not known any more. parameters: of the scenario,
        `{"defects": 5000}`. Raises UsageError for a file that cannot be read.
        """
        body = given(**source_of(scenario), parameters=dict(parameters) if parameters else None)
        path = f"{self._path}/load"
        answer = self._connection.call("POST", path, body=body, waits=BUILD_SECONDS)
        return SandboxInfo.of(answer)

    def delete(self) -> None:
        """Forget it with all it holds; the `default` sandbox begins anew."""
        self._connection.call("DELETE", self._path)

    def close(self) -> None:
        """Close the clients of `http()`; delete the sandbox if `server.sandbox()` or `fork()` made
        it and it is still there.
        """
        while self._clients:
            self._clients.pop().close()
        if self._is_ours:
            self._is_ours = False
            try:
                self.delete()
            except ControlError as error:
                if error.code != "no_such_sandbox":
                    raise
