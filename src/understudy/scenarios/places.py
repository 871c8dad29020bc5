"""The places in the objects of a collection, and what a scenario may write there.

A place is found once and remembered with those inside it: a file has many objects, and its
collection few places.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from understudy.contract.refs import resolve

if TYPE_CHECKING:
    from understudy.contract.model import Schema


def alias(field: str) -> str:
    """The readable name of a reference field: `folder_id` → `folder`.

    `test_case_ids` → `test_cases`; `_workspace_id` → `workspace`; any other field keeps its name.
    """
    name = field.lstrip("_")
    if name.endswith("_ids"):
        return f"{name.removesuffix('_ids')}s"
    return name.removesuffix("_id")


class Place:
    """One place: the object itself, a field of it, what is in a field …

    `path`: dotted, without the indexes of lists; `""` is the object itself. `target`: the
    collection that a reference which stands there leads to.
    """

    def __init__(
        self, schema: Schema, document: Schema, references: Mapping[str, str], path: str = ""
    ) -> None:
        self._schema = resolve(schema, document)
        self._document = document
        self._references = references
        self.path = path
        self.target = references.get(path)

    @cached_property
    def fields(self) -> dict[str, tuple[str, Place]]:
        """Name → field as it is stored, and its place; references have a readable name, too."""
        properties: dict[str, Schema] = dict(self._schema.get("properties", {}))
        split = (path.rpartition(".") for path in self._references)
        links = [name for parent, _, name in split if parent == self.path]
        for name in links:
            properties.setdefault(name, {})
        found = {name: (name, self._inside(part, name)) for name, part in properties.items()}
        if not self.takes_any:  # where any name may stand, each is a field of its own
            for name in links:
                found.setdefault(alias(name), found[name])
        return found

    @property
    def schema(self) -> Schema:
        """The schema of what stands there."""
        return self._schema

    @cached_property
    def takes_any(self) -> bool:
        """Whether an object that stands there may have fields that the schema does not name."""
        return bool(self._schema.get("additionalProperties", "properties" not in self._schema))

    @cached_property
    def other(self) -> Place:
        """The place of a field that the schema does not name."""
        others = self._schema.get("additionalProperties")
        return self._inside(others if isinstance(others, Mapping) else {}, "*")

    @cached_property
    def items(self) -> Place:
        """The place of the items of a list that stands there."""
        return Place(self._schema.get("items", {}), self._document, self._references, self.path)

    @cached_property
    def formats(self) -> frozenset[str]:
        """The formats of text that may stand there, among other things."""
        return frozenset(_formats(self._schema, self._document))

    @cached_property
    def is_time(self) -> bool:
        """Whether a time may stand there."""
        return "date-time" in self.formats

    @cached_property
    def readable(self) -> dict[str, str]:
        """Field as it is stored → the name to write it by."""
        return {field: name for name, (field, _) in self.fields.items()}

    def names(self) -> list[str]:
        """The names to write: the shorter of two for a reference, none of the server's own."""
        return [name for name in self.readable.values() if not name.startswith("_")]

    def _inside(self, schema: Schema, name: str) -> Place:
        path = f"{self.path}.{name}" if self.path else name
        return Place(schema, self._document, self._references, path)


def _formats(schema: Schema, document: Schema) -> set[str]:
    schema = resolve(schema, document)
    found = {schema["format"]} if "format" in schema else set()
    return found.union(*(_formats(part, document) for part in schema.get("anyOf", ())))
