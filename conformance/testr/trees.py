"""A plan's tree, as rules compare and change it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from understudy.verify import Answer, Persona

from . import make

DEEPEST = 50
"""So many levels of folders a tree may have."""

HIGHEST = 2_147_483_647
"""The highest `display_order`."""

FOLDER_FIELDS = ("id", "name", "parent_folder_id", "display_order")
CASE_FIELDS = ("id", "name", "folder_id", "display_order")

Thing = dict[str, Any]
"""A plan, a folder, a test case or a tree, as the server answers it; an entry of a sync."""


def tree_of(persona: Persona, plan: Mapping[str, Any]) -> Thing:
    """The tree of a plan, as the server tells it."""
    return documented(persona.call("test_plans.get_tree", plan_id=plan["id"]).expect(200))


def documented(tree: Thing) -> Thing:
    """What a tree holds, in the fields that the contract gives it: an answer may have more."""
    folders, cases = tree["folders"], tree["root_test_cases"]
    return {"folders": _folders(folders), "root_test_cases": _cases(cases)}


def folders_in(tree: Thing) -> dict[str, Thing]:
    """Every folder of a tree by its id, each before its sub-folders."""
    return {one["id"]: one for one in _walk(tree["folders"])}


def cases_in(tree: Thing) -> dict[str, Thing]:
    """Every test case of a tree by its id, those at the root first."""
    cases = [*tree["root_test_cases"]]
    for folder in _walk(tree["folders"]):
        cases += folder["test_cases"]
    return {one["id"]: one for one in cases}


def shape(tree: Thing) -> tuple[Any, ...]:
    """Ids alone: the folders as `(id, folders in it, cases in it)`, and the cases at the root."""
    return _shapes(tree["folders"]), ids(tree["root_test_cases"])


def ids(things: list[Thing]) -> tuple[str, ...]:
    """The ids of these, in order."""
    return tuple(one["id"] for one in things)


def chain(persona: Persona, plan: Thing, levels: int) -> list[Thing]:
    """So many folders, each in the one before."""
    folders: list[Thing] = []
    for _ in range(levels):
        place = {"parent_folder_id": folders[-1]["id"]} if folders else {}
        folders.append(make.folder(persona, plan, **place))
    return folders


def sync(persona: Persona, plan: Thing, **lists: list[Thing] | None) -> Answer:
    """The answer to a sync with these `folders` and `test_cases`."""
    return persona.call("test_plans.sync_tree", plan_id=plan["id"], body={"tree": lists})


def folder_at(folder: Thing, parent: Thing | None, order: int = 0, **fields: Any) -> Thing:
    """The entry that puts a folder into a parent, or at the top level."""
    place = parent and parent["id"]
    return {"id": folder["id"], "parent_folder_id": place, "display_order": order, **fields}


def case_at(case: Thing, folder: Thing | None, order: int = 0, **fields: Any) -> Thing:
    """The entry that puts a test case into a folder, or at the root."""
    place = folder and folder["id"]
    return {"id": case["id"], "folder_id": place, "display_order": order, **fields}


def _folders(folders: list[Thing]) -> list[Thing]:
    return [
        {name: one[name] for name in FOLDER_FIELDS}
        | {"children": _folders(one["children"]), "test_cases": _cases(one["test_cases"])}
        for one in folders
    ]


def _cases(cases: list[Thing]) -> list[Thing]:
    return [{name: one[name] for name in CASE_FIELDS} for one in cases]


def _shapes(folders: list[Thing]) -> tuple[Any, ...]:
    return tuple((one["id"], _shapes(one["children"]), ids(one["test_cases"])) for one in folders)


def _walk(folders: list[Thing]) -> Iterator[Thing]:
    for one in folders:
        yield one
        yield from _walk(one["children"])
