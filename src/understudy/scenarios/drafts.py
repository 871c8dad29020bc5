"""An object as a scenario file tells it, before a sandbox's clock and ids fill it in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import yaml

from understudy.scenarios.document import line, pairs
from understudy.scenarios.made import Key, Link, Made, Moment, links
from understudy.scenarios.numbering import numbered

if TYPE_CHECKING:
    from understudy.contract.model import CollectionSpec
    from understudy.scenarios.places import Place
    from understudy.scenarios.shapes import Shape


@dataclass(eq=False)
class Draft:
    """One object: its fields as the store names them, with `Moment`, `Link` and `Made` where they
    are open.

    `begins` is its line in the file. Objects of a list have their index as the name, and nothing
    refers to them by it. `number` is that of an object of a numbered name, `{n}` in its texts.
    `count`: so many objects it stands for, if it is not one; the number is in the name and in the
    texts of each. `aside`: what a file in the stored form says of it beside what is stored.
    """

    shape: Shape
    name: str
    node: yaml.Node
    begins: int
    anonymous: bool = False
    number: str | None = None
    count: int | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    aside: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.key: Key = (self.shape.spec.name, self.name)
        self.size = 1 if self.count is None else self.count

    @property
    def spec(self) -> CollectionSpec:
        """The collection that it belongs to."""
        return self.shape.spec

    @property
    def title(self) -> str:
        """How messages call it: `defects 'login-crash'`, `results number 3`."""
        if self.anonymous:
            return f"{self.spec.name} number {int(self.name) + 1}"
        return f"{self.spec.name} {self.name!r}"

    def text(self, node: yaml.Node) -> str:
        """What is written in a scalar."""
        return numbered(node.value, self.number)

    @cached_property
    def given_id(self) -> tuple[str, int] | None:
        """The id that the file gives it, and the line of that."""
        nodes = pairs(self.node) if isinstance(self.node, yaml.MappingNode) else ()
        given = ((self.text(node), line(key)) for key, node in nodes if key.value == "id")
        return next(given, None)

    def line(self, path: str = "") -> int:
        """The line of a dotted field, or of what is around it if the file does not give it."""
        while path and path not in self._lines:
            path = path.rpartition(".")[0]
        return self._lines.get(path, self.begins)

    def links(self) -> Iterator[Key]:
        """The objects it refers to."""
        return links(self.fields)

    @cached_property
    def _lines(self) -> Mapping[str, int]:
        """The line of everything inside, by the dotted fields (`steps.0.step_number`)."""
        return dict(_lines(self.node, self.shape.place, ""))


def _lines(node: yaml.Node, place: Place, path: str) -> Iterator[tuple[str, int]]:
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            inner = f"{path}.{index}"
            yield inner, line(item)
            yield from _lines(item, place.items, inner)
    elif isinstance(node, yaml.MappingNode):
        for key, value in pairs(node):
            name, inside = place.fields.get(key.value, (key.value, place.other))
            inner = f"{path}.{name}" if path else name
            yield inner, line(key)
            yield from _lines(value, inside, inner)


def is_open(value: Any) -> bool:
    """Whether something in the value is still to be filled in or made."""
    if isinstance(value, dict):
        return any(is_open(part) for part in value.values())
    if isinstance(value, list):
        return any(is_open(part) for part in value)
    return isinstance(value, Moment | Link | Made)


def fill(value: Any, time_of: Callable[[int], Any], id_of: Callable[[Key], str]) -> Any:
    """The value with its times, which `time_of` tells by their offset, and its ids."""
    if isinstance(value, Moment):
        return time_of(value.offset)
    if isinstance(value, Link):
        return id_of(value.key)
    if isinstance(value, dict):
        return {name: fill(part, time_of, id_of) for name, part in value.items()}
    if isinstance(value, list):
        return [fill(part, time_of, id_of) for part in value]
    return value
