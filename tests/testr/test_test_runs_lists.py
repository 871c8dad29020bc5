"""Which runs a list holds, in which order, and who may see and change what."""

from __future__ import annotations

from typing import Any

import pytest

NOWHERE = "00000000-0000-4000-8000-000000000000"
NOW = "2026-01-26T09:00:00.000Z"
OPERATIONS: list[tuple[str, str, Any]] = [
    ("GET", "/test-runs", None),
    ("GET", f"/test-runs/{NOWHERE}", None),
    ("GET", f"/test-runs/{NOWHERE}/summary", None),
    ("GET", f"/test-runs/{NOWHERE}/items", None),
    ("GET", "/schedules", None),
    ("GET", "/schedules/pending", None),
    ("POST", "/test-runs", {"run_name": "A run", "test_plan_id": NOWHERE}),
    ("PUT", f"/test-runs/{NOWHERE}", {"notes": "x"}),
    ("DELETE", f"/test-runs/{NOWHERE}", None),
    ("POST", f"/test-runs/{NOWHERE}/start", {}),
    ("POST", f"/test-runs/{NOWHERE}/stop", None),
    ("POST", f"/test-runs/{NOWHERE}/cancel", None),
    ("POST", f"/test-runs/{NOWHERE}/items", {"test_case_id": NOWHERE}),
    ("POST", f"/test-runs/{NOWHERE}/items/bulk", {"test_case_ids": [NOWHERE]}),
    (
        "POST",
        "/test-run-results",
        {
            "test_run_id": NOWHERE,
            "test_run_item_id": NOWHERE,
            "test_case_id": NOWHERE,
            "status": "PASSED",
        },
    ),
    (
        "POST",
        "/schedules",
        {"schedule_name": "A schedule", "test_plan_id": NOWHERE, "scheduled_datetime": NOW},
    ),
]
WRITES = [operation for operation in OPERATIONS if operation[0] != "GET"]
WITH_IDS = [operation for operation in OPERATIONS if NOWHERE in f"{operation[1]}{operation[2]}"]


def post(client: Any, path: str, **fields: Any) -> dict[str, Any]:
    response = client.post(path, json=fields)
    assert response.status_code == 201, response.text
    return response.json()


def plan(client: Any) -> str:
    return post(client, "/test-plans", name="A plan")["id"]


def run(client: Any, plan_id: str, **fields: Any) -> dict[str, Any]:
    return post(client, "/test-runs", **{"run_name": "A run", "test_plan_id": plan_id, **fields})


def names(client: Any, **query: Any) -> list[str]:
    response = client.get("/test-runs", params=query)
    assert response.status_code == 200, response.text
    return [one["run_name"] for one in response.json()["items"]]


def refused(response: Any, status: int, code: str, *fields: str) -> None:
    assert (response.status_code, response.json()["error"]) == (status, code), response.text
    assert sorted(response.json().get("details", {})) == sorted(fields)


def relogged(world: Any, client: Any) -> Any:
    """The same client with a token that is valid now."""
    token = world.login("admin@acme.test")["access_token"]
    client.headers["Authorization"] = f"Bearer {token}"
    return client


@pytest.fixture
def admin(world: Any) -> Any:
    return world.client("admin@acme.test")


def test_lists(world: Any, admin: Any) -> None:
    first, second = plan(admin), plan(admin)
    assert admin.get("/test-runs").json() == {"items": [], "total": 0, "limit": 50, "offset": 0}
    made = []
    for name, plan_id in (("beta", first), ("Alpha", second), ("gamma ALPHA", first)):
        made.append(run(admin, plan_id, run_name=name))
        world.clock.advance(days=1)
        admin = relogged(world, admin)
    admin.post(f"/test-runs/{made[0]['id']}/cancel")
    admin.post(f"/test-runs/{made[1]['id']}/start")
    assert names(admin) == ["gamma ALPHA", "Alpha", "beta"]
    assert names(admin, sort_order="asc") == ["beta", "Alpha", "gamma ALPHA"]
    assert names(admin, sort_by="run_name", sort_order="asc") == ["Alpha", "beta", "gamma ALPHA"]
    assert names(admin, sort_by="status", sort_order="asc") == ["gamma ALPHA", "Alpha", "beta"]
    assert names(admin, test_plan_id=first) == ["gamma ALPHA", "beta"]
    assert names(admin, test_plan_id=NOWHERE) == []
    assert names(admin, status="RUNNING") == ["Alpha"]
    assert names(admin, search="alp") == ["gamma ALPHA", "Alpha"]
    assert names(admin, search="") == names(admin)
    assert names(admin, search="alp", status="PENDING", test_plan_id=first) == ["gamma ALPHA"]
    page = admin.get("/test-runs", params={"limit": 1, "offset": 1}).json()
    assert [one["run_name"] for one in page.pop("items")] == ["Alpha"]
    assert page == {"total": 3, "limit": 1, "offset": 1}
    assert names(world.client("admin@other.test")) == []


def test_dates_are_inclusive(world: Any, admin: Any) -> None:
    plan_id = plan(admin)
    for name in ("first", "second", "third"):
        run(admin, plan_id, run_name=name)
        world.clock.advance(hours=12)
        relogged(world, admin)
    # Created at 26 January 09:00 and 21:00 and at 27 January 09:00.
    assert names(admin, from_date="2026-01-27") == ["third"]
    assert names(admin, to_date="2026-01-26") == ["second", "first"]
    assert names(admin, from_date="2026-01-26", to_date="2026-01-27") == [
        "third",
        "second",
        "first",
    ]
    assert names(admin, from_date="2026-01-26T21:00:00Z") == ["third", "second"]
    assert names(admin, from_date="2026-01-26T21:00:00.001Z") == ["third"]
    assert names(admin, to_date="2026-01-26T22:00:00+01:00") == ["second", "first"]
    assert names(admin, from_date="2026-01-28", to_date="2026-01-26") == []


def test_wrong_parameters_are_named_together(admin: Any) -> None:
    wrong = {
        "test_plan_id": "7",
        "status": "DONE",
        "from_date": "yesterday",
        "sort_by": "id",
        "sort_order": "up",
        "limit": 201,
        "offset": -1,
    }
    refused(admin.get("/test-runs", params=wrong), 400, "invalid_parameter", *wrong)


@pytest.mark.parametrize(("method", "path", "body"), OPERATIONS)
def test_who_may_not(world: Any, method: str, path: str, body: Any) -> None:
    refused(world.anonymous.request(method, path, json=body), 401, "unauthorized")
    expired = world.client("admin@expired.test")
    refused(expired.request(method, path, json=body), 402, "subscription_expired")
    viewer = world.client("viewer@acme.test").request(method, path, json=body)
    if (method, path, body) in WRITES:
        refused(viewer, 403, "read_only")
    else:
        assert viewer.status_code in (200, 404)


@pytest.mark.parametrize(("method", "path", "body"), WITH_IDS)
def test_unknown_ids(admin: Any, method: str, path: str, body: Any) -> None:
    refused(admin.request(method, path, json=body), 404, "not_found")


def test_nothing_leaks_to_another_workspace(world: Any, admin: Any) -> None:
    made = run(admin, plan(admin))
    other = world.client("admin@other.test")
    for method, path, body in WITH_IDS:
        if path.startswith("/test-runs/"):
            foreign = path.replace(NOWHERE, made["id"])
            refused(other.request(method, foreign, json=body), 404, "not_found")
    assert admin.get(f"/test-runs/{made['id']}").json() == made
