"""Test plans: what each operation promises, who may use it, and what a deletion takes along."""

from __future__ import annotations

from typing import Any

import pytest

NOWHERE = "00000000-0000-4000-8000-000000000000"
READS = [
    ("GET", "/test-plans"),
    ("GET", f"/test-plans/{NOWHERE}"),
    ("GET", f"/test-plans/{NOWHERE}/tree"),
    ("GET", "/variables/global"),
    ("GET", "/variables/resolve"),
]
WRITES = [
    ("POST", "/test-plans"),
    ("PUT", f"/test-plans/{NOWHERE}"),
    ("DELETE", f"/test-plans/{NOWHERE}"),
    ("POST", f"/test-plans/{NOWHERE}/tree/sync"),
    ("POST", "/folders"),
    ("POST", "/folders/reorder"),
    ("POST", "/test-cases"),
    ("POST", "/test-cases/reorder"),
    ("POST", "/test-recordings"),
    ("POST", "/test-scripts"),
    ("POST", "/variables/global"),
]


@pytest.fixture
def admin(world: Any) -> Any:
    return world.client("admin@acme.test")


def made(client: Any, path: str, **body: Any) -> dict[str, Any]:
    response = client.post(path, json=body)
    assert response.status_code == 201, response.text
    answer: dict[str, Any] = response.json()
    return answer


@pytest.mark.parametrize(("method", "path"), READS + WRITES)
def test_no_operation_answers_without_a_token(world: Any, method: str, path: str) -> None:
    response = world.anonymous.request(method, path)
    assert (response.status_code, response.json()["error"]) == (401, "unauthorized")


@pytest.mark.parametrize(("method", "path"), READS + WRITES)
def test_every_operation_is_402_once_the_subscription_has_passed(
    world: Any, method: str, path: str
) -> None:
    response = world.client("admin@expired.test").request(method, path)
    assert (response.status_code, response.json()["error"]) == (402, "subscription_expired")


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_a_viewer_may_not_write(world: Any, method: str, path: str) -> None:
    response = world.client("viewer@acme.test").request(method, path)
    assert (response.status_code, response.json()["error"]) == (403, "read_only")


def test_a_viewer_may_read(world: Any, admin: Any) -> None:
    plan = made(admin, "/test-plans", name="Checkout")
    viewer = world.client("viewer@acme.test")
    assert viewer.get("/test-plans").json() == {"test_plans": [plan]}
    assert viewer.get(f"/test-plans/{plan['id']}").json() == plan
    assert viewer.get(f"/test-plans/{plan['id']}/tree").status_code == 200


def test_a_plan_needs_only_a_name(world: Any, admin: Any) -> None:
    plan = made(admin, "/test-plans", name="Checkout")
    now = world.clock.now()
    assert plan == {
        "id": plan["id"],
        "name": "Checkout",
        "description": None,
        "is_active": True,
        "created_at": now,
        "updated_at": now,
    }
    assert admin.get(f"/test-plans/{plan['id']}").json() == plan


def test_a_plan_takes_all_its_fields_and_nothing_else(admin: Any) -> None:
    plan = made(
        admin, "/test-plans", name="A", description="b", is_active=False, id=NOWHERE, colour="red"
    )
    assert plan["id"] != NOWHERE
    assert "colour" not in plan
    assert (plan["name"], plan["description"], plan["is_active"]) == ("A", "b", False)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": "x" * 256}, "name"),
        ({"name": None}, "name"),
        ({"name": "x", "is_active": "yes"}, "is_active"),
        ({"name": "x", "description": 5}, "description"),
    ],
)
def test_an_invalid_plan_is_422_and_is_not_made(
    admin: Any, body: dict[str, Any], field: str
) -> None:
    response = admin.post("/test-plans", json=body)
    assert response.status_code == 422
    assert list(response.json()["details"]) == [field]
    assert admin.get("/test-plans").json() == {"test_plans": []}


def test_plans_are_listed_in_the_order_of_their_creation(world: Any, admin: Any) -> None:
    plans = []
    for name in ("b", "a", "c"):
        plans.append(made(admin, "/test-plans", name=name, is_active=name != "a"))
        world.clock.advance(minutes=1)
    assert admin.get("/test-plans").json() == {"test_plans": plans}


def test_an_update_takes_any_subset_and_answers_the_whole_plan(world: Any, admin: Any) -> None:
    plan = made(admin, "/test-plans", name="Checkout", description="Old")
    path = f"/test-plans/{plan['id']}"
    for change in ({"name": "Cart"}, {"is_active": False}, {"description": None}, {}):
        world.clock.advance(minutes=1)
        plan = plan | change | {"updated_at": world.clock.now()}
        response = admin.put(path, json=change)
        assert (response.status_code, response.json()) == (200, plan)
        assert admin.get(path).json() == plan


@pytest.mark.parametrize("change", [{"name": None}, {"is_active": None}, {"name": ""}])
def test_an_invalid_update_is_422_and_changes_nothing(admin: Any, change: dict[str, Any]) -> None:
    plan = made(admin, "/test-plans", name="Checkout")
    path = f"/test-plans/{plan['id']}"
    response = admin.put(path, json=change | {"description": "New"})
    assert response.status_code == 422
    assert list(response.json()["details"]) == list(change)
    assert admin.get(path).json() == plan


def test_a_plan_of_another_workspace_is_404_everywhere(world: Any, admin: Any) -> None:
    plan = made(admin, "/test-plans", name="Checkout")
    before = admin.get(f"/test-plans/{plan['id']}/tree").json()
    stranger = world.client("admin@other.test")
    requests = [
        ("GET", f"/test-plans/{plan['id']}", None),
        ("PUT", f"/test-plans/{plan['id']}", {"name": "Mine"}),
        ("DELETE", f"/test-plans/{plan['id']}", None),
        ("GET", f"/test-plans/{plan['id']}/tree", None),
        ("POST", f"/test-plans/{plan['id']}/tree/sync", {"tree": {}}),
        ("POST", "/folders", {"test_plan_id": plan["id"], "name": "Mine"}),
        ("POST", "/test-cases", {"test_plan_id": plan["id"], "name": "Mine"}),
    ]
    for method, path, body in requests:
        response = stranger.request(method, path, json=body)
        assert (response.status_code, response.json()["error"]) == (404, "not_found"), path
    assert stranger.get("/test-plans").json() == {"test_plans": []}
    assert admin.get("/test-plans").json() == {"test_plans": [plan]}
    assert admin.get(f"/test-plans/{plan['id']}/tree").json() == before


@pytest.mark.parametrize("suffix", ["", "/tree"])
def test_an_id_that_is_no_uuid_is_400(admin: Any, suffix: str) -> None:
    response = admin.get(f"/test-plans/first{suffix}")
    assert (response.status_code, list(response.json()["details"])) == (400, ["plan_id"])


def test_an_unreadable_body_is_400(admin: Any) -> None:
    response = admin.post(
        "/test-plans", content=b'{"name": ', headers={"Content-Type": "application/json"}
    )
    assert (response.status_code, response.json()["error"]) == (400, "malformed_json")


def filled(client: Any, name: str) -> dict[str, Any]:
    """A plan with one of everything in it."""
    plan = made(client, "/test-plans", name=name)
    outer = made(client, "/folders", test_plan_id=plan["id"], name="Outer")
    inner = made(
        client, "/folders", test_plan_id=plan["id"], name="In", parent_folder_id=outer["id"]
    )
    case = made(client, "/test-cases", test_plan_id=plan["id"], name="Case", folder_id=inner["id"])
    of_case = {"test_case_id": case["id"]}
    made(client, "/test-recordings", **of_case, recording_data=[1])
    script = {"script_type": "pre", "script_language": "python", "script_content": "pass"}
    made(client, "/test-scripts", **of_case, **script)
    made(
        client,
        "/schedules",
        schedule_name="Nightly",
        test_plan_id=plan["id"],
        scheduled_datetime="2026-02-01T02:00:00Z",
    )
    run = made(client, "/test-runs", run_name="Run", test_plan_id=plan["id"])
    item = made(client, f"/test-runs/{run['id']}/items", test_case_id=case["id"])
    made(
        client,
        "/test-run-results",
        test_run_id=run["id"],
        test_run_item_id=item["id"],
        test_case_id=case["id"],
        status="PASSED",
    )
    return plan | {"case": case["id"], "folder": outer["id"], "run": run["id"]}


def test_a_deletion_takes_the_contents_but_leaves_the_runs(world: Any, admin: Any) -> None:
    gone, kept = filled(admin, "Gone"), filled(admin, "Kept")
    kept_tree = admin.get(f"/test-plans/{kept['id']}/tree").json()
    runs = admin.get("/test-runs").json()

    response = admin.delete(f"/test-plans/{gone['id']}")

    assert (response.status_code, response.json()) == (200, {"success": True})
    assert admin.get(f"/test-plans/{gone['id']}").status_code == 404
    assert admin.delete(f"/test-plans/{gone['id']}").status_code == 404
    assert [plan["id"] for plan in admin.get("/test-plans").json()["test_plans"]] == [kept["id"]]
    assert admin.get(f"/test-plans/{kept['id']}/tree").json() == kept_tree
    assert admin.get("/test-runs").json() == runs
    assert admin.get(f"/test-runs/{gone['run']}/items").json()["total"] == 1
    [schedule] = admin.get("/schedules").json()["items"]
    assert schedule["test_plan_id"] == kept["id"]
    for path, entry in (
        ("/test-cases/reorder", {"test_case_id": gone["case"]}),
        ("/folders/reorder", {"folder_id": gone["folder"]}),
    ):
        assert admin.post(path, json=[entry | {"display_order": 0}]).status_code == 404
    ours = {"_workspace_id": world.sandbox.store["test_plans"].get(kept["id"])["_workspace_id"]}
    left = {"test_plan_folders": 2, "test_cases": 1, "test_recordings": 1, "test_scripts": 1}
    assert {name: world.sandbox.store[name].count(ours) for name in left} == left
    assert world.sandbox.store["test_run_results"].count(ours) == 2


def test_a_deletion_gives_the_quota_back(world: Any) -> None:
    solo = world.client("solo@personal.test")
    plan = made(solo, "/test-plans", name="Mine")
    made(solo, "/test-cases", test_plan_id=plan["id"], name="Case")
    assert solo.get("/workspace/limits").json()["current_test_cases"] == 1
    solo.delete(f"/test-plans/{plan['id']}")
    assert solo.get("/workspace/limits").json()["current_test_cases"] == 0
