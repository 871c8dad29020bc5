"""The folder tree against a model: whatever is made and moved, the answer is the model's tree."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

FEW = settings(
    max_examples=25, stateful_step_count=20, deadline=None, derandomize=True, database=None
)
ORDERS = st.integers(0, 3)


class Model:
    """Folders and cases as `[place, order]` by id, oldest first."""

    def __init__(self) -> None:
        self.folders: dict[str, tuple[str | None, int]] = {}
        self.cases: dict[str, tuple[str | None, int]] = {}

    def is_a_tree_with(self, moves: dict[str, tuple[str | None, int]]) -> bool:
        """Whether every folder can still be reached from the root."""
        folders = self.folders | moves
        reached: set[str | None] = {None}
        while found := {one for one in folders.keys() - reached if folders[one][0] in reached}:
            reached |= found
        return folders.keys() <= reached

    def nodes(self, place: str | None) -> list[Any]:
        """What a place holds: folders as `(id, nodes, cases)`."""
        inside = self._inside(self.folders, place)
        return [(one, self.nodes(one), self._inside(self.cases, one)) for one in inside]

    def root_cases(self) -> list[str]:
        return self._inside(self.cases, None)

    @staticmethod
    def _inside(things: dict[str, tuple[str | None, int]], place: str | None) -> list[str]:
        found = [one for one in things if things[one][0] == place]
        return sorted(found, key=lambda one: things[one][1])

    @staticmethod
    def next_order(things: dict[str, tuple[str | None, int]], place: str | None) -> int:
        return max((order for where, order in things.values() if where == place), default=-1) + 1


def shape(nodes: list[Any]) -> list[Any]:
    """The tree's answer in the model's terms."""
    return [
        (node["id"], shape(node["children"]), [case["id"] for case in node["test_cases"]])
        for node in nodes
    ]


class FolderTree(RuleBasedStateMachine):
    """Set `client` before it runs."""

    client: Any

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.plan_id = self._post("/test-plans", {"name": "Plan"}, 201)["id"]

    def _post(self, path: str, body: Any, status: int) -> Any:
        response = self.client.post(path, json=body)
        assert response.status_code == status, response.text
        return response.json()

    def _places(self) -> st.SearchStrategy[str | None]:
        return st.sampled_from([None, *self.model.folders])

    def _moves(self, things: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
        if not things:
            return st.just({})
        place = st.tuples(self._places(), ORDERS)
        return st.dictionaries(st.sampled_from([*things]), place, max_size=3)

    @rule(data=st.data(), order=st.none() | ORDERS)
    def add_folder(self, data: Any, order: int | None) -> None:
        place = data.draw(self._places())
        body = {"parent_folder_id": place, "display_order": order}
        self._add("/folders", self.model.folders, place, order, body)

    @rule(data=st.data(), order=st.none() | ORDERS)
    def add_case(self, data: Any, order: int | None) -> None:
        place = data.draw(self._places())
        body = {"folder_id": place, "display_order": order}
        self._add("/test-cases", self.model.cases, place, order, body)

    def _add(
        self, path: str, things: dict[str, Any], place: str | None, order: int | None, body: Any
    ) -> None:
        made = self._post(path, {"test_plan_id": self.plan_id, "name": "Thing", **body}, 201)
        expected = self.model.next_order(things, place) if order is None else order
        assert made["display_order"] == expected
        things[made["id"]] = (place, expected)

    @rule(data=st.data())
    def sync(self, data: Any) -> None:
        folders = data.draw(self._moves(self.model.folders))
        cases = data.draw(self._moves(self.model.cases))
        is_fine = self.model.is_a_tree_with(folders)
        tree = {
            "folders": [
                {"id": one, "parent_folder_id": place, "display_order": order}
                for one, (place, order) in folders.items()
            ],
            "test_cases": [
                {"id": one, "folder_id": place, "display_order": order}
                for one, (place, order) in cases.items()
            ],
        }
        path = f"/test-plans/{self.plan_id}/tree/sync"
        self._post(path, {"tree": tree}, 200 if is_fine else 422)
        if is_fine:
            self.model.folders |= folders
            self.model.cases |= cases

    @rule(data=st.data())
    def reorder(self, data: Any) -> None:
        for path, id_field, things in (
            ("/folders/reorder", "folder_id", self.model.folders),
            ("/test-cases/reorder", "test_case_id", self.model.cases),
        ):
            moves = {one: order for one, (_, order) in data.draw(self._moves(things)).items()}
            body = [{id_field: one, "display_order": order} for one, order in moves.items()]
            self._post(path, body, 200)
            things.update({one: (things[one][0], order) for one, order in moves.items()})

    @invariant()
    def the_answer_is_the_models_tree(self) -> None:
        tree = self.client.get(f"/test-plans/{self.plan_id}/tree").json()
        assert shape(tree["folders"]) == self.model.nodes(None)
        assert [case["id"] for case in tree["root_test_cases"]] == self.model.root_cases()


def test_the_folder_tree_keeps_to_its_model(world: Any) -> None:
    class Machine(FolderTree):
        client = world.client("admin@acme.test")

    run_state_machine_as_test(Machine, settings=FEW)
