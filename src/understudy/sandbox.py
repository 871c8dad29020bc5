"""Sandboxes: isolated worlds, each with its own data, clock, ids and signing key.

`default` exists from the start; any other is forked from the scenario when it is first named. A
fork shares the scenario's records, which never change in place, so it costs next to nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from understudy.errors import ApiError
from understudy.identity import Ids, RequestIds
from understudy.store import CollectionSchema
from understudy.tokens import TokenSigner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from understudy.clock import Clock
    from understudy.contract.model import Contract
    from understudy.keyring import Keyring, Vault
    from understudy.store import Store

DEFAULT = "default"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
LIMIT = 1000
"""So many sandboxes a server holds at most, unless told otherwise."""
STALE_AFTER = 60_000
"""Milliseconds after which the scenario is built anew for the next fork, so that its relative times
stay true.
"""


class TooManySandboxes(ApiError):
    """The server holds as many sandboxes as it may."""

    status, code = 400, "too_many_sandboxes"
    message = "The server holds as many sandboxes as it may; use one that is there."


class InvalidSandboxName(ApiError):
    """The header names a sandbox in a way that no sandbox can be called."""

    status, code = 400, "invalid_sandbox_name"
    message = "A sandbox is named with 1 to 63 letters, digits, dots, dashes and underscores."


def store_schemas(contract: Contract) -> list[CollectionSchema]:
    """What a sandbox's store keeps and finds, as the contract's collections say."""
    return [
        CollectionSchema(spec.name, spec.indexes, spec.orders, spec.partition, spec.ranks)
        for spec in contract.collections.values()
    ]


class Scene(Protocol):
    """What a sandbox is filled from."""

    def build(self, sandbox: Sandbox) -> None:
        """Fill the sandbox's empty store."""


class Sandbox:
    """One isolated world."""

    __slots__ = ("clock", "ids", "name", "request_ids", "store", "tokens", "vault")

    def __init__(self, name: str, seed: str, store: Store, clock: Clock, keyring: Keyring) -> None:
        self.name = name
        self.store = store
        self.clock = clock
        self.ids = Ids(seed)
        self.request_ids = RequestIds(seed, clock.millis())
        self.tokens = TokenSigner(name, keyring.key("tokens", name))
        self.vault: Vault = keyring.vault
        self.ids.issued = store.saved_counter
        store.counter = lambda: self.ids.issued


class Sandboxes:
    """All sandboxes of a server, by name and by the tokens they sign.

    `new_store` gives an empty store; `saved` (for a server that keeps its state) has what earlier
    runs left.
    """

    def __init__(
        self,
        scene: Scene,
        *,
        seed: str,
        clock: Clock,
        keyring: Keyring,
        new_store: Callable[[], Store],
        saved: SavedStores | None = None,
        limit: int = LIMIT,
    ) -> None:
        self._scene = scene
        self._seed = seed
        self._clock = clock
        self._keyring = keyring
        self._new_store = new_store
        self._saved = saved
        self.limit = limit
        self._by_name: dict[str, Sandbox] = {}
        self._by_header: dict[str, Sandbox] = {}
        self._pristine: Store | None = None
        self._pristine_since = 0
        for name in saved.names() if saved else ():
            self._add(name, saved.open(name) if saved else new_store())
        self.open(DEFAULT)

    @property
    def default(self) -> Sandbox:
        """The sandbox of whoever names none."""
        return self._by_name.get(DEFAULT) or self._fork(DEFAULT)

    def __iter__(self) -> Iterator[Sandbox]:
        return iter(self._by_name.values())

    def __len__(self) -> int:
        return len(self._by_name)

    def get(self, name: str) -> Sandbox | None:
        """The sandbox of that name, if there is one."""
        return self._by_name.get(name)

    def open(self, name: str) -> Sandbox:
        """The sandbox of that name, forked from the scenario on first use.

        Raises InvalidSandboxName and TooManySandboxes.
        """
        sandbox = self._by_name.get(name)
        if sandbox is not None:
            return sandbox
        if not NAME.fullmatch(name):
            raise InvalidSandboxName
        if len(self._by_name) >= self.limit:
            raise TooManySandboxes
        return self._fork(name)

    def delete(self, name: str) -> None:
        """Forget a sandbox and all it holds; its tokens are no longer known. KeyError if there is
        none.

        `default` is made anew when it is next asked for.
        """
        sandbox = self._by_name.pop(name)
        del self._by_header[sandbox.tokens.header]
        if self._saved:
            self._saved.delete(name)

    def by_token(self, token: str) -> Sandbox | None:
        """The sandbox whose signer wrote the token's header; whether the rest is genuine is for the
        signer to say.
        """
        return self._by_header.get(token.partition(".")[0])

    def pristine(self) -> Store:
        """The store of the scenario as it was built, not older than a minute by the clock. Fork it,
        never write to it.
        """
        age = self._clock.millis() - self._pristine_since
        if self._pristine is None or not 0 <= age < STALE_AFTER:
            builder = Sandbox("", self._seed, self._new_store(), self._clock, self._keyring)
            self._scene.build(builder)
            builder.store.saved_counter = builder.ids.issued
            self._pristine, self._pristine_since = builder.store, self._clock.millis()
        return self._pristine

    def replace_scene(self, scene: Scene) -> None:
        """Fork later sandboxes from another scenario; those that exist keep what they hold."""
        self._scene, self._pristine = scene, None

    def close(self) -> None:
        """Write to disk what is to be kept there."""
        if self._saved:
            self._saved.close()

    def _fork(self, name: str) -> Sandbox:
        store = self.pristine().fork()
        if self._saved:
            self._saved.adopt(name, store)
        return self._add(name, store)

    def _add(self, name: str, store: Store) -> Sandbox:
        seed = self._seed if name == DEFAULT else f"{self._seed}/{name}"
        sandbox = Sandbox(name, seed, store, self._clock.copy(), self._keyring)
        self._by_name[name] = sandbox
        self._by_header[sandbox.tokens.header] = sandbox
        return sandbox


class SavedStores(Protocol):
    """Where stores survive the process."""

    def names(self) -> list[str]:
        """The sandboxes that earlier runs left."""

    def open(self, name: str) -> Store:
        """The store of one of them."""

    def adopt(self, name: str, store: Store) -> None:
        """Keep a new store under this name from now on."""

    def delete(self, name: str) -> None:
        """Forget a store."""

    def close(self) -> None:
        """Finish writing."""
