"""The desktop application's day, request by request, over a socket."""

from __future__ import annotations

import pytest


def signed_in(world, answer):
    return world.with_headers(Authorization=f"Bearer {answer['access_token']}")


def made(response):
    assert response.status_code in (200, 201), response.text
    return response.json()


def test_a_first_login_changes_its_password_and_goes_on(world):
    answer = world.login("admin@firstlogin.test")
    assert answer["must_change_password"] is True
    assert answer["organization_name"]
    client = signed_in(world, answer)
    weak = {"current_password": "Temp0rary1", "new_password": "weak"}
    assert client.post("/auth/change-password", json=weak).status_code == 422
    good = {"current_password": "Temp0rary1", "new_password": "Better1234"}
    assert made(client.post("/auth/change-password", json=good))["success"] is True
    assert made(client.post("/test-plans", json={"name": "Our first plan"}))["name"]
    assert world.login("admin@firstlogin.test", "Better1234")["must_change_password"] is False


def test_a_day_of_refreshes_every_fifty_minutes(world):
    answer = world.login("member@acme.test")
    for _ in range(12):  # ten hours, longer than any one refresh token lives
        world.clock.advance(minutes=50)
        body = {"refresh_token": answer["refresh_token"]}
        answer = made(world.anonymous.post("/auth/refresh", json=body))
        assert signed_in(world, answer).get("/test-plans").status_code == 200
    body = {"refresh_token": answer["refresh_token"]}
    assert made(world.anonymous.post("/auth/logout", json=body)) == {"success": True}
    assert world.anonymous.post("/auth/refresh", json=body).status_code == 401
    assert signed_in(world, answer).get("/test-plans").status_code == 401


def test_a_forgotten_refresh_ends_access_after_an_hour_and_the_session_after_eight(world):
    answer = world.login("member@acme.test")
    client = signed_in(world, answer)
    body = {"refresh_token": answer["refresh_token"]}
    world.clock.advance(minutes=60)
    assert client.get("/test-plans").status_code == 401
    world.clock.advance(hours=6)
    renewed = made(world.anonymous.post("/auth/refresh", json=body))
    assert signed_in(world, renewed).get("/test-plans").status_code == 200
    world.clock.advance(hours=8)
    assert world.anonymous.post("/auth/refresh", json=body).status_code == 401


def test_a_subscription_that_runs_out_during_the_day(world):
    answer = world.login("admin@acme.test")
    client = signed_in(world, answer)
    plan = made(client.post("/test-plans", json={"name": "Before"}))
    team = world.sandbox.store["workspaces"].get(answer["workspaces"][0]["id"])
    soon = "2026-01-26T09:30:00.000Z"
    world.sandbox.store["workspaces"].change(team["id"], subscription_expires_at=soon)
    assert client.get("/test-plans").status_code == 200
    world.clock.advance(minutes=30)
    for method, path in (
        ("GET", "/test-plans"),
        ("DELETE", f"/test-plans/{plan['id']}"),
        ("GET", "/workspace/limits"),
        ("GET", "/defects"),
        ("GET", "/reports/suite-runs"),
        ("GET", "/test-run-tree"),
        ("GET", "/schedules/pending"),
    ):
        response = client.request(method, path)
        assert (response.status_code, response.json()["error"]) == (402, "subscription_expired")
    body = {"refresh_token": answer["refresh_token"]}
    assert world.anonymous.post("/auth/refresh", json=body).status_code == 402
    assert client.get("/auth/me").json()["is_paid"] is False
    assert client.get("/settings").status_code == 200
    assert world.login("admin@acme.test")["is_paid"] is False
    assert made(world.anonymous.post("/auth/logout", json=body)) == {"success": True}


def test_the_personal_workspace_goes_on_when_the_team_has_expired(world):
    client = world.client("admin@expired.test")
    user = client.get("/auth/me").json()["id"]
    personal = world.sandbox.store["workspaces"].first({"owner_id": user})
    assert client.get("/test-plans").status_code == 402
    mine = client.get("/test-plans", headers={"X-Workspace-ID": personal["id"]})
    assert made(mine) == {"test_plans": []}


def test_a_run_from_creation_to_summary(world):
    client = world.client()
    plan = made(client.post("/test-plans", json={"name": "Release 4.2"}))
    folder = made(client.post("/folders", json={"test_plan_id": plan["id"], "name": "Checkout"}))
    cases = [
        made(
            client.post(
                "/test-cases",
                json={"test_plan_id": plan["id"], "folder_id": folder["id"], "name": name},
            )
        )
        for name in ("Pay by card", "Pay by invoice", "Use a voucher")
    ]
    body = {"run_name": "Nightly", "test_plan_id": plan["id"], "browser_name": "firefox"}
    run = made(client.post("/test-runs", json=body))
    assert (run["status"], run["run_number"]) == ("PENDING", 1)
    body = {"test_case_ids": [case["id"] for case in cases]}
    added = made(client.post(f"/test-runs/{run['id']}/items/bulk", json=body))
    assert added["total_added"] == 3
    world.clock.advance(minutes=1)
    assert made(client.post(f"/test-runs/{run['id']}/start", json={}))["status"] == "RUNNING"
    for item, status in zip(added["items"], ("PASSED", "FAILED", "SKIPPED"), strict=True):
        result = {
            "test_run_id": run["id"],
            "test_run_item_id": item["id"],
            "test_case_id": item["test_case_id"],
            "status": status,
        }
        made(client.post("/test-run-results", json=result))
    world.clock.advance(minutes=10)
    assert made(client.post(f"/test-runs/{run['id']}/stop"))["status"] == "COMPLETED"
    summary = made(client.get(f"/test-runs/{run['id']}/summary"))
    assert summary["pass_rate"] == 50.0
    assert summary["items_total"] == 3
    assert summary["duration_ms"] == 10 * 60 * 1000
    late = {"test_case_id": cases[0]["id"]}
    assert client.post(f"/test-runs/{run['id']}/items", json=late).status_code == 400


def test_defects_are_triaged_in_bulk(world):
    client = world.client()
    defects = [
        made(client.post("/defects", json={"title": f"Defect {number}", "tags": ["ui"]}))
        for number in range(10)
    ]
    assert defects[0]["defect_number"] == "DEF-001"
    some = [defect["id"] for defect in defects[:4]]
    body = {"defect_ids": some, "status": "RESOLVED", "priority": "P1"}
    answer = made(client.patch("/defects/batch", json=body))
    assert answer == {"success": True, "updated_count": 4}
    statistics = made(client.get("/defects/statistics"))
    assert statistics["by_status"]["RESOLVED"] == 4
    assert statistics["by_status"]["OPEN"] == 6
    resolved = made(client.get("/defects", params={"status": "RESOLVED", "per_page": 3}))
    assert (resolved["total"], len(resolved["defects"])) == (4, 3)
    wrong = {"defect_ids": [*some, "6f1c2a52-0a7e-4a0e-9f3b-0c5f5d0b7a11"]}
    assert client.delete_with("/defects/batch", wrong).status_code == 404
    assert made(client.get("/defects"))["total"] == 10
    answer = made(client.delete_with("/defects/batch", {"defect_ids": some}))
    assert answer == {"success": True, "deleted_count": 4}
    assert made(client.get("/defects"))["total"] == 6


def test_settings_with_secrets(world):
    client = world.client("member@acme.test")
    assert made(client.get("/settings"))["data"] is None
    body = {"jira_url": "https://acme.example.com", "jira_api_token": "s3cret", "parallel_count": 4}
    assert made(client.put("/settings", json=body))["data"]["version"] == 1
    saved = made(client.get("/settings"))["data"]
    assert saved["parallel_count"] == 4
    assert (saved["jira_api_token"], saved["has_jira_api_token"]) == (None, True)
    assert "s3cret" not in client.get("/settings").text
    wrong = client.put("/settings", json={"parallel_count": 11})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (400, "VALIDATION_ERROR")
    assert made(client.get("/settings"))["metadata"]["version"] == 1
    assert made(client.get("/settings"))["data"]["parallel_count"] == 4
    assert made(world.client("viewer@acme.test").get("/settings"))["data"] is None


def test_personal_mode_has_its_own_plans_and_its_quota(world):
    client = world.client("solo@personal.test")
    plan = made(client.post("/test-plans", json={"name": "Mine"}))
    limits = made(client.get("/workspace/limits"))
    assert (limits["max_test_cases"], limits["is_unlimited"]) == (100, False)
    for number in range(100):
        body = {"test_plan_id": plan["id"], "name": f"Case {number}"}
        assert client.post("/test-cases", json=body).status_code == 201
    refused = client.post("/test-cases", json={"test_plan_id": plan["id"], "name": "Too many"})
    assert (refused.status_code, refused.json()["error"]) == (403, "limit_reached")
    limits = made(client.get("/workspace/limits"))
    assert (limits["current_test_cases"], limits["can_add_more"]) == (100, False)


def test_a_full_quota_is_403(world):
    client = world.client("admin@full.test")
    assert made(client.get("/workspace/limits"))["can_add_more"] is False
    plan = made(client.get("/test-plans"))["test_plans"][0]
    refused = client.post("/test-cases", json={"test_plan_id": plan["id"], "name": "One more"})
    assert (refused.status_code, refused.json()["error"]) == (403, "limit_reached")


WRITES = [
    ("POST", "/test-plans", {"name": "x"}),
    ("POST", "/test-runs", {"run_name": "x", "test_plan_id": "PLAN"}),
    ("POST", "/defects", {"title": "x"}),
    ("PUT", "/test-plans/PLAN", {"name": "x"}),
    ("DELETE", "/test-plans/PLAN", None),
    ("POST", "/reports/suite-runs", {"suite_name": "x", "status": "PASSED"}),
    ("POST", "/test-run-tree/folders", {"name": "x"}),
    ("POST", "/variables/global", {"name": "x", "value": "y", "scope": "GLOBAL"}),
]


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_a_viewer_reads_and_does_not_write(world, method, path, body):
    plan = made(world.client("admin@acme.test").post("/test-plans", json={"name": "Plan"}))
    viewer = world.client("viewer@acme.test")
    assert viewer.get(f"/test-plans/{plan['id']}").json() == plan
    response = viewer.request(method, path.replace("PLAN", plan["id"]), json=body)
    assert (response.status_code, response.json()["error"]) == (403, "read_only")
    assert viewer.get("/test-plans").json() == {"test_plans": [plan]}


def test_another_tenant_sees_and_reaches_nothing(world):
    ours, theirs = world.client("admin@acme.test"), world.client("admin@other.test")
    plan = made(ours.post("/test-plans", json={"name": "Ours"}))
    case = made(ours.post("/test-cases", json={"test_plan_id": plan["id"], "name": "Case"}))
    run = made(ours.post("/test-runs", json={"run_name": "Run", "test_plan_id": plan["id"]}))
    defect = made(ours.post("/defects", json={"title": "Defect"}))
    for method, path, body in (
        ("GET", f"/test-plans/{plan['id']}", None),
        ("PUT", f"/test-plans/{plan['id']}", {"name": "Theirs"}),
        ("DELETE", f"/test-plans/{plan['id']}", None),
        ("GET", f"/test-plans/{plan['id']}/tree", None),
        ("POST", "/folders", {"test_plan_id": plan["id"], "name": "x"}),
        ("POST", "/test-recordings", {"test_case_id": case["id"], "recording_data": {}}),
        ("GET", f"/test-runs/{run['id']}", None),
        ("POST", f"/test-runs/{run['id']}/start", {}),
        ("POST", "/test-runs", {"run_name": "x", "test_plan_id": plan["id"]}),
        ("GET", f"/defects/{defect['id']}", None),
        ("PATCH", "/defects/batch", {"defect_ids": [defect["id"]], "status": "CLOSED"}),
        ("DELETE", "/defects/batch", {"defect_ids": [defect["id"]]}),
        ("POST", "/test-run-tree/testruns", {"test_run_id": run["id"], "folder_id": None}),
    ):
        response = theirs.request(method, path, json=body)
        assert response.status_code == 404, f"{method} {path}: {response.text}"
    assert made(theirs.get("/test-plans")) == {"test_plans": []}
    assert made(theirs.get("/defects"))["total"] == 0
    assert made(theirs.get("/test-runs"))["total"] == 0
    assert ours.get(f"/defects/{defect['id']}").json() == defect
    number = made(theirs.post("/defects", json={"title": "Theirs"}))["defect_number"]
    assert number == "DEF-001"
