"""From `verify.toml`, variables and flags to Settings. Everything that is wrong is told at once."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from understudy.contract.loader import default
from understudy.errors import UsageError
from understudy.verify.config import check, sections
from understudy.verify.config.document import find
from understudy.verify.config.known import Known, known
from understudy.verify.config.options import REPORTS, Choice, choose
from understudy.verify.config.problems import Place, Problems
from understudy.verify.config.reader import Reader
from understudy.verify.config.settings import Outputs, Settings, levels

OWN_SERVER = "http://127.0.0.1:8000"
"""The target where nothing names one: what `understudy serve` starts."""

SERVER = "UNDERSTUDY_URL"
"""Where it is, if not there: the variable that all commands know."""

SAME = (
    *("control_token", "ca_file", "client_certificate", "client_key", "verify_tls", "proxy"),
    *("timeout", "rate", "set_up", "tear_down", "time_limit", "profile", "tags", "keyword"),
    *("effort", "workers", "fail_fast", "read_only", "replay"),
)
"""Options that are settings under their own names."""


@dataclass(frozen=True)
class Configuration:
    """What a run is told. advice: lines about what is possible but not wise."""

    settings: Settings
    outputs: Outputs
    advice: tuple[str, ...]


def read(
    flags: Mapping[str, Any],
    file: Path | None = None,
    environment: Mapping[str, str] | None = None,
    know: Callable[[str], Known] = known,
) -> Configuration:
    """The configuration of a run.

    flags: by the names of `options.py`; None, False and () say nothing. file: else `verify.toml` in
    the current folder, if there is one. environment: else that of the process. know: finds the
    names of a contract. Raises UsageError with a line for each mistake.
    """
    variables = os.environ if environment is None else environment
    problems = Problems()
    reader = Reader(find(file), variables, problems)
    chosen = choose(reader, flags, variables)
    contract = _value(chosen, "contract", default())
    try:
        names = know(contract)
    except UsageError as error:
        place = chosen["contract"].place if "contract" in chosen else Place("contract")
        problems.add(place, str(error), "leave it out for the usual one")
        problems.check()
        raise
    check.check(reader, chosen, names)
    own = variables.get(SERVER, "").rstrip("/") or OWN_SERVER
    settings = _settings(reader, chosen, names, contract, own)
    outputs = Outputs(**{name: _value(chosen, name) for name in REPORTS})
    problems.check()
    return Configuration(settings, outputs, tuple(check.advice(reader.document, settings.url)))


def whole_url(url: str, names: Known) -> str:
    """Where an API is: an address without a path gets that of the contract."""
    return url if urlsplit(url).path else url + names.base_path


def _settings(
    reader: Reader, chosen: Mapping[str, Choice], names: Known, contract: str, own: str
) -> Settings:
    return Settings(
        url=_url(reader, chosen, names, own),
        seed=_value(chosen, "seed", secrets.randbelow(2**32)),
        file=reader.document.file,
        contract=contract,
        has_control=_value(chosen, "control"),
        personas=sections.personas(reader, names),
        waivers=sections.waivers(reader, names),
        headers=sections.headers(reader),
        features_off=frozenset(_value(chosen, "features_off", ())),
        disabled_rules=sections.disabled(reader, names),
        levels=levels(_value(chosen, "level")),
        **{name: chosen[name].value for name in SAME if _value(chosen, name) is not None},
    )


def _url(reader: Reader, chosen: Mapping[str, Choice], names: Known, own: str) -> str:
    """Where the API is; `own`: our own server, where nothing else is said."""
    if "url" not in chosen and reader.document.file:
        wrong, right = "[target] has no url", 'write url = "https://…", or give it as an argument'
        reader.problems.add(reader.document.place("target"), wrong, right)
    return whole_url(_value(chosen, "url", own), names)


def _value(chosen: Mapping[str, Choice], name: str, otherwise: Any = None) -> Any:
    found = chosen.get(name)
    return otherwise if found is None or found.value is None else found.value
