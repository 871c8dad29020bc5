"""Reads tables of `verify.toml` key by key, and notes what is wrong with them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from understudy.scenarios.problems import hint
from understudy.verify.config.document import Document
from understudy.verify.config.problems import Place, Problems, Wrong
from understudy.verify.config.values import Kind, table
from understudy.verify.config.variables import expanded


class Reader:
    """A document, the environment that its texts refer to, and what was found wrong so far."""

    def __init__(
        self, document: Document, environment: Mapping[str, str], problems: Problems
    ) -> None:
        self.document = document
        self.problems = problems
        self._environment = environment

    def value(self, value: Any, kind: Kind, place: Place, name: str) -> Any:
        """A value as its kind has it, variables replaced; None where that cannot be."""
        try:
            return kind(expanded(value, self._environment))
        except Wrong as wrong:
            self.problems.add(place, f"{name}: {wrong.wrong}", wrong.right)
            return None

    def given(self, value: Any, kind: Kind, place: Place) -> Any:
        """The same for the value of a flag or a variable, which refers to nothing."""
        try:
            return kind(value)
        except Wrong as wrong:
            self.problems.add(place, wrong.wrong, wrong.right)
            return None

    def items(self, name: str) -> Mapping[str, Any]:
        """The keys of a table of the root, which need not be there."""
        return self._table(self.document.values.get(name, {}), name) or {}

    def fields(
        self,
        given: Any,
        kinds: Mapping[str, Kind],
        *path: str | int,
        optional: Collection[str] = (),
    ) -> dict[str, Any] | None:
        """The keys of one table; None where one is missing, unknown or wrong."""
        before = len(self.problems)
        if (found := self._table(given, *path)) is None:
            return None
        self.unknown(found, kinds, *path)
        if missing := [key for key in kinds if key not in found and key not in optional]:
            what = f"{_name(path)} has no {' and no '.join(missing)}"
            wanted = ", ".join(key for key in kinds if key not in optional)
            self.problems.add(self.document.place(*path), what, f"it wants {wanted}")
        read = {
            key: self.value(found[key], kind, self.document.place(*path, key), key)
            for key, kind in kinds.items()
            if key in found
        }
        return read if len(self.problems) == before else None

    def unknown(self, given: Collection[str], known: Collection[str], *path: str | int) -> None:
        """Note the keys that mean nothing there."""
        for key in given:
            if key not in known:
                place = self.document.place(*path, key)
                self.problems.add(place, f"{key!r} is no key of {_name(path)}", hint(key, known))

    def _table(self, given: Any, *path: str | int) -> Mapping[str, Any] | None:
        try:
            return table(given)
        except Wrong as wrong:
            self.problems.add(
                self.document.place(*path), f"{_name(path)}: {wrong.wrong}", wrong.right
            )
            return None


def _name(path: tuple[str | int, ...]) -> str:
    """`[target.headers]`, `[[waivers]]`."""
    names = ".".join(str(part) for part in path if isinstance(part, str))
    return f"[[{names}]]" if isinstance(path[-1], int) else f"[{names}]"
