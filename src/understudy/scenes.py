"""What sandboxes are filled from: scenarios, each built once and then forked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from understudy.sandbox import Sandbox

if TYPE_CHECKING:
    from understudy.clock import Clock
    from understudy.keyring import Keyring
    from understudy.store import Store

STALE_AFTER = 60_000
"""Milliseconds after which a scenario is built anew for the next fork, so that its relative times
stay true.
"""
MOST = 32
"""So many scenarios are kept built."""


class Scenario(Protocol):
    """What a sandbox is filled from."""

    @property
    def name(self) -> str:
        """What it is called."""

    def build(self, sandbox: Sandbox) -> None:
        """Fill the sandbox's empty store."""


class Origin(Protocol):
    """What a sandbox begins with, and begins with again when it is reset.

    `name`: of the scenario. `forked_from`, `faults`: the sandbox that it is a copy of, and the
    rules that it takes along.
    """

    name: str
    clock: Clock
    forked_from: str | None
    faults: list[dict[str, Any]]

    @property
    def store(self) -> Store:
        """Fork it, never write to it."""


@dataclass
class Copy:
    """What another sandbox held, at the time that it showed: a fork or a snapshot of it."""

    name: str
    clock: Clock
    forked_from: str | None
    faults: list[dict[str, Any]]
    store: Store


class Scene:
    """A scenario as it was built, not older than a minute by the clock.

    `build`: gives the store that the scenario fills by this clock.
    """

    def __init__(
        self, scenario: Scenario, build: Callable[[Scenario, Clock], Store], clock: Clock
    ) -> None:
        self.name = scenario.name
        self.clock = clock
        self.forked_from: str | None = None
        self.faults: list[dict[str, Any]] = []
        self._scenario = scenario
        self._build = build
        self._store: Store | None = None
        self._since = 0

    @property
    def store(self) -> Store:
        """Fork it, never write to it."""
        now = self.clock.millis()
        if self._store is None or not 0 <= now - self._since < STALE_AFTER:
            self._store, self._since = self._build(self._scenario, self.clock), now
        return self._store

    def at(self, clock: Clock) -> Scene:
        """The same scenario, built by another clock."""
        return Scene(self._scenario, self._build, clock)


class Scenes:
    """The scenarios of a server.

    `scenario`: the one that it was started with. `find`: gives any other by its name, or raises
    UsageError.
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
    ) -> None:
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
        """The scene of that name; None: the server's own. Raises UsageError for an unknown one."""
        name = name or self.default
        scene = self._known.get(name)
        if scene is None:
            scene = self.scene(self._find(name))
            if len(self._known) >= MOST:
                del self._known[next(one for one in self._known if one != self.default)]
            self._known[name] = scene
        return scene

    def scene(self, scenario: Scenario) -> Scene:
        """A scene of any scenario, by the server's clock; it is not remembered."""
        return Scene(scenario, self._built, self._clock)

    def _built(self, scenario: Scenario, clock: Clock) -> Store:
        builder = Sandbox("", self._seed, self._new_store(), clock, self._keyring)
        scenario.build(builder)
        builder.store.saved_counter = builder.ids.issued
        return builder.store
