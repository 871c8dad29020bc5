"""The sandboxes that there are, by their names and by the tokens they sign."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from understudy.errors import (
    InvalidSandboxName,
    NoSuchSandbox,
    SandboxExists,
    TooManySandboxes,
)
from understudy.lives import REMEMBERED
from understudy.sandbox import DEFAULT, NAME, Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

TOLD = 10
"""So many sandboxes are named where one is not found."""


class Roster:
    """The sandboxes, oldest first, the names of those that are being made, and of those that were
    forgotten for being idle. `limit`: how many there may be besides `default`.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._by_name: dict[str, Sandbox] = {}
        self._by_header: dict[str, Sandbox] = {}
        self._being_made: dict[str, asyncio.Event] = {}
        self._forgotten: dict[str, None] = {}
        self._named = 0

    @property
    def has_default(self) -> bool:
        """Whether that is there already: once deleted, it is made anew for whoever needs it."""
        return DEFAULT in self._by_name

    def __iter__(self) -> Iterator[Sandbox]:
        return iter([*self._by_name.values()])

    def __len__(self) -> int:
        return len(self._by_name)

    def get(self, name: str) -> Sandbox | None:
        """The sandbox of that name, if there is one."""
        return self._by_name.get(name)

    def by_token(self, token: str) -> Sandbox | None:
        """The sandbox whose signer wrote the token's header; whether the rest is genuine is for the
        signer to say.
        """
        return self._by_header.get(token.partition(".")[0])

    @staticmethod
    def require_valid(name: str) -> None:
        """Raises InvalidSandboxName."""
        if not NAME.fullmatch(name):
            raise InvalidSandboxName

    def _require_free(self, name: str | None) -> None:
        if name is not None:
            self.require_valid(name)
            if name in self._by_name or name in self._being_made:
                raise SandboxExists(f"There is a sandbox {name!r} already.")
        if name != DEFAULT and self._is_full:
            raise TooManySandboxes(
                f"The server holds {self.limit} sandboxes besides {DEFAULT!r}, as many as it may: "
                "delete one that is no longer used, or start the server with a higher "
                "--sandbox-limit."
            )

    @property
    def _is_full(self) -> bool:
        return len({*self._by_name, *self._being_made} - {DEFAULT}) >= self.limit

    def _new_name(self) -> str:
        while True:
            self._named += 1
            name = f"sandbox-{self._named}"
            if name not in self._by_name and name not in self._being_made:
                return name

    def _found(self, name: str) -> Sandbox:
        sandbox = self._by_name.get(name)
        if sandbox is None:
            raise self._no_such(name)
        return sandbox

    def _no_such(self, name: str) -> NoSuchSandbox:
        if name in self._forgotten:
            told = f"Nobody used sandbox {name!r} for longer than the idle limit: it is forgotten."
        else:
            known = ", ".join([*self._by_name][:TOLD])
            more = " …" if len(self._by_name) > TOLD else ""
            told = f"There is no sandbox {name!r}; there are {known}{more}."
        return NoSuchSandbox(told)

    def _add(self, sandbox: Sandbox) -> Sandbox:
        self._by_name[sandbox.name] = sandbox
        self._by_header[sandbox.tokens.header] = sandbox
        return sandbox

    def _drop(self, sandbox: Sandbox) -> None:
        del self._by_name[sandbox.name]
        del self._by_header[sandbox.tokens.header]
        sandbox.journal.close()

    def _forget_idle(self, name: str) -> None:
        self._forgotten[name] = None
        if len(self._forgotten) > REMEMBERED:
            del self._forgotten[next(iter(self._forgotten))]
