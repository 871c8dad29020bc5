"""All sandboxes of a server: made, forked, found by name and by token, begun anew, forgotten.

`default` exists from the start; any other is forked from a scenario when it is first named, or made
through the control contract. A fork shares the records, which never change in place, so it costs
next to nothing.
"""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING

from understudy.clock import Clock, stopwatch
from understudy.errors import (
    InvalidSandboxName,
    NoSuchSandbox,
    SandboxExists,
    TooManySandboxes,
)
from understudy.lives import REMEMBERED, Lives
from understudy.sandbox import DEFAULT, NAME, Sandbox
from understudy.scenes import Copy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from understudy.keyring import Keyring
    from understudy.scenes import Origin, Scenes
    from understudy.state.snapshots import Snapshot
    from understudy.store import Store
    from understudy.store.saved import SavedStores

logger = logging.getLogger("understudy.server")

LIMIT = 1000
"""So many sandboxes a server holds at most, unless told otherwise."""
IDLE_LIMIT = 8 * 60 * 60.0
"""Seconds after which a sandbox in memory that nobody used is forgotten, unless told otherwise."""
SWEEP = 60.0
"""Seconds between two looks for idle ones."""
TOLD = 10
"""So many sandboxes are named where one is not found."""


class Sandboxes:
    """All sandboxes of a server, by name and by the tokens they sign.

    `new_store` gives an empty store; `saved` (for a server that keeps its state) has what earlier
    runs left. `limit`: how many there may be besides `default`. `idle_limit`: seconds without use
    after which one is forgotten, `default` excepted; None: never.
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
        self._lives = Lives(saved.read_lives() if saved else {})
        self._by_name: dict[str, Sandbox] = {}
        self._by_header: dict[str, Sandbox] = {}
        self._forgotten: dict[str, None] = {}
        self._made = 0
        self.births = 0
        """How many were made since the server started."""
        self.next_sweep = 0.0
        """When to look for idle ones again, by the stopwatch."""
        for name in saved.names() if saved else ():
            self._recall(name, saved.open(name) if saved else new_store())
        self.open(DEFAULT)

    @property
    def default(self) -> Sandbox:
        """The sandbox of whoever names none."""
        return self._by_name.get(DEFAULT) or self.create(DEFAULT)

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

    def named(self, name: str) -> Sandbox:
        """The sandbox of that name. Raises NoSuchSandbox."""
        sandbox = self.default if name == DEFAULT else self._by_name.get(name)
        if sandbox is None:
            raise self._no_such(name)
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
    ) -> Sandbox:
        """A new sandbox; without an origin, of the server's scenario, without a name, with one of
        its own.

        Raises InvalidSandboxName, SandboxExists and TooManySandboxes.
        """
        self.require_free(name)
        name = name or self._new_name()
        origin = origin or self.scenes.get()
        sandbox = Sandbox(
            name,
            seed or self._seed_of(name),
            origin.store.fork(),
            origin.clock.copy(),
            self._keyring,
            scenario=origin.name,
            life=self._lives.next(name),
            forked_from=origin.forked_from,
            usual_clock=self._clock,
        )
        sandbox.origin = origin
        if not origin.has_clock:
            sandbox.begun_clock = None
        sandbox.faults.load(origin.faults)
        origin.arm(sandbox.faults)
        sandbox.mark_beginning()
        self.births += 1
        if self._saved:
            # Before the store is on disk, so that both get there in one step.
            sandbox.store.facts = sandbox.facts()
            self._saved.adopt(name, sandbox.store)
        return self._add(sandbox)

    def fork(self, source: Sandbox, name: str | None = None, *, seed: str | None = None) -> Sandbox:
        """A new sandbox with the data, the time and the faults of another one; its journal is
        empty, and tokens of the other one are not known in it. Raises what `create` raises.
        """
        self.require_free(name)
        clock, faults = source.clock.copy(), source.faults.as_list()
        origin = Copy(source.scenario, clock, source.name, faults, source.store.fork())
        origin.accounts = source.origin.accounts if source.origin else ()
        return self.create(name, origin, seed=seed)

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
        self.require_free(name)
        store = self._new_store()
        store.restore(snapshot.store_snapshot)
        store.saved_counter = snapshot.issued
        clock = clock or Clock.of(snapshot.clock)
        origin = Copy(source.scenario, clock, source.name, [], store)
        origin.accounts = source.origin.accounts if source.origin else ()
        return self.create(name, origin, seed=seed)

    async def beginning_of(self, sandbox: Sandbox) -> Origin:
        """What a sandbox began with, ready for it to begin anew with: its first data and time, the
        faults of its scenario alone, no snapshots or journal; the same ids come again, but earlier
        tokens are not known any more. A large scenario that is too old is built without keeping
        anybody else waiting.

        Raises UsageError where its scenario is not known to the server.
        """
        origin: Origin | None = sandbox.origin
        if origin is None:  # it is of an earlier run
            begun = sandbox.begun_clock
            clock = Clock.of(begun) if begun else None
            return await self.scenes.prepared(sandbox.scenario, clock=clock)
        return await origin.prepared()

    def delete(self, name: str) -> None:
        """Forget a sandbox and all it holds; its tokens are no longer known. Raises NoSuchSandbox.

        `default` is made anew when it is next asked for.
        """
        sandbox = self._by_name.get(name)
        if sandbox is None:
            raise self._no_such(name)
        self._lives.end(name, sandbox.life)
        if self._saved:
            self._saved.write_lives(self._lives.ended)
            self._saved.delete(name)
        del self._by_name[name]
        del self._by_header[sandbox.tokens.header]
        sandbox.journal.close()

    def sweep(self, now: float) -> None:
        """Forget the sandboxes that nobody used for longer than the limit; `now` by the stopwatch.

        One that cannot be forgotten stays, and the log tells why: whoever happens to ask now is not
        at fault.
        """
        self.next_sweep = now + SWEEP if self.idle_limit is not None else math.inf
        for sandbox in self:
            if self.is_idle(sandbox, now):
                try:
                    self.delete(sandbox.name)
                    self._forgotten[sandbox.name] = None
                    if len(self._forgotten) > REMEMBERED:
                        del self._forgotten[next(iter(self._forgotten))]
                except OSError as error:
                    logger.error("sandbox %s cannot be forgotten: %s", sandbox.name, error)

    def is_idle(self, sandbox: Sandbox, now: float) -> bool:
        """Whether nobody used it, or follows its journal, for longer than the limit."""
        return (
            self.idle_limit is not None
            and now - sandbox.touched > self.idle_limit
            and sandbox.name != DEFAULT
            and not sandbox.journal.is_followed
        )

    def close(self) -> None:
        """Write to disk what is to be kept there, the counters of faults included."""
        if self._saved:
            for sandbox in self:
                if sandbox.faults.rules:
                    sandbox.remember()
            self._saved.close()

    def require_free(self, name: str | None) -> None:
        """There is room for one more, and nobody has the name. Raises InvalidSandboxName,
        SandboxExists and TooManySandboxes.
        """
        if name is not None:
            if not NAME.fullmatch(name):
                raise InvalidSandboxName
            if name in self._by_name:
                raise SandboxExists(f"There is a sandbox {name!r} already.")
        if name == DEFAULT:
            return
        if self._is_full:
            self.sweep(stopwatch())
        if self._is_full:
            raise TooManySandboxes(
                f"The server holds {self.limit} sandboxes besides {DEFAULT!r}, as many as it may: "
                "delete one that is no longer used, or start the server with a higher "
                "--sandbox-limit."
            )

    @property
    def _is_full(self) -> bool:
        return len(self._by_name) - (DEFAULT in self._by_name) >= self.limit

    def _no_such(self, name: str) -> NoSuchSandbox:
        if name in self._forgotten:
            told = f"Nobody used sandbox {name!r} for longer than the idle limit: it is forgotten."
        else:
            known = ", ".join([*self._by_name][:TOLD])
            more = " …" if len(self._by_name) > TOLD else ""
            told = f"There is no sandbox {name!r}; there are {known}{more}."
        return NoSuchSandbox(told)

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
            life=facts.get("life") or self._lives.next(name),
            forked_from=facts.get("forked_from"),
            usual_clock=self._clock,
        )
        sandbox.recall(facts)
        self._add(sandbox)

    def _add(self, sandbox: Sandbox) -> Sandbox:
        self._by_name[sandbox.name] = sandbox
        self._by_header[sandbox.tokens.header] = sandbox
        return sandbox
