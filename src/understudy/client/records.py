"""What the server tells of itself, its sandboxes, clocks, faults and shortcuts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from understudy.client.answer import Answer, Json


@dataclass(frozen=True, kw_only=True)
class ClockReading(Answer):
    """A sandbox's time. factor: how many of its seconds pass in one of ours; 0 where it stands."""

    now: datetime
    is_frozen: bool
    factor: float

    @property
    def text(self) -> str:
        """The time as the server writes it, `2026-01-26T09:00:00.000Z`."""
        return str(self.raw["now"])


@dataclass(frozen=True, kw_only=True)
class SandboxInfo(Answer):
    """A sandbox: what it was made from, its time, and how much it holds.

    idle_seconds: how long nobody has used it. api_path: below it lie the served operations.
    """

    name: str
    scenario: str
    seed: str
    forked_from: str | None
    clock: ClockReading
    objects: int
    exchanges: int
    faults: int
    snapshots: tuple[str, ...]
    idle_seconds: float
    api_path: str


@dataclass(frozen=True, kw_only=True)
class KnownScenario(Answer):
    """A scenario that sandboxes can be made from."""

    name: str
    title: str


@dataclass(frozen=True, kw_only=True)
class ScenarioParameter(Answer):
    """What a scenario may be told. type: `integer`, `number`, `text`, `duration` or `boolean`.

    choices: the only values that it takes, if there are any.
    """

    name: str
    type: str
    default: Any
    about: str
    minimum: float | None
    maximum: float | None
    choices: tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class ScenarioAccount(Answer):
    """Who can log in, with what, and what the account is for."""

    name: str
    password: str
    about: str


@dataclass(frozen=True, kw_only=True)
class ScenarioClock(Answer):
    """How a sandbox's clock begins; what is None is as with the server's."""

    at: str | None
    is_frozen: bool | None
    factor: float | None


@dataclass(frozen=True, kw_only=True)
class ScenarioInfo(Answer):
    """A scenario: what it is for, what it takes, and what a sandbox holds that is made from it.

    objects: how many there are. collections: how many in each. faults: rules it begins with.
    """

    name: str
    title: str
    description: str | None
    parameters: tuple[ScenarioParameter, ...]
    objects: int
    collections: Mapping[str, int]
    accounts: tuple[ScenarioAccount, ...]
    clock: ScenarioClock
    faults: int


@dataclass(frozen=True, kw_only=True)
class ServedContract(Answer):
    """The contract that the application talks to. operations: how many it has."""

    name: str
    title: str
    version: str
    base_path: str
    operations: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class SandboxLimits(Answer):
    """How many sandboxes there are and may be; after idle_seconds unused one is forgotten."""

    count: int
    limit: int
    idle_seconds: float | None


@dataclass(frozen=True, kw_only=True)
class ServerInfo(Answer):
    """A server. scenario: what its `default` sandbox is filled from."""

    version: str
    contract: ServedContract
    scenario: str
    scenarios: tuple[KnownScenario, ...]
    sandboxes: SandboxLimits
    strict: bool


@dataclass(frozen=True, kw_only=True)
class Fault(Answer):
    """A fault rule. `match`, `on`, `do` and `until` have the contract's shape.

    seen: how many calls have matched. struck: how many of them were struck.
    """

    id: str
    note: str | None
    match: Json
    on: Json
    do: Json
    until: Json
    is_enabled: bool
    added_at: datetime
    seen: int
    struck: int
    has_ended: bool


@dataclass(frozen=True, kw_only=True)
class FaultPlan(Answer):
    """A ready-made set of fault rules."""

    name: str
    title: str
    description: str
    rules: tuple[Json, ...]


@dataclass(frozen=True, kw_only=True)
class Shortcut(Answer):
    """A way to set a scene in one step. parameters: the JSON Schema of its arguments."""

    name: str
    summary: str
    description: str
    parameters: Json


@dataclass(frozen=True, kw_only=True)
class Outcome(Answer):
    """What a shortcut has done: for people, and for programs."""

    shortcut: str
    message: str
    result: Json
