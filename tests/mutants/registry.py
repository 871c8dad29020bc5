"""Mutants: a function each that makes a `Patient` break one promise, the one in its docstring."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from .patient import Patient

KINDS = ("schema", "status", "auth", "persistence", "behaviour", "isolation", "degenerate")
VARIANT = "variant"
"""The kind of what is no mutant."""

Change = Callable[[Patient], None]


@dataclass(frozen=True, slots=True)
class Marks:
    """What `@mutant` says of a function."""

    rule: str | None
    kind: str


@dataclass(frozen=True, slots=True)
class Mutant:
    """One. `name`: that of its module and of its function; `rule`: whose promise it breaks, None
    where it is all of them; `what`: the promise as it is broken.
    """

    name: str
    group: str
    rule: str | None
    kind: str
    what: str
    change: Change = field(repr=False)
    leaves: frozenset[str] = frozenset()
    """Rules, none of them a MUST, that a permitted variant does not keep."""


HEALTHY = Mutant("healthy", "", None, VARIANT, "our own server, as it is", lambda server: None)


def mutant(rule: str | None, *, kind: str) -> Callable[[Change], Change]:
    """Make a function a mutant of a rule; `None` is for what breaks everything."""
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is none of {', '.join(KINDS)}")

    def mark(change: Change) -> Change:
        change.__mutant__ = Marks(rule, kind)  # type: ignore[attr-defined]
        return change

    return mark


def variant(*, leaves: Iterable[str] = ()) -> Callable[[Change], Change]:
    """Make a function a permitted variant, which changes only what the contract leaves open."""

    def mark(change: Change) -> Change:
        change.__variant__ = frozenset(leaves)  # type: ignore[attr-defined]
        return change

    return mark


def mutants(api: str) -> list[Mutant]:
    """All mutants of an API, in the order in which they are written."""
    return [one for module in _modules(api) for one in _of_module(module)]


def variants() -> list[Mutant]:
    """All permitted variants."""
    return [
        Mutant(name, "variants", None, VARIANT, _what(name, change), change, change.__variant__)
        for module in _modules("variants")
        for name, change in _marked(module, "__variant__")
    ]


def subjects(api: str) -> list[Mutant]:
    """All servers that there are, broken or not."""
    return [HEALTHY, *variants(), *mutants(api)]


def names(mutant: Mutant) -> tuple[str, str]:
    """What a mutant may be called by: its whole name, or that of its function."""
    return mutant.name, mutant.name.rpartition(".")[2]


def _modules(package_name: str) -> Iterator[ModuleType]:
    package = importlib.import_module(f"{__package__}.{package_name}")
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name):
        yield importlib.import_module(f"{package.__name__}.{info.name}")


def _of_module(module: ModuleType) -> Iterator[Mutant]:
    group = module.__name__.rpartition(".")[2]
    for function, change in _marked(module, "__mutant__"):
        marks: Marks = change.__mutant__
        name = f"{group}.{function}"
        yield Mutant(name, group, marks.rule, marks.kind, _what(name, change), change)


def _marked(module: ModuleType, mark: str) -> Iterator[tuple[str, Any]]:
    for name, value in vars(module).items():
        if hasattr(value, mark) and value.__module__ == module.__name__:
            yield name, value


def _what(name: str, change: Change) -> str:
    if not change.__doc__:
        raise ValueError(f"{name} wants a docstring: the promise as it is broken")
    return " ".join(change.__doc__.split())
