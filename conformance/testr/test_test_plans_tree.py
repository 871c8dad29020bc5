"""The tree of a test plan, and the folders that it is made of."""

from __future__ import annotations

from typing import Any

from understudy.verify import MUST, Persona, Suite, rule

from . import make
from .trees import DEEPEST, HIGHEST, cases_in, chain, folders_in, ids, shape, tree_of


def create(persona: Persona, plan: dict[str, Any], **fields: Any) -> Any:
    """The answer to creating a folder."""
    body = {"test_plan_id": plan["id"], "name": persona.name("folder"), **fields}
    return persona.call("test_plans.create_folder", body=body)


@rule(
    "TREE-01",
    MUST,
    "`folders` holds the top-level folders, each with its sub-folders in `children`",
    clauses=(
        "the root's own `children` is always empty.",
        "Makes a folder at the top level of the plan or in another of its folders.",
        "tree: sub-folders in `children`",
        "the root's own `children` is always `[]`",
        "Always empty; the contents are in",
        "Null at the top level.",
        "Null is the top level.",
    ),
)
def test_folders_are_nested_as_they_were_made(active: Persona) -> None:
    """Each folder is in the `children` of the folder that it was put into, or at the top level."""
    plan = make.plan(active)
    first, inner, innermost = ids(chain(active, plan, 3))
    second = create(active, plan, parent_folder_id=None)
    second.expect(201)
    answer = active.call("test_plans.get_tree", plan_id=plan["id"])
    expected = (first, ((inner, ((innermost, (), ()),), ()),), ()), (second.body["id"], (), ())
    assert shape(answer.expect(200))[0] == expected, "each folder is where it was made"
    answer.has(children=[])


@rule(
    "TREE-02",
    MUST,
    "and its cases in `test_cases`; `root_test_cases` holds the cases without a folder",
    clauses=(
        "those are in its tree",
        "or in one of its folders",
        "a folder's cases in `test_cases`, cases without a folder in `root_test_cases`",
        "The test cases without a folder, in display order.",
    ),
)
def test_cases_are_in_their_folders(active: Persona) -> None:
    """The tree holds each test case once: in its folder, or at the root."""
    plan = make.plan(active)
    outer, inner = ids(chain(active, plan, 2))
    places: tuple[Any, ...] = ({}, {"folder_id": outer}, {"folder_id": inner})
    cases = [make.case(active, plan, **place)["id"] for place in places]
    expected = (((outer, ((inner, (), (cases[2],)),), (cases[1],)),), (cases[0],))
    assert shape(tree_of(active, plan)) == expected, "each test case is in its own folder"


@rule(
    "TREE-03",
    MUST,
    "Folders and cases come by `display_order`",
    clauses=("tree order: `display_order`, then creation",),
)
def test_the_tree_is_in_display_order(active: Persona) -> None:
    """Folders and test cases come by their `display_order`, as a number."""
    plan = make.plan(active)
    orders = (10, 9, 100, 0)
    folders = {n: make.folder(active, plan, display_order=n)["id"] for n in orders}
    cases = {n: make.case(active, plan, display_order=n)["id"] for n in orders}
    within = {n: make.case(active, plan, folder_id=folders[9], display_order=n) for n in orders}
    tree = tree_of(active, plan)
    found = [ids(tree[field]) for field in ("folders", "root_test_cases")]
    found.append(ids(tree["folders"][1]["test_cases"]))
    expected = [tuple(things[n] for n in sorted(orders)) for things in (folders, cases)]
    expected.append(tuple(within[n]["id"] for n in sorted(orders)))
    assert found == expected, "the lowest `display_order` comes first"


@rule(
    "TREE-04",
    MUST,
    "then in the order of their creation",
    clauses=("tree order: `display_order`, then creation",),
)
def test_equal_orders_come_by_creation(active: Persona) -> None:
    """Where folders or test cases share a `display_order`, the older comes first."""
    plan = make.plan(active)
    kinds = ("zulu", "alpha", "mike")
    folders, cases = (
        ids([build(active, plan, name=active.name(kind), display_order=1) for kind in kinds])
        for build in (make.folder, make.case)
    )
    tree = tree_of(active, plan)
    assert ids(tree["folders"]) == folders, "the older folder comes first"
    assert ids(tree["root_test_cases"]) == cases, "the older test case comes first"


@rule("TREE-05", MUST, "The plan as a tree.", clauses=("`expanded` is always true",))
def test_the_root_is_the_plan(active: Persona) -> None:
    """The root of the tree has the plan's id and its present name, and is expanded."""
    plan = make.plan(active, is_active=False)
    renamed = {"name": active.name("renamed")}
    active.call("test_plans.update_plan", plan_id=plan["id"], body=renamed).expect(200)
    root = active.call("test_plans.get_tree", plan_id=plan["id"])
    root.expect(200)
    root.has(id=plan["id"], type="root", expanded=True, **renamed)


@rule("TREE-06", MUST, "A test case's place in the tree.")
def test_the_tree_tells_name_place_and_order(active: Persona) -> None:
    """Folders and test cases have the names and orders in the tree that they were made with."""
    plan = make.plan(active)
    top = make.folder(active, plan, display_order=4)
    folder = make.folder(active, plan, parent_folder_id=top["id"], display_order=7)
    case = make.case(active, plan, folder_id=folder["id"], display_order=9)
    tree = tree_of(active, plan)
    for made, found, place in (
        (top, folders_in(tree), "parent_folder_id"),
        (folder, folders_in(tree), "parent_folder_id"),
        (case, cases_in(tree), "folder_id"),
    ):
        for field in ("name", "display_order", place):
            expected, got = made[field], found[made["id"]][field]
            assert got == expected, f"`{field}` in the tree is {expected!r}, not {got!r}"


@rule("TREE-07", MUST, "The new folder.")
def test_a_folder_is_answered_as_it_was_sent(active: Persona) -> None:
    """A folder has the fields that it was created with."""
    plan = make.plan(active)
    body = {
        "name": active.name("folder ü") + " (2),  «a»",
        "parent_folder_id": make.folder(active, plan)["id"],
        "display_order": 12,
    }
    answer = create(active, plan, **body)
    answer.expect(201)
    answer.has(test_plan_id=plan["id"], **body)


@rule("TREE-08", MUST, "A plan of another workspace is 404, and so is a parent")
def test_no_folder_goes_into_another_workspace(active: Persona, other_tenant: Persona) -> None:
    """A folder cannot be put into a plan of another workspace."""
    plan = make.plan(active)
    create(other_tenant, plan).refused(404, rule="ROLE-20")
    assert tree_of(active, plan)["folders"] == [], "the plan stays as it is"


@rule("TREE-09", MUST, "A plan that does not exist", operations=["test_plans.create_folder"])
def test_a_folder_in_an_unknown_plan_is_404(active: Persona, suite: Suite) -> None:
    """A folder cannot be put into a plan that does not exist."""
    create(active, {"id": suite.unknown_id()}).refused(404)


@rule(
    "TREE-10",
    MUST,
    "so is a parent that is not in the same plan",
    values=["an unknown folder", "a folder of another plan"],
)
def test_a_parent_of_another_plan_is_404(active: Persona, suite: Suite, value: str) -> None:
    """A folder cannot be put into a folder that is not in its plan."""
    plan, other = make.plan(active), make.plan(active)
    parent = suite.unknown_id() if "unknown" in value else make.folder(active, other)["id"]
    create(active, plan, parent_folder_id=parent).refused(404)
    assert tree_of(active, plan)["folders"] == [], "no folder was made"
    children = [one["children"] for one in tree_of(active, other)["folders"]]
    assert not any(children), "no folder was made in the other plan"


@rule(
    "TREE-11",
    MUST,
    "one on level 50 is 422",
    clauses=(
        "folders nest at most 50 levels deep",
        "A folder with its sub-folders, nested at most 50 levels deep",
    ),
)
def test_folders_nest_50_levels_deep(active: Persona) -> None:
    """50 levels of folders can be made and are in the tree; a 51st is refused."""
    plan = make.plan(active)
    folders = ids(chain(active, plan, DEEPEST))
    create(active, plan, parent_folder_id=folders[-1]).invalid()
    assert (*folders_in(tree_of(active, plan)),) == folders, "the tree has 50 levels"


@rule(
    "TREE-12",
    MUST,
    "`display_order` is the next among the siblings: the highest plus one, from 0",
    clauses=(
        "`display_order` left out or null: highest among the siblings plus one, from 0",
        "Left out or null, the next among its siblings.",
    ),
    values=["display_order left out", "display_order null"],
)
def test_a_new_folder_is_the_last_of_its_siblings(active: Persona, value: str) -> None:
    """A folder without a `display_order` gets the highest one plus one, the first gets 0."""
    plan = make.plan(active)
    absent = {"display_order": None} if value.endswith("null") else {}
    for given, expected in ((absent, 0), ({"display_order": 7}, 7), ({"display_order": 3}, 3)):
        folder = create(active, plan, **given)
        folder.expect(201)
        folder.has(display_order=expected)
    folder = create(active, plan, **absent)
    folder.expect(201)
    folder.has(display_order=8)


@rule("TREE-13", MUST, "is the next among the siblings")
def test_each_folder_numbers_its_own_folders(active: Persona) -> None:
    """The top level and each folder count their folders by themselves."""
    plan = make.plan(active)
    first, second = make.folder(active, plan)["id"], make.folder(active, plan)["id"]
    inside, elsewhere = {"parent_folder_id": first}, {"parent_folder_id": second}
    for place, expected in (({}, 2), (inside, 0), (inside, 1), (elsewhere, 0)):
        folder = create(active, plan, **place)
        folder.expect(201)
        folder.has(display_order=expected)


@rule("TREE-14", MUST, "never beyond 2147483647, which is shared then")
def test_the_highest_order_of_folders_is_shared(active: Persona) -> None:
    """After a folder with the highest `display_order`, the next one shares it and is last."""
    plan = make.plan(active)
    first = make.folder(active, plan, display_order=HIGHEST)
    second = create(active, plan)
    second.expect(201)
    second.has(display_order=HIGHEST)
    found = ids(tree_of(active, plan)["folders"])
    assert found == (first["id"], second.body["id"]), "the younger of the two comes last"


@rule("TREE-15", MUST, "names of plans, folders and cases need not be unique")
def test_two_folders_may_have_the_same_name(active: Persona) -> None:
    """A second folder of the same name is made next to the first."""
    plan = make.plan(active)
    first = make.folder(active, plan)
    second = make.folder(active, plan, name=first["name"])
    found = ids(tree_of(active, plan)["folders"])
    assert found == (first["id"], second["id"]), "both folders are in the tree"
