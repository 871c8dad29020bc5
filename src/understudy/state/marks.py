"""Where a schema marks something, found once, so that marked parts can be changed fast."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from understudy import times
from understudy.contract.refs import resolve
from understudy.contract.secret import is_secret

if TYPE_CHECKING:
    from understudy.contract.model import Document, Schema


@dataclass(slots=True, eq=False)
class Node:
    """What is marked below a schema, which has a `mark` if it is marked itself.

    `named`: the properties that are marked or have something marked in them; `each`: the same for
    the items of a list, or for the other properties of an object.
    """

    mark: str | None = None
    named: dict[str, Node] = field(default_factory=dict)
    each: Node | None = None

    def child(self, name: str | int) -> Node:
        """The node of a property or an item."""
        found = self.named.get(name) if isinstance(name, str) else None
        return found or self.each or NOTHING

    def parts(self, value: dict[str, Any]) -> Iterator[tuple[str, Node]]:
        """The properties of an object that may have something marked in them."""
        for name, node in self.named.items():
            if name in value:
                yield name, node
        if self.each is not None:
            yield from ((name, self.each) for name in value if name not in self.named)

    def change(self, value: Any, change: Callable[[Any], Any]) -> Any:
        """The value with each marked part changed; the value itself where that changes nothing."""
        if self.mark is not None:
            return change(value)
        if isinstance(value, dict):
            changed = {
                name: after
                for name, node in self.parts(value)
                if (after := node.change(value[name], change)) is not value[name]
            }
            return {**value, **changed} if changed else value
        if isinstance(value, list) and self.each is not None:
            items = [self.each.change(item, change) for item in value]
            return items if any(a is not b for a, b in zip(items, value, strict=True)) else value
        return value


NOTHING = Node()


def secrets_of(schema: Schema, document: Document) -> Node:
    """The secrets in the values of a schema, marked with how they are kept: `sealed`, as a `hash`,
    or `plain`.
    """
    return _Compiler(document, _kind_of_secret).node(schema) or NOTHING


def times_of(schema: Schema, document: Document) -> Node:
    """The times in the values of a schema."""

    def mark(part: Schema) -> str | None:
        branches = (part, *(resolve(each, document) for each in part.get("anyOf", ())))
        is_time = any(each.get("format") == "date-time" for each in branches)
        return "time" if is_time else None

    return _Compiler(document, mark).node(schema) or NOTHING


def written(moments: Node, value: Any) -> Any:
    """A valid value with its times in the one written form; days stay as they are."""
    return value if moments is NOTHING else moments.change(value, _normalised)


def _kind_of_secret(schema: Schema) -> str | None:
    if not is_secret(schema):
        return None
    kind = schema.get("x-secret")
    return kind if isinstance(kind, str) else "plain"


def _normalised(value: Any) -> Any:
    if not isinstance(value, str) or len(value) == len("2026-01-25"):
        return value
    text = times.normalise(value)
    return value if text == value else text


class _Compiler:
    def __init__(self, document: Document, mark: Callable[[Schema], str | None]) -> None:
        self._document = document
        self._mark = mark
        self._done: dict[int, Node | None] = {}

    def node(self, schema: Schema) -> Node | None:
        """None where nothing is marked."""
        schema = resolve(schema, self._document)
        key = id(schema)
        if key not in self._done:
            # Entered before it is filled, so that a recursive schema finds itself.
            node = self._done[key] = Node(self._mark(schema))
            if node.mark is None and not self._fill(node, schema):
                self._done[key] = None
        return self._done[key]

    def _fill(self, node: Node, schema: Schema) -> bool:
        """Whether anything is marked below."""
        for name, part in schema.get("properties", {}).items():
            found = self.node(part)
            if found is not None:
                node.named[name] = found
        each = schema.get("items", schema.get("additionalProperties"))
        node.each = self.node(each) if isinstance(each, dict) else None
        return bool(node.named) or node.each is not None
