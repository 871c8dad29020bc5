"""All sandboxes of a server: made, forked, found by name and by token, begun anew, forgotten.

`default` exists from the start; any other is forked from a scenario when it is first named, or made
through the control contract. A fork shares the records, which never change in place, so it costs
next to nothing.
"""

from __future__ import annotations

import asyncio
import logging
import math
from functools import partial
from typing import TYPE_CHECKING

from understudy.clock import Clock, stopwatch
from understudy.copies import Copy
from understudy.errors import (
    NotReady,
)
from understudy.lives import Lives
from understudy.remains import Remains
from understudy.roster import Roster
from understudy.sandbox import DEFAULT, Sandbox
from understudy.store.drafting import at_rest

if TYPE_CHECKING:
    from collections.abc import Callable

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


class Sandboxes(Roster):
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
        super().__init__(limit)
        self.scenes = scenes
        self.seed = seed
        self.idle_limit = idle_limit
        self._clock = clock
        self._keyring = keyring
        self._new_store = new_store
        self._saved = saved
        self._lives = Lives(saved.read_lives() if saved else {})
        self.births = 0
        """How many were made since the server started."""
        self.next_sweep = 0.0
        """When to look for idle ones again, by the stopwatch."""
        for name in saved.names() if saved else ():
            self._recall(name, saved.open(name) if saved else new_store())
        if not self.has_default:
            self.create(DEFAULT)

    @property
    def default(self) -> Sandbox:
        """The sandbox of whoever names none. Raises NotReady."""
        return self._by_name.get(DEFAULT) or self.open(DEFAULT)

    def named(self, name: str) -> Sandbox:
        """The sandbox of that name. Raises NoSuchSandbox, NotReady."""
        sandbox = self.default if name == DEFAULT else self._by_name.get(name)
        if sandbox is None:
            raise self._no_such(name)
        return sandbox

    def open(self, name: str) -> Sandbox:
        """The sandbox of that name, forked from the server's scenario on first use.

        Raises InvalidSandboxName, TooManySandboxes, and NotReady where that takes long.
        """
        found = self._by_name.get(name)
        if found is None:
            is_long = self.scenes.is_late or (self._saved and self.scenes.get().is_large)
            if is_long or name in self._being_made:
                raise NotReady(partial(self.made, name))
            found = self.create(name)
        return found

    async def made(self, name: str) -> Sandbox | None:
        """Have the sandbox of that name, without keeping anybody else waiting; gives it if it was
        not there yet. Raises InvalidSandboxName and TooManySandboxes.
        """
        self.require_valid(name)
        scene = await self.scenes.prepared()
        while name in self._being_made:
            await self._being_made[name].wait()
        return None if name in self._by_name else await self.make(name, scene)

    @property
    def beginning(self) -> Store:
        """What a sandbox begins with that nothing is said about, as it was when it was last built;
        only to be read. Raises NotReady.
        """
        store = self.scenes.get().built
        if store is None:
            raise NotReady(self._build)
        return store

    async def _build(self) -> None:
        await self.scenes.prepared()

    def create(
        self,
        name: str | None = None,
        origin: Origin | None = None,
        *,
        seed: str | None = None,
    ) -> Sandbox:
        """A new sandbox; without an origin, of the server's scenario, without a name, with one of
        its own. Of much data that is kept it takes long; `make` lets others go on.

        Raises InvalidSandboxName, SandboxExists and TooManySandboxes.
        """
        self.require_free(name)
        sandbox = self._new(name or self._new_name(), origin or self.scenes.get(), seed)
        if self._saved:
            self._saved.adopt(sandbox.name, sandbox.store)
        return self._add(sandbox)

    async def make(self, name: str | None, origin: Origin, *, seed: str | None = None) -> Sandbox:
        """The same, without keeping anybody else waiting. Nobody else gets the name meanwhile, and
        nobody sees the sandbox before it is whole.
        """
        self.require_free(name)
        name = name or self._new_name()
        done = self._being_made[name] = asyncio.Event()
        try:
            sandbox = self._new(name, origin, seed)
            if self._saved:
                await self._saved.adopt_aside(name, sandbox.store)
            return self._add(sandbox)
        finally:
            del self._being_made[name]
            done.set()

    def copy_of(self, source: Sandbox, snapshot: Snapshot, clock: Clock | None = None) -> Copy:
        """What a new sandbox of a snapshot of another one begins with."""
        return Copy.of_snapshot(source, snapshot, self._new_store(), clock)

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

        `default` is made anew when it is next asked for. Of much data it takes long; `remove` lets
        others go on.
        """
        self._end(self._found(name)).clear()

    async def remove(self, name: str) -> None:
        """The same, without keeping anybody else waiting, after whoever gives it other data."""
        sandbox = self._found(name)
        async with sandbox.turns.taken():
            await at_rest(sandbox.store.database.storage)
            if self._by_name.get(name) is not sandbox:
                raise self._no_such(name)
            remains = self._end(sandbox)
        await remains.cleared()

    def sweep(self, now: float) -> None:
        """Forget the sandboxes that nobody used for longer than the limit; `now` by the stopwatch.

        One that cannot be forgotten stays, and the log tells why: whoever happens to ask now is not
        at fault.
        """
        self.next_sweep = now + SWEEP if self.idle_limit is not None else math.inf
        for name in [one.name for one in self if self.is_idle(one, now)]:
            try:
                self._end(self._by_name[name]).clear_beside()
                self._forget_idle(name)
            except OSError as error:
                logger.error("sandbox %s cannot be forgotten: %s", name, error)

    def is_idle(self, sandbox: Sandbox, now: float) -> bool:
        """Whether nobody used it, or follows its journal, for longer than the limit."""
        return (
            self.idle_limit is not None
            and now - sandbox.touched > self.idle_limit
            and sandbox.name != DEFAULT
            and not sandbox.journal.is_followed
            and not sandbox.turns.is_taken
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
        if name != DEFAULT and self._is_full:
            self.sweep(stopwatch())
        self._require_free(name)

    def _new(self, name: str, origin: Origin, seed: str | None) -> Sandbox:
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
        return sandbox

    def _end(self, sandbox: Sandbox) -> Remains:
        remove = None
        self._lives.end(sandbox.name, sandbox.life)
        if self._saved:
            self._saved.write_lives(self._lives.ended)
            remove = self._saved.forget(sandbox.name)
        self._drop(sandbox)
        return Remains(remove, takes_long=remove is not None and sandbox.store.is_large)

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
