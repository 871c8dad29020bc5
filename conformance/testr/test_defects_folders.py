"""Folders of defects: a flat list with counts."""

from __future__ import annotations

from understudy.verify import MUST, Persona, Suite, rule

from . import defects, make
from .documented import documented


@rule("DFLD-01", MUST, "Makes a folder, at the top or below `parent_id`")
def test_folders_are_made_at_the_top_and_below(active: Persona) -> None:
    """A folder is made at the top or below another; the list shows both as they were answered."""
    top = make.defect_folder(active)
    assert (top["parent_id"], top["defect_count"]) == (None, 0), "the folder is new and at the top"
    below = make.defect_folder(active, parent_id=top["id"])
    assert below["parent_id"] == top["id"], "the second folder lies in the first"
    found = [one for one in defects.folders(active) if one["id"] in (top["id"], below["id"])]
    made = [documented(active, "DefectFolder", one) for one in (top, below)]
    assert found == made, "the list must show both folders as their creation answered them"


@rule("DFLD-02", MUST, "a parent that is not in the workspace is 404")
def test_the_parent_must_exist(active: Persona, suite: Suite) -> None:
    """A folder below one that does not exist is 404."""
    body = {"name": active.name("folder"), "parent_id": suite.unknown_id()}
    active.call("defects.create_folder", body=body).refused(404)


@rule("DFLD-03", MUST, "a parent outside the workspace is 404")
def test_the_parent_must_be_in_the_workspace(active: Persona, other_tenant: Persona) -> None:
    """A folder below one of another workspace is 404."""
    theirs = make.defect_folder(other_tenant)
    body = {"name": active.name("folder"), "parent_id": theirs["id"]}
    active.call("defects.create_folder", body=body).refused(404)


@rule("DFLD-04", MUST, "Names need not be unique", clauses=("names need not be unique",))
def test_two_folders_may_share_a_name(active: Persona) -> None:
    """Two folders side by side may have the same name."""
    first = make.defect_folder(active)
    second = make.defect_folder(active, name=first["name"])
    assert second["id"] != first["id"], "the second folder must be another one"


@rule(
    "DFLD-05",
    MUST,
    "All defect folders of the workspace as a flat list in the order of their creation",
    clauses=("`parent_id` gives the structure",),
)
def test_folders_come_in_the_order_of_creation(active: Persona) -> None:
    """Folders are listed in the order in which they were made, wherever they lie."""
    top, other = make.defect_folder(active), make.defect_folder(active)
    below = make.defect_folder(active, parent_id=top["id"])
    made = defects.ids([top, other, below])
    answer = active.call("defects.list_folders").expect(200)
    found = [one["id"] for one in answer["folders"] if one["id"] in made]
    assert found == made, "the folders must come in the order of their creation"


@rule(
    "DFLD-06",
    MUST,
    "`defect_count` counts the defects filed directly in the folder, not those of its sub-folders",
    clauses=("How many defects are filed directly in it",),
)
def test_the_count_is_of_the_folder_itself(active: Persona) -> None:
    """A folder counts the defects that are filed in it, and not those of its sub-folders."""
    top = make.defect_folder(active)
    below = make.defect_folder(active, parent_id=top["id"])
    for folder in (top, below, below):
        make.defect(active, folder_id=folder["id"])
    counts = [defects.folder(active, one["id"])["defect_count"] for one in (top, below)]
    assert counts == [1, 2], f"the folder holds 1 defect, its sub-folder 2; not {counts}"


@rule("DFLD-07", MUST, "`defect_count` counts the defects filed directly in it")
def test_the_count_follows_moves_and_deletions(active: Persona) -> None:
    """The count goes down when a defect is moved out of the folder or deleted."""
    folder = make.defect_folder(active)
    moved, deleted, _ = (make.defect(active, folder_id=folder["id"]) for _ in range(3))
    defects.update(active, [moved], folder_id=None)
    defects.delete(active, [deleted])
    count = defects.folder(active, folder["id"])["defect_count"]
    assert count == 1, f"one of three defects is left in the folder, not {count}"
