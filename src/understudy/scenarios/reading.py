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

if TYPE_CHECKING:
    from understudy.contract.model import CollectionSpec, Contract

PARTS = ("scenario", "title", "description", "defaults", "collections")
REQUIRED = ("scenario", "title")


class Reading:
    """Reads one file; `head`, `shapes` and `drafts`, in the order to make them, are what is found.

    Raises UsageError with all that is wrong.
    """

    def __init__(self, contract: Contract, file: str, content: bytes) -> None:
        self.problems = Problems(file)
        self._collections = contract.collections
        self._parts = self._top(compose(content, self.problems))
        self.head = {name: self._text(name) for name in ("scenario", "title", "description")}
        self.cast = Cast(self._objects(), self.problems)
        used = {draft.spec.name: draft.spec for draft in self.cast.drafts.values()}
        schemas = contract.document.get("components", {}).get("schemas", {})
        optional = {"components": {"schemas": lenient(schemas)}}
        self.shapes = {
            name: Shape(spec, contract.document, optional) for name, spec in used.items()
        }
        self._compile()
        self.drafts = build_order(self.cast, collection_order(self._collections), self.problems)
        self.problems.check()

    def _compile(self) -> None:
        defaults = Defaults(self._mapping("defaults"), self._collections, self.cast, self.problems)
        wrong: set[yaml.Node] = set()
        for draft in self.cast.drafts.values():
            before = len(self.problems)
            # Of the objects of one numbered name only the first that is wrong is told.
            if draft.node not in wrong:
                Compiler(draft, self.shapes[draft.spec.name], self.cast, self.problems).run()
            if len(self.problems) > before:
                wrong.add(draft.node)
        for draft in self.cast.drafts.values():
            defaults.complete(draft)

    def _top(self, root: yaml.Node) -> dict[str, tuple[int, yaml.Node]]:
        """The parts of the file, each with the line of its name."""
        if not isinstance(root, yaml.MappingNode):
            self.problems.fail(
                line(root), "the file is not a mapping", "it begins with 'scenario: NAME'"
            )
        parts = {}
        for key, value in pairs(root):
            if key.value in PARTS:
                parts[key.value] = line(key), value
            else:
                self.problems.add(
                    line(key), f"{key.value!r} is no part of a scenario", hint(key.value, PARTS)
                )
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

    def _mapping(self, name: str) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
        at, node = self._parts.get(name, (0, None))
        if isinstance(node, yaml.MappingNode):
            yield from pairs(node)
        elif node is not None and not is_null(node):
            self.problems.add(
                at, f"{name!r} is not a mapping", "write 'name: …' lines below it, indented"
            )

    def _objects(self) -> Iterator[Draft]:
        for key, node in self._mapping("collections"):
            spec = self._collections.get(key.value)
            if spec is None:
                wrong = f"there is no collection {key.value!r}"
                self.problems.add(line(key), wrong, hint(key.value, self._collections))
            else:
                yield from self._objects_of(spec, key, node)

    def _objects_of(
        self, spec: CollectionSpec, key: yaml.ScalarNode, node: yaml.Node
    ) -> Iterator[Draft]:
        if isinstance(node, yaml.MappingNode):
            for name, fields in pairs(node):
                for each, number in self._names(name):
                    yield Draft(spec, each, fields, line(name), number=number)
        elif isinstance(node, yaml.SequenceNode):
            for index, fields in enumerate(node.value):
                yield Draft(spec, str(index), fields, line(fields), anonymous=True)
        elif not is_null(node):
            wrong = f"the collection {key.value!r} holds no objects"
            self.problems.add(
                line(key),
                wrong,
                "write 'name: {field: value}' or '- {field: value}' lines below it",
            )

    def _names(self, node: yaml.ScalarNode) -> list[tuple[str, str | None]]:
        try:
            return expand(node.value)
        except ValueError as error:
            self.problems.add(line(node), str(error), f"write a range of 1 to {MOST}, {{1..100}}")
            return []
