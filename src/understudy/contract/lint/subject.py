"""What the rules look at: the bundled document, part by part, each with its pointer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from understudy.contract.bundle import Bundle
from understudy.contract.lint.conventions import Conventions
from understudy.contract.model import Contract, OperationSpec, Schema
from understudy.contract.refs import resolve

Pointer = tuple[str | int, ...]
Problem = tuple[Pointer, str]
Part = tuple[Pointer, Mapping[str, Any]]


class Subject:
    """A contract under the lint. Parts that are only a `$ref` are looked at where they stand."""

    def __init__(self, contract: Contract) -> None:
        self._bundle = Bundle(contract.files[0])
        self.contract = contract
        self.document: dict[str, Any] = contract.document
        self.conventions = Conventions.of(contract.document)
        self.by_id = {operation.operation_id: operation for operation in contract.operations}

    def place(self, pointer: Pointer) -> tuple[Path, int]:
        """File and line of a pointer."""
        return self._bundle.place(pointer)

    @property
    def sources(self) -> Mapping[Path, Any]:
        """The data of each file, unbundled but for its references."""
        return {path: source.data for path, source in self._bundle.sources.items()}

    def resolve(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        """The value itself, or the component that its `$ref` leads to."""
        return resolve(value, self.document)

    def operations(self) -> Iterator[tuple[Pointer, OperationSpec]]:
        """Every operation."""
        for operation in self.contract.operations:
            yield ("paths", operation.path, operation.method.lower()), operation

    def parameters(self) -> Iterator[Part]:
        """Every parameter, the components first."""
        yield from self._components("parameters")
        for path, item in self.document["paths"].items():
            yield from _items(("paths", path, "parameters"), item.get("parameters", ()))
        for pointer, operation in self.operations():
            yield from _items((*pointer, "parameters"), operation.raw.get("parameters", ()))

    def bodies(self) -> Iterator[Part]:
        """Every request body."""
        yield from self._components("requestBodies")
        for pointer, operation in self.operations():
            yield from _own((*pointer, "requestBody"), operation.raw.get("requestBody"))

    def answers(self) -> Iterator[Part]:
        """Every answer, the components first."""
        yield from self._components("responses")
        for pointer, operation in self.operations():
            for status, answer in operation.raw["responses"].items():
                yield from _own((*pointer, "responses", status), answer)

    def contents(self) -> Iterator[Part]:
        """The content of every request body and answer, by media type."""
        for parts in (self.bodies(), self.answers()):
            for pointer, part in parts:
                for media_type, media in part.get("content", {}).items():
                    yield (*pointer, "content", media_type), media

    def whole_schemas(self) -> Iterator[Part]:
        """Every schema that is not part of another, but for those of the collections."""
        for name, schema in self.document["components"].get("schemas", {}).items():
            yield ("components", "schemas", name), schema
        for pointer, part in (*self.parameters(), *self.contents(), *self._headers()):
            if "schema" in part:
                yield (*pointer, "schema"), part["schema"]
        for name, shortcut in self.document["x-shortcuts"].items():
            if "parameters" in shortcut:
                yield ("x-shortcuts", name, "parameters"), shortcut["parameters"]

    def schemas(self) -> Iterator[Part]:
        """Every schema at any depth, references included, but for those of the collections."""
        for pointer, schema in self.whole_schemas():
            yield from _nested(pointer, schema)

    def _headers(self) -> Iterator[Part]:
        for pointer, answer in self.answers():
            for name, header in answer.get("headers", {}).items():
                yield (*pointer, "headers", name), header

    def _components(self, kind: str) -> Iterator[Part]:
        for name, part in self.document["components"].get(kind, {}).items():
            yield from _own(("components", kind, name), part)


Rule = Callable[[Subject], Iterator[Problem]]


def _own(pointer: Pointer, part: Mapping[str, Any] | None) -> Iterator[Part]:
    if part is not None and "$ref" not in part:
        yield pointer, part


def _items(pointer: Pointer, parts: Any) -> Iterator[Part]:
    for index, part in enumerate(parts):
        yield from _own((*pointer, index), part)


def _nested(pointer: Pointer, schema: Schema) -> Iterator[Part]:
    yield pointer, schema
    for name, part in schema.get("properties", {}).items():
        yield from _nested((*pointer, "properties", name), part)
    for key in ("items", "not", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from _nested((*pointer, key), schema[key])
    for key in ("allOf", "anyOf", "oneOf"):
        for index, part in enumerate(schema.get(key, ())):
            yield from _nested((*pointer, key, index), part)
