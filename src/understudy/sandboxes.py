"""All sandboxes of a server: made, forked, found by name and by token, begun anew, forgotten.

`default` exists from the start; any other is forked from a scenario when it is first named, or made
through the control contract. A fork shares the records, which never change in place, so it costs
next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from understudy.clock import Clock, stopwatch
from understudy.errors import ApiError
from understudy.sandbox import DEFAULT, NAME, Sandbox
from understudy.scenes import Copy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from understudy.keyring import Keyring
    from understudy.scenes import Origin, Scenes
    from understudy.state.snapshots import Snapshot
    from understudy.store import Store

LIMIT = 1000
"""So many sandboxes a server holds at most, unless told otherwise."""
IDLE_LIMIT = 8 * 60 * 60.0
"""Seconds after which a sandbox in memory that nobody used is forgotten, unless told otherwise."""
SWEEP = 60.0
"""Seconds between two looks for idle ones."""
REMEMBERED_LIVES = 10_000


class TooManySandboxes(ApiError):
    """The server holds as many sandboxes as it may."""

    status, code = 400, "too_many_sandboxes"
    message = "The server holds as many sandboxes as it may; use one that is there."


class InvalidSandboxName(ApiError):
    """The header names a sandbox in a way that no sandbox can be called."""

    status, code = 400, "invalid_sandbox_name"
    message = "A sandbox is named with 1 to 63 letters, digits, dots, dashes and underscores."


class NoSuchSandbox(ApiError):
    """There is no sandbox of that name."""

    status, code, message = 404, "no_such_sandbox", "There is no such sandbox."


class SandboxExists(ApiError):
    """There is one of that name already."""

    status, code, message = 409, "sandbox_exists", "There is a sandbox of this name already."


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

    def read_lives(self) -> dict[str, int]:
        """How many lives each name has had whose sandbox is gone."""

    def write_lives(self, lives: dict[str, int]) -> None:
        """Keep that."""

    def close(self) -> None:
        """Finish writing."""


class Sandboxes:
    """All sandboxes of a server, by name and by the tokens they sign.

    `new_store` gives an empty store; `saved` (for a server that keeps its state) has what earlier
    runs left. `limit`: how many there may be. `idle_limit`: seconds without use after which one is
    forgotten, `default` excepted; None: never.
    """

    def __init__(
        self,
        scenes: Scenes,
        *,
        seed: str,
        clock: Clock,
        keyring: Keyring,
        new_store: Callable[[], Store],
        saved: SavedStores | None = None,
        limit: int = LIMIT,
        idle_limit: float | None = IDLE_LIMIT,
    ) -> None:
        self.scenes = scenes
        self.seed = seed
        self.limit = limit
        self.idle_limit = idle_limit
        self._clock = clock
        self._keyring = keyring
        self._new_store = new_store
        self._saved = saved
        self._lives = saved.read_lives() if saved else {}
        self._by_name: dict[str, Sandbox] = {}
        self._by_header: dict[str, Sandbox] = {}
        self._made = 0
        self._swept = stopwatch()
        for name in saved.names() if saved else ():
            self._recall(name, saved.open(name) if saved else new_store())
        self.open(DEFAULT)

    @property
    def default(self) -> Sandbox:
        """The sandbox of whoever names none."""
        return self._by_name.get(DEFAULT) or self.create(DEFAULT)

    def __iter__(self) -> Iterator[Sandbox]:
        return iter([*self._by_name.values()])

    def __len__(self) -> int:
        return len(self._by_name)

    def get(self, name: str) -> Sandbox | None:
        """The sandbox of that name, if there is one."""
        return self._by_name.get(name)

    def named(self, name: str) -> Sandbox:
        """The sandbox of that name. Raises NoSuchSandbox."""
        sandbox = self.default if name == DEFAULT else self._by_name.get(name)
        if sandbox is None:
            raise NoSuchSandbox(f"There is no sandbox {name!r}.")
        return sandbox

    def open(self, name: str) -> Sandbox:
        """The sandbox of that name, forked from the server's scenario on first use.

        Raises InvalidSandboxName and TooManySandboxes.
        """
        return self._by_name.get(name) or self.create(name)

    def by_token(self, token: str) -> Sandbox | None:
        """The sandbox whose signer wrote the token's header; whether the rest is genuine is for the
        signer to say.
        """
        return self._by_header.get(token.partition(".")[0])

    def create(
        self,
        name: str | None = None,
        origin: Origin | None = None,
        *,
        seed: str | None = None,
        forked_from: str | None = None,
    ) -> Sandbox:
        """A new sandbox; without an origin, of the server's scenario, without a name, with one of
        its own.

        Raises InvalidSandboxName, SandboxExists and TooManySandboxes.
        """
        self._require_free(name)
        name = name or self._new_name()
        origin = origin or self.scenes.get()
        store = origin.store.fork()
        if self._saved:
            self._saved.adopt(name, store)
        sandbox = Sandbox(
            name,
            seed or self._seed_of(name),
            store,
            origin.clock.copy(),
            self._keyring,
            scenario=origin.name,
            life=max(self._lives.get(name, 0), self._lives.get("", 0)) + 1,
            forked_from=forked_from,
        )
        sandbox.origin = origin
        sandbox.remember()
        return self._add(sandbox)

    def fork(self, source: Sandbox, name: str | None = None, *, seed: str | None = None) -> Sandbox:
        """A new sandbox with the data, the time and the faults of another one; its journal is
        empty, and tokens of the other one are not known in it. Raises what `create` raises.
        """
        self._require_free(name)
        origin = Copy(source.scenario, source.store.fork(), source.clock.copy())
        fork = self.create(name, origin, seed=seed, forked_from=source.name)
        fork.faults.load(source.faults.as_list())
        fork.remember()
        return fork

    def create_from(
        self,
        source: Sandbox,
        snapshot: Snapshot,
        name: str | None = None,
        *,
        seed: str | None = None,
        clock: Clock | None = None,
    ) -> Sandbox:
        """A new sandbox with the data of a snapshot of another one, and its time unless another is
        given. Raises what `create` raises.
        """
        self._require_free(name)
        store = self._new_store()
        store.restore(snapshot.store_snapshot)
        store.saved_counter = snapshot.issued
        origin = Copy(source.scenario, store, clock or Clock.of(snapshot.clock))
        return self.create(name, origin, seed=seed, forked_from=source.name)

    def reset(self, sandbox: Sandbox) -> None:
        """Have a sandbox begin anew: its first data and time, no faults, snapshots or journal; the
        same ids come again, but earlier tokens are not known any more.

        Raises UsageError where its scenario is not known to the server.
        """
        sandbox.begin_anew(sandbox.origin or self.scenes.get(sandbox.scenario))

    def delete(self, name: str) -> None:
        """Forget a sandbox and all it holds; its tokens are no longer known. Raises NoSuchSandbox.

        `default` is made anew when it is next asked for.
        """
        sandbox = self._by_name.get(name)
        if sandbox is None:
            raise NoSuchSandbox(f"There is no sandbox {name!r}.")
        self._end_life(sandbox)
        if self._saved:
            self._saved.delete(name)
        del self._by_name[name]
        del self._by_header[sandbox.tokens.header]
        sandbox.journal.close()

    def sweep(self, now: float, *, every: float = SWEEP) -> None:
        """Forget the sandboxes that nobody used for longer than the limit, if the last look is
        longer ago than that; `now` by the stopwatch.
        """
        if self.idle_limit is None or now - self._swept < every:
            return
        self._swept = now
        for sandbox in self:
            if now - sandbox.touched > self.idle_limit and sandbox.name != DEFAULT:
                self.delete(sandbox.name)

    def close(self) -> None:
        """Write to disk what is to be kept there."""
        if self._saved:
            self._saved.close()

    def _require_free(self, name: str | None) -> None:
        if name is not None:
            if not NAME.fullmatch(name):
                raise InvalidSandboxName
            if name in self._by_name:
                raise SandboxExists(f"There is a sandbox {name!r} already.")
        if len(self._by_name) >= self.limit:
            self.sweep(stopwatch(), every=0)
        if len(self._by_name) >= self.limit:
            raise TooManySandboxes(
                f"The server holds {self.limit} sandboxes, as many as it may: delete one that is "
                "no longer used, or start the server with a higher --sandbox-limit."
            )

    def _new_name(self) -> str:
        while True:
            self._made += 1
            name = f"sandbox-{self._made}"
            if name not in self._by_name:
                return name

    def _seed_of(self, name: str) -> str:
        return self.seed if name == DEFAULT else f"{self.seed}/{name}"

    def _recall(self, name: str, store: Store) -> None:
        facts = store.facts
        sandbox = Sandbox(
            name,
            facts.get("seed") or self._seed_of(name),
            store,
            self._clock.copy(),
            self._keyring,
            scenario=facts.get("scenario") or self.scenes.default,
            life=facts.get("life", 1),
            forked_from=facts.get("forked_from"),
        )
        sandbox.recall(facts)
        self._add(sandbox)

    def _add(self, sandbox: Sandbox) -> Sandbox:
        self._by_name[sandbox.name] = sandbox
        self._by_header[sandbox.tokens.header] = sandbox
        return sandbox

    def _end_life(self, sandbox: Sandbox) -> None:
        """A name's next life must not know the tokens of this one. Of very many names only the
        longest life is remembered, for all of them.
        """
        if len(self._lives) >= REMEMBERED_LIVES:
            self._lives = {"": max(self._lives.values())}
        self._lives[sandbox.name] = max(sandbox.life, self._lives.get("", 0))
        if self._saved:
            self._saved.write_lives(self._lives)
