"""A tree of path segments: literal ones before parameters, as OpenAPI says."""

from __future__ import annotations

from typing import Generic, TypeVar
from urllib.parse import unquote

Target = TypeVar("Target")
Methods = dict[str, Target]


class _Node(Generic[Target]):
    __slots__ = ("literals", "methods", "parameter")

    def __init__(self) -> None:
        self.literals: dict[str, _Node[Target]] = {}
        self.parameter: _Node[Target] | None = None
        self.methods: Methods[Target] | None = None


class Routes(Generic[Target]):
    """From a path to what its methods do."""

    def __init__(self) -> None:
        self._root: _Node[Target] = _Node()
        self._static: dict[str, tuple[Methods[Target], tuple[str, ...]]] = {}

    def add(self, method: str, template: str, target: Target) -> None:
        """Let a method (upper case) of a path template, `/plans/{plan_id}`, lead to a target."""
        node = self._root
        for segment in template.split("/"):
            if segment.startswith("{"):
                node.parameter = node.parameter or _Node()
                node = node.parameter
            else:
                node = node.literals.setdefault(segment, _Node())
        node.methods = node.methods or {}
        node.methods[method] = target
        if "{" not in template:
            self._static[template] = (node.methods, ())

    def find(self, path: str) -> tuple[Methods[Target], tuple[str, ...]] | None:
        """The methods of a path as it was sent, still percent-encoded, and its parameters' values
        in order.
        """
        return self._static.get(path) or self._walk(self._root, path.split("/"), 0)

    def _walk(
        self, node: _Node[Target], segments: list[str], depth: int
    ) -> tuple[Methods[Target], tuple[str, ...]] | None:
        while depth < len(segments):
            segment = segments[depth]
            depth += 1
            literal, parameter = node.literals.get(segment), node.parameter
            if parameter is None:
                if literal is None:
                    return None
                node = literal
                continue
            if literal is not None:
                found = self._walk(literal, segments, depth)
                if found is not None:
                    return found
            if not segment:
                return None
            value = unquote(segment) if "%" in segment else segment
            if depth == len(segments):
                return (parameter.methods, (value,)) if parameter.methods else None
            found = self._walk(parameter, segments, depth)
            return (found[0], (value, *found[1])) if found else None
        return (node.methods, ()) if node.methods else None
