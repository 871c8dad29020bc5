"""Finding a contract: a folder of `understudy.openapi` by its name, or a root file by its path."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path

from understudy.contract import kept
from understudy.contract.compile import contract_of
from understudy.contract.model import Contract
from understudy.errors import UsageError

ROOT = "openapi.yaml"


def names() -> list[str]:
    """The contracts that come with Understudy."""
    return sorted(root.parent.name for folder in _folders() for root in folder.glob(f"*/{ROOT}"))


def load(name_or_path: str | Path | None = None) -> Contract:
    """Read a contract, the usual one if none is named.

    Raises UsageError, with file and line where a file is at fault.
    """
    path = root_of(default() if name_or_path is None else name_or_path).resolve()
    name = path.parent.name if path.name == ROOT else path.stem
    with _collector_paused():
        bundled = kept.found(path)
        return _read(name, path) if bundled is None else contract_of(name, bundled)


def _read(name: str, path: Path) -> Contract:
    # Imported here: what is kept needs no YAML.
    from understudy.contract.bundle import Bundle

    bundle = Bundle(path)
    contract = contract_of(name, bundle)
    kept.keep(bundle)
    return contract


def default() -> str:
    """The contract that is meant where none is named."""
    name: str = import_module("understudy.openapi").DEFAULT
    return name


@cache
def control() -> Contract:
    """The contract through which a server itself is looked at and changed."""
    return load(import_module("understudy.openapi").CONTROL)


def root_of(name_or_path: str | Path) -> Path:
    """The root file of a contract.

    A bare word is a name; anything else is a path, of the file or of its folder. Raises UsageError.
    """
    given = Path(name_or_path)
    if isinstance(name_or_path, str) and given.name == name_or_path and not given.suffix:
        return _named(name_or_path)
    return given / ROOT if given.is_dir() else given


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Reading makes some 50,000 objects; looking for garbage among them doubles its time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _named(name: str) -> Path:
    for folder in _folders():
        if (folder / name / ROOT).is_file():
            return folder / name / ROOT
    known = ", ".join(names()) or "none"
    raise UsageError(
        f"there is no contract {name!r} (known: {known}); a path would end in .yaml or hold a slash"
    )


def _folders() -> list[Path]:
    return [Path(folder) for folder in import_module("understudy.openapi").__path__]
