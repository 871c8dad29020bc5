"""How objects refer to each other: where their ids stand, and what is left when one goes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from understudy.contract.refs import resolve
from understudy.store import HasAny, OneOf

if TYPE_CHECKING:
    from understudy.contract.model import Document, Schema
    from understudy.store import Record, Store

GONE = object()
"""What is left of something that cannot do without what it refers to."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A field of the objects of a collection that holds ids of objects of another one.

    `field`: dotted, through objects and the items of lists. `schema`: of the whole object.
    """

    collection: str
    field: str
    target: str
    schema: Schema
    document: Document

    @property
    def path(self) -> list[str]:
        """The parts of the field."""
        return self.field.split(".")

    @property
    def is_parent(self) -> bool:
        """Whether it makes a tree: one object of a collection lies in another one of it."""
        return self.target == self.collection and not self.is_list

    @property
    def is_list(self) -> bool:
        """Whether it is a field of the object itself that holds many ids."""
        schema = self.schema.get("properties", {}).get(self.path[0], {})
        return len(self.path) == 1 and resolve(schema, self.document).get("type") == "array"

    def held(self, value: Any) -> Iterator[tuple[str, str]]:
        """Each id in an object, with the place it stands in (`test_case_ids.0`)."""
        return _held(value, self.path, "")

    def without(self, value: Any, ids: Collection[str]) -> Any:
        """The object without these ids: the smallest part that can be null, left out or taken from
        a list gives way. GONE if none can.
        """
        return self._without(value, self.schema, self.path, ids)

    def referrers(self, store: Store, ids: Collection[str]) -> list[Record]:
        """The objects that hold one of these ids."""
        collection, field = store[self.collection], self.path[0]
        if len(self.path) > 1:
            return [
                record for record in collection if any(held in ids for _, held in self.held(record))
            ]
        if self.is_list:
            return collection.select({field: HasAny(ids)}).items
        # Of a single value the store knows faster where to look.
        return collection.select({field: OneOf(ids) if len(ids) > 1 else next(iter(ids))}).items

    def _without(self, value: Any, schema: Schema, path: list[str], ids: Collection[str]) -> Any:
        schema = resolve(schema, self.document)
        if isinstance(value, list):
            inner = schema.get("items", {})
            items = [self._without(item, inner, path, ids) for item in value]
            left = [item for item in items if item is not GONE]
            return left if len(left) >= min(schema.get("minItems", 0), len(value)) else GONE
        if not path:
            return GONE if value in ids else value
        if not isinstance(value, dict) or path[0] not in value:
            return value
        name, rest = path[0], path[1:]
        inner = resolve(schema.get("properties", {}).get(name, {}), self.document)
        part = self._without(value[name], inner, rest, ids)
        if part is not GONE:
            return {**value, name: part}
        if inner.get("nullable"):
            return {**value, name: None}
        if name in schema.get("required", ()):
            return GONE
        return {key: kept for key, kept in value.items() if key != name}


def _held(value: Any, path: list[str], place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _held(item, path, f"{place}.{index}")
    elif not path:
        if isinstance(value, str):
            yield place, value
    elif isinstance(value, dict):
        inner = f"{place}.{path[0]}" if place else path[0]
        yield from _held(value.get(path[0]), path[1:], inner)
