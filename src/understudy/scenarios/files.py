"""Finding a scenario: by the name of its file below `understudy.fixtures.<api>`, or by its path; or
reading one from a text.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from understudy.contract.source import shown
from understudy.errors import UsageError
from understudy.scenarios.calling import parted
from understudy.scenarios.document import title_of
from understudy.scenarios.scenario import Scenario

if TYPE_CHECKING:
    from understudy.contract.model import Contract
    from understudy.scenarios.layers import Find, Found

SUFFIXES = (".yaml", ".yml")


def names(api: str) -> list[str]:
    """The scenarios that come with an API."""
    return sorted(_packaged(api))


def title(api: str, name: str) -> str:
    """The title of a scenario that comes with an API, read without the rest of its file."""
    return title_of(_packaged(api)[name].read_text("utf-8"))


def load(
    contract: Contract, name_or_path: str, parameters: Mapping[str, Any] | None = None
) -> Scenario:
    """Read a scenario and check it against the contract.

    A bare word is a name, anything else a path; parameters may follow it, `large?defects=5000`.
    `parameters`: values, or texts of them. Raises UsageError with a line
    `FILE:LINE: what is wrong; what would be right` for each problem.
    """
    content, called, path, find, given = opened(contract, name_or_path, parameters)
    return Scenario(contract, content, called, path, find=find, parameters=given)


def opened(
    contract: Contract, name_or_path: str, parameters: Mapping[str, Any] | None = None
) -> tuple[bytes, str, Path, Find, dict[str, Any]]:
    """The content of a scenario's file, how messages call that, where it is, how to find what it
    extends, and its parameters. Raises UsageError where there is no such file.
    """
    name, given = parted(name_or_path)
    path = _path(contract.name, name)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{shown(path)}: cannot be read: {error.strerror or error}") from None
    find = partial(_extended, contract.name)
    return content, str(shown(path)), path, find, {**given, **(parameters or {})}


def read(
    contract: Contract,
    text: str,
    name: str = "definition",
    parameters: Mapping[str, Any] | None = None,
) -> Scenario:
    """A scenario that somebody sent: like `load`, with `name` in the place of the file's. What it
    extends comes with the API: this machine's files are none of its business.
    """
    content = text.encode(errors="surrogatepass")
    find = partial(_extended, contract.name)
    return Scenario(contract, content, name, find=find, parameters=parameters)


def is_name(word: str) -> bool:
    """Whether it is the name of a scenario rather than the path of a file."""
    path = Path(word)
    return path.name == word and path.suffix not in SUFFIXES


def _extended(api: str, word: str, base: Path | None) -> Found:
    """What a file extends: a name, or a path from where the file is."""
    if is_name(word):
        path = _path(api, word)
    elif base is None:
        wrong = f"{word!r} is a path, and a scenario that is sent along is in no folder"
        raise UsageError(f"{wrong}; extend one of {', '.join(names(api))}")
    else:
        path = base.parent / word
    return str(shown(path)), path


def _path(api: str, name_or_path: str) -> Path:
    if not is_name(name_or_path):
        return Path(name_or_path)
    known = _packaged(api)
    if name_or_path not in known:
        raise UsageError(
            f"there is no scenario {name_or_path!r} (known: {', '.join(sorted(known)) or 'none'}); "
            "a file is given by its path, ending in .yaml"
        )
    return known[name_or_path]


def _packaged(api: str) -> dict[str, Path]:
    folders = (Path(folder) / api for folder in import_module("understudy.fixtures").__path__)
    return {file.stem: file for folder in folders for file in folder.glob("*.yaml")}
