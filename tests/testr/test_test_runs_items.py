"""The items of a run, their results, and what both make of the run's totals."""

from __future__ import annotations

from typing import Any

import pytest

NOWHERE = "00000000-0000-4000-8000-000000000000"
NOW = "2026-01-26T09:00:00.000Z"
NONE_OF_ANY = {"PENDING": 0, "PASSED": 0, "FAILED": 0, "SKIPPED": 0, "ERROR": 0}
LEFT_OUT: dict[str, Any] = {
    "iteration_number": 1,
    "data_row_index": 0,
    "data_row_values": {},
    "duration_ms": 0,
    "total_steps": 0,
    "passed_steps": 0,
    "failed_steps": 0,
    "skipped_steps": 0,
    "pass_rate": 0.0,
    "error_message": None,
    "error_screenshot": None,
    "start_url": None,
    "final_url": None,
    "browser_name": None,
    "os_name": None,
}
WHOLE: dict[str, Any] = {
    "iteration_number": 3,
    "data_row_index": 2,
    "data_row_values": {"user": "jane", "amounts": [1, 2.5, None], "deep": {"er": True}},
    "duration_ms": 5000,
    "total_steps": 10,
    "passed_steps": 8,
    "failed_steps": 1,
    "skipped_steps": 1,
    "pass_rate": 88.88,
    "error_message": "expected 1, got 2",
    "error_screenshot": "data:image/png;base64,iVBORw0KGgo=",
    "start_url": "https://shop.acme.test/",
    "final_url": "https://shop.acme.test/cart",
    "browser_name": "chromium",
    "os_name": "Windows 11",
}


class Stage:
    """A plan with test cases, and a run of it."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.client = world.client("admin@acme.test")
        self.plan = self.post("/test-plans", name="A plan")["id"]
        self.cases = [self.case(f"Case {number}") for number in range(4)]
        self.run = self.post("/test-runs", run_name="A run", test_plan_id=self.plan)["id"]

    def post(self, path: str, **fields: Any) -> dict[str, Any]:
        response = self.client.post(path, json=fields)
        assert response.status_code == 201, response.text
        return response.json()

    def case(self, name: str, plan: str | None = None) -> str:
        return self.post("/test-cases", test_plan_id=plan or self.plan, name=name)["id"]

    def add(self, case_id: str) -> dict[str, Any]:
        return self.post(f"/test-runs/{self.run}/items", test_case_id=case_id)

    def bulk(self, *case_ids: str) -> Any:
        body = {"test_case_ids": case_ids}
        return self.client.post(f"/test-runs/{self.run}/items/bulk", json=body)

    def items(self) -> list[dict[str, Any]]:
        answer = self.client.get(f"/test-runs/{self.run}/items").json()
        assert answer["total"] == len(answer["items"])
        return answer["items"]

    def ids(self, item: dict[str, Any]) -> dict[str, str]:
        return {
            "test_run_id": self.run,
            "test_run_item_id": item["id"],
            "test_case_id": item["test_case_id"],
        }

    def record(self, item: dict[str, Any], status: str, **fields: Any) -> dict[str, Any]:
        return self.post("/test-run-results", **self.ids(item), status=status, **fields)

    def totals(self) -> tuple[int, int, int, int, float]:
        """Total, passed, failed, skipped and rate."""
        made = self.client.get(f"/test-runs/{self.run}").json()
        counts = (f"{name}_tests" for name in ("total", "passed", "failed", "skipped"))
        return (*(made[name] for name in counts), made["pass_rate"])

    def kept(self) -> list[Any]:
        names = ("test_runs", "test_run_items", "test_run_results")
        return [list(self.world.sandbox.store[name].select().items) for name in names]


def refused(response: Any, status: int, code: str, *fields: str) -> None:
    assert (response.status_code, response.json()["error"]) == (status, code), response.text
    assert sorted(response.json().get("details", {})) == sorted(fields)


@pytest.fixture
def stage(world: Any) -> Stage:
    return Stage(world)


def test_items_keep_the_order_in_which_they_were_added(stage: Stage) -> None:
    assert stage.items() == []
    added = [stage.add(stage.cases[2])]
    stage.world.clock.advance(seconds=1)
    added.append(stage.add(stage.cases[0]))
    assert stage.items() == added
    assert stage.totals() == (2, 0, 0, 0, 0.0)
    for order, item in enumerate(added):
        assert item.pop("id")
        assert item == {
            "test_run_id": stage.run,
            "test_case_id": stage.cases[(2, 0)[order]],
            "test_case_name": ("Case 2", "Case 0")[order],
            "status": "PENDING",
            "display_order": order,
            "created_at": ("2026-01-26T09:00:00.000Z", "2026-01-26T09:00:01.000Z")[order],
            "updated_at": ("2026-01-26T09:00:00.000Z", "2026-01-26T09:00:01.000Z")[order],
        }


def test_adding_several_passes_over_repeats_and_those_that_are_there(stage: Stage) -> None:
    there = stage.add(stage.cases[1])
    first, _, third, last = stage.cases
    response = stage.bulk(last, stage.cases[1], first, last, third)
    assert response.status_code == 200
    added = response.json()["items"]
    assert response.json()["total_added"] == 3
    assert [item["test_case_id"] for item in added] == [last, first, third]
    assert [item["display_order"] for item in added] == [1, 2, 3]
    assert stage.items() == [there, *added]
    assert stage.totals()[0] == 4
    assert stage.bulk(first).json() == {"items": [], "total_added": 0}


def test_a_case_is_in_a_run_once_but_in_several_runs(stage: Stage) -> None:
    stage.add(stage.cases[0])
    before = stage.kept()
    body = {"test_case_id": stage.cases[0]}
    refused(stage.client.post(f"/test-runs/{stage.run}/items", json=body), 400, "already_in_run")
    assert stage.kept() == before
    stage.run = stage.post("/test-runs", run_name="Another", test_plan_id=stage.plan)["id"]
    stage.add(stage.cases[0])


def test_adding_is_all_or_nothing(stage: Stage) -> None:
    other_plan = stage.post("/test-plans", name="Another plan")["id"]
    foreign = stage.case("Elsewhere", other_plan)
    before = stage.kept()
    for unknown in (foreign, NOWHERE):
        refused(stage.bulk(stage.cases[0], unknown), 404, "not_found")
        body = {"test_case_id": unknown}
        refused(stage.client.post(f"/test-runs/{stage.run}/items", json=body), 404, "not_found")
    refused(stage.bulk(), 422, "validation_error", "test_case_ids")
    refused(stage.bulk("7", stage.cases[0]), 422, "validation_error", "test_case_ids.0")
    assert stage.kept() == before


@pytest.mark.parametrize("final", ["COMPLETED", "FAILED", "CANCELLED"])
def test_a_final_run_takes_no_more(stage: Stage, final: str) -> None:
    item = stage.add(stage.cases[0])
    path = f"/test-runs/{stage.run}"
    stage.client.post(f"{path}/start")
    if final == "CANCELLED":
        stage.client.post(f"{path}/cancel")
    else:
        stage.client.put(path, json={"status": final})
    before = stage.kept()
    for case_id in stage.cases[:2]:
        refused(stage.bulk(case_id), 400, "invalid_state")
        body = {"test_case_id": case_id}
        refused(stage.client.post(f"{path}/items", json=body), 400, "invalid_state")
    body = {**stage.ids(item), "status": "PASSED"}
    refused(stage.client.post("/test-run-results", json=body), 400, "invalid_state")
    assert stage.kept() == before


def test_a_result_needs_only_its_ids_and_a_status(stage: Stage) -> None:
    item = stage.add(stage.cases[0])
    for fields in ({}, dict.fromkeys(LEFT_OUT)):
        made = stage.record(item, "SKIPPED", **fields)
        assert made.pop("id")
        assert made == {**LEFT_OUT, **stage.ids(item), "status": "SKIPPED", "created_at": NOW}


def test_a_result_keeps_every_field(stage: Stage) -> None:
    item = stage.add(stage.cases[0])
    made = stage.record(item, "FAILED", **WHOLE, created_at="2020-01-01T00:00:00Z")
    assert {name: made[name] for name in WHOLE} == WHOLE
    assert made["created_at"] == NOW


@pytest.mark.parametrize(("passed", "failed", "rate"), [(1, 2, 33.3), (2, 1, 66.7), (5, 0, 100.0)])
def test_a_rate_that_is_left_out_follows_from_the_steps(
    stage: Stage, passed: int, failed: int, rate: float
) -> None:
    item = stage.add(stage.cases[0])
    steps = {"passed_steps": passed, "failed_steps": failed, "skipped_steps": 4}
    assert stage.record(item, "PASSED", **steps)["pass_rate"] == rate


def test_the_names_in_a_result_are_not_empty(stage: Stage) -> None:
    ids = stage.ids(stage.add(stage.cases[0]))
    body = {**ids, "status": "PASSED", "browser_name": "", "os_name": ""}
    response = stage.client.post("/test-run-results", json=body)
    refused(response, 422, "validation_error", "browser_name", "os_name")


def test_what_a_result_refuses(stage: Stage) -> None:
    item, another = stage.add(stage.cases[0]), stage.add(stage.cases[1])
    ids = stage.ids(item)
    other_run = stage.post("/test-runs", run_name="Another", test_plan_id=stage.plan)["id"]
    before = stage.kept()
    wrong_ids = [
        {"test_run_id": NOWHERE},
        {"test_run_id": other_run},
        {"test_run_item_id": NOWHERE},
        {"test_run_item_id": another["id"]},
        {"test_case_id": NOWHERE},
        {"test_case_id": stage.cases[1]},
    ]
    for wrong in wrong_ids:
        body = {**ids, **wrong, "status": "PASSED"}
        refused(stage.client.post("/test-run-results", json=body), 404, "not_found")
    body = {**ids, "status": "PENDING", "iteration_number": 0, "pass_rate": 101}
    refused(
        stage.client.post("/test-run-results", json=body),
        422,
        "validation_error",
        "status",
        "iteration_number",
        "pass_rate",
    )
    missing = ("test_run_id", "test_run_item_id", "test_case_id", "status")
    response = stage.client.post("/test-run-results", json={})
    refused(response, 422, "validation_error", *missing)
    assert stage.kept() == before


WORST = [
    (["SKIPPED"], "SKIPPED"),
    (["SKIPPED", "PASSED", "SKIPPED"], "PASSED"),
    (["PASSED", "ERROR", "PASSED"], "ERROR"),
    (["FAILED", "ERROR", "PASSED"], "FAILED"),
    (["ERROR", "FAILED"], "FAILED"),
]


@pytest.mark.parametrize(("statuses", "expected"), WORST)
def test_several_results_make_one_status(stage: Stage, statuses: list[str], expected: str) -> None:
    item = stage.add(stage.cases[0])
    for number, status in enumerate(statuses):
        stage.world.clock.advance(seconds=1)
        stage.record(item, status, iteration_number=number + 1)
    updated = {**item, "status": expected, "updated_at": stage.world.clock.now()}
    assert stage.items() == [updated]
    assert stage.totals()[0] == 1
    assert len(stage.kept()[2]) == len(statuses)


def test_results_make_the_totals(stage: Stage) -> None:
    stage.bulk(*stage.cases)
    for item, status in zip(stage.items(), ("PASSED", "ERROR", "SKIPPED", "PASSED"), strict=True):
        stage.record(item, status)
    assert stage.totals() == (4, 2, 1, 1, 66.7)
    stage.record(stage.items()[3], "FAILED")
    assert stage.totals() == (4, 1, 2, 1, 33.3)


def test_a_pending_run_stays_pending_with_results(stage: Stage) -> None:
    stage.record(stage.add(stage.cases[0]), "PASSED")
    made = stage.client.get(f"/test-runs/{stage.run}").json()
    assert (made["status"], made["started_at"], made["pass_rate"]) == ("PENDING", None, 100.0)


def test_totals_that_were_given_stay(stage: Stage) -> None:
    path = f"/test-runs/{stage.run}"
    item = stage.add(stage.cases[0])
    given = stage.client.put(path, json={"total_tests": 10, "failed_tests": 3}).json()
    assert (given["total_tests"], given["failed_tests"], given["pass_rate"]) == (10, 3, 0.0)
    stage.record(item, "PASSED")
    assert stage.totals() == (10, 1, 3, 0, 25.0)
    assert stage.client.put(path, json={"pass_rate": 12.34}).json()["pass_rate"] == 12.34
    stage.record(stage.add(stage.cases[1]), "SKIPPED")
    assert stage.totals() == (10, 1, 3, 1, 12.34)
    assert stage.client.put(path, json={"failed_tests": 4}).json()["failed_tests"] == 4
    assert stage.totals() == (10, 1, 4, 1, 12.34)


def test_the_summary(stage: Stage) -> None:
    path = f"/test-runs/{stage.run}"
    empty = {
        "test_run_id": stage.run,
        "run_name": "A run",
        "status": "PENDING",
        "total_tests": 0,
        "passed_tests": 0,
        "failed_tests": 0,
        "skipped_tests": 0,
        "pass_rate": 0.0,
        "by_status": NONE_OF_ANY,
        "items_total": 0,
        "error_tests": 0,
        "not_run": 0,
        "duration_ms": 0,
        "started_at": None,
        "completed_at": None,
    }
    assert stage.client.get(f"{path}/summary").json() == empty
    stage.client.post(f"{path}/start")
    stage.bulk(*stage.cases)
    for item, status in zip(stage.items(), ("PASSED", "ERROR", "FAILED"), strict=False):
        stage.record(item, status)
    stage.world.clock.advance(minutes=1)
    stage.client.put(path, json={"status": "FAILED", "total_tests": 9})
    assert stage.client.get(f"{path}/summary").json() == {
        **empty,
        "status": "FAILED",
        "total_tests": 9,
        "passed_tests": 1,
        "failed_tests": 2,
        "pass_rate": 33.3,
        "by_status": {**NONE_OF_ANY, "PENDING": 1, "PASSED": 1, "ERROR": 1, "FAILED": 1},
        "items_total": 4,
        "error_tests": 1,
        "not_run": 1,
        "duration_ms": 60_000,
        "started_at": NOW,
        "completed_at": "2026-01-26T09:01:00.000Z",
    }


def test_an_item_keeps_the_name_that_its_case_had(stage: Stage) -> None:
    stage.add(stage.cases[0])
    body = {"tree": {"folders": [], "test_cases": [{"id": stage.cases[0], "name": "Renamed"}]}}
    for case in body["tree"]["test_cases"]:
        case |= {"folder_id": None, "display_order": 0}
    response = stage.client.post(f"/test-plans/{stage.plan}/tree/sync", json=body)
    assert response.status_code == 200, response.text
    assert [item["test_case_name"] for item in stage.items()] == ["Case 0"]
