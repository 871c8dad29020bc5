"""Reports of suite runs: what is kept, how the rate is computed, what the list selects."""

from __future__ import annotations

from typing import Any

import pytest

NOWHERE = "00000000-0000-4000-8000-000000000000"
NOW = "2026-01-26T09:00:00.000Z"
PATH = "/reports/suite-runs"

WHOLE: dict[str, Any] = {
    "suite_name": "Checkout smoke",
    "suite_path": "suites/checkout/smoke",
    "status": "FAILED",
    "total_tests": 11,
    "passed_tests": 8,
    "failed_tests": 2,
    "skipped_tests": 1,
    "duration_ms": 60000,
    "environment": "staging",
    "tags": ["nightly"],
    "metadata": {"build": 4711, "nested": {"list": [1, None]}, "_private": True},
}
OPERATIONS = [
    ("GET", PATH, None),
    ("GET", f"{PATH}/{NOWHERE}", None),
    ("POST", PATH, {"suite_name": "Smoke", "status": "PASSED"}),
]


@pytest.fixture
def admin(world: Any) -> Any:
    return world.client("admin@acme.test")


def report(client: Any, **fields: Any) -> dict[str, Any]:
    response = client.post(PATH, json={"suite_name": "Smoke", "status": "PASSED", **fields})
    assert response.status_code == 201, response.text
    return response.json()


def names(client: Any, **query: Any) -> list[str]:
    """The names of the suites that a query lists."""
    response = client.get(PATH, params=query)
    assert response.status_code == 200, response.text
    return [run["suite_name"] for run in response.json()["items"]]


def refused(response: Any, status: int, code: str, *fields: str) -> None:
    assert (response.status_code, response.json()["error"]) == (status, code), response.text
    assert sorted(response.json().get("details", {})) == sorted(fields)


def test_name_and_status_are_enough(admin: Any) -> None:
    run = report(admin)
    assert run.pop("id")
    assert run == {
        "suite_name": "Smoke",
        "suite_path": None,
        "status": "PASSED",
        "total_tests": 0,
        "passed_tests": 0,
        "failed_tests": 0,
        "skipped_tests": 0,
        "pass_rate": 0.0,
        "duration_ms": None,
        "environment": None,
        "tags": [],
        "metadata": {},
        "created_at": NOW,
    }


def test_every_field_is_kept(admin: Any) -> None:
    run = report(admin, **WHOLE)
    assert run == {**WHOLE, "id": run["id"], "pass_rate": 80.0, "created_at": NOW}
    assert admin.get(f"{PATH}/{run['id']}").json() == run


def test_null_counts_as_left_out(admin: Any) -> None:
    optional = {name: None for name in WHOLE if name not in ("suite_name", "status")}
    least, nulls = report(admin), report(admin, **optional)
    assert {**nulls, "id": least["id"]} == least


def test_undocumented_fields_are_not_stored(admin: Any) -> None:
    run = report(admin, colour="red", pass_rate=12.5)
    assert "colour" not in run
    assert run["pass_rate"] == 0.0


@pytest.mark.parametrize(
    ("passed", "failed", "rate"),
    [
        (0, 0, 0.0),
        (1, 0, 100.0),
        (0, 3, 0.0),
        (2, 1, 66.7),
        (1, 2, 33.3),
        (8, 2, 80.0),
        (1, 999, 0.1),
    ],
)
def test_the_pass_rate(admin: Any, passed: int, failed: int, rate: float) -> None:
    run = report(admin, passed_tests=passed, failed_tests=failed, skipped_tests=4)
    assert run["pass_rate"] == rate
    assert run["total_tests"] == passed + failed + 4


def test_a_suite_run_may_take_longer_than_24_days(admin: Any) -> None:
    assert report(admin, duration_ms=2**53 - 1)["duration_ms"] == 2**53 - 1
    response = admin.post(PATH, json={**WHOLE, "duration_ms": 2**53})
    refused(response, 422, "validation_error", "duration_ms")


def test_numbers_are_kept_as_reported(admin: Any) -> None:
    run = report(admin, total_tests=3, passed_tests=5, failed_tests=0, status="ERROR")
    assert (run["total_tests"], run["passed_tests"], run["status"]) == (3, 5, "ERROR")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, ["status", "suite_name"]),
        ({"suite_name": "Smoke", "status": None}, ["status"]),
        ({"suite_name": "", "status": "PASSED"}, ["suite_name"]),
        ({"suite_name": "Smoke", "status": "SKIPPED"}, ["status"]),
        ({"suite_name": "Smoke", "status": "PASSED", "passed_tests": -1}, ["passed_tests"]),
        ({"suite_name": "Smoke", "status": "PASSED", "duration_ms": 1.5}, ["duration_ms"]),
        ({"suite_name": "Smoke", "status": "PASSED", "tags": [1]}, ["tags.0"]),
        ({"suite_name": "Smoke", "status": "PASSED", "metadata": []}, ["metadata"]),
    ],
)
def test_invalid_fields_are_named_and_nothing_is_stored(
    admin: Any, fields: Any, wrong: list[str]
) -> None:
    refused(admin.post(PATH, json=fields), 422, "validation_error", *wrong)
    assert names(admin) == []


def test_an_unreadable_report_is_400(admin: Any) -> None:
    headers = {"Content-Type": "application/json"}
    refused(admin.post(PATH, content=b"{", headers=headers), 400, "malformed_json")
    assert names(admin) == []


def test_an_unknown_suite_run_is_404_and_a_malformed_id_400(world: Any, admin: Any) -> None:
    theirs = report(world.client("admin@other.test"))["id"]
    for suite_run_id in (NOWHERE, theirs):
        refused(admin.get(f"{PATH}/{suite_run_id}"), 404, "not_found")
    refused(admin.get(f"{PATH}/1"), 400, "invalid_parameter", "suite_run_id")


@pytest.fixture
def stage(world: Any, admin: Any) -> Any:
    """The client for whom three suites ran, ten minutes apart."""
    for name, status in (("Checkout smoke", "PASSED"), ("Login", "FAILED"), ("SMOKE", "ERROR")):
        report(admin, suite_name=name, status=status)
        world.clock.advance(minutes=10)
    report(world.client("admin@other.test"), suite_name="Theirs")
    return admin


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["SMOKE", "Login", "Checkout smoke"]),
        ({"status": "FAILED"}, ["Login"]),
        ({"suite_name": "smoke"}, ["SMOKE", "Checkout smoke"]),
        ({"suite_name": "smoke", "status": "PASSED"}, ["Checkout smoke"]),
        ({"suite_name": ""}, ["SMOKE", "Login", "Checkout smoke"]),
        ({"suite_name": "nothing"}, []),
        ({"from_date": "2026-01-26T09:10:00Z"}, ["SMOKE", "Login"]),
        ({"to_date": "2026-01-26T10:10:00+01:00"}, ["Login", "Checkout smoke"]),
        (
            {"from_date": "2026-01-26", "to_date": "2026-01-26"},
            ["SMOKE", "Login", "Checkout smoke"],
        ),
        ({"from_date": "2026-01-27"}, []),
        ({"to_date": "2026-01-25"}, []),
        ({"limit": 2}, ["SMOKE", "Login"]),
        ({"limit": 2, "offset": 2}, ["Checkout smoke"]),
        ({"offset": 3}, []),
    ],
)
def test_the_list(stage: Any, query: Any, expected: list[str]) -> None:
    assert names(stage, **query) == expected


def test_the_list_tells_how_many_there_are(stage: Any) -> None:
    answer = stage.get(PATH, params={"limit": 1, "offset": 1}).json()
    assert (answer["total"], answer["limit"], answer["offset"]) == (3, 1, 1)
    assert answer["items"] == [stage.get(f"{PATH}/{answer['items'][0]['id']}").json()]
    beyond = stage.get(PATH, params={"offset": 2147483647, "status": "ERROR"}).json()
    assert beyond == {"items": [], "total": 1, "limit": 50, "offset": 2147483647}


def test_ties_are_broken_by_creation(admin: Any) -> None:
    made = [report(admin, suite_name=f"Suite {number}")["suite_name"] for number in range(5)]
    assert names(admin) == made[::-1]
    assert names(admin, limit=2) + names(admin, limit=3, offset=2) == names(admin)


@pytest.mark.parametrize(
    "query",
    [
        {"status": "passed"},
        {"from_date": "now"},
        {"to_date": "2026-02-30"},
        {"limit": "0"},
        {"limit": "201"},
        {"offset": "-1"},
    ],
)
def test_an_invalid_parameter_is_named(admin: Any, query: dict[str, str]) -> None:
    refused(admin.get(PATH, params=query), 400, "invalid_parameter", *query)


def test_every_operation_needs_a_token_and_a_running_subscription(world: Any) -> None:
    expired = world.client("admin@expired.test")
    for method, path, body in OPERATIONS:
        refused(world.anonymous.request(method, path, json=body), 401, "unauthorized")
        refused(expired.request(method, path, json=body), 402, "subscription_expired")
    assert world.sandbox.store["suite_runs"].count({}) == 0


def test_a_viewer_reads_and_does_not_write(world: Any, admin: Any) -> None:
    viewer, run = world.client("viewer@acme.test"), report(admin)
    refused(viewer.post(PATH, json={"suite_name": "Smoke", "status": "PASSED"}), 403, "read_only")
    assert viewer.get(f"{PATH}/{run['id']}").json() == run
    assert viewer.get(PATH).json()["items"] == [run]


def test_a_foreign_workspace_is_403(world: Any, admin: Any) -> None:
    foreign = world.login("admin@other.test")["workspaces"][0]["id"]
    for method, path, body in OPERATIONS:
        answer = admin.request(method, path, json=body, headers={"X-Workspace-ID": foreign})
        refused(answer, 403, "workspace_forbidden")
    assert world.sandbox.store["suite_runs"].count({}) == 0
