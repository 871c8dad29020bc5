"""What a handler gets besides its arguments: one object for the request it serves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from understudy.clock import stopwatch
from understudy.errors import NoSuchSandbox

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from understudy.clock import Clock
    from understudy.contract.model import OperationSpec
    from understudy.identity import Ids
    from understudy.pipeline.app import Application
    from understudy.sandbox import Sandbox
    from understudy.store import Record, Store

Body = dict[str, Any]
Answer = Any
"""A JSON body (status 200), a (body, status) pair, or (body, status, headers). Where the contract's
media type is not JSON, the body is a text or a `Stream`. A record as the body, or in a list that is
a field of it, is sent in its public form.
"""


@dataclass(frozen=True, slots=True)
class Stream:
    """A body that is sent bit by bit, for as long as it lasts or the client listens."""

    parts: AsyncIterator[bytes]


@dataclass(slots=True)
class Context:
    """One request's world.

    `user`, `session`, `workspace` and `role` are set by the API's own authentication and admission;
    unset where an operation needs no token.
    """

    sandbox: Sandbox
    store: Store
    operation: OperationSpec
    headers: Mapping[bytes, bytes]
    warnings: Sequence[str] = ()
    user_name: str = ""
    """Who asks, as a person would say it; for the log."""
    user: Record = field(init=False)
    session: Record = field(init=False)
    workspace: Record = field(init=False)
    role: str = field(init=False)
    _now: str = ""

    @property
    def clock(self) -> Clock:
        """The sandbox's clock."""
        return self.sandbox.clock

    @property
    def ids(self) -> Ids:
        """The sandbox's ids."""
        return self.sandbox.ids

    def now(self) -> str:
        """Now, in the contract's written form: one moment for the whole request."""
        if not self._now:
            self._now = self.sandbox.clock.now()
        return self._now


@dataclass(slots=True)
class ServerContext:
    """The world of a request that is about the server itself, for the handlers of a contract with
    `x-understudy.scope: server`. They may be coroutines, and keep their own transactions.
    """

    app: Application
    operation: OperationSpec
    headers: Mapping[bytes, bytes]
    warnings: Sequence[str] = ()
    user_name: str = ""

    def sandbox(self, name: str) -> Sandbox:
        """The sandbox of that name, which is in use by this. Raises NoSuchSandbox."""
        found = self.app.sandboxes.named(name)
        found.touched = stopwatch()
        return found

    @asynccontextmanager
    async def turn(self, found: Sandbox) -> AsyncIterator[None]:
        """For as long as all that a sandbox has is being replaced: one after another does so, and
        nobody deletes it meanwhile. Raises NoSuchSandbox where somebody has.
        """
        async with found.turns.taken():
            if self.app.sandboxes.get(found.name) is not found:
                raise NoSuchSandbox(f"Sandbox {found.name!r} was deleted meanwhile.")
            yield
