"""Test runs: what a new one is, how it is found and changed, and what goes with a deleted one."""

from __future__ import annotations

from typing import Any

import pytest

NOWHERE = "00000000-0000-4000-8000-000000000000"
NOW = "2026-01-26T09:00:00.000Z"

WHOLE: dict[str, Any] = {
    "run_name": "Release check",
    "suite_path": "suites/checkout",
    "suite_name": "Checkout",
    "scheduled_at": "2026-01-27T06:00:00.000Z",
    "parallel_enabled": True,
    "parallel_count": 4,
    "retry_on_failure": True,
    "retry_count": 2,
    "browser_name": "firefox",
    "viewport_width": 1280,
    "viewport_height": 720,
    "tags": ["release", "nightly"],
    "notes": "On staging",
}
OF_A_NEW_RUN: dict[str, Any] = {
    "status": "PENDING",
    "started_at": None,
    "completed_at": None,
    "duration_ms": 0,
    "total_tests": 0,
    "passed_tests": 0,
    "failed_tests": 0,
    "skipped_tests": 0,
    "pass_rate": 0.0,
    "results_folder": None,
    "report_path": None,
    "created_at": NOW,
    "updated_at": NOW,
}
LEFT_OUT: dict[str, Any] = {
    "suite_path": None,
    "suite_name": None,
    "scheduled_at": None,
    "parallel_enabled": False,
    "parallel_count": 1,
    "retry_on_failure": False,
    "retry_count": 0,
    "browser_name": "chromium",
    "viewport_width": 1920,
    "viewport_height": 1080,
    "tags": [],
    "notes": None,
}
COLLECTIONS = ("test_runs", "test_run_items", "test_run_results", "schedules")


def post(client: Any, path: str, **fields: Any) -> dict[str, Any]:
    response = client.post(path, json=fields)
    assert response.status_code == 201, response.text
    return response.json()


def plan(client: Any) -> str:
    return post(client, "/test-plans", name="A plan")["id"]


def run(client: Any, plan_id: str, **fields: Any) -> dict[str, Any]:
    return post(client, "/test-runs", **{"run_name": "A run", "test_plan_id": plan_id, **fields})


def put(client: Any, run_id: str, **fields: Any) -> dict[str, Any]:
    response = client.put(f"/test-runs/{run_id}", json=fields)
    assert response.status_code == 200, response.text
    assert client.get(f"/test-runs/{run_id}").json() == response.json()
    return response.json()


def act(client: Any, run_id: str, action: str, **kwargs: Any) -> dict[str, Any]:
    response = client.post(f"/test-runs/{run_id}/{action}", **kwargs)
    assert response.status_code == 200, response.text
    assert client.get(f"/test-runs/{run_id}").json() == response.json()
    return response.json()


def kept(world: Any) -> list[Any]:
    """Everything of this tag that the server holds."""
    return [list(world.sandbox.store[name].select().items) for name in COLLECTIONS]


def refused(response: Any, status: int, code: str, *fields: str) -> None:
    assert (response.status_code, response.json()["error"]) == (status, code), response.text
    assert sorted(response.json().get("details", {})) == sorted(fields)


@pytest.fixture
def admin(world: Any) -> Any:
    return world.client("admin@acme.test")


def test_a_name_and_a_plan_are_enough(admin: Any) -> None:
    plan_id = plan(admin)
    made = run(admin, plan_id)
    assert admin.get(f"/test-runs/{made['id']}").json() == made
    del made["id"]
    assert made == {
        **LEFT_OUT,
        **OF_A_NEW_RUN,
        "run_name": "A run",
        "test_plan_id": plan_id,
        "run_number": 1,
    }


def test_null_is_the_same_as_left_out(admin: Any) -> None:
    made = run(admin, plan(admin), **dict.fromkeys(LEFT_OUT))
    assert {name: made[name] for name in LEFT_OUT} == LEFT_OUT


def test_every_field_is_kept(admin: Any) -> None:
    made = run(admin, plan(admin), **WHOLE, total_tests=7, status="RUNNING")
    assert {name: made[name] for name in WHOLE} == WHOLE
    assert {name: made[name] for name in OF_A_NEW_RUN} == OF_A_NEW_RUN


def test_a_time_in_any_offset_is_answered_in_utc(admin: Any) -> None:
    made = run(admin, plan(admin), scheduled_at="2026-01-27T08:00:00.1234+02:00")
    assert made["scheduled_at"] == "2026-01-27T06:00:00.123Z"
    changed = put(admin, made["id"], scheduled_at="2026-01-27T05:00:00-01:00")
    assert changed["scheduled_at"] == "2026-01-27T06:00:00.000Z"


def test_numbers_count_up_in_the_workspace_and_are_not_reused(world: Any, admin: Any) -> None:
    plan_id = plan(admin)
    second = [run(admin, plan_id) for _ in range(2)][1]
    admin.delete(f"/test-runs/{second['id']}")
    assert run(admin, plan(admin))["run_number"] == 3
    other = world.client("admin@other.test")
    assert run(other, plan(other))["run_number"] == 1


def test_a_refused_run_takes_no_number(admin: Any) -> None:
    body = {"run_name": "A run", "test_plan_id": NOWHERE}
    refused(admin.post("/test-runs", json=body), 404, "not_found")
    assert run(admin, plan(admin))["run_number"] == 1


def test_what_a_new_run_needs(world: Any, admin: Any) -> None:
    before = kept(world)
    refused(
        admin.post("/test-runs", json={"run_name": "", "viewport_width": 0, "tags": [""]}),
        422,
        "validation_error",
        "run_name",
        "test_plan_id",
        "viewport_width",
        "tags.0",
    )
    refused(admin.post("/test-runs", content=b"{"), 400, "unsupported_content_type")
    headers = {"content-type": "application/json"}
    refused(admin.post("/test-runs", content=b"{", headers=headers), 400, "malformed_json")
    other = world.client("admin@other.test")
    body = {"run_name": "A run", "test_plan_id": plan(other)}
    refused(admin.post("/test-runs", json=body), 404, "not_found")
    assert kept(world) == before


def test_start_stop(world: Any, admin: Any) -> None:
    made = run(admin, plan(admin), **WHOLE)
    world.clock.advance(minutes=1)
    started = act(admin, made["id"], "start")
    at = "2026-01-26T09:01:00.000Z"
    assert started == {**made, "status": "RUNNING", "started_at": at, "updated_at": at}
    world.clock.advance(minutes=5, seconds=0.25)
    at = "2026-01-26T09:06:00.250Z"
    ended = {"status": "COMPLETED", "completed_at": at, "duration_ms": 300_250, "updated_at": at}
    assert act(admin, made["id"], "stop") == {**started, **ended}


def test_start_may_choose_the_browser(admin: Any) -> None:
    made = run(admin, plan(admin))
    body = {"browser_name": "webkit", "viewport_width": 800, "viewport_height": None}
    started = act(admin, made["id"], "start", json=body)
    assert (started["browser_name"], started["viewport_width"]) == ("webkit", 800)
    assert started["viewport_height"] == 1080


def test_cancel(world: Any, admin: Any) -> None:
    plan_id = plan(admin)
    pending, running = run(admin, plan_id), run(admin, plan_id)
    act(admin, running["id"], "start")
    world.clock.advance(seconds=2)
    for made, duration in ((pending, 0), (running, 2000)):
        cancelled = act(admin, made["id"], "cancel")
        assert (cancelled["status"], cancelled["duration_ms"]) == ("CANCELLED", duration)
        assert cancelled["completed_at"] == world.clock.now()


REACHED_BY = {
    "PENDING": (),
    "RUNNING": ("start",),
    "COMPLETED": ("start", "stop"),
    "FAILED": ("start", "FAILED"),
    "CANCELLED": ("cancel",),
}
ALLOWED = {
    ("PENDING", "start"),
    ("PENDING", "cancel"),
    ("RUNNING", "stop"),
    ("RUNNING", "cancel"),
    ("RUNNING", "COMPLETED"),
    ("RUNNING", "FAILED"),
}


def move(client: Any, run_id: str, action: str) -> Any:
    if action.isupper():
        return client.put(f"/test-runs/{run_id}", json={"status": action, "notes": "moved"})
    return client.post(f"/test-runs/{run_id}/{action}")


@pytest.mark.parametrize("state", REACHED_BY)
def test_moves_that_a_state_does_not_allow_change_nothing(
    world: Any, admin: Any, state: str
) -> None:
    made = run(admin, plan(admin))
    for action in REACHED_BY[state]:
        assert move(admin, made["id"], action).status_code == 200
    before = kept(world)
    for action in ("start", "stop", "cancel", *REACHED_BY):
        if action != state and (state, action) not in ALLOWED:
            refused(move(admin, made["id"], action), 400, "invalid_state")
    assert kept(world) == before
    assert move(admin, made["id"], state).json()["status"] == state


@pytest.mark.parametrize("status", ["COMPLETED", "FAILED"])
def test_an_update_may_end_a_run(world: Any, admin: Any, status: str) -> None:
    made = act(admin, run(admin, plan(admin))["id"], "start")
    world.clock.advance(seconds=3)
    ended = put(admin, made["id"], status=status)
    assert ended == {
        **made,
        "status": status,
        "completed_at": world.clock.now(),
        "duration_ms": 3000,
        "updated_at": world.clock.now(),
    }


def test_an_end_that_is_given_wins(world: Any, admin: Any) -> None:
    made = act(admin, run(admin, plan(admin))["id"], "start")
    world.clock.advance(minutes=10)
    at = "2026-01-26T09:04:00.000Z"
    ended = put(admin, made["id"], status="COMPLETED", completed_at=at)
    assert (ended["completed_at"], ended["duration_ms"]) == (at, 240_000)
    again = put(admin, made["id"], completed_at=None, duration_ms=5)
    assert (again["completed_at"], again["duration_ms"]) == (at, 5)


def test_an_end_that_was_given_before_the_stop_stays(world: Any, admin: Any) -> None:
    made = act(admin, run(admin, plan(admin))["id"], "start")
    put(admin, made["id"], duration_ms=1234)
    world.clock.advance(minutes=10)
    ended = act(admin, made["id"], "stop")
    assert (ended["completed_at"], ended["duration_ms"]) == (world.clock.now(), 1234)


def test_an_end_before_the_start_takes_no_time(admin: Any) -> None:
    made = act(admin, run(admin, plan(admin))["id"], "start")
    ended = put(admin, made["id"], status="FAILED", completed_at="2026-01-26T08:00:00Z")
    assert ended["duration_ms"] == 0


def test_an_update_takes_any_subset(world: Any, admin: Any) -> None:
    made = run(admin, plan(admin))
    world.clock.advance(seconds=1)
    fields = {**WHOLE, "results_folder": "results/1", "report_path": "results/1/report.html"}
    changed = put(admin, made["id"], **fields)
    assert changed == {**made, **fields, "updated_at": world.clock.now()}
    nothing = dict.fromkeys(("suite_path", "suite_name", "scheduled_at", "notes", "report_path"))
    assert put(admin, made["id"], **nothing) == {**changed, **nothing}
    assert put(admin, made["id"]) == {**changed, **nothing}


def test_what_an_update_refuses(world: Any, admin: Any) -> None:
    made = run(admin, plan(admin))
    before = kept(world)
    wrong = {
        "run_name": None,
        "status": "DONE",
        "total_tests": -1,
        "pass_rate": 100.1,
        "tags": None,
    }
    response = admin.put(f"/test-runs/{made['id']}", json=wrong)
    refused(response, 422, "validation_error", *wrong)
    refused(admin.put("/test-runs/7", json={}), 400, "invalid_parameter", "run_id")
    assert kept(world) == before


def test_a_final_run_takes_other_fields(admin: Any) -> None:
    made = act(admin, run(admin, plan(admin))["id"], "cancel")
    changed = put(admin, made["id"], status="CANCELLED", notes="Too slow", total_tests=3)
    assert changed == {**made, "notes": "Too slow", "total_tests": 3}


def test_a_deleted_run_takes_its_contents_along(world: Any, admin: Any) -> None:
    plan_id = plan(admin)
    case = post(admin, "/test-cases", test_plan_id=plan_id, name="A case")
    folder = post(admin, "/test-run-tree/folders", name="A folder")
    gone, stays = run(admin, plan_id), run(admin, plan_id)
    for made in (gone, stays):
        item = post(admin, f"/test-runs/{made['id']}/items", test_case_id=case["id"])
        ids = {"test_run_id": made["id"], "test_run_item_id": item["id"]}
        post(admin, "/test-run-results", **ids, test_case_id=case["id"], status="PASSED")
        body = {"test_run_id": made["id"], "folder_id": folder["id"]}
        assert admin.post("/test-run-tree/testruns", json=body).status_code == 200
    act(admin, gone["id"], "start")

    response = admin.delete(f"/test-runs/{gone['id']}")
    assert (response.status_code, response.json()) == (200, {"success": True})
    refused(admin.delete(f"/test-runs/{gone['id']}"), 404, "not_found")
    for name in ("test_run_items", "test_run_results", "test_run_placements"):
        left = [one["test_run_id"] for one in world.sandbox.store[name].select().items]
        assert left == [stays["id"]], name


def test_a_run_outlives_its_plan(admin: Any) -> None:
    plan_id = plan(admin)
    case = post(admin, "/test-cases", test_plan_id=plan_id, name="A case")
    made = run(admin, plan_id)
    item = post(admin, f"/test-runs/{made['id']}/items", test_case_id=case["id"])
    assert admin.delete(f"/test-plans/{plan_id}").status_code == 200
    assert admin.get("/test-runs").json()["items"] == [made | {"total_tests": 1}]
    assert admin.get(f"/test-runs/{made['id']}/items").json() == {"items": [item], "total": 1}
    body = {"test_case_id": case["id"]}
    refused(admin.post(f"/test-runs/{made['id']}/items", json=body), 404, "not_found")
    assert act(admin, made["id"], "start")["test_plan_id"] == plan_id
