"""The tree of a test plan: folders, the tree's answer, its sync, and the display order."""

from __future__ import annotations

from typing import Any

import pytest

NOWHERE = "00000000-0000-4000-8000-000000000000"
LEVELS = 50


@pytest.fixture
def admin(world: Any) -> Any:
    return world.client("admin@acme.test")


class Plan:
    """A plan of a client's, with short names for what tests do to it."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.id = self._made("/test-plans", name="Checkout")["id"]

    def _made(self, path: str, **body: Any) -> dict[str, Any]:
        response = self.client.post(path, json=body)
        assert response.status_code == 201, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def folder(self, name: str, parent: str | None = None, **more: Any) -> dict[str, Any]:
        return self._made(
            "/folders", test_plan_id=self.id, name=name, parent_folder_id=parent, **more
        )

    def case(self, name: str, folder: str | None = None, **more: Any) -> dict[str, Any]:
        return self._made("/test-cases", test_plan_id=self.id, name=name, folder_id=folder, **more)

    def tree(self) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.get(f"/test-plans/{self.id}/tree").json()
        return answer

    def sync(self, folders: list[Any] | None = None, cases: list[Any] | None = None) -> Any:
        tree = {"folders": folders, "test_cases": cases}
        return self.client.post(f"/test-plans/{self.id}/tree/sync", json={"tree": tree})


@pytest.fixture
def plan(admin: Any) -> Plan:
    return Plan(admin)


def moved(folder: dict[str, Any], parent: str | None, order: int = 0, **more: Any) -> Any:
    return {"id": folder["id"], "parent_folder_id": parent, "display_order": order, **more}


def placed(case: dict[str, Any], folder: str | None, order: int = 0, **more: Any) -> Any:
    return {"id": case["id"], "folder_id": folder, "display_order": order, **more}


def names(nodes: list[dict[str, Any]]) -> list[str]:
    return [node["name"] for node in nodes]


def test_an_empty_plan_is_a_bare_root(plan: Plan) -> None:
    assert plan.tree() == {
        "id": plan.id,
        "type": "root",
        "name": "Checkout",
        "expanded": True,
        "children": [],
        "folders": [],
        "root_test_cases": [],
    }


def test_the_tree_nests_folders_and_holds_their_cases(plan: Plan) -> None:
    outer = plan.folder("Outer")
    inner = plan.folder("Inner", outer["id"])
    deep, at_root = plan.case("Deep", inner["id"]), plan.case("At the root")

    def case_node(case: dict[str, Any]) -> dict[str, Any]:
        return {name: case[name] for name in ("id", "name", "folder_id", "display_order")}

    def folder_node(folder: dict[str, Any], **inside: Any) -> dict[str, Any]:
        own = ("id", "name", "parent_folder_id", "display_order")
        return {"children": [], "test_cases": []} | {n: folder[n] for n in own} | inside

    tree = plan.tree()
    inner_node = folder_node(inner, test_cases=[case_node(deep)])
    assert tree["folders"] == [folder_node(outer, children=[inner_node])]
    assert tree["root_test_cases"] == [case_node(at_root)]
    assert tree["children"] == []


def test_a_folder_is_answered_whole(world: Any, plan: Plan) -> None:
    outer = plan.folder("Outer")
    now = world.clock.now()
    assert plan.folder("Inner", outer["id"], display_order=7, colour="red") | {"id": "-"} == {
        "id": "-",
        "test_plan_id": plan.id,
        "name": "Inner",
        "parent_folder_id": outer["id"],
        "display_order": 7,
        "created_at": now,
        "updated_at": now,
    }


def test_a_folder_comes_last_among_its_siblings_unless_it_says_otherwise(plan: Plan) -> None:
    first = plan.folder("a")
    assert first["display_order"] == 0
    assert plan.folder("b")["display_order"] == 1
    assert plan.folder("c", display_order=10)["display_order"] == 10
    assert plan.folder("d", display_order=None)["display_order"] == 11
    assert plan.folder("e", first["id"])["display_order"] == 0


def test_the_highest_order_is_shared_rather_than_passed(plan: Plan) -> None:
    plan.folder("a", display_order=2147483647)
    assert plan.folder("b")["display_order"] == 2147483647
    plan.case("a", display_order=2147483647)
    assert plan.case("b")["display_order"] == 2147483647
    tree = plan.tree()
    assert names(tree["folders"]) == names(tree["root_test_cases"]) == ["a", "b"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"test_plan_id": "first"}, "test_plan_id"),
        ({"parent_folder_id": "root"}, "parent_folder_id"),
        ({"display_order": -1}, "display_order"),
        ({"display_order": 2147483648}, "display_order"),
    ],
)
def test_an_invalid_folder_is_422(plan: Plan, change: dict[str, Any], field: str) -> None:
    body = {"test_plan_id": plan.id, "name": "Folder"} | change
    response = plan.client.post("/folders", json=body)
    assert (response.status_code, list(response.json()["details"])) == (422, [field])
    assert plan.tree()["folders"] == []


def test_a_parent_must_be_in_the_same_plan(world: Any, admin: Any, plan: Plan) -> None:
    elsewhere = [
        Plan(admin).folder("Another plan's")["id"],
        Plan(world.client("admin@other.test")).folder("Another workspace's")["id"],
        plan.case("Not a folder")["id"],
        NOWHERE,
    ]
    for parent in elsewhere:
        body = {"test_plan_id": plan.id, "name": "Folder", "parent_folder_id": parent}
        assert admin.post("/folders", json=body).status_code == 404
    assert plan.tree()["folders"] == []


def test_fifty_levels_are_the_deepest(plan: Plan) -> None:
    parent = None
    for level in range(LEVELS):
        parent = plan.folder(f"Level {level + 1}", parent)["id"]
    tree = plan.tree()

    body = {"test_plan_id": plan.id, "name": "Too deep", "parent_folder_id": parent}
    response = plan.client.post("/folders", json=body)
    assert (response.status_code, list(response.json()["details"])) == (422, ["parent_folder_id"])

    above = plan.folder("Above everything")
    top = tree["folders"][0]
    response = plan.sync([moved(top, above["id"])])
    assert (response.status_code, list(response.json()["details"])) == (422, ["tree.folders"])
    assert plan.tree()["folders"][0] == top


def test_the_display_order_decides_and_creation_breaks_ties(plan: Plan) -> None:
    for name, order in (("c", 5), ("a", 1), ("d", 5), ("b", 1)):
        plan.folder(name, display_order=order)
        plan.case(name, display_order=order)
    tree = plan.tree()
    assert names(tree["folders"]) == names(tree["root_test_cases"]) == ["a", "b", "c", "d"]


def test_a_sync_moves_orders_and_renames_in_one_step(plan: Plan) -> None:
    one, two = plan.folder("One"), plan.folder("Two")
    case, other = plan.case("Case"), plan.case("Other")
    response = plan.sync(
        [moved(one, two["id"], 3, name="Uno")], [placed(case, one["id"], 4, name="Caso")]
    )
    assert response.status_code == 200
    assert response.json() == plan.tree()
    [top] = response.json()["folders"]
    [child] = top["children"]
    assert (top["name"], top["display_order"]) == ("Two", two["display_order"])
    assert child == {
        "id": one["id"],
        "name": "Uno",
        "parent_folder_id": two["id"],
        "display_order": 3,
        "children": [],
        "test_cases": [
            {"id": case["id"], "name": "Caso", "folder_id": one["id"], "display_order": 4}
        ],
    }
    assert [node["id"] for node in response.json()["root_test_cases"]] == [other["id"]]


def test_a_sync_may_turn_a_branch_over(plan: Plan) -> None:
    """Neither move is possible alone; together they leave no cycle."""
    outer = plan.folder("Outer")
    inner = plan.folder("Inner", outer["id"])
    response = plan.sync([moved(outer, inner["id"]), moved(inner, None)])
    [top] = response.json()["folders"]
    assert (top["name"], names(top["children"])) == ("Inner", ["Outer"])


def test_null_is_the_root_and_a_null_name_stays(plan: Plan) -> None:
    outer = plan.folder("Outer")
    inner, case = plan.folder("Inner", outer["id"]), plan.case("Case", outer["id"])
    tree = plan.sync([moved(inner, None, 9, name=None)], [placed(case, None, name=None)]).json()
    assert names(tree["folders"]) == ["Outer", "Inner"]
    assert names(tree["root_test_cases"]) == ["Case"]


def test_what_comes_next_counts_what_was_moved(plan: Plan) -> None:
    outer, folder, case = plan.folder("Outer"), plan.folder("Folder"), plan.case("Case")
    plan.sync([moved(folder, outer["id"], 7)], [placed(case, outer["id"], 8)])
    assert plan.folder("Next inside", outer["id"])["display_order"] == 8
    assert plan.case("Next inside", outer["id"])["display_order"] == 9
    assert plan.folder("Next at the top")["display_order"] == 1
    assert plan.case("Next at the root")["display_order"] == 0


@pytest.mark.parametrize(
    "tree", [{}, {"folders": []}, {"test_cases": []}, {"folders": None, "test_cases": None}]
)
def test_both_lists_of_a_sync_may_be_absent(plan: Plan, tree: dict[str, Any]) -> None:
    plan.case("Case", plan.folder("Folder")["id"])
    response = plan.client.post(f"/test-plans/{plan.id}/tree/sync", json={"tree": tree})
    assert (response.status_code, response.json()) == (200, plan.tree())


def test_updated_at_moves_only_for_what_really_changes(world: Any, plan: Plan) -> None:
    one, two = plan.folder("One"), plan.folder("Two")
    before = world.clock.now()
    world.clock.advance(minutes=5)
    plan.sync([moved(one, None, 0), moved(two, None, 5)])
    folders = world.sandbox.store["test_plan_folders"]
    assert folders.get(one["id"])["updated_at"] == before
    assert folders.get(two["id"])["updated_at"] == world.clock.now()


def test_a_cycle_is_422_on_every_folder_in_it_and_changes_nothing(plan: Plan) -> None:
    one, case = plan.folder("One"), plan.case("Case")
    two = plan.folder("Two", one["id"])
    free, tree = plan.folder("Free"), plan.tree()
    cases = [placed(case, one["id"])]
    for folders, at_fault in (
        ([moved(one, one["id"])], [0]),
        ([moved(one, two["id"])], [0]),
        ([moved(free, one["id"]), moved(one, two["id"]), moved(two, one["id"])], [1, 2]),
    ):
        response = plan.sync(folders, cases)
        assert response.status_code == 422
        details = [f"tree.folders.{index}.parent_folder_id" for index in at_fault]
        assert list(response.json()["details"]) == details
        assert plan.tree() == tree


def test_the_same_id_twice_is_422_and_comes_before_404(plan: Plan) -> None:
    folder, case, tree = plan.folder("Folder"), plan.case("Case"), plan.tree()
    folders = [moved(folder, None, 1), moved(folder, NOWHERE, 2)]
    cases = [placed(case, None, 1), placed(case, folder["id"], 2), placed(case, None, 3)]
    response = plan.sync(folders, cases)
    assert response.status_code == 422
    assert list(response.json()["details"]) == [
        "tree.folders.1.id",
        "tree.test_cases.1.id",
        "tree.test_cases.2.id",
    ]
    assert plan.tree() == tree


def test_what_is_not_in_the_plan_is_404_and_nothing_changes(admin: Any, plan: Plan) -> None:
    other = Plan(admin)
    foreign_folder, foreign_case = other.folder("Foreign"), other.case("Foreign")
    folder, case = plan.folder("Folder"), plan.case("Case")
    before, other_before = plan.tree(), other.tree()
    good = moved(folder, None, 9)
    for folders, cases in (
        ([good, moved(foreign_folder, None)], []),
        ([moved(folder, foreign_folder["id"])], []),
        ([good], [placed(foreign_case, None)]),
        ([good], [placed(case, foreign_folder["id"])]),
        ([good], [placed(case, NOWHERE)]),
        ([good, moved({"id": NOWHERE}, None)], []),
    ):
        response = plan.sync(folders, cases)
        assert (response.status_code, response.json()["error"]) == (404, "not_found")
    assert (plan.tree(), other.tree()) == (before, other_before)


def test_a_sync_names_every_invalid_field(plan: Plan) -> None:
    entry = {"parent_folder_id": "root", "display_order": -1}
    response = plan.sync([entry], [{"id": NOWHERE, "display_order": 0, "name": ""}])
    assert response.status_code == 422
    assert sorted(response.json()["details"]) == [
        "tree.folders.0.display_order",
        "tree.folders.0.id",
        "tree.folders.0.parent_folder_id",
        "tree.test_cases.0.folder_id",
        "tree.test_cases.0.name",
    ]


REORDERED = pytest.mark.parametrize(
    ("kind", "path", "id_field", "nodes"),
    [
        ("folder", "/folders/reorder", "folder_id", "folders"),
        ("case", "/test-cases/reorder", "test_case_id", "root_test_cases"),
    ],
)


@REORDERED
def test_a_reorder_sets_the_display_order(
    plan: Plan, kind: str, path: str, id_field: str, nodes: str
) -> None:
    things = [getattr(plan, kind)(name) for name in "abc"]
    orders = dict(zip("abc", (2, 1, 1), strict=True))
    body = [{id_field: one["id"], "display_order": orders[one["name"]]} for one in things]
    response = plan.client.post(path, json=body)
    assert (response.status_code, response.json()) == (200, {"success": True})
    assert [(node["name"], node["display_order"]) for node in plan.tree()[nodes]] == [
        ("b", 1),
        ("c", 1),
        ("a", 2),
    ]


@REORDERED
def test_a_reorder_may_be_empty_or_over_several_plans(
    admin: Any, plan: Plan, kind: str, path: str, id_field: str, nodes: str
) -> None:
    other = Plan(admin)
    things = [getattr(one, kind)("Thing") for one in (plan, other)]
    assert admin.post(path, json=[]).json() == {"success": True}
    body = [{id_field: one["id"], "display_order": 7} for one in things]
    assert admin.post(path, json=body).json() == {"success": True}
    assert [one.tree()[nodes][0]["display_order"] for one in (plan, other)] == [7, 7]


@REORDERED
def test_a_refused_reorder_changes_nothing(
    world: Any, plan: Plan, kind: str, path: str, id_field: str, nodes: str
) -> None:
    thing = getattr(plan, kind)("Thing")
    foreign = getattr(Plan(world.client("admin@other.test")), kind)("Foreign")
    before = plan.tree()
    good = {id_field: thing["id"], "display_order": 5}
    refused = [
        ([good, {id_field: NOWHERE, "display_order": 0}], 404, None),
        ([good, {id_field: foreign["id"], "display_order": 0}], 404, None),
        ([good, {id_field: NOWHERE, "display_order": 0}, good], 422, f"2.{id_field}"),
        ([good, {id_field: thing["id"]}], 422, "1.display_order"),
        ({"order": [good]}, 422, "body"),
    ]
    for body, status, field in refused:
        response = plan.client.post(path, json=body)
        assert response.status_code == status, body
        assert list(response.json().get("details", {})) == ([field] if field else []), body
    assert plan.tree() == before
