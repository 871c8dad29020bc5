"""What may be set, where, and which of several places counts: a flag, else a variable, else the
file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from understudy.scenarios.problems import hint
from understudy.verify.config import values
from understudy.verify.config.problems import Place
from understudy.verify.config.reader import Reader
from understudy.verify.config.settings import EFFORTS, LEVELS
from understudy.verify.config.values import Kind
from understudy.verify.config.variables import VARIABLES

Below = Callable[[Path], Kind]
"""A kind of paths, made for the folder that they are relative to."""


class Option(NamedTuple):
    """What a value may be, and what it is called on the command line."""

    kind: Kind
    flag: str = ""
    below: Below | None = None


def _file(below: Below, flag: str = "") -> Option:
    return Option(below(Path()), flag, below)


TARGET = {
    "url": Option(values.url, "URL"),
    "contract": Option(values.text, "--contract"),
    "control": Option(values.flag),
    "control_token": Option(values.token, "--control-token"),
    "ca_file": _file(values.existing),
    "client_certificate": _file(values.existing),
    "client_key": _file(values.existing),
    "verify_tls": Option(values.flag),
    "proxy": Option(values.proxy),
    "timeout": Option(values.amount),
    "rate": Option(values.amount),
    "features_off": Option(values.texts),
}

RUN = {
    "profile": Option(values.text, "--profile"),
    "level": Option(values.one_of(*LEVELS), "--level"),
    "tags": Option(values.texts, "--tag"),
    "keyword": Option(values.text, "-k"),
    "effort": Option(values.one_of(*EFFORTS), "--effort"),
    "seed": Option(values.count(0), "--seed"),
    "workers": Option(values.count(1), "--workers"),
    "fail_fast": Option(values.flag, "--fail-fast"),
    "read_only": Option(values.flag, "--read-only"),
}

COMMANDS = {
    "set_up": Option(values.words),
    "tear_down": Option(values.words),
    "time_limit": Option(values.amount),
}

REPORTS = {
    name: _file(values.writable, f"--{name}")
    for name in ("json", "junit", "html", "markdown", "badge", "har")
}

SECTIONS: Mapping[str, Mapping[str, Option]] = {
    "target": TARGET,
    "run": RUN,
    "commands": COMMANDS,
    "reports": REPORTS,
}
"""The tables of the file whose keys are known; no key is in two of them."""

FLAGS_ONLY = {"replay": _file(values.existing, "--replay")}

TABLES = (*SECTIONS, "personas", "waivers", "disabled")
"""All tables of the root."""

HEADERS = "headers"
"""The table in `[target]`."""


class Choice(NamedTuple):
    """A value that counts, None where it is wrong, and where it came from."""

    value: Any
    place: Place


def choose(
    reader: Reader, flags: Mapping[str, Any], environment: Mapping[str, str]
) -> dict[str, Choice]:
    """What is set, by the names of the options. What another place overrides is not looked at."""
    chosen = {}
    for section, options in SECTIONS.items():
        written = reader.items(section)
        for name, option in options.items():
            if found := _given(reader, name, option, flags, environment):
                chosen[name] = found
            elif name in written:
                chosen[name] = _written(reader, section, name, option)
        more = (HEADERS,) if section == "target" else ()
        reader.unknown(written, (*options, *more), section)
    for name, option in FLAGS_ONLY.items():
        if found := _given(reader, name, option, flags, {}):
            chosen[name] = found
    _check_root(reader)
    return chosen


def _given(
    reader: Reader,
    name: str,
    option: Option,
    flags: Mapping[str, Any],
    environment: Mapping[str, str],
) -> Choice | None:
    """What a flag or a variable says."""
    flag = flags.get(name)
    if not (flag is None or flag is False or flag == ()):
        place = Place(option.flag)
        return Choice(reader.given(flag, option.kind, place), place)
    for variable, target in VARIABLES.items():
        if target == name and environment.get(variable):
            place = Place(variable)
            return Choice(reader.given(environment[variable], option.kind, place), place)
    return None


def _written(reader: Reader, section: str, name: str, option: Option) -> Choice:
    document = reader.document
    kind = option.below(document.folder) if option.below else option.kind
    place = document.place(section, name)
    return Choice(reader.value(document.section(section)[name], kind, place, name), place)


def _check_root(reader: Reader) -> None:
    """Note what stands outside the known tables."""
    for name in reader.document.values:
        home = next((table for table, options in SECTIONS.items() if name in options), None)
        if name not in TABLES:
            right = f"it belongs below [{home}]" if home else hint(name, TABLES)
            reader.problems.add(reader.document.place(name), f"there is no table {name!r}", right)
