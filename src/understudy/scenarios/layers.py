"""A scenario file and those that it extends, one below the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from understudy.errors import UsageError
from understudy.scenarios.document import compose, is_null, line, pairs
from understudy.scenarios.problems import Line, Problems, hint

STORED = "stored"
"""The part that makes it a file of objects as a store keeps them."""
HEAD = ("scenario", "title", "description")
PARTS = (
    *HEAD,
    "extends",
    "parameters",
    "clock",
    "faults",
    "defaults",
    STORED,
    "collections",
)
REQUIRED = ("scenario", "title")
ALONE = ("extends", "parameters", "clock", "faults", "defaults")
"""Parts that have no place in a file of stored objects."""

Found = tuple[str, Path]
Find = Callable[[str, Path | None], Found]
"""Gives the name for messages and the path of what a file extends, by what it says and where it
lies itself. Raises UsageError with what is wrong and what would be right, or OSError.
"""


@dataclass(slots=True)
class Layer:
    """One file. `parts`: what it has, each with the line of its name."""

    file: str
    path: Path | None
    content: bytes
    parts: dict[str, tuple[Line, yaml.Node]]

    def mapping(
        self, name: str, problems: Problems | None = None
    ) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
        """What a part names; nothing where it is missing. What is no mapping goes to `problems`."""
        at, node = self.parts.get(name, (None, None))
        if isinstance(node, yaml.MappingNode):
            yield from pairs(node)
        elif at is not None and node is not None and not is_null(node) and problems is not None:
            right = "write 'name: …' lines below it, indented"
            problems.add(at, f"{name!r} is not a mapping", right)

    def text(self, name: str, problems: Problems) -> str:
        """The text of a part; `""` where it is missing."""
        if name not in self.parts:
            return ""
        at, node = self.parts[name]
        if isinstance(node, yaml.ScalarNode) and node.value.strip():
            return str(node.value).strip()
        problems.add(at, f"{name!r} is no text", f"write '{name}: …'")
        return ""


def read_layers(
    content: bytes, file: str, path: Path | None, find: Find, problems: Problems
) -> list[Layer]:
    """The file and what it extends; what extends nothing is first, the file itself is last.

    What is wrong goes to `problems`; raises UsageError where there is nothing to go on with.
    """
    layers = [_read(content, file, path, problems)]
    seen = [path.resolve()] if path else []
    while "extends" in layers[0].parts:
        parent = _parent(layers[0], find, problems)
        if parent is None:
            break
        shown, below = parent
        at, _ = layers[0].parts["extends"]
        if below.resolve() in seen:
            circle = " → ".join([*(one.file for one in reversed(layers)), shown])
            problems.fail(at, f"these extend each other in a circle: {circle}", "remove one")
        seen.append(below.resolve())
        try:
            layers.insert(0, _read(below.read_bytes(), shown, below, problems))
        except OSError as error:
            reason = error.strerror or error
            problems.fail(at, f"{shown} cannot be read: {reason}", "extend a file that is there")
        if STORED in layers[0].parts:
            wrong = f"{shown} is an export, whose objects are whole"
            problems.fail(at, wrong, "load that, and change it through the API or the control API")
    return layers


def _parent(layer: Layer, find: Find, problems: Problems) -> Found | None:
    name = layer.text("extends", problems)
    if not name:
        return None
    try:
        return find(name, layer.path)
    except UsageError as error:
        wrong, _, right = str(error).partition("; ")
        problems.fail(layer.parts["extends"][0], wrong, right)


def _read(content: bytes, file: str, path: Path | None, problems: Problems) -> Layer:
    root = compose(content, problems, file)
    if not isinstance(root, yaml.MappingNode):
        problems.fail(line(root), "the file is not a mapping", "it begins with 'scenario: NAME'")
    parts = {key.value: (line(key), value) for key, value in pairs(root)}
    for name, (at, _) in parts.items():
        if name not in PARTS:
            problems.add(at, f"{name!r} is no part of a scenario", hint(name, PARTS))
    if STORED in parts:
        for name in ALONE:
            if name in parts:
                wrong = f"{name!r} has no place next to {STORED!r}"
                problems.add(parts[name][0], wrong, "leave it out: objects are whole there")
    for name in REQUIRED:
        if name not in parts:
            right = f"write '{name}: …' at the top"
            problems.add(Line.of(1, file), f"{name!r} is missing", right)
    return Layer(file, path, content, parts)
