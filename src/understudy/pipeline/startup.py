"""What a server starts from: its clock, its seed, its keys, and what earlier runs left on disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from understudy import times
from understudy.clock import Clock
from understudy.errors import UsageError
from understudy.identity import Ids
from understudy.keyring import Keyring
from understudy.sandboxes import IDLE_LIMIT

if TYPE_CHECKING:
    from understudy.store import CollectionSchema, Store
    from understudy.store.disk import StateDirectory

DEFAULT_SEED = "0"
"""Ids repeat from run to run unless a seed is given; keys do not."""
DEFAULT_SCENARIO = "default"
LAST_CLOCK = times.parse("9000-01-01T00:00:00Z")
"""A scenario's times lie years around the clock's, and a time has four digits for the year."""


class SavedSandboxes:
    """A state directory, with the schemas its stores are opened with."""

    def __init__(self, directory: StateDirectory, schemas: list[CollectionSchema]) -> None:
        self._directory = directory
        self._schemas = schemas
        self.names, self.forget, self.close = directory.names, directory.forget, directory.close
        self.adopt, self.adopt_aside = directory.adopt, directory.adopt_aside

    def open(self, name: str) -> Store:
        """The store of one of them."""
        return self._directory.open(name, self._schemas)

    def read_lives(self) -> dict[str, int]:
        """How many lives each name has had whose sandbox is gone."""
        return dict(self._directory.read_meta().get("lives", {}))

    def write_lives(self, lives: dict[str, int]) -> None:
        """Keep that."""
        self._directory.write_meta({**self._directory.read_meta(), "lives": lives})


def open_directory(path: str | Path) -> StateDirectory:
    """The state directory, locked for this process. Raises UsageError if that cannot be."""
    from understudy.store.disk import StateDirectory

    if not str(path):
        raise UsageError("state: no directory is named; `.` is the one we are in")
    return StateDirectory(Path(path))


def clock_of(text: str) -> Clock:
    """The clock of `real` or of a time. Raises UsageError for anything else."""
    if text == "real":
        return Clock()
    try:
        at = times.parse(text)
    except ValueError:
        raise UsageError(
            f"clock: {text!r} is neither `real` nor a time such as 2026-01-26T09:00:00Z, "
            "with its Z or another offset"
        ) from None
    if not 0 <= at < LAST_CLOCK:
        raise UsageError(f"clock: {text!r} is not in the years 1970 to 8999")
    return Clock(frozen_at=at)


def idle_limit_of(text: str | None, *, is_kept: bool) -> float | None:
    """Seconds of a length of time; None for `never`, and for a kept state unless it is asked for.

    Raises UsageError for anything else.
    """
    if text is None:
        return None if is_kept else IDLE_LIMIT
    if text == "never":
        return None
    try:
        seconds = times.duration(text) / 1000
    except ValueError:
        seconds = 0.0
    if not seconds:
        raise UsageError(
            f"idle limit: {text!r} is neither `never` nor a length of time such as 30m or 8h"
        )
    return seconds


@dataclass(frozen=True)
class Beginning:
    """What a world begins with, and a kept state began with: these stay as they are."""

    contract: str
    scenario: str
    seed: str


def beginning_of(
    directory: StateDirectory | None, contract: str, scenario: str | None, seed: str | None
) -> Beginning:
    """What is given, else what the state began with, else the usual.

    Raises UsageError for a state that began with something else than what is given.
    """
    usual = {"contract": contract, "scenario": DEFAULT_SCENARIO, "seed": DEFAULT_SEED}
    given = {"contract": contract, "scenario": scenario, "seed": seed}
    chosen = usual | {name: value for name, value in given.items() if value is not None}
    if directory is None:
        return Beginning(**chosen)
    if scenario is not None:
        given["scenario"] = chosen["scenario"] = _lasting(scenario)
    meta = directory.read_meta()
    # Before there is a sandbox nothing has begun: the last start may have ended with a mistake.
    kept = {name: str(meta[name]) for name in usual if name in meta and directory.names()}
    for name, value in kept.items():
        if given[name] not in (None, value):
            raise UsageError(
                f"{directory.path} was begun with {name} {value}; leave --{name} out, "
                "or choose another --state directory"
            )
    directory.write_meta({**meta, **chosen, **kept})
    return Beginning(**(chosen | kept))


def _lasting(scenario: str) -> str:
    """A scenario's name as it is, its path as it also holds from elsewhere; with its parameters."""
    name, mark, parameters = scenario.partition("?")
    path = Path(name)
    lasting = name if path.name == name and not path.suffix else str(path.absolute())
    return f"{lasting}{mark}{parameters}"


def keyring_of(seed: str | int | None, directory: StateDirectory | None) -> Keyring:
    """The keys: of the state, of the seed, or such as nobody can repeat."""
    if directory is not None:
        file = directory.path / "secret.key"
        if directory.names() and not file.exists():
            raise UsageError(
                f"{file} is missing, and with it what the state's secrets are encrypted with; "
                "put it back, or choose another --state directory"
            )
        return Keyring.from_file(file)
    return Keyring.random() if seed is None else Keyring(Ids(str(seed)).secret("keyring"))
