"""What a collection's stored schema says about the fields that a scenario may give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from understudy.contract.refs import resolve
from understudy.contract.schemas import Validator

if TYPE_CHECKING:
    from understudy.contract.model import CollectionSpec, Schema


def alias(field: str) -> str:
    """The readable name of a reference field: `folder_id` → `folder`.

    `test_case_ids` → `test_cases`; `_workspace_id` → `workspace`; any other field keeps its name.
    """
    name = field.lstrip("_")
    if name.endswith("_ids"):
        return f"{name.removesuffix('_ids')}s"
    return name.removesuffix("_id")


class Shape:
    """One collection's fields: their schemas, their readable names, what they refer to.

    `optional`: the contract's schemas as `lenient` makes them.
    """

    def __init__(self, spec: CollectionSpec, document: Schema, optional: Schema) -> None:
        self.spec = spec
        self._document = document
        self._optional = optional
        self._fields: dict[str, dict[str, str]] = {}

    @cached_property
    def root(self) -> Schema:
        """The schema of what a file may give: the stored fields and an account's secret."""
        account = self.spec.account or {}
        extra = {name: {"type": "string"} for name in account.values()}
        return {**self.spec.schema, "properties": {**extra, **self.spec.schema["properties"]}}

    @property
    def names(self) -> Iterable[str]:
        """The fields of the object itself."""
        properties: dict[str, Any] = self.root["properties"]
        return properties.keys()

    @cached_property
    def given(self) -> Validator:
        """Checks the fields that a file gives, whatever it leaves out."""
        return Validator(lenient(self.root), self._optional)

    @cached_property
    def stored(self) -> Validator:
        """Checks a whole stored object."""
        return Validator(self.spec.schema, self._document, closed=True)

    def resolve(self, schema: Schema) -> Schema:
        """The schema itself, or the one that its `$ref` names."""
        return resolve(schema, self._document)

    def formats(self, schema: Schema) -> set[str]:
        """The formats of text that the schema takes, among other things."""
        schema = self.resolve(schema)
        found = {schema["format"]} if "format" in schema else set()
        return found.union(*(self.formats(part) for part in schema.get("anyOf", ())))

    def fields(self, schema: Schema, place: str) -> dict[str, str]:
        """Name → field, for the object at a dotted place; `""` is the stored object itself."""
        known = self._fields.get(place)
        if known is None:
            known = self._fields[place] = {field: field for field in schema.get("properties", {})}
            for path in self.spec.references:
                parent, _, field = path.rpartition(".")
                if parent == place:
                    known.setdefault(alias(field), field)
        return known

    @staticmethod
    def readable(fields: Mapping[str, str]) -> list[str]:
        """The names to use: the shorter of two for a reference, none of the server's own."""
        aliased = {field for name, field in fields.items() if name != field}
        return [name for name in fields if name not in aliased and not name.startswith("_")]


def lenient(schema: Any) -> Any:
    """A copy of a schema, or of a whole document, in which nothing is required."""
    if isinstance(schema, Mapping):
        return {
            name: lenient(part)
            for name, part in schema.items()
            if not (name == "required" and isinstance(part, list))
        }
    return [lenient(part) for part in schema] if isinstance(schema, list) else schema
