"""The objects of a file and of those that it extends, as one table for each collection.

An object of the same name takes the later file's fields over the earlier one's; `name: null`
removes it, and a collection that is null loses all of them. Lists are appended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

import yaml

from understudy.scenarios.document import is_null, line, pairs, scalar
from understudy.scenarios.layers import STORED, Layer
from understudy.scenarios.numbering import (
    MOST,
    MOST_COUNTED,
    MOST_IN_ALL,
    expand,
    is_numbered,
)
from understudy.scenarios.problems import Line, Problems, hint

if TYPE_CHECKING:
    from understudy.scenarios.shapes import Shape

COUNT = "$count"
"""The field that makes many objects of one."""


@dataclass(slots=True)
class Entry:
    """An object as the files tell it.

    `count`: how many it stands for, one for each number in its name; None for one object. `layer`:
    the number of the last file that says something of it.
    """

    name: str
    node: yaml.Node
    at: Line
    layer: int
    anonymous: bool = False
    number: str | None = None
    count: int | None = None


class Merging:
    """Merges the collections of some files, the one that is extended first."""

    def __init__(
        self, layers: Iterable[Layer], shapes: Mapping[str, Shape], problems: Problems
    ) -> None:
        self._problems = problems
        self._shapes = shapes
        self._merged: dict[tuple[int, int], yaml.MappingNode] = {}
        self._tables: dict[str, dict[str, Entry]] = {}
        self._layer = 0
        self._expanded = 0
        for self._layer, layer in enumerate(layers):
            for key, node in layer.mapping("collections", problems):
                if key.value in shapes:
                    self._take(key, node, is_stored=STORED in layer.parts)
                else:
                    wrong = f"there is no collection {key.value!r}"
                    problems.add(line(key), wrong, hint(key.value, shapes))
        self._limit()

    def __iter__(self) -> Iterator[tuple[str, Entry]]:
        """Each object with the name of its collection."""
        for collection, table in self._tables.items():
            for entry in table.values():
                yield collection, entry

    def _take(self, key: yaml.ScalarNode, node: yaml.Node, *, is_stored: bool) -> None:
        table = self._tables.setdefault(key.value, {})
        if is_null(node):
            table.clear()
        elif isinstance(node, yaml.ScalarNode):
            wrong = f"the collection {key.value!r} holds no objects"
            right = "write 'name: {field: value}' or '- {field: value}' lines below it"
            self._problems.add(line(key), wrong, right)
        elif isinstance(node, yaml.SequenceNode):
            self._append(table, node)
        else:
            assert isinstance(node, yaml.MappingNode)
            for name, fields in pairs(node):
                for each, number in [(name.value, None)] if is_stored else self._names(name):
                    entry = Entry(each, fields, line(name), self._layer, number=number)
                    self._put(table, key.value, entry)

    def _append(self, table: dict[str, Entry], node: yaml.SequenceNode) -> None:
        for fields in node.value:
            name = str(len(table))
            table[name] = Entry(name, fields, line(fields), self._layer, anonymous=True)

    def _names(self, node: yaml.ScalarNode) -> list[tuple[str, str | None]]:
        try:
            found = expand(node.value)
        except ValueError as error:
            self._problems.add(line(node), str(error), f"write a range of 1 to {MOST}, {{1..100}}")
            return []
        self._expanded += len(found)
        if self._expanded > MOST_IN_ALL:
            self._fail_for_size(line(node))
        return found

    def _limit(self) -> None:
        """Tell where there are too many objects: a short file may ask for more than fit."""
        total = 0
        for _, entry in self:
            total += 1 if entry.count is None else entry.count
            if total > MOST_IN_ALL:
                self._fail_for_size(entry.at)

    def _fail_for_size(self, at: Line) -> NoReturn:
        right = "make fewer of them"
        self._problems.fail(at, f"with these there are more than {MOST_IN_ALL:,} objects", right)

    def _put(self, table: dict[str, Entry], collection: str, entry: Entry) -> None:
        before = table.get(entry.name)
        if is_null(entry.node) and self._layer:
            if before is None or before.layer == self._layer:
                wrong = f"{collection} {entry.name!r} is not there to be removed"
                right = hint(entry.name, [one.name for one in table.values() if not one.anonymous])
                self._problems.add(entry.at, wrong, right)
            else:
                del table[entry.name]
            return
        if before is not None and before.layer == self._layer:
            if before.number or entry.number:  # else the document has told it
                wrong = f"{collection} {entry.name!r} is given twice, first in line {before.at}"
                self._problems.add(entry.at, wrong, "choose another name or another range")
            return
        if before is not None:
            entry.node = self._over(collection, before.node, entry.node)
            entry.number = entry.number or before.number
        self._count(collection, entry)
        table[entry.name] = entry

    def _over(self, collection: str, below: yaml.Node, above: yaml.Node) -> yaml.Node:
        """The fields of one object over those of another."""
        if not isinstance(below, yaml.MappingNode) or not isinstance(above, yaml.MappingNode):
            return above
        known = self._merged.get((id(below), id(above)))
        if known is None:
            fields = self._shapes[collection].place.fields
            merged = {
                fields.get(key.value, (key.value,))[0]: (key, value)
                for node in (below, above)
                for key, value in pairs(node)
            }
            marks = (above.start_mark, above.end_mark)
            known = yaml.MappingNode(above.tag, [*merged.values()], *marks)
            self._merged[id(below), id(above)] = known
        return known

    def _count(self, collection: str, entry: Entry) -> None:
        """Take up how many objects it stands for."""
        nodes = pairs(entry.node) if isinstance(entry.node, yaml.MappingNode) else ()
        found = next(((key, node) for key, node in nodes if key.value == COUNT), None)
        if found is None:
            return
        key, node = found
        count = scalar(node) if isinstance(node, yaml.ScalarNode) else None
        if type(count) is not int or not 0 <= count <= MOST_COUNTED:
            wrong = f"{collection} {entry.name!r} has no number of objects"
            self._problems.add(line(key), wrong, f"write '{COUNT}: …', 0 to {MOST_COUNTED}")
            count = 1
        elif entry.number is not None:
            wrong = f"{collection} {entry.name!r} has a range and {COUNT}"
            self._problems.add(line(key), wrong, "keep one of them")
        elif not is_numbered(entry.name):
            wrong = f"{collection} {entry.name!r} would be {count} objects of one name"
            self._problems.add(entry.at, wrong, f"put the number into it, '{entry.name}-{{n}}'")
        else:
            entry.count = count
