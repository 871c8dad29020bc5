"""Which fields the contract knows. An object with `additionalProperties` may hold any others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from understudy.contract.model import Document, Schema
from understudy.contract.refs import resolve

_COMPOSED = {"allOf", "anyOf", "oneOf", "not"}


Path = tuple[str | int, ...]


class KnownFields:
    """The documented fields of a schema, at any depth."""

    def __init__(self, schema: Schema, document: Document) -> None:
        self._shape = _Compiler(document).shape(schema) or _Shape()

    def unknown(self, value: Any) -> list[str]:
        """The undocumented fields, nested ones dotted."""
        return [".".join(map(str, path)) for path in _unknown(self._shape, value)]

    def strip(self, value: Any) -> Any:
        """The value without undocumented fields: the same object if there are none, else a copy."""
        paths = _unknown(self._shape, value)
        return _without(value, paths) if paths else value


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


def _unknown(shape: _Shape, value: Any) -> list[Path]:
    """The places of the undocumented fields; without recursion, for a client nests as it likes."""
    found: list[Path] = []
    waiting: list[tuple[_Shape, Any, Path]] = [(shape, value, ())]
    for shape, value, path in waiting:
        if isinstance(value, dict):
            if shape.closed and not value.keys() <= shape.names:
                found += ((*path, name) for name in value if name not in shape.names)
            for name, inner in shape.inner:
                if name in value:
                    waiting.append((inner, value[name], (*path, name)))
            if shape.each is not None:
                others = (name for name in value if name not in shape.names)
                waiting += ((shape.each, value[name], (*path, name)) for name in others)
        elif isinstance(value, list) and shape.each is not None:
            waiting += ((shape.each, item, (*path, index)) for index, item in enumerate(value))
    return found


def _without(value: Any, paths: list[Path]) -> Any:
    """A value without these fields; it shares with the original what has lost none."""
    top = value.copy()
    copies = {id(top)}
    for path in paths:
        holder = top
        for part in path[:-1]:
            child = holder[part]
            if id(child) not in copies:
                child = holder[part] = child.copy()
                copies.add(id(child))
            holder = child
        del holder[path[-1]]
    return top
