"""What can be done with plans, folders and test cases, on a server and in the model alike."""

from __future__ import annotations

from typing import Any, NamedTuple

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from understudy.verify import Answer, Persona, Suite

from .plan_model import Done, Node, Nodes, Plan, blame, next_order
from .trees import Thing, case_at, documented, folder_at, sync

PLANS = 2
"""So many plans there are at once."""

ORDERS = st.integers(0, 5)
CHANGES = st.fixed_dictionaries(
    {}, optional={"description": st.sampled_from(["a", "b"]), "is_active": st.booleans()}
)
Moves = dict[str, tuple[str | None, int]]
"""New places and orders, by id."""

REORDER = {
    "folders": ("test_plans.reorder_folders", "folder_id"),
    "cases": ("test_plans.reorder_cases", "test_case_id"),
}


class Kind(NamedTuple):
    """Folders, or test cases. of_fields, of_order, of_plan: the rules that a new one may break: of
    its fields, of its `display_order`, and of one that is counted over the whole plan.
    """

    nodes: str
    operation: str
    place: str
    of_fields: str
    of_order: str
    of_plan: str


FOLDER = Kind("folders", "create_folder", "parent_folder_id", "TREE-07", "TREE-12", "TREE-13")
CASE = Kind("cases", "create_case", "folder_id", "CASE-13", "CASE-07", "CASE-08")


class Plans(RuleBasedStateMachine):
    """Plans of one persona. Each answer is compared with the model, and so is each tree that might
    have changed.
    """

    def __init__(self, persona: Persona, suite: Suite) -> None:
        super().__init__()
        self.persona = persona
        self.suite = suite
        self.plans: dict[str, Plan] = {}

    def teardown(self) -> None:
        """Leave nothing to the next run."""
        for id in self.plans:
            self._of_plan("delete_plan", id)

    @initialize()
    def begin(self) -> None:
        """There is a plan with a little in it."""
        self._create_plan({})
        [id] = self.plans
        for is_folder in (True, True, False):
            self._create(id, None, is_folder, None)

    @rule(data=st.data(), fields=CHANGES, is_change=st.booleans())
    def change_plans(self, data: st.DataObject, fields: dict[str, Any], is_change: bool) -> None:
        """One plan more, one less, or one with other fields."""
        if is_change:
            self._update_plan(self._plan(data)[0], fields)
        elif len(self.plans) < PLANS:
            self._create_plan(fields)
        else:
            self._delete_plan(self._plan(data)[0])

    @rule(data=st.data(), is_folder=st.booleans(), order=st.none() | ORDERS)
    def create(self, data: st.DataObject, is_folder: bool, order: int | None) -> None:
        """One more folder or test case, at the end or in a given place."""
        id, plan = self._plan(data)
        self._create(id, data.draw(_places(plan)), is_folder, order)

    @rule(
        data=st.data(), is_renamed=st.booleans(), is_strange=st.sampled_from([False, False, True])
    )
    def sync_tree(self, data: st.DataObject, is_renamed: bool, is_strange: bool) -> None:
        """Some folders and test cases move; or nothing does, as there would be a cycle, or as one
        of the test cases is of no plan.
        """
        id, plan = self._plan(data)
        folders = {} if is_strange else data.draw(_moves(plan.folders, plan))
        cases = data.draw(_moves(plan.cases, plan))
        new = {"name": self.persona.name("renamed")} if is_renamed else {}
        lists = {
            "folders": [folder_at(_id(one), _at(to), n, **new) for one, (to, n) in folders.items()],
            "test_cases": [case_at(_id(one), _at(to), n) for one, (to, n) in cases.items()],
        }
        if is_strange:
            lists["test_cases"].append(case_at(_id(self.suite.unknown_id()), None))
        answer = sync(self.persona, _id(id), **{name: one for name, one in lists.items() if one})
        if is_strange:
            answer.refused(404, rule="TREE-33")
        elif not plan.is_a_tree_with({one: to for one, (to, _) in folders.items()}):
            answer.refused(400, 422, rule="TREE-31")
        else:
            self._synchronised(id, answer, folders, cases, new.get("name"))
            return
        self._compare(id, Done("refused sync"))

    def _synchronised(
        self, id: str, answer: Answer, folders: Moves, cases: Moves, name: str | None
    ) -> None:
        """The model does what a sync did; `name` is the new one of its folders."""
        broken = "TREE-29" if len(folders) > 1 else "TREE-20" if folders or cases else "TREE-28"
        answer.expect(200, rule=broken)
        plan = self.plans[id]
        _move(plan.folders, folders, name)
        _move(plan.cases, cases, None)
        renamed = frozenset(folders if name else ())
        self._compare(id, Done("sync", frozenset({*folders, *cases}), renamed))
        self._compare(id, Done("sync"), told=answer)

    @rule(data=st.data(), kind=st.sampled_from(["folders", "cases"]))
    def reorder(self, data: st.DataObject, kind: str) -> None:
        """Some folders, or some test cases, of a plan get another place."""
        id, plan = self._plan(data)
        nodes: Nodes = getattr(plan, kind)
        orders = {one: order for one, (_, order) in data.draw(_moves(nodes, plan)).items()}
        operation, field = REORDER[kind]
        body = [{field: one, "display_order": order} for one, order in orders.items()]
        shared = len({*orders.values()}) < len(orders)
        broken = "TREE-46" if not body else "TREE-42" if shared else "TREE-40"
        self.persona.call(operation, body=body).expect(200, rule=broken)
        for one, order in orders.items():
            nodes[one].order = order
        self._compare(id, Done("reorder", frozenset(orders)))

    def _plan(self, data: st.DataObject) -> tuple[str, Plan]:
        id = data.draw(st.sampled_from([*self.plans]))
        return id, self.plans[id]

    def _of_plan(self, operation: str, id: str, **request: Any) -> Answer:
        return self.persona.call(f"test_plans.{operation}", plan_id=id, **request)

    def _create_plan(self, given: dict[str, Any]) -> None:
        body = {"name": self.persona.name("plan"), **given}
        answer = self.persona.call("test_plans.create_plan", body=body)
        answer.expect(201)
        answer.has(rule="PLAN-09", **body)
        fields = {"description": None, "is_active": True, **body}
        id = answer.has(rule="PLAN-06", **fields)["id"]
        self.plans[id] = Plan(fields)
        self._compare(id, Done("create plan"))

    def _update_plan(self, id: str, given: dict[str, Any]) -> None:
        change = {"name": self.persona.name("plan"), **given} if given else {}
        fields = self.plans[id].fields
        fields |= change
        answer = self._of_plan("update_plan", id, body=change)
        answer.expect(200, rule=None if change else "PLAN-14")
        self._of_plan("get_plan", id).has(rule="PLAN-13" if change else "PLAN-14", **fields)
        answer.has(rule="PLAN-17", **fields)

    def _delete_plan(self, id: str) -> None:
        del self.plans[id]
        self._of_plan("delete_plan", id).expect(200, rule="PLAN-20")
        self._of_plan("get_plan", id).refused(404, rule="PLAN-20")
        for other in self.plans:
            self._compare(other, Done("delete plan"))

    def _create(self, plan: str, place: str | None, is_folder: bool, order: int | None) -> None:
        """A folder or a test case."""
        kind = FOLDER if is_folder else CASE
        nodes: Nodes = getattr(self.plans[plan], kind.nodes)
        given: dict[str, Any] = {"test_plan_id": plan, "name": self.persona.name("node")}
        given |= {kind.place: place, "display_order": order}
        body = {name: value for name, value in given.items() if value is not None}
        answer = self.persona.call(f"test_plans.{kind.operation}", body=body)
        answer.expect(201)
        answer.has(rule=kind.of_fields, **body)
        expected = next_order(nodes, place) if order is None else order
        in_plan = max((one.order for one in nodes.values()), default=-1) + 1
        broken = kind.of_plan if answer.body.get("display_order") == in_plan else kind.of_order
        answer.has(rule=broken, display_order=expected)
        nodes[answer.body["id"]] = Node(given["name"], place, expected)
        self._compare(plan, Done("create"))

    def _compare(self, id: str, done: Done, told: Answer | None = None) -> None:
        """The tree of a plan is as the model says, and so is the one that a sync told."""
        answer = told or self._of_plan("get_tree", id)
        tree, expected = documented(answer.expect(200)), self.plans[id].tree()
        if tree != expected:
            broken = "TREE-23" if told else blame(self.plans[id], tree, done)
            what = "the tree is not what was made of it"
            raise answer.broken(what, expected=expected, got=tree, rule=broken)


def _places(plan: Plan) -> st.SearchStrategy[str | None]:
    return st.sampled_from([None, *plan.folders])


def _moves(nodes: Nodes, plan: Plan) -> st.SearchStrategy[Moves]:
    """A new place and order for some of these."""
    if not nodes:
        return st.just({})
    where = st.tuples(_places(plan), ORDERS)
    return st.dictionaries(st.sampled_from([*nodes]), where, max_size=3)


def _move(nodes: Nodes, moves: Moves, name: str | None) -> None:
    for id, (place, order) in moves.items():
        nodes[id] = Node(name or nodes[id].name, place, order)


def _id(id: str) -> Thing:
    return {"id": id}


def _at(place: str | None) -> Thing | None:
    return None if place is None else _id(place)
