"""Where the schemas of operations document values, and which of these are secrets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from understudy.contract.model import Document, OperationSpec, Schema
from understudy.contract.refs import resolve
from understudy.contract.secret import is_secret


@dataclass(slots=True)
class Place:
    """What a schema documents, as far as secrets go. `others`: an object's other properties."""

    is_secret: bool = False
    properties: dict[str, Place] = field(default_factory=dict)
    others: Place | None = None
    items: Place | None = None

    def named(self) -> Iterator[tuple[str, Place]]:
        """Every property at any depth."""
        seen: set[int] = set()
        waiting = [self]
        for place in waiting:
            if id(place) not in seen:
                seen.add(id(place))
                yield from place.properties.items()
                waiting += place.properties.values()
                waiting += [inner for inner in (place.others, place.items) if inner]

    @property
    def holds_secrets(self) -> bool:
        """Whether it is one, or a list or a map of them."""
        seen: set[int] = set()
        waiting = [self]
        for place in waiting:
            if place.is_secret:
                return True
            if id(place) not in seen:
                seen.add(id(place))
                waiting += [inner for inner in (place.others, place.items) if inner]
        return False


@dataclass(frozen=True, slots=True)
class Found:
    """What an operation documents. `parameters`: whether each is a secret, by its name in lower
    case; `answers`: by their status.
    """

    path: str
    parameters: dict[str, bool]
    request: Place | None
    answers: dict[int, Place]

    def named(self) -> Iterator[tuple[str, Place]]:
        """Every parameter, and every property at any depth."""
        for name, hides in self.parameters.items():
            yield name, Place(hides)
        for place in (self.request, *self.answers.values()):
            if place is not None:
                yield from place.named()


class Places:
    """From schemas to places; one that is reached twice, by itself for example, is made once."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._done: dict[int, Place] = {}

    def of(self, operation: OperationSpec) -> Found:
        """What an operation documents."""
        request = operation.request_schema
        return Found(
            operation.path,
            {
                one["name"].lower(): is_secret(resolve(one["schema"], self._document))
                for one in operation.parameters
            },
            self._place(request) if request is not None else None,
            {
                int(status): self._place(answer.schema)
                for status, answer in operation.responses.items()
                if answer.schema is not None and status.isdigit()
            },
        )

    def _place(self, schema: Schema) -> Place:
        schema = resolve(schema, self._document)
        place = self._done.get(id(schema))
        if place is None:
            place = self._done[id(schema)] = Place()
            for part in _parts(schema, self._document):
                self._add(place, part)
        return place

    def _add(self, place: Place, schema: Schema) -> None:
        place.is_secret |= is_secret(schema)
        for name, part in schema.get("properties", {}).items():
            place.properties[name] = self._place(part)
        others, items = schema.get("additionalProperties"), schema.get("items")
        if isinstance(others, dict) and others:
            place.others = self._place(others)
        if isinstance(items, dict) and items:
            place.items = self._place(items)


def _parts(schema: Schema, document: Document) -> Iterable[Schema]:
    """A schema and the alternatives that it is composed of."""
    yield schema
    for key in ("allOf", "anyOf", "oneOf"):
        for part in schema.get(key, ()):
            inner: Mapping[str, Any] = resolve(part, document)
            yield from _parts(inner, document)
