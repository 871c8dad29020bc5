"""What a sync of a tree refuses, and that it changes nothing then."""

from __future__ import annotations

from understudy.verify import MUST, SHOULD, Persona, Suite, rule

from . import make
from .trees import DEEPEST, Thing, case_at, chain, folder_at, folders_in, ids, sync, tree_of


def cycle(form: str, folders: list[Thing]) -> list[Thing]:
    """Entries that put the first of three nested folders into itself, in one way or another."""
    outer, _, innermost = folders
    return {
        "into itself": [folder_at(outer, outer)],
        "into a sub-folder": [folder_at(outer, innermost)],
        "by moves alone": [folder_at(innermost, outer), folder_at(outer, innermost)],
    }[form]


@rule(
    "TREE-30",
    MUST,
    "The same id twice is 422, and so is a tree in which a folder would lie in itself",
    clauses=("an id is there twice", "sync: an id twice 422"),
    values=["folders", "test_cases"],
)
def test_the_same_id_twice_is_refused(active: Persona, value: str) -> None:
    """A sync that names a folder or a test case twice is refused and changes nothing."""
    plan = make.plan(active)
    folder, case = make.folder(active, plan), make.case(active, plan)
    before = tree_of(active, plan)
    entries = {
        "folders": [folder_at(folder, None, 1), folder_at(folder, None, 2)],
        "test_cases": [case_at(case, folder, 1), case_at(case, folder, 2)],
    }
    sync(active, plan, **{value: entries[value]}).invalid()
    assert tree_of(active, plan) == before, "a refused sync changes nothing"


@rule(
    "TREE-31",
    MUST,
    "so is a tree in which a folder would lie in itself",
    clauses=("or the folders would form a cycle",),
    values=["into itself", "into a sub-folder", "by moves alone"],
)
def test_a_cycle_is_refused(active: Persona, value: str) -> None:
    """A sync that would put a folder into itself is refused and changes nothing."""
    plan = make.plan(active)
    entries = cycle(value, chain(active, plan, 3))
    before = tree_of(active, plan)
    sync(active, plan, folders=entries).invalid()
    assert tree_of(active, plan) == before, "a refused sync changes nothing"


@rule(
    "TREE-32",
    MUST,
    "or folders would nest deeper than 50 levels",
    clauses=("deeper is 422, on `parent_folder_id` or, in a sync, on `tree.folders`",),
)
def test_a_sync_nests_50_levels_deep(active: Persona) -> None:
    """A sync may nest folders 50 levels deep; one that would nest them deeper is refused."""
    plan = make.plan(active)
    upper, lower = chain(active, plan, DEEPEST // 2), chain(active, plan, DEEPEST // 2 + 1)
    sync(active, plan, folders=[folder_at(lower[0], upper[-1])]).invalid()
    sync(active, plan, folders=[folder_at(lower[1], upper[-1])]).expect(200)
    found = folders_in(tree_of(active, plan))
    assert (*found,)[:DEEPEST] == ids(upper + lower[1:]), "the tree has 50 levels"
    assert found[lower[0]["id"]]["parent_folder_id"] is None, "the refused move changed nothing"


@rule(
    "TREE-33",
    MUST,
    "so is an id that is not in the plan",
    clauses=("what is not in the plan 404",),
    values=["a folder", "a parent", "a test case", "a test case's folder", "an unknown folder"],
)
def test_what_is_not_in_the_plan_is_404(active: Persona, suite: Suite, value: str) -> None:
    """A sync that names anything of another plan, or what does not exist, is 404."""
    plan, other = make.plan(active), make.plan(active)
    folder, case = make.folder(active, plan), make.case(active, plan)
    strange, stranger = make.folder(active, other), make.case(active, other)
    entries: dict[str, dict[str, list[Thing] | None]] = {
        "a folder": {"folders": [folder_at(strange, None, 9)]},
        "a parent": {"folders": [folder_at(folder, strange)]},
        "a test case": {"test_cases": [case_at(stranger, None, 9)]},
        "a test case's folder": {"test_cases": [case_at(case, strange)]},
        "an unknown folder": {"folders": [folder_at({"id": suite.unknown_id()}, None)]},
    }
    before = tree_of(active, plan), tree_of(active, other)
    sync(active, plan, **entries[value]).refused(404)
    after = tree_of(active, plan), tree_of(active, other)
    assert after == before, "neither tree changes"


@rule("TREE-34", MUST, "all or nothing", clauses=("sync is all or nothing",))
def test_a_sync_is_all_or_nothing(active: Persona, suite: Suite) -> None:
    """A sync of which one entry is refused changes nothing of what the others name."""
    plan = make.plan(active)
    left, right, case = (
        make.folder(active, plan),
        make.folder(active, plan),
        make.case(active, plan),
    )
    before = tree_of(active, plan)
    unknown = {"id": suite.unknown_id()}
    folders = [folder_at(left, right, 5, name=active.name("renamed"))]
    cases = [case_at(case, right, 5, name=active.name("renamed")), case_at(unknown, None)]
    sync(active, plan, folders=folders, test_cases=cases).refused(404, rule="TREE-33")
    assert tree_of(active, plan) == before, "a refused sync changes nothing"
    cases[1] = case_at(case, None)
    sync(active, plan, folders=folders, test_cases=cases).invalid(rule="TREE-30")
    assert tree_of(active, plan) == before, "a refused sync changes nothing"


@rule("TREE-35", MUST, "entries need `id`, their place (null = root) and `display_order`")
def test_an_entry_needs_id_place_and_order(active: Persona) -> None:
    """An entry of a sync without an id, a place or a `display_order` is refused."""
    plan = make.plan(active)
    folder, case = make.folder(active, plan), make.case(active, plan)
    before = tree_of(active, plan)
    for name, entry in {
        "folders": folder_at(folder, None, 4),
        "test_cases": case_at(case, folder, 4),
    }.items():
        for missing in entry:
            rest = {field: value for field, value in entry.items() if field != missing}
            sync(active, plan, **{name: [rest]}).invalid()
    assert tree_of(active, plan) == before, "a refused sync changes nothing"


@rule(
    "TREE-36",
    SHOULD,
    "an id twice 422 on the later entry",
    clauses=("a cycle 422 on each folder that is in it",),
    values=["folders.1.id", "test_cases.1.id", "folders.0.parent_folder_id"],
)
def test_a_refusal_names_the_entry_at_fault(active: Persona, value: str) -> None:
    """The refusal of a sync names the later of two equal ids, and each folder of a cycle."""
    plan = make.plan(active)
    folder, case = make.folder(active, plan), make.case(active, plan)
    entries, broken = {
        "folders.1.id": ([folder_at(folder, None, 1), folder_at(folder, None, 2)], "TREE-30"),
        "test_cases.1.id": ([case_at(case, folder, 1), case_at(case, folder, 2)], "TREE-30"),
        "folders.0.parent_folder_id": ([folder_at(folder, folder)], "TREE-31"),
    }[value]
    answer = sync(active, plan, **{value.partition(".")[0]: entries})
    answer.invalid(rule=broken)
    answer.refused(400, 422, field=f"tree.{value}")
