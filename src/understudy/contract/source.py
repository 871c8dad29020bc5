"""One YAML file: its data, where its references are, and the line of every place in it.

The data is what JSON can hold. Times stay text and keys are always text (`200:` is `'200'`).
Whatever a contract has no use for is refused with its line: duplicate keys, merge keys, other tags,
a value that holds itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from understudy.errors import UsageError

_BaseLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"


class _Loader(_BaseLoader):  # type: ignore[misc]
    """The safe loader that takes no text for a time."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag != f"{_TAG}timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


_numbers = yaml.constructor.SafeConstructor()
_SCALARS: dict[str, Callable[[yaml.ScalarNode], Any]] = {
    f"{_TAG}str": lambda node: node.value,
    f"{_TAG}int": _numbers.construct_yaml_int,
    f"{_TAG}float": _numbers.construct_yaml_float,
    f"{_TAG}bool": _numbers.construct_yaml_bool,
    f"{_TAG}null": lambda node: None,
}


@dataclass(frozen=True, slots=True)
class Reference:
    """A `$ref`: the mapping it stands in, its text, its line."""

    holder: dict[str, Any]
    text: str
    line: int


@dataclass(slots=True)
class Source:
    """A file that was read. `references` lists its `$ref`s in the order of the file."""

    path: Path
    content: bytes
    node: yaml.Node
    data: Any = None
    references: list[Reference] = field(default_factory=list)

    def error(self, line: int, message: str) -> UsageError:
        """The error that is to be raised for a line of this file."""
        return UsageError(f"{shown(self.path)}:{line}: {message}")

    def line(self, pointer: Sequence[str | int]) -> int:
        """The line of a place; of the nearest enclosing place if there is none such."""
        node, line = self.node, self.node.start_mark.line
        for part in pointer:
            step = _step(node, str(part))
            if step is None:
                break
            line, node = step
        return int(line) + 1


def shown(path: Path) -> Path:
    """A path as people want to read it: relative to where they are, if it is below."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def read(path: Path) -> Source:
    """Read a YAML file. Raises UsageError with file and line."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{shown(path)}: cannot be read: {error.strerror or error}") from None
    try:
        node = yaml.compose(content, _Loader)
    except yaml.YAMLError as error:
        line, problem = _explain(error)
        raise UsageError(f"{shown(path)}:{line}: not valid YAML: {problem}") from None
    if node is None:
        raise UsageError(f"{shown(path)}:1: the file is empty")
    source = Source(path, content, node)
    source.data = _Construction(source).value(node)
    return source


def split_pointer(pointer: str) -> list[str]:
    """`/paths/~1folders` → `["paths", "/folders"]`."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def join_pointer(parts: Sequence[str | int]) -> str:
    """`["paths", "/folders"]` → `/paths/~1folders`; `/` for the whole."""
    return "/" + "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def _step(node: yaml.Node, part: str) -> tuple[int, yaml.Node] | None:
    """The line of the key (or item) and the node behind it."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == part:
                return key.start_mark.line, value
    if isinstance(node, yaml.SequenceNode) and part.isdigit() and int(part) < len(node.value):
        item = node.value[int(part)]
        return item.start_mark.line, item
    return None


def _explain(error: yaml.YAMLError) -> tuple[int, str]:
    """The line, and what is wrong there."""
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable"
    context = getattr(error, "context", None)
    return mark.line + 1 if mark else 1, f"{context}, {problem}" if context else problem


class _Construction:
    """Builds the data of one source.

    PyYAML's own constructor takes twice the time and lets a duplicate key win in silence.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._open: set[int] = set()

    def value(self, node: yaml.Node) -> Any:
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if id(node) in self._open:
            raise self._error(node, "this value holds itself")
        self._open.add(id(node))
        if isinstance(node, yaml.MappingNode):
            built: Any = self._mapping(node)
        else:
            built = [self.value(item) for item in node.value]
        self._open.discard(id(node))
        return built

    def _scalar(self, node: yaml.ScalarNode) -> Any:
        construct = _SCALARS.get(node.tag)
        if construct is None:
            tag = node.tag.replace(_TAG, "!!")
            raise self._error(node, f"{tag} is not a type that JSON has; quote the value")
        try:
            return construct(node)
        except (KeyError, ValueError):
            raise self._error(node, f"{node.value!r} does not fit its tag") from None

    def _mapping(self, node: yaml.MappingNode) -> dict[str, Any]:
        built: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self._error(key, "a key must be text")
            if key.tag == f"{_TAG}merge":
                raise self._error(key, "merge keys are not supported; use a $ref")
            if key.value in built:
                raise self._error(key, f"the key {key.value!r} occurs twice")
            built[key.value] = self.value(value)
            if key.value == "$ref" and isinstance(value, yaml.ScalarNode):
                reference = Reference(built, value.value, value.start_mark.line + 1)
                self._source.references.append(reference)
        return built

    def _error(self, node: yaml.Node, message: str) -> UsageError:
        return self._source.error(node.start_mark.line + 1, message)
