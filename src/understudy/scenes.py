"""What sandboxes are filled from: scenarios, each built once and then forked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from understudy.background import aside
from understudy.errors import UsageError
from understudy.sandbox import Sandbox
from understudy.scenarios import cache
from understudy.scenarios.calling import with_parameters

if TYPE_CHECKING:
    from understudy.clock import Clock
    from understudy.faults import Faults
    from understudy.keyring import Keyring
    from understudy.scenarios.building import Tell
    from understudy.scenarios.cache import Cache
    from understudy.scenarios.scenario import Account
    from understudy.store import Store

STALE_AFTER = 60_000
"""Milliseconds after which a scenario is built anew for the next fork, so that its relative times
stay true.
"""
STALE_PER_OBJECT = 60
"""The same for each object of a large one: 115,000 objects last for not quite two hours. Building
them takes as many times longer, whoever asks for them looks at lists rather than at a session that
is about to end, and a fork must not wait.
"""
MOST = 32
"""So many scenarios are kept built."""
MOST_OBJECTS = 500_000
"""So many objects they hold together, about a gigabyte."""


class Beginning(Protocol):
    """What a sandbox begins with besides its objects."""

    def clock(self, usual: Clock) -> Clock:
        """A clock of a sandbox's own, as the scenario says, else as the usual one."""

    def arm(self, faults: Faults) -> None:
        """Add the scenario's rules to those of a sandbox."""


class Scenario(Protocol):
    """What a sandbox is filled from."""

    @property
    def name(self) -> str:
        """What it is called, with its parameters."""

    @property
    def beginning(self) -> Beginning:
        """How a sandbox's clock and its faults begin."""

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Those whose passwords it tells."""

    def build(self, sandbox: Sandbox, tell: Tell, cache: Cache | None) -> None:
        """Fill the sandbox's empty store; a clock that stands may find it in the cache."""


class Origin(Protocol):
    """What a sandbox begins with, and begins with again when it is reset.

    `name`: of the scenario. `forked_from`, `faults`: the sandbox that it is a copy of, and the
    rules that it takes along. `has_clock`: whether its clock was chosen for this sandbox.
    `accounts`: those whose passwords the scenario tells.
    """

    name: str
    forked_from: str | None
    faults: list[dict[str, Any]]
    has_clock: bool
    accounts: tuple[Account, ...]

    @property
    def clock(self) -> Clock:
        """How the sandbox's clock goes; copy it."""

    @property
    def store(self) -> Store:
        """Fork it, never write to it."""

    def arm(self, faults: Faults) -> None:
        """Add the rules that each beginning has."""

    async def prepared(self) -> Origin:
        """The same, ready: its store is there at once."""


class Scene:
    """A scenario as it was built, not much older than a minute by the clock.

    `build`: gives the store that the scenario fills by a clock. `usual`: the clock of whoever asks
    for no other; with `has_clock` it counts, whatever the scenario says. `size`: how many objects
    it was built with.
    """

    def __init__(
        self,
        scenario: Scenario,
        build: Callable[[Scenario, Clock], Store],
        usual: Clock,
        *,
        has_clock: bool = False,
    ) -> None:
        self.name = scenario.name
        self.accounts = scenario.accounts
        self.has_clock = has_clock
        self.forked_from: str | None = None
        self.faults: list[dict[str, Any]] = []
        self._usual = usual
        self._scenario = scenario
        self._build = build
        self.size = 0
        self._store: Store | None = None
        self._since = 0
        self._lasts = STALE_AFTER
        self._lock = threading.Lock()

    @property
    def clock(self) -> Clock:
        """How a sandbox's clock goes."""
        return self._usual if self.has_clock else self._scenario.beginning.clock(self._usual)

    @property
    def store(self) -> Store:
        """Fork it, never write to it."""
        store = self._store
        return store if store is not None and self.is_ready else self.build()

    @property
    def built(self) -> Store | None:
        """As it was when it was last built, however old it is. Never write to it."""
        return self._store

    async def prepared(self) -> Scene:
        """The same, built by now, without keeping anybody else waiting."""
        if not self.is_ready:
            await aside(self.build_whole)
        return self

    async def prepare(self) -> None:
        """Build the indexes of a large one that was built at the start, before anybody has to wait
        for one. Who asks earlier gets theirs all the same.
        """
        if self._store is not None and self.is_large:
            await aside(self._store.prepare)

    def build_whole(self) -> None:
        """Build it with its indexes."""
        self.build().prepare()

    @property
    def is_ready(self) -> bool:
        """Whether it is built, and not too old."""
        return self._store is not None and 0 <= self.clock.millis() - self._since < self._lasts

    @property
    def is_large(self) -> bool:
        """Whether building it takes long, or may: it was not built yet."""
        return self._store is None or self._lasts > STALE_AFTER

    def build(self) -> Store:
        """Build it, if nobody else has done so meanwhile."""
        with self._lock:
            if self._store is not None and self.is_ready:
                return self._store
            clock = self.clock.copy()
            clock.freeze()
            store = self._build(self._scenario, clock)
            self.size = sum(len(store[name]) for name in store)
            self._lasts = max(STALE_AFTER, self.size * STALE_PER_OBJECT)
            self._store, self._since = store, clock.millis()
            return store

    def arm(self, faults: Faults) -> None:
        """Add the scenario's rules."""
        self._scenario.beginning.arm(faults)

    def at(self, clock: Clock) -> Scene:
        """The same scenario, built by another clock."""
        return Scene(self._scenario, self._build, clock, has_clock=True)


class Scenes:
    """The scenarios of a server.

    `scenario`: the one that it was started with. `find`: gives any other by its name, or raises
    UsageError. `clock`: the server's; with `has_clock` it counts, whatever a scenario says. `tell`:
    told of a large one by its name how many objects are made, of how many, and of which collection.
    """

    def __init__(
        self,
        scenario: Scenario,
        find: Callable[[str], Scenario],
        *,
        seed: str,
        clock: Clock,
        keyring: Keyring,
        new_store: Callable[[], Store],
        has_clock: bool = False,
        tell: Callable[[str, int, int, str], object] = lambda *_: None,
    ) -> None:
        self._has_clock = has_clock
        self._tell = tell
        self._find = find
        self._seed = seed
        self._clock = clock
        self._keyring = keyring
        self._new_store = new_store
        self._known: dict[str, Scene] = {}
        self.replace(scenario)

    def replace(self, scenario: Scenario) -> None:
        """Start from another scenario from now on; sandboxes that exist keep what they hold."""
        self.default = scenario.name
        self._known = {scenario.name: self.scene(scenario)}

    def get(self, name: str | None = None) -> Scene:
        """The scene of that name, with its parameters; None: the server's own. Raises UsageError
        for an unknown one.
        """
        name = name or self.default
        return self._known.get(name) or self.keep(self.scene(self._find(name)))

    @property
    def is_late(self) -> bool:
        """Whether the server's own has to be built before it can be forked, which may take long."""
        scene = self._known[self.default]
        return scene.is_large and not scene.is_ready

    async def prepared(
        self,
        name: str | None = None,
        parameters: Mapping[str, Any] | None = None,
        clock: Clock | None = None,
    ) -> Scene:
        """The scene of that name and these parameters, built by now, without keeping anybody else
        waiting; by another clock, if one is given. Raises UsageError.
        """
        word = with_parameters(name or self.default, parameters or {})
        known = self._known
        scene = known.get(word)
        is_new = scene is None
        scene = scene or self.scene(await aside(partial(self._find, word)))
        if clock is not None:
            return await scene.at(clock).prepared()
        # What was read from files that have changed meanwhile is not for others.
        if not is_new or known is not self._known:
            return await scene.prepared()
        # Known before it is built: who asks for it meanwhile waits for it, and builds no other.
        scene = self.keep(scene)
        try:
            await scene.prepared()
        except UsageError:
            known.pop(scene.name, None)  # its files may be mended, and are read again
            raise
        self._make_room(scene)
        return scene

    async def prepared_from(
        self, read: Callable[[], Scenario], clock: Clock | None = None
    ) -> Scene:
        """The scene of a scenario that is still to be read, built by now. Raises UsageError."""
        scene = self.scene(await aside(read))
        return await (scene.at(clock) if clock else scene).prepared()

    def keep(self, scene: Scene) -> Scene:
        """Remember a scene; the one of that name, if there is one already."""
        scene = self._known.setdefault(scene.name, scene)
        self._make_room(scene)
        return scene

    def _make_room(self, newest: Scene) -> None:
        """Forget the oldest scenes where there are too many, or too many objects in them."""
        known = self._known
        for name in [one for one in known if one not in (self.default, newest.name)]:
            if len(known) <= MOST and sum(one.size for one in known.values()) <= MOST_OBJECTS:
                return
            del known[name]

    def scene(self, scenario: Scenario) -> Scene:
        """A scene of any scenario, by the server's clock; it is not remembered."""
        return Scene(scenario, self._built, self._clock, has_clock=self._has_clock)

    def _built(self, scenario: Scenario, clock: Clock) -> Store:
        builder = Sandbox("", self._seed, self._new_store(), clock, self._keyring)
        scenario.build(builder, partial(self._tell, scenario.name), cache.usual())
        builder.store.saved_counter = builder.ids.issued
        return builder.store
