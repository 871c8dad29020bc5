"""The sandboxes that there are, by their names and by the tokens they sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from understudy.errors import NoSuchSandbox
from understudy.lives import REMEMBERED
from understudy.sandbox import DEFAULT, Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

TOLD = 10
"""So many sandboxes are named where one is not found."""


class Roster:
    """The sandboxes, oldest first, and the names of those that were forgotten for being idle."""

    def __init__(self) -> None:
        self._by_name: dict[str, Sandbox] = {}
        self._by_header: dict[str, Sandbox] = {}
        self._forgotten: dict[str, None] = {}

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
