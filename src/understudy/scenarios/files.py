"""Finding a scenario: by the name of its file below `understudy.fixtures.<api>`, or by its path; or
reading one from a text.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from understudy.contract.source import shown
from understudy.errors import UsageError
from understudy.scenarios.scenario import Scenario

if TYPE_CHECKING:
    from understudy.contract.model import Contract

SUFFIXES = (".yaml", ".yml")


def names(api: str) -> list[str]:
    """The scenarios that come with an API."""
    return sorted(_packaged(api))


def load(contract: Contract, name_or_path: str) -> Scenario:
    """Read a scenario and check it against the contract.

    A bare word is a name, anything else a path. Raises UsageError with a line
    `FILE:LINE: what is wrong; what would be right` for each problem.
    """
    path = _path(contract.name, name_or_path)
    try:
        return Scenario(contract, path.read_bytes(), str(shown(path)), path)
    except OSError as error:
        raise UsageError(f"{shown(path)}: cannot be read: {error.strerror or error}") from None


def read(contract: Contract, text: str, name: str = "definition") -> Scenario:
    """A scenario that somebody sent: like `load`, with `name` in the place of the file's."""
    return Scenario(contract, text.encode(errors="surrogatepass"), name)


def _path(api: str, name_or_path: str) -> Path:
    path = Path(name_or_path)
    if path.name != name_or_path or path.suffix in SUFFIXES:
        return path
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
