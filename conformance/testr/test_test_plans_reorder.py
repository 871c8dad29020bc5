"""Giving folders and test cases another place, without moving them."""

from __future__ import annotations

from typing import Any

from understudy.verify import MUST, Answer, OperationSpec, Persona, Suite, rule

from . import make
from .trees import Thing, cases_in, folders_in, shape, tree_of

BOTH = ("test_plans.reorder_folders", "test_plans.reorder_cases")


class Kind:
    """What an operation reorders: folders or test cases, which are alike as far as it goes."""

    def __init__(self, operation: OperationSpec) -> None:
        self.operation = operation.operation_id
        self.is_folders = self.operation == BOTH[0]

    def make(self, persona: Persona, plan: Thing, **fields: Any) -> Thing:
        """A folder or a test case, in the folder `within` if it is given."""
        place = "parent_folder_id" if self.is_folders else "folder_id"
        if "within" in fields:
            fields[place] = fields.pop("within")
        made: Thing = (make.folder if self.is_folders else make.case)(persona, plan, **fields)
        return made

    def reorder(self, persona: Persona, *places: tuple[Thing, int]) -> Answer:
        """The answer to giving each of these this `display_order`."""
        field = "folder_id" if self.is_folders else "test_case_id"
        body = [{field: thing["id"], "display_order": order} for thing, order in places]
        return persona.call(self.operation, body=body)

    def at_root(self, persona: Persona, plan: Thing) -> list[Thing]:
        """Those at the top of the plan's tree, as it tells them."""
        tree = tree_of(persona, plan)
        found: list[Thing] = tree["folders" if self.is_folders else "root_test_cases"]
        return found

    def orders(self, persona: Persona, plan: Thing) -> list[tuple[str, int]]:
        """Ids and orders of those at the top of the plan's tree."""
        return [(one["id"], one["display_order"]) for one in self.at_root(persona, plan)]


@rule(
    "TREE-40",
    MUST,
    "Sets the `display_order` of folders",
    clauses=(
        "Sets the `display_order` of test cases",
        "The folders that get a new place",
        "The test cases that get a new place",
        '`{"success": true}`; unknown 404',
    ),
    operations=BOTH,
)
def test_a_reorder_sets_the_orders(active: Persona, operation: OperationSpec) -> None:
    """After a reorder, what it named has the new `display_order` and stands there in the tree."""
    kind, plan = Kind(operation), make.plan(active)
    a, b, c = (kind.make(active, plan) for _ in range(3))
    answer = kind.reorder(active, (a, 3000), (b, 1000), (c, 2000))
    answer.expect(200)
    answer.has(success=True)
    expected = [(b["id"], 1000), (c["id"], 2000), (a["id"], 3000)]
    assert kind.orders(active, plan) == expected, "the tree is in the new order"


@rule(
    "TREE-41",
    MUST,
    "that are not named keep theirs",
    clauses=("Folders that are not named keep theirs", "Cases that are not named keep theirs"),
    operations=BOTH,
)
def test_what_a_reorder_does_not_name_stays(active: Persona, operation: OperationSpec) -> None:
    """A reorder leaves the `display_order` of what it does not name as it is."""
    kind, plan = Kind(operation), make.plan(active)
    a, b, c = (kind.make(active, plan, display_order=order) for order in (3, 5, 8))
    kind.reorder(active, (c, 0)).expect(200)
    expected = [(c["id"], 0), (a["id"], 3), (b["id"], 5)]
    assert kind.orders(active, plan) == expected, "what was not named keeps its `display_order`"


@rule(
    "TREE-42",
    MUST,
    "may share one, the older then comes first",
    clauses=(
        "two folders may share one, the older then comes first",
        "two cases may share one, the older then comes first",
    ),
    operations=BOTH,
)
def test_a_reorder_may_share_an_order(active: Persona, operation: OperationSpec) -> None:
    """Two may get the same `display_order`; the older comes first then, as ever."""
    kind, plan = Kind(operation), make.plan(active)
    a, b, c = (kind.make(active, plan) for _ in range(3))
    kind.reorder(active, (c, 1), (a, 1), (b, 0)).expect(200)
    expected = [(b["id"], 0), (a["id"], 1), (c["id"], 1)]
    assert kind.orders(active, plan) == expected, "of two with the same order the older is first"


@rule(
    "TREE-43",
    MUST,
    "An unknown id, or one of another workspace, is 404",
    clauses=("unknown 404, twice 422",),
    operations=BOTH,
)
def test_reordering_the_unknown_is_404(
    active: Persona, suite: Suite, operation: OperationSpec
) -> None:
    """A reorder that names what does not exist, before or after what does, is 404."""
    kind = Kind(operation)
    known, unknown = (kind.make(active, make.plan(active)), 5), ({"id": suite.unknown_id()}, 0)
    kind.reorder(active, known, unknown).refused(404)
    kind.reorder(active, unknown, known).refused(404)


@rule("TREE-44", MUST, "or one of another workspace, is 404", operations=BOTH)
def test_another_workspace_is_not_reordered(
    active: Persona, other_tenant: Persona, operation: OperationSpec
) -> None:
    """A reorder changes nothing in another workspace."""
    kind, plan = Kind(operation), make.plan(active)
    thing = kind.make(active, plan, display_order=3)
    kind.reorder(other_tenant, (thing, 5)).refused(404, rule="ROLE-20")
    assert kind.orders(active, plan) == [(thing["id"], 3)], "nothing changes"


@rule(
    "TREE-45",
    MUST,
    "the same id twice is 422",
    clauses=("or an id is there twice", "each at most once"),
    operations=BOTH,
)
def test_reordering_the_same_twice_is_refused(active: Persona, operation: OperationSpec) -> None:
    """A reorder that names the same id twice is refused and changes nothing."""
    kind, plan = Kind(operation), make.plan(active)
    thing = kind.make(active, plan, display_order=3)
    kind.reorder(active, (thing, 5), (thing, 5)).invalid()
    assert kind.orders(active, plan) == [(thing["id"], 3)], "a refused reorder changes nothing"


@rule("TREE-46", MUST, "an empty list is allowed", clauses=("an empty list too",), operations=BOTH)
def test_a_reorder_may_be_empty(active: Persona, operation: OperationSpec) -> None:
    """A reorder of nothing succeeds, and changes nothing."""
    kind, plan = Kind(operation), make.plan(active)
    thing = kind.make(active, plan, display_order=3)
    kind.reorder(active).expect(200)
    assert kind.orders(active, plan) == [(thing["id"], 3)], "nothing changes"


@rule(
    "TREE-47",
    MUST,
    "all or nothing. Folders that are not named keep theirs",
    clauses=("of test cases of the active workspace, all or nothing",),
    operations=BOTH,
)
def test_a_reorder_is_all_or_nothing(
    active: Persona, suite: Suite, operation: OperationSpec
) -> None:
    """A reorder of which one entry is refused changes nothing of what the others name."""
    kind, plan = Kind(operation), make.plan(active)
    a, b = (kind.make(active, plan, display_order=order) for order in (1, 2))
    kind.reorder(active, (a, 9), (b, 8), ({"id": suite.unknown_id()}, 0)).refused(
        404, rule="TREE-43"
    )
    assert kind.orders(active, plan) == [(a["id"], 1), (b["id"], 2)], "nothing changes"


@rule(
    "TREE-48",
    MUST,
    "Parents do not change.",
    clauses=("Folders do not change.",),
    operations=BOTH,
)
def test_a_reorder_moves_nothing_elsewhere(active: Persona, operation: OperationSpec) -> None:
    """What is reordered stays in its folder."""
    kind, plan = Kind(operation), make.plan(active)
    outer = make.folder(active, plan)
    inside = [kind.make(active, plan, within=outer["id"]) for _ in range(2)]
    before = shape(tree_of(active, plan))
    kind.reorder(active, (inside[0], 4), (inside[1], 5)).expect(200)
    assert shape(tree_of(active, plan)) == before, "both stay in their folder"


@rule(
    "TREE-49",
    MUST,
    "reorder takes folders (cases) of any plans and parents of the workspace",
    operations=BOTH,
)
def test_a_reorder_goes_across_plans(active: Persona, operation: OperationSpec) -> None:
    """One reorder may name folders or test cases of several plans and several folders."""
    kind, plan, other = Kind(operation), make.plan(active), make.plan(active)
    outer = make.folder(active, plan)
    top = kind.make(active, plan)
    inside, far = kind.make(active, plan, within=outer["id"]), kind.make(active, other)
    kind.reorder(active, (top, 6), (inside, 7), (far, 8)).expect(200)
    find = folders_in if kind.is_folders else cases_in
    there = find(tree_of(active, plan)) | find(tree_of(active, other))
    found = [there[one["id"]]["display_order"] for one in (top, inside, far)]
    assert found == [6, 7, 8], "all three have their new place"
