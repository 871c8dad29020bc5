"""Synchronising a tree: many moves in one request, all or nothing."""

from __future__ import annotations

from typing import Any

from understudy.verify import MUST, Persona, rule

from . import make
from .trees import (
    case_at,
    cases_in,
    chain,
    documented,
    folder_at,
    folders_in,
    ids,
    shape,
    sync,
    tree_of,
)


@rule(
    "TREE-20",
    MUST,
    "Moves, orders and renames any subset of the plan's folders and test cases",
    clauses=("The folders and test cases that change, any subset", "The changes to a tree."),
)
def test_a_sync_moves_what_it_names(active: Persona) -> None:
    """After a sync, the folders and test cases that it named are where it put them."""
    plan = make.plan(active)
    left, right = make.folder(active, plan), make.folder(active, plan)
    cases = [make.case(active, plan, folder_id=left["id"]) for _ in range(2)]
    entries = [case_at(cases[0], right), case_at(cases[1], right, 1)]
    sync(active, plan, folders=[folder_at(left, right)], test_cases=entries).expect(200)
    expected = (((right["id"], ((left["id"], (), ()),), ids(cases)),), ())
    assert shape(tree_of(active, plan)) == expected, "what the sync named has moved"


@rule("TREE-21", MUST, "Moves, orders and renames")
def test_a_sync_orders_what_it_names(active: Persona) -> None:
    """After a sync, the folders and test cases that it named have its `display_order`."""
    plan = make.plan(active)
    folders = [make.folder(active, plan) for _ in range(2)]
    cases = [make.case(active, plan) for _ in range(2)]
    places = [folder_at(folders[0], None, 8)], [case_at(cases[0], None, 9)]
    sync(active, plan, folders=places[0], test_cases=places[1]).expect(200)
    tree = tree_of(active, plan)
    last = tree["folders"][-1], tree["root_test_cases"][-1]
    found = [(one["id"], one["display_order"]) for one in last]
    expected = [(folders[0]["id"], 8), (cases[0]["id"], 9)]
    assert found == expected, "what the sync named comes where its `display_order` says"


@rule("TREE-22", MUST, "orders and renames any subset")
def test_a_sync_renames_what_it_names(active: Persona) -> None:
    """A name in a sync is the folder's or the test case's new name."""
    plan = make.plan(active)
    folder, case = make.folder(active, plan), make.case(active, plan)
    names = active.name("folder"), active.name("case")
    entries = [folder_at(folder, None, name=names[0])], [case_at(case, None, name=names[1])]
    sync(active, plan, folders=entries[0], test_cases=entries[1]).expect(200)
    tree = tree_of(active, plan)
    found = tree["folders"][0]["name"], tree["root_test_cases"][0]["name"]
    assert found == names, f"the new names are {names}, not {found}"


@rule(
    "TREE-23",
    MUST,
    "answers with the tree",
    clauses=("The whole tree as it is now.", "and answers 200 with the tree"),
)
def test_a_sync_answers_with_the_tree(active: Persona) -> None:
    """A sync answers with what the tree is from now on, what it did not name included."""
    plan = make.plan(active)
    folder, _, case = make.folder(active, plan), make.folder(active, plan), make.case(active, plan)
    answer = sync(active, plan, test_cases=[case_at(case, folder, 2, name=active.name("new"))])
    assert documented(answer.expect(200)) == tree_of(active, plan), "the answer is the new tree"


@rule(
    "TREE-24",
    MUST,
    "What is not named stays where it is; nothing is created or deleted.",
    clauses=("what is not named stays.", "creates and deletes nothing"),
)
def test_what_a_sync_does_not_name_stays(active: Persona) -> None:
    """A sync that names one folder leaves all others, and all test cases, as they are."""
    plan = make.plan(active)
    outer = make.folder(active, plan, display_order=3)
    inner = make.folder(active, plan, parent_folder_id=outer["id"])
    moved = make.folder(active, plan)
    for place in ({}, {"folder_id": outer["id"]}, {"folder_id": inner["id"]}):
        make.case(active, plan, **place, display_order=4)
    before = tree_of(active, plan)
    sync(active, plan, folders=[folder_at(moved, None, 5, name=active.name("new"))]).expect(200)
    after = tree_of(active, plan)
    assert after["folders"][:1] == before["folders"][:1], "folders that were not named stay"
    assert after["root_test_cases"] == before["root_test_cases"], "so do test cases at the root"
    assert ids(after["folders"]) == (outer["id"], moved["id"]), "nothing is created or deleted"


@rule(
    "TREE-25",
    MUST,
    "A null parent or folder is the root",
    clauses=("their place (null = root)", "Null is the top level.", "Null is the root."),
)
def test_a_null_place_is_the_root(active: Persona) -> None:
    """A folder with a null parent goes to the top level, a test case with a null folder to the
    root.
    """
    plan = make.plan(active)
    outer, inner = chain(active, plan, 2)
    case = make.case(active, plan, folder_id=inner["id"])
    sync(active, plan, folders=[folder_at(inner, None, 1)], test_cases=[case_at(case, None)])
    expected = (((outer["id"], (), ()), (inner["id"], (), ())), (case["id"],))
    assert shape(tree_of(active, plan)) == expected, "null puts both at the root"


@rule(
    "TREE-26",
    MUST,
    "a name left out or null stays",
    clauses=("Left out or null, it stays.", "`name` may be left out or null"),
    values=["name left out", "name null"],
)
def test_a_name_left_out_or_null_stays(active: Persona, value: str) -> None:
    """A folder or test case that a sync gives no name, or null, keeps its name."""
    plan = make.plan(active)
    folder, case = make.folder(active, plan), make.case(active, plan)
    name = {"name": None} if value.endswith("null") else {}
    places = [folder_at(folder, None, 3, **name)], [case_at(case, folder, 3, **name)]
    sync(active, plan, folders=places[0], test_cases=places[1]).expect(200)
    tree = tree_of(active, plan)
    found = folders_in(tree)[folder["id"]]["name"], cases_in(tree)[case["id"]]["name"]
    assert found == (folder["name"], case["name"]), "the names stay"


@rule("TREE-27", MUST, "Moves, orders and renames")
def test_a_folder_takes_its_contents_along(active: Persona) -> None:
    """A folder that is moved takes its folders and test cases along."""
    plan = make.plan(active)
    outer, inner, target = *chain(active, plan, 2), make.folder(active, plan)
    near, far = (make.case(active, plan, folder_id=one["id"]) for one in (outer, inner))
    sync(active, plan, folders=[folder_at(outer, target)]).expect(200)
    branch = (outer["id"], ((inner["id"], (), (far["id"],)),), (near["id"],))
    expected = (((target["id"], (branch,), ()),), ())
    assert shape(tree_of(active, plan)) == expected, "the whole branch has moved"


@rule(
    "TREE-28",
    MUST,
    "`folders` and `test_cases` may each be left out or null",
    values=[{}, {"folders": None, "test_cases": None}, {"folders": [], "test_cases": []}],
)
def test_a_sync_may_name_nothing(active: Persona, value: dict[str, Any]) -> None:
    """A sync that names no folder and no test case succeeds and changes nothing."""
    plan = make.plan(active)
    make.case(active, plan, folder_id=make.folder(active, plan)["id"], display_order=5)
    before = tree_of(active, plan)
    sync(active, plan, **value).expect(200)
    assert tree_of(active, plan) == before, "nothing changes"


@rule("TREE-29", MUST, "judged over all moves together")
def test_a_sync_may_turn_a_branch_over(active: Persona) -> None:
    """A folder may go into its own sub-folder if that leaves it in the same sync, in any order."""
    plan = make.plan(active)
    for turn in (1, -1):
        outer, inner = chain(active, plan, 2)
        entries = [folder_at(outer, inner, 50), folder_at(inner, None, 50)][::turn]
        sync(active, plan, folders=entries).expect(200)
        found = {one["id"]: one for one in tree_of(active, plan)["folders"]}
        assert inner["id"] in found, "the inner folder is at the top level"
        inside = ids(found[inner["id"]]["children"])
        assert inside == (outer["id"],), "what was around it is inside now"
