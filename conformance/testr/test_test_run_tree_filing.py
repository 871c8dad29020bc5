"""Test runs and their folders: filing them, and what that leaves alone."""

from __future__ import annotations

from understudy.verify import MUST, Persona, Suite, rule

from . import make
from .run_tree import node, places, put, tree_of
from .runs import STATES, delete, ids, read, run_in


@rule(
    "RTR-12",
    MUST,
    "Puts a test run into a folder, out of the one it was in",
    clauses=[
        "A run is in one folder at most",
        "and answers 200 with the same two fields",
        "Where the run is now",
    ],
)
def test_filing_a_run(active: Persona) -> None:
    """A run that is put into a folder is in that one alone."""
    one, other = make.run_folder(active), make.run_folder(active)
    run = make.run(active)
    for folder in (one, other):
        answer = put(active, run, folder)
        answer.expect(200)
        answer.has(test_run_id=run["id"], folder_id=folder["id"])
        found = places(tree_of(active), run)
        assert found == [folder["id"]], f"the run in {folder['id']} alone, not in {found}"


@rule(
    "RTR-13",
    MUST,
    "null as the folder puts it back to the root",
    clauses=["Null puts the run back to the root", "`folder_id: null` for the root"],
)
def test_back_to_the_root(active: Persona) -> None:
    """A null as the folder takes a run out of its folder, back to the root."""
    run = make.run(active)
    put(active, run, make.run_folder(active)).expect(200)
    answer = put(active, run, None)
    answer.expect(200)
    answer.has(test_run_id=run["id"], folder_id=None)
    found = places(tree_of(active), run)
    assert found == [None], f"the run at the root alone, not in {found}"


@rule(
    "RTR-14",
    MUST,
    "whatever its status",
    clauses=["a run of any status can be placed"],
    values=STATES,
)
def test_runs_of_any_status_are_filed(active: Persona, value: str) -> None:
    """A run can be filed in every state."""
    run, folder = run_in(active, value), make.run_folder(active)
    put(active, run, folder).expect(200)
    [shown] = node(tree_of(active), folder)["test_runs"]
    assert (shown["id"], shown["status"]) == (run["id"], value), f"the {value} run in its folder"


@rule(
    "RTR-15",
    MUST,
    "putting it where it is already is 200 as well",
    clauses=["placing it where it is already is 200"],
)
def test_filing_a_run_where_it_is(active: Persona) -> None:
    """Putting a run where it is already is 200, in a folder and at the root."""
    run, folder = make.run(active), make.run_folder(active)
    put(active, run, None).expect(200)
    for _ in range(2):
        put(active, run, folder).expect(200)
    found = places(tree_of(active), run)
    assert found == [folder["id"]], f"the run in its folder once, not in {found}"


@rule("RTR-16", MUST, "A run or a folder that is not in the active workspace is 404")
def test_filing_what_does_not_exist(active: Persona, suite: Suite) -> None:
    """A run or a folder that does not exist is 404, and the run stays where it is."""
    run, folder = make.run(active), make.run_folder(active)
    put(active, run, folder).expect(200)
    put(active, run, {"id": suite.unknown_id()}).refused(404)
    put(active, {"id": suite.unknown_id()}, folder).refused(404)
    put(active, {"id": suite.unknown_id()}, None).refused(404)
    found = places(tree_of(active), run)
    assert found == [folder["id"]], f"the run in its folder, not in {found}"


@rule("RTR-17", MUST, "A run or folder of another workspace is 404, in the body, too")
def test_filing_what_is_not_ones_own(active: Persona, other_tenant: Persona) -> None:
    """Another workspace's run or folder is 404, and the run stays where it is."""
    run, folder = make.run(active), make.run_folder(active)
    put(active, run, folder).expect(200)
    put(other_tenant, run, None).refused(404)
    put(other_tenant, make.run(other_tenant), folder).refused(404)
    shown = node(tree_of(active), folder)
    assert ids(shown["test_runs"]) == [run["id"]], "the one run in the folder, as before"


@rule("RTR-18", MUST, "The run itself does not change")
def test_filing_leaves_the_run_alone(active: Persona) -> None:
    """Filing a run changes nothing of it."""
    run = make.run(active)
    put(active, run, make.run_folder(active)).expect(200)
    assert read(active, run) == run, "the run as it was"


@rule(
    "RTR-19",
    MUST,
    "Deleting a run takes it out of the tree",
    clauses=["and its place in the test run tree", "and the place in the tree along"],
)
def test_a_deleted_run_leaves_the_tree(active: Persona) -> None:
    """A deleted run is no longer in the tree, neither in its folder nor at the root."""
    filed, loose, folder = make.run(active), make.run(active), make.run_folder(active)
    put(active, filed, folder).expect(200)
    delete(active, filed).expect(200)
    delete(active, loose).expect(200)
    tree = tree_of(active)
    assert node(tree, folder)["test_runs"] == [], "an empty folder"
    assert places(tree, filed) + places(tree, loose) == [], "the deleted runs nowhere"
