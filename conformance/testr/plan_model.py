"""What plans with folders and test cases are, in the fewest words, to compare a backend with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .trees import CASE_FIELDS, FOLDER_FIELDS, Thing, shape


@dataclass(slots=True)
class Node:
    """A folder or a test case. `place`: the folder that it is in, None for none."""

    name: str
    place: str | None
    order: int


Nodes = dict[str, Node]
"""Folders, or test cases, by id, the oldest first."""


@dataclass(slots=True)
class Plan:
    """A plan's own fields, and what it holds."""

    fields: dict[str, Any]
    folders: Nodes = field(default_factory=dict)
    cases: Nodes = field(default_factory=dict)

    def is_a_tree_with(self, places: Mapping[str, str | None]) -> bool:
        """Whether each folder can still be reached from the root once these were moved."""
        where = {id: one.place for id, one in self.folders.items()} | dict(places)
        reached: set[str | None] = {None}
        while found := {id for id in where if id not in reached and where[id] in reached}:
            reached |= found
        return reached >= where.keys()

    def tree(self) -> Thing:
        """The plan's tree, in the fields that the contract gives it."""
        return {"folders": self._folders_in(None), "root_test_cases": self._cases_in(None)}

    def _folders_in(self, place: str | None) -> list[Thing]:
        return [
            {
                **dict(zip(FOLDER_FIELDS, told, strict=True)),
                "children": self._folders_in(told[0]),
                "test_cases": self._cases_in(told[0]),
            }
            for told in _in_order(self.folders, place)
        ]

    def _cases_in(self, place: str | None) -> list[Thing]:
        return [dict(zip(CASE_FIELDS, told, strict=True)) for told in _in_order(self.cases, place)]


def next_order(nodes: Nodes, place: str | None) -> int:
    """The `display_order` of the next one in a place."""
    return max((one.order for one in nodes.values() if one.place == place), default=-1) + 1


def _in_order(nodes: Nodes, place: str | None) -> list[tuple[str, str, str | None, int]]:
    found = [
        (id, one.name, one.place, one.order) for id, one in nodes.items() if one.place == place
    ]
    return sorted(found, key=lambda told: told[3])


@dataclass(frozen=True, slots=True)
class Done:
    """What was done last: `what`, and the ids that the request named, renamed ones apart."""

    what: str
    named: frozenset[str] = frozenset()
    renamed: frozenset[str] = frozenset()


def blame(plan: Plan, tree: Thing, done: Done) -> str | None:
    """The rule of the sentence that a tree breaks; None where that is not clear."""
    if done.what in OF_ITS_OWN:
        return OF_ITS_OWN[done.what]
    found, expected = dict(_told(tree)), dict(_told(plan.tree()))
    for id, should in expected.items():
        is_folder = id in plan.folders
        if id not in found:
            return "TREE-01" if is_folder else "TREE-02"
        for what in ("name", "place", "order"):
            if getattr(found[id], what) != getattr(should, what):
                own = _of_node(what, id, should, done)
                return own or ("TREE-01" if is_folder else "TREE-02")
    if found.keys() != expected.keys():
        return None
    if shape(tree) == shape(plan.tree()):
        return "TREE-06"
    orders = [[one["display_order"] for one in siblings] for siblings in _siblings(tree)]
    return "TREE-04" if all(one == sorted(one) for one in orders) else "TREE-03"


OF_ITS_OWN = {"create plan": "PLAN-04", "delete plan": "PLAN-26", "refused sync": "TREE-34"}
"""What changes no tree at all, or not this one."""


def _of_node(what: str, id: str, should: Node, done: Done) -> str | None:
    """The rule for a folder or test case with another name, place or order; None for that of
    places in general.
    """
    named = id in done.named
    match done.what, what:
        case "sync", "name":
            return "TREE-22" if id in done.renamed else "TREE-26"
        case "sync", "place" if named:
            return "TREE-25" if should.place is None else "TREE-20"
        case "sync", "place":
            return "TREE-27" if should.place in done.named else "TREE-24"
        case "sync", "order":
            return "TREE-21" if named else "TREE-24"
        case "reorder", "place":
            return "TREE-48"
        case "reorder", "order" if not done.named:
            return "TREE-46"
        case "reorder", "order":
            return "TREE-40" if named else "TREE-41"
        case _, "place":
            return None
    return "TREE-06"


def _told(tree: Thing) -> Iterator[tuple[str, Node]]:
    """Everything in a tree, in the place where the tree shows it."""

    def inside(folders: list[Thing], cases: list[Thing], place: str | None) -> Any:
        for one in (*folders, *cases):
            yield one["id"], Node(one["name"], place, one["display_order"])
        for one in folders:
            yield from inside(one["children"], one["test_cases"], one["id"])

    yield from inside(tree["folders"], tree["root_test_cases"], None)


def _siblings(tree: Thing) -> Iterator[list[Thing]]:
    """The lists of a tree whose order counts."""
    yield tree["root_test_cases"]
    waiting = [tree["folders"]]
    while waiting:
        folders = waiting.pop()
        yield folders
        for one in folders:
            yield one["test_cases"]
            waiting.append(one["children"])
