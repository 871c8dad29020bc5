"""References that a file gives once for all: `defaults: {workspace: acme-qa}`.

They hold for the objects whose collection has that reference and that do not give it themselves. An
object that refers to another one takes it from there first: a test case follows its plan into
another workspace.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import yaml

from understudy.scenarios.document import line
from understudy.scenarios.drafts import Draft
from understudy.scenarios.made import Link
from understudy.scenarios.places import alias
from understudy.scenarios.problems import Problems, hint

if TYPE_CHECKING:
    from understudy.contract.model import CollectionSpec
    from understudy.scenarios.cast import Cast


class Defaults:
    """The defaults of a scenario; what is wrong with them goes to `problems`."""

    def __init__(
        self,
        given: Mapping[str, tuple[yaml.ScalarNode, yaml.Node]],
        collections: Mapping[str, CollectionSpec],
        cast: Cast,
        problems: Problems,
    ) -> None:
        self._cast = cast
        self._problems = problems
        self._fields = {spec.name: _readable(spec) for spec in collections.values()}
        self._links: dict[str, dict[str, Link]] = {}
        for key, node in given.values():
            self._links[key.value] = self._read(key, node, collections.values())

    def complete(self, draft: Draft) -> None:
        """Give the object the references that it leaves out."""
        for name, field in self._fields[draft.spec.name].items():
            if name in self._links and field not in draft.fields:
                value = self._nearest(draft, name)
                if value is not None:
                    draft.fields[field] = value

    def _read(
        self, key: yaml.ScalarNode, node: yaml.Node, specs: Iterable[CollectionSpec]
    ) -> dict[str, Link]:
        """The object that is meant, for each collection that the reference can lead to."""
        targets = {
            spec.references[field]
            for spec in specs
            for name, field in self._fields[spec.name].items()
            if name == key.value
        }
        if not targets:
            known = sorted({name for names in self._fields.values() for name in names})
            wrong = f"the default {key.value!r} is no reference of any collection"
            self._problems.add(line(key), wrong, hint(key.value, known))
            return {}
        text = node.value if isinstance(node, yaml.ScalarNode) else ""
        found = {target: self._cast.find(target, text) for target in sorted(targets)}
        if not any(found.values()):
            self._problems.add(line(node), *self._cast.absence(min(targets), text))
        return {target: Link(object_key) for target, object_key in found.items() if object_key}

    def _nearest(self, draft: Draft, name: str) -> Any:
        """What the first object in the line of those referred to gives, else the file's default."""
        target = draft.spec.references[self._fields[draft.spec.name][name]]
        passed: set[Draft] = set()
        while draft not in passed:
            passed.add(draft)
            field = self._fields[draft.spec.name][name]
            if field in draft.fields:
                return draft.fields[field]
            parents = (self._cast.owner(key) for key in draft.links())
            draft = next(
                (one for one in parents if one and name in self._fields[one.spec.name]), draft
            )
        return self._links[name].get(target)


def _readable(spec: CollectionSpec) -> dict[str, str]:
    """Readable name → field, for the references of an object itself."""
    return {alias(field): field for field in spec.references if "." not in field}
