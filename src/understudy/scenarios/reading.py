"""A whole scenario: its head, its parameters, its objects, and what is wrong with any of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import yaml

from understudy.scenarios.beginning import Beginning, read_beginning
from understudy.scenarios.cast import Cast
from understudy.scenarios.compiling import Compiler
from understudy.scenarios.defaults import Defaults
from understudy.scenarios.drafts import Draft
from understudy.scenarios.layers import HEAD, STORED, Layer
from understudy.scenarios.merging import Merging
from understudy.scenarios.ordering import build_order, collection_order
from understudy.scenarios.parameters import Parameter, declared, values
from understudy.scenarios.shapes import Shape, lenient
from understudy.scenarios.stored import Counters, StoredCompiler
from understudy.scenarios.substituting import substitute

if TYPE_CHECKING:
    from collections.abc import Sequence

    from understudy.contract.model import Contract
    from understudy.scenarios.problems import Problems

SUBSTITUTED = ("clock", "faults", "defaults", "collections")
"""The parts in which `${parameter}` stands for its value."""


class Reading:
    """Reads a file and what it extends; `head`, `parameters`, `values`, `beginning`, `shapes` and
    `drafts`, in the order to make them, are what is found.

    `layers`: the files, the one that is extended first. `counters`: those of a file in the stored
    form, else None. `wrong`: where the objects stand with which something is wrong; what it is went
    to `problems`, and is for the caller to raise.
    """

    def __init__(
        self,
        contract: Contract,
        layers: Sequence[Layer],
        given: Mapping[str, Any],
        problems: Problems,
    ) -> None:
        self.problems = problems
        self._contract = contract
        self._layers = layers
        last = layers[-1]
        self.head = {name: last.text(name, problems) for name in HEAD}
        self.parameters: dict[str, Parameter] = declared(
            [one.mapping("parameters", problems) for one in layers], problems
        )
        self.values = self._values(given)
        self.is_stored = STORED in last.parts
        self.shapes = self._shapes()
        self.cast = Cast(self._objects(), problems)
        self.beginning: Beginning = read_beginning(contract, layers, problems)
        self.counters: Counters | None = None
        self.wrong: set[yaml.Node] = set()
        self.drafts = self._stored() if self.is_stored else self._told()

    def _values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The values of the parameters, which are put into the files."""
        if self.problems and given:
            self.problems.check()
        found = values(self.parameters, given, self.problems.file)
        for layer in self._layers:
            if STORED not in layer.parts:
                for name in SUBSTITUTED:
                    if name in layer.parts:
                        at, node = layer.parts[name]
                        layer.parts[name] = at, substitute(node, found, self.problems)
        return found

    def _shapes(self) -> dict[str, Shape]:
        """Those of all collections; what is in them is worked out where it is asked for."""
        schemas = self._contract.document.get("components", {}).get("schemas", {})
        optional = {} if self.is_stored else {"components": {"schemas": lenient(schemas)}}
        return {
            name: Shape(spec, self._contract.document, optional)
            for name, spec in self._contract.collections.items()
        }

    def _told(self) -> tuple[Draft, ...]:
        """The objects as an author tells them."""
        collections = self._contract.collections
        given = {
            key.value: (key, node)
            for layer in self._layers
            for key, node in layer.mapping("defaults", self.problems)
        }
        defaults = Defaults(given, collections, self.cast, self.problems)
        compiler = Compiler(self.cast, self.problems)
        for draft in self.cast.drafts.values():
            before = len(self.problems)
            # Of the objects of one numbered name only the first that is wrong is told.
            if draft.node not in self.wrong:
                compiler.run(draft)
            if len(self.problems) > before:
                self.wrong.add(draft.node)
        for draft in self.cast.drafts.values():
            defaults.complete(draft)
        return build_order(self.cast, collection_order(collections), self.problems)

    def _stored(self) -> tuple[Draft, ...]:
        """The objects as a store keeps them."""
        compiler = StoredCompiler(self.cast, self.problems)
        for draft in self.cast.drafts.values():
            compiler.run(draft)
        given = self._layers[-1].mapping(STORED, self.problems)
        self.counters = Counters(given, self._contract, self.cast, self.problems)
        return tuple(self.cast.drafts.values())

    def _objects(self) -> Iterator[Draft]:
        for collection, one in Merging(self._layers, self.shapes, self.problems):
            yield Draft(
                self.shapes[collection],
                one.name,
                one.node,
                one.at,
                anonymous=one.anonymous,
                number=one.number,
                count=None if self.is_stored else one.count,
            )
