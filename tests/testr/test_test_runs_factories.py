"""Runs, items, results and schedules as scenarios make them, with fields that no request has."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.handlers.testr.rules import cases, plans, results, run_items, runs, schedules

NOW = "2026-01-26T09:00:00.000Z"
FACTORIES = {
    "test_plans": plans.create_plan,
    "test_cases": cases.create_case,
    "test_runs": runs.create_run,
    "test_run_items": run_items.create_item,
    "test_run_results": results.create_result,
    "schedules": schedules.create_schedule,
}


class Scene:
    """Makes objects of one plan, and reads them as a client does."""

    def __init__(self, world: Any) -> None:
        self.sandbox = world.sandbox
        self.client = world.client("admin@acme.test")
        self.workspace = world.login("admin@acme.test")["workspaces"][0]["id"]
        self.plan = self.make("test_plans", name="A plan", _workspace_id=self.workspace)["id"]

    def make(self, collection: str, **fields: Any) -> dict[str, Any]:
        with self.sandbox.store.transaction():
            return FACTORIES[collection](self.sandbox, fields)

    def run(self, **fields: Any) -> str:
        made = self.make("test_runs", **{"run_name": "A run", "test_plan_id": self.plan, **fields})
        return str(made["id"])

    def item(self, run_id: str, **fields: Any) -> str:
        case = self.make("test_cases", name="A case", test_plan_id=self.plan)
        ids = {"test_run_id": run_id, "test_case_id": case["id"]}
        return str(self.make("test_run_items", **ids, **fields)["id"])

    def read(self, path: str) -> Any:
        response = self.client.get(path)
        assert response.status_code == 200, response.text
        return response.json()


@pytest.fixture
def scene(world: Any) -> Scene:
    return Scene(world)


BEGAN, ENDED = "2026-01-20T09:00:00.000Z", "2026-01-20T09:10:00.000Z"
STATES: list[tuple[dict[str, Any], tuple[str | None, str | None, int, str]]] = [
    ({}, (None, None, 0, BEGAN)),
    ({"status": "RUNNING"}, (BEGAN, None, 0, BEGAN)),
    ({"status": "COMPLETED"}, (BEGAN, BEGAN, 0, BEGAN)),
    ({"status": "FAILED", "completed_at": ENDED}, (BEGAN, ENDED, 600_000, ENDED)),
    ({"status": "COMPLETED", "completed_at": ENDED, "duration_ms": 7}, (BEGAN, ENDED, 7, ENDED)),
    ({"status": "CANCELLED"}, (None, BEGAN, 0, BEGAN)),
    ({"status": "CANCELLED", "started_at": ENDED}, (ENDED, ENDED, 0, ENDED)),
    ({"updated_at": NOW}, (None, None, 0, NOW)),
]


@pytest.mark.parametrize(("fields", "expected"), STATES)
def test_times_follow_from_the_state(
    scene: Scene, fields: dict[str, Any], expected: tuple[Any, ...]
) -> None:
    made = scene.read(f"/test-runs/{scene.run(created_at=BEGAN, **fields)}")
    names = ("started_at", "completed_at", "duration_ms", "updated_at")
    assert tuple(made[name] for name in names) == expected
    assert made["created_at"] == BEGAN


def test_a_given_number_is_not_given_again(scene: Scene) -> None:
    numbers = [{}, {"run_number": 7}, {"run_number": 3}, {}]
    made = [scene.read(f"/test-runs/{scene.run(**fields)}")["run_number"] for fields in numbers]
    assert made == [1, 7, 3, 8]


def test_items_and_results_of_a_final_run_are_counted(scene: Scene) -> None:
    run_id = scene.run(status="COMPLETED", created_at=BEGAN)
    scene.item(run_id, status="PASSED", created_at=ENDED, display_order=5, test_case_name="Old")
    item_id = scene.item(run_id)
    result = {"status": "ERROR", "pass_rate": 50, "created_at": NOW}
    made = scene.make("test_run_results", test_run_item_id=item_id, **result)
    assert (made["test_run_id"], made["created_at"]) == (run_id, NOW)
    summary = scene.read(f"/test-runs/{run_id}/summary")
    assert (summary["total_tests"], summary["pass_rate"], summary["error_tests"]) == (2, 50.0, 1)
    items = scene.read(f"/test-runs/{run_id}/items")["items"]
    shown = [(one["display_order"], one["test_case_name"], one["status"]) for one in items]
    assert shown == [(1, "A case", "ERROR"), (5, "Old", "PASSED")]
    assert scene.read(f"/test-runs/{run_id}")["updated_at"] == NOW


def test_an_item_of_the_past_does_not_set_the_run_back(scene: Scene) -> None:
    run_id = scene.run()
    scene.item(run_id, created_at=BEGAN)
    assert scene.read(f"/test-runs/{run_id}")["updated_at"] == NOW


def test_totals_that_a_scenario_gives_stay(scene: Scene) -> None:
    run_id = scene.run(total_tests=10, passed_tests=9, failed_tests=1)
    scene.item(run_id, status="FAILED")
    made = scene.read(f"/test-runs/{run_id}")
    names = ("total_tests", "passed_tests", "failed_tests", "skipped_tests", "pass_rate")
    assert [made[name] for name in names] == [10, 9, 1, 0, 90.0]


def test_a_schedule_with_a_past(scene: Scene) -> None:
    fields = {"scheduled_datetime": BEGAN, "repeat_type": "DAILY", "test_plan_id": scene.plan}
    scene.make("schedules", schedule_name="A", occurrences_count=2, created_at=BEGAN, **fields)
    scene.run(created_at="2026-01-23T10:00:00.000Z", suite_name="Another")
    made = scene.read("/schedules")["items"][0]
    assert (made["last_occurrence_at"], made["next_occurrence_at"]) == (
        "2026-01-21T09:00:00.000Z",
        "2026-01-22T09:00:00.000Z",
    )
    assert (made["created_at"], made["updated_at"]) == (BEGAN, BEGAN)
    scene.run(created_at="2026-01-23T10:00:00.000Z")
    made = scene.read("/schedules")["items"][0]
    assert (made["occurrences_count"], made["next_occurrence_at"]) == (
        4,
        "2026-01-24T09:00:00.000Z",
    )
