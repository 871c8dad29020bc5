"""What a run of the suite is told: where the target is, who may log in there, what to run and how.

Settings go to pytest-xdist's workers as JSON, secrets included; a `repr` shows no secret.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any

FILE = "verify.toml"
"""The file that is read where none is named."""

LEVELS = ("must", "should", "may")
"""From what a backend owes to what it is free to do."""

EFFORTS = ("quick", "normal", "deep")
"""How much is generated and tried."""

FULL = "full"
"""The profile that has every rule."""

SECONDS = 30.0
"""How long an answer may take, unless somebody says otherwise."""

COMMAND_SECONDS = 300.0
"""How long a set-up or tear-down command may take, unless somebody says otherwise."""


def levels(weakest: str | None) -> tuple[str, ...]:
    """A level and those that are stronger; None: all."""
    return LEVELS if weakest is None else LEVELS[: LEVELS.index(weakest) + 1]


def _secret() -> Any:
    return field(default=None, repr=False)


def _usual_contract() -> str:
    from understudy.contract.loader import default

    return default()


@dataclass(frozen=True)
class Persona:
    """An account that the suite may log in with, and tokens of it that have already expired."""

    email: str
    password: str = field(repr=False)
    expired_access_token: str | None = _secret()
    expired_refresh_token: str | None = _secret()


@dataclass(frozen=True)
class Waiver:
    """A failure that a team accepts until a day, that day included.

    operation: None where the finding belongs to no operation (`-` in the file). line: that of the
    file where the waiver begins.
    """

    rule: str
    operation: str | None
    reason: str
    expires: date
    line: int


@dataclass(frozen=True)
class Outputs:
    """Where reports are written, besides the screen."""

    json: Path | None = None
    junit: Path | None = None
    html: Path | None = None
    markdown: Path | None = None
    badge: Path | None = None
    har: Path | None = None


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All that a run depends on, reports aside.

    url: with the base path, without a slash at its end. file: the one that was read. has_control:
    whether the target is one of ours, with a control API; None: to be found out. timeout: seconds.
    rate: requests per second; None: as fast as may be. profile: a name, or a tag. levels, tags,
    keyword: what is run of the profile; no tags are all. set_up, tear_down: the words of a command,
    which runs in the folder of the file. time_limit: the seconds it may take.
    """

    url: str
    seed: int
    file: Path | None = None
    contract: str = field(default_factory=_usual_contract)
    control_token: str | None = _secret()
    has_control: bool | None = None
    personas: Mapping[str, Persona] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    ca_file: Path | None = None
    client_certificate: Path | None = None
    client_key: Path | None = None
    verify_tls: bool = True
    proxy: str | None = _secret()
    timeout: float = SECONDS
    rate: float | None = None
    features_off: frozenset[str] = frozenset()
    disabled_rules: Mapping[str, str] = field(default_factory=dict)
    set_up: tuple[str, ...] | None = None
    tear_down: tuple[str, ...] | None = None
    time_limit: float = COMMAND_SECONDS
    profile: str = FULL
    levels: tuple[str, ...] = LEVELS
    tags: tuple[str, ...] = ()
    keyword: str | None = None
    effort: str = "normal"
    workers: int = 1
    fail_fast: bool = False
    read_only: bool = False
    replay: Path | None = None

    def to_json(self) -> str:
        """All of it, for another process."""
        given = {one.name: _plain(getattr(self, one.name)) for one in fields(self)}
        return json.dumps(given)

    @classmethod
    def from_json(cls, text: str) -> Settings:
        """What `to_json` wrote."""
        given: dict[str, Any] = json.loads(text)
        for name, build in _BUILDERS.items():
            if given[name] is not None:
                given[name] = build(given[name])
        return cls(**given)


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, Persona | Waiver):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, tuple | frozenset):
        found = [_plain(one) for one in value]
        return sorted(found) if isinstance(value, frozenset) else found
    return str(value) if isinstance(value, Path | date) else value


def _personas(given: dict[str, Any]) -> dict[str, Persona]:
    return {name: Persona(**one) for name, one in given.items()}


def _waivers(given: list[Any]) -> tuple[Waiver, ...]:
    return tuple(Waiver(**one | {"expires": date.fromisoformat(one["expires"])}) for one in given)


_BUILDERS: dict[str, Any] = {
    "file": Path,
    "personas": _personas,
    "waivers": _waivers,
    "ca_file": Path,
    "client_certificate": Path,
    "client_key": Path,
    "features_off": frozenset,
    "set_up": tuple,
    "tear_down": tuple,
    "levels": tuple,
    "tags": tuple,
    "replay": Path,
}
"""The fields that are something else in JSON → what makes them themselves."""
