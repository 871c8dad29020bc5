"""A whole scenario file: its head, its objects, and what is wrong with any of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import yaml

from understudy.scenarios.cast import Cast
from understudy.scenarios.compiling import Compiler
from understudy.scenarios.defaults import Defaults
from understudy.scenarios.document import compose, is_null, line, pairs
from understudy.scenarios.drafts import Draft
from understudy.scenarios.numbering import MOST, expand
from understudy.scenarios.ordering import build_order, collection_order
from understudy.scenarios.problems import Problems, hint
from understudy.scenarios.shapes import Shape, lenient
from understudy.scenarios.stored import Counters, StoredCompiler

if TYPE_CHECKING:
    from understudy.contract.model import Contract

STORED = "stored"
"""The part that makes it a file of objects as a store keeps them."""
PARTS = ("scenario", "title", "description", "defaults", STORED, "collections")
REQUIRED = ("scenario", "title")


class Reading:
    """Reads one file; `head`, `shapes` and `drafts`, in the order to make them, are what is found.

    `counters`: those of a file in the stored form, else None. Raises UsageError with all that is
    wrong.
    """

    def __init__(self, contract: Contract, file: str, content: bytes) -> None:
        self.problems = Problems(file)
        self._contract = contract
        self._parts = self._top(compose(content, self.problems))
        self.head = {name: self._text(name) for name in ("scenario", "title", "description")}
        self.shapes = self._shapes()
        self.cast = Cast(self._objects(), self.problems)
        self.counters: Counters | None = None
        self.drafts = self._stored() if STORED in self._parts else self._told()
        self.problems.check()

    def _shapes(self) -> dict[str, Shape]:
        """Those of the collections that the file names."""
        schemas = self._contract.document.get("components", {}).get("schemas", {})
        is_told = STORED not in self._parts
        optional = {"components": {"schemas": lenient(schemas)}} if is_told else {}
        named = {key.value for key, _ in self._mapping("collections", quietly=True)}
        return {
            name: Shape(spec, self._contract.document, optional)
            for name, spec in self._contract.collections.items()
            if name in named
        }

    def _told(self) -> tuple[Draft, ...]:
        """The objects as an author tells them."""
        collections = self._contract.collections
        defaults = Defaults(self._mapping("defaults"), collections, self.cast, self.problems)
        compiler = Compiler(self.cast, self.problems)
        wrong: set[yaml.Node] = set()
        for draft in self.cast.drafts.values():
            before = len(self.problems)
            # Of the objects of one numbered name only the first that is wrong is told.
            if draft.node not in wrong:
                compiler.run(draft)
            if len(self.problems) > before:
                wrong.add(draft.node)
        for draft in self.cast.drafts.values():
            defaults.complete(draft)
        return build_order(self.cast, collection_order(collections), self.problems)

    def _stored(self) -> tuple[Draft, ...]:
        """The objects as a store keeps them."""
        compiler = StoredCompiler(self.cast, self.problems)
        for draft in self.cast.drafts.values():
            compiler.run(draft)
        self.counters = Counters(self._mapping(STORED), self._contract, self.cast, self.problems)
        return tuple(self.cast.drafts.values())

    def _top(self, root: yaml.Node) -> dict[str, tuple[int, yaml.Node]]:
        """The parts of the file, each with the line of its name."""
        if not isinstance(root, yaml.MappingNode):
            self.problems.fail(
                line(root), "the file is not a mapping", "it begins with 'scenario: NAME'"
            )
        parts = {key.value: (line(key), value) for key, value in pairs(root)}
        for name, (at, _) in parts.items():
            if name not in PARTS:
                self.problems.add(at, f"{name!r} is no part of a scenario", hint(name, PARTS))
        if STORED in parts and "defaults" in parts:
            wrong = f"'defaults' has no place next to {STORED!r}"
            self.problems.add(parts["defaults"][0], wrong, "leave it out: objects are whole there")
        for name in REQUIRED:
            if name not in parts:
                self.problems.add(1, f"{name!r} is missing", f"write '{name}: …' at the top")
        return parts

    def _text(self, name: str) -> str:
        at, node = self._parts.get(name, (0, None))
        if node is None:
            return ""
        if isinstance(node, yaml.ScalarNode) and node.value.strip():
            return str(node.value).strip()
        self.problems.add(at, f"{name!r} is no text", f"write '{name}: …'")
        return ""

    def _mapping(
        self, name: str, *, quietly: bool = False
    ) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
        at, node = self._parts.get(name, (0, None))
        if isinstance(node, yaml.MappingNode):
            yield from pairs(node)
        elif node is not None and not is_null(node) and not quietly:
            self.problems.add(
                at, f"{name!r} is not a mapping", "write 'name: …' lines below it, indented"
            )

    def _objects(self) -> Iterator[Draft]:
        for key, node in self._mapping("collections"):
            shape = self.shapes.get(key.value)
            if shape is None:
                wrong = f"there is no collection {key.value!r}"
                self.problems.add(line(key), wrong, hint(key.value, self._contract.collections))
            else:
                yield from self._objects_of(shape, key, node)

    def _objects_of(self, shape: Shape, key: yaml.ScalarNode, node: yaml.Node) -> Iterator[Draft]:
        if isinstance(node, yaml.MappingNode):
            for name, fields in pairs(node):
                for each, number in self._names(name):
                    yield Draft(shape, each, fields, line(name), number=number)
        elif isinstance(node, yaml.SequenceNode):
            for index, fields in enumerate(node.value):
                yield Draft(shape, str(index), fields, line(fields), anonymous=True)
        elif not is_null(node):
            wrong = f"the collection {key.value!r} holds no objects"
            right = "write 'name: {field: value}' or '- {field: value}' lines below it"
            self.problems.add(line(key), wrong, right)

    def _names(self, node: yaml.ScalarNode) -> list[tuple[str, str | None]]:
        if STORED in self._parts:
            return [(node.value, None)]
        try:
            return expand(node.value)
        except ValueError as error:
            self.problems.add(line(node), str(error), f"write a range of 1 to {MOST}, {{1..100}}")
            return []
