"""The folders that test runs are filed in: the tree and new folders."""

from __future__ import annotations

from typing import Any

from understudy.verify import MUST, Persona, Suite, holds, rule

from . import make
from .run_tree import all_of, create_folder, node, put, tree_of
from .runs import ids

DEEPEST = 50


@rule(
    "RTR-01",
    MUST,
    "left out or null, it is at the top level",
    clauses=["Null at the top level", "each folder has `id, name, parent_folder_id"],
    values=({}, {"parent_folder_id": None}),
)
def test_a_folder_at_the_top(active: Persona, value: dict[str, None]) -> None:
    """A folder without a parent stands at the top level of the tree, empty, as it was made."""
    answer = create_folder(
        active, name=f"{active.name('folder')} {'with a long name ' * 10}", **value
    )
    folder = answer.expect(201)
    answer.has(parent_folder_id=None)
    shown = [one for one in tree_of(active)["folders"] if one["id"] == folder["id"]]
    names = ("id", "name", "parent_folder_id", "display_order")
    wanted = {**{name: folder[name] for name in names}, "children": [], "test_runs": []}
    assert holds(shown, [wanted]), f"{wanted} once at the top level, not {shown}"


@rule(
    "RTR-02",
    MUST,
    "The folder it belongs in",
    clauses=["at the top level or in another folder", "All folders of the active workspace"],
)
def test_folders_nest(active: Persona) -> None:
    """A folder that is made in another one is shown in it, and nowhere else."""
    top = make.run_folder(active)
    middle = make.run_folder(active, parent_folder_id=top["id"])
    bottom = make.run_folder(active, parent_folder_id=middle["id"])
    tree = tree_of(active)
    assert ids(node(tree, top)["children"]) == [middle["id"]], "the middle one in the top one"
    shown = node(tree, middle)
    assert shown["parent_folder_id"] == top["id"], "the top one as the middle one's parent"
    assert ids(shown["children"]) == [bottom["id"]], "the bottom one in the middle one"
    assert top["id"] in ids(tree["folders"]), "the top one at the top level"


@rule(
    "RTR-03",
    MUST,
    "`root_test_runs` holds the runs that are in no folder",
    clauses=["The runs in no folder", "Null at the root", "A run in the tree is `{id, run_name"],
)
def test_a_run_at_the_root(active: Persona) -> None:
    """A run that is in no folder, or no longer, is shown at the root with its own fields."""
    run = make.run(active)
    for folder in (make.run_folder(active), None):
        put(active, run, folder).expect(200)
    found = [one for one in tree_of(active)["root_test_runs"] if one["id"] == run["id"]]
    shows_as(found, run, None)


def shows_as(found: list[Any], run: Any, folder_id: str | None) -> None:
    """The tree shows just this run here, with the fields of the contract."""
    names = ("id", "run_name", "run_number", "status", "created_at")
    wanted = {**{name: run[name] for name in names}, "folder_id": folder_id}
    shown = [{name: one.get(name) for name in wanted} for one in found]
    assert holds(shown, [wanted]), f"just {wanted}, not {shown}"


@rule("RTR-04", MUST, "The folder's own runs, newest first")
def test_a_run_in_a_folder(active: Persona) -> None:
    """A run in a folder is shown there, with the folder's id and its own fields."""
    outer = make.run_folder(active)
    folder = make.run_folder(active, parent_folder_id=outer["id"])
    run = make.run(active)
    put(active, run, folder).expect(200)
    tree = tree_of(active)
    shows_as(node(tree, folder)["test_runs"], run, folder["id"])
    assert node(tree, outer)["test_runs"] == [], "no run in the folder above it"


@rule("RTR-05", MUST, "runs newest first, as in the list of test runs", values=("folder", "root"))
def test_runs_are_newest_first(active: Persona, value: str) -> None:
    """Runs come newest first, in a folder and at the root, whatever the order of filing."""
    folder = make.run_folder(active)
    runs = []
    for _ in range(4):
        runs.append(make.run(active))
        if value == "folder":
            put(active, runs[-1], folder).expect(200)
    if value == "folder":
        for run in (runs[1], runs[0]):
            put(active, run, None).expect(200)
            put(active, run, folder).expect(200)
    tree = tree_of(active)
    shown = tree["root_test_runs"] if value == "root" else node(tree, folder)["test_runs"]
    times = [one["created_at"] for one in shown if one["id"] in ids(runs)]
    assert len(times) == 4, f"the four runs, not {len(times)}"
    assert times == sorted(times, reverse=True), f"newest first, not created at {times}"


@rule(
    "RTR-06",
    MUST,
    "its `display_order` is the highest of theirs plus one, from 0",
    clauses=["it is the last of its siblings: their highest `display_order` plus one, from 0"],
)
def test_a_folder_is_the_last_of_its_siblings(active: Persona) -> None:
    """The folders in a folder have the display orders 0, 1, 2 as they are made."""
    top = make.run_folder(active)
    made = [make.run_folder(active, parent_folder_id=top["id"]) for _ in range(3)]
    orders = [folder["display_order"] for folder in made]
    assert orders == [0, 1, 2], f"the display orders 0, 1, 2, not {orders}"


@rule("RTR-07", MUST, "Folders are in display order", clauses=["Folders come in display order"])
def test_folders_are_in_display_order(active: Persona) -> None:
    """Folders come in display order, at the top level and in a folder, whatever their names."""
    prefix = active.name("folder")
    first, second = (create_folder(active, name=f"{prefix} {one}").expect(201) for one in "ba")
    made = [
        create_folder(active, name=f"{prefix} {one}", parent_folder_id=first["id"]).expect(201)
        for one in "yzx"
    ]
    tree = tree_of(active)
    assert ids(node(tree, first)["children"]) == ids(made), "the folders in the order of making"
    orders = [folder["display_order"] for folder in tree["folders"]]
    assert orders == sorted(orders), f"the top level in display order, not {orders}"
    top = [one for one in ids(tree["folders"]) if one in ids([first, second])]
    assert top == ids([first, second]), "the older one first"


@rule(
    "RTR-08",
    MUST,
    "Folders may have the same name",
    clauses=["Two folders may have the same name, also side by side"],
)
def test_folders_may_share_a_name(active: Persona) -> None:
    """Two folders side by side may have the same name."""
    name = active.name("same")
    one, other = (create_folder(active, name=name).expect(201) for _ in range(2))
    assert one["id"] != other["id"], "two folders"
    tree = tree_of(active)
    assert [node(tree, folder)["name"] for folder in (one, other)] == [name, name], "one name"


@rule("RTR-09", MUST, "A parent that is not in the active workspace is 404")
def test_an_unknown_parent(active: Persona, suite: Suite) -> None:
    """A folder in a folder that does not exist is refused with 404."""
    create_folder(active, parent_folder_id=suite.unknown_id()).refused(404)


@rule("RTR-10", MUST, "A parent that is not in the active workspace is 404")
def test_a_parent_of_another_workspace(active: Persona, other_tenant: Persona) -> None:
    """A folder in a folder of another workspace is refused with 404."""
    folder = make.run_folder(active)
    create_folder(other_tenant, parent_folder_id=folder["id"]).refused(404)
    assert node(tree_of(active), folder)["children"] == [], "no folder in it"


@rule(
    "RTR-11",
    MUST,
    "folders nest at most 50 levels deep, and a parent on level 50 is 422",
    clauses=["a parent on level 50 is 422 on `parent_folder_id`", "nested at most 50 levels deep"],
)
def test_how_deep_folders_nest(account: Persona) -> None:
    """Folders nest 50 levels deep and no deeper, and such a tree is answered."""
    parent = None
    for _ in range(DEEPEST):
        parent = create_folder(account, parent_folder_id=parent).expect(201)["id"]
    create_folder(account, parent_folder_id=parent).invalid()
    found = len(list(all_of(tree_of(account)["folders"])))
    assert found == DEEPEST, f"{DEEPEST} folders in the tree, not {found}"
