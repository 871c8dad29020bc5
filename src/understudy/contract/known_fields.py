"""Which fields the contract knows. An object with `additionalProperties` may hold any others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from understudy.contract.model import Document, Schema
from understudy.contract.refs import resolve

_COMPOSED = {"allOf", "anyOf", "oneOf", "not"}


class KnownFields:
    """The documented fields of a schema, at any depth."""

    def __init__(self, schema: Schema, document: Document) -> None:
        self._shape = _Compiler(document).shape(schema) or _Shape()

    def unknown(self, value: Any) -> list[str]:
        """The undocumented fields, nested ones dotted."""
        return [*_unknown(self._shape, value, "")]

    def strip(self, value: Any) -> Any:
        """The value without undocumented fields: the same object if there are none, else a copy."""
        return _strip(self._shape, value)


@dataclass(slots=True)
class _Shape:
    """What there is to check in a schema's values.

    `names`: the properties of an object; `closed`: it has no others; `inner`: the shapes of those
    that have one; `each`: the shape of a list's items, or of an open object's other values.
    """

    names: frozenset[str] = frozenset()
    closed: bool = False
    inner: tuple[tuple[str, _Shape], ...] = ()
    each: _Shape | None = None


class _Compiler:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._done: dict[int, _Shape | None] = {}

    def shape(self, schema: Schema) -> _Shape | None:
        """None where there is nothing to check: scalars, free-form values, compositions."""
        schema = resolve(schema, self._document)
        key = id(schema)
        if key not in self._done:
            # Entered before it is filled, so that a recursive schema finds itself.
            shape = self._done[key] = _Shape()
            if _COMPOSED & schema.keys() or not self._fill(shape, schema):
                self._done[key] = None
        return self._done[key]

    def _fill(self, shape: _Shape, schema: Schema) -> bool:
        """Whether there is anything to check."""
        properties = schema.get("properties", {})
        others = schema.get("additionalProperties", not properties)
        each = schema.get("items", others)
        inner = [(name, self.shape(found)) for name, found in properties.items()]
        shape.names = frozenset(properties)
        shape.closed = not others and others != {}
        shape.inner = tuple((name, found) for name, found in inner if found is not None)
        shape.each = self.shape(each) if isinstance(each, dict) else None
        return shape.closed or bool(shape.inner) or shape.each is not None


def _unknown(shape: _Shape, value: Any, prefix: str) -> Iterator[str]:
    if isinstance(value, dict):
        if shape.closed:
            yield from (f"{prefix}{name}" for name in value if name not in shape.names)
        for name, inner in _parts(shape, value):
            yield from _unknown(inner, value[name], f"{prefix}{name}.")
    elif isinstance(value, list) and shape.each is not None:
        for index, item in enumerate(value):
            yield from _unknown(shape.each, item, f"{prefix}{index}.")


def _strip(shape: _Shape, value: Any) -> Any:
    if isinstance(value, dict):
        result = value
        if shape.closed and not value.keys() <= shape.names:
            result = {name: part for name, part in value.items() if name in shape.names}
        for name, inner in _parts(shape, value):
            kept = _strip(inner, value[name])
            if kept is not value[name]:
                result = {**result, name: kept}
        return result
    if isinstance(value, list) and shape.each is not None:
        items = [_strip(shape.each, item) for item in value]
        return (
            items if any(new is not old for new, old in zip(items, value, strict=True)) else value
        )
    return value


def _parts(shape: _Shape, value: dict[str, Any]) -> Iterator[tuple[str, _Shape]]:
    """The values of an object that are to be checked themselves."""
    for name, inner in shape.inner:
        if name in value:
            yield name, inner
    if shape.each is not None:
        yield from ((name, shape.each) for name in value if name not in shape.names)
