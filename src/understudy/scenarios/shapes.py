"""What a collection's stored schema says about the fields that a scenario may give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from understudy.contract.schemas import Validator
from understudy.scenarios.places import Place

if TYPE_CHECKING:
    from understudy.contract.model import CollectionSpec, Schema


class Shape:
    """One collection's fields: their schemas, their readable names, what they refer to.

    `optional`: the contract's schemas as `lenient` makes them.
    """

    def __init__(self, spec: CollectionSpec, document: Schema, optional: Schema) -> None:
        self.spec = spec
        self._document = document
        self._optional = optional

    @cached_property
    def account(self) -> Mapping[str, str]:
        """The fields of an account: `name`, `secret` and `about`; none of what is no account."""
        return self.spec.account or {}

    @cached_property
    def _root(self) -> Schema:
        """The schema of what a file may give: the stored fields and an account's secret."""
        extra = {name: {"type": "string"} for name in self.account.values()}
        return {**self.spec.schema, "properties": {**extra, **self.spec.schema["properties"]}}

    @cached_property
    def place(self) -> Place:
        """Where an object stands in a file, and its fields in it."""
        return Place(self._root, self._document, self.spec.references)

    @property
    def names(self) -> Iterable[str]:
        """The fields of the object itself."""
        properties: dict[str, Any] = self._root["properties"]
        return properties.keys()

    @cached_property
    def given(self) -> Validator:
        """Checks the fields that a file gives, whatever it leaves out."""
        return Validator(lenient(self._root), self._optional)

    @cached_property
    def stored(self) -> Validator:
        """Checks a whole stored object."""
        return Validator(self.spec.schema, self._document, closed=True)

    @cached_property
    def whole(self) -> Validator:
        """Checks a whole stored object in which none of the server's own fields is missing."""
        schema = self.spec.schema
        own = (name for name in schema["properties"] if name.startswith("_"))
        required = [*dict.fromkeys((*schema.get("required", ()), *own))]
        return Validator({**schema, "required": required}, self._document, closed=True)

    @cached_property
    def secrets(self) -> Mapping[str, str]:
        """The fields of the object itself that are secrets, and how they are kept."""
        properties: Mapping[str, Schema] = self.spec.schema["properties"]
        return {name: part["x-secret"] for name, part in properties.items() if "x-secret" in part}


def lenient(schema: Any) -> Any:
    """A copy of a schema, or of a whole document, in which nothing is required."""
    if isinstance(schema, Mapping):
        return {
            name: lenient(part)
            for name, part in schema.items()
            if not (name == "required" and isinstance(part, list))
        }
    return [lenient(part) for part in schema] if isinstance(schema, list) else schema
