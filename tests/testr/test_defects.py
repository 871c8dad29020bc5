"""Defects one by one: what is kept and refused; refusals change nothing."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.handlers.testr.rules import defects as rules

NOWHERE = "00000000-0000-4000-8000-000000000000"
NOW = "2026-01-26T09:00:00.000Z"

OPERATIONS: list[tuple[str, str, Any]] = [
    ("GET", "/defects", None),
    ("GET", f"/defects/{NOWHERE}", None),
    ("GET", "/defects/statistics", None),
    ("GET", "/defects/folders", None),
    ("GET", "/defects/filters", None),
    ("GET", "/defects/filter-templates", None),
    ("GET", "/defects/export/json", None),
    ("POST", "/defects", {"title": "A defect"}),
    ("PATCH", "/defects/batch", {"defect_ids": [NOWHERE], "status": "CLOSED"}),
    ("DELETE", "/defects/batch", {"defect_ids": [NOWHERE]}),
    ("POST", "/defects/folders", {"name": "A folder"}),
    ("POST", "/defects/filters", {"name": "A filter", "criteria": {}}),
]
WRITES = [operation for operation in OPERATIONS if operation[0] != "GET"]

WHOLE: dict[str, Any] = {
    "title": "The log-in crashes",
    "summary": "It closes.",
    "description": "On every machine.",
    "type": "ENHANCEMENT",
    "severity": "CRITICAL",
    "priority": "P1",
    "status": "IN_PROGRESS",
    "tags": ["login", "crash"],
    "owner": "member@acme.test",
    "is_auto_generated": True,
    "test_context": {"test_case_id": None, "test_run_id": None, "step_number": 5},
    "steps": [
        {"step_number": 1, "description": "Open it", "expected_result": "open", "actual_result": ""}
    ],
    "screenshots": ["iVBORw0KGgo="],
    "console_errors": ["TypeError"],
    "network_errors": ["POST /auth/login 500"],
}


def file(client: Any, **fields: Any) -> dict[str, Any]:
    response = client.post("/defects", json={"title": "A defect", **fields})
    assert response.status_code == 201, response.text
    return response.json()


def folder(client: Any, name: str = "A folder") -> str:
    response = client.post("/defects/folders", json={"name": name})
    assert response.status_code == 201, response.text
    return response.json()["id"]


def kept(world: Any) -> list[Any]:
    """Everything of this tag that the server holds."""
    names = ("defects", "defect_folders", "defect_filters")
    return [list(world.sandbox.store[name].select({}).items) for name in names]


def refused(response: Any, status: int, code: str, *fields: str) -> None:
    assert (response.status_code, response.json()["error"]) == (status, code), response.text
    assert sorted(response.json().get("details", {})) == sorted(fields)


@pytest.fixture
def admin(world: Any) -> Any:
    return world.client("admin@acme.test")


def test_a_title_is_enough(admin: Any) -> None:
    defect = file(admin)
    assert defect.pop("id")
    assert defect == {
        "defect_number": "DEF-001",
        "title": "A defect",
        "summary": None,
        "description": None,
        "type": "BUG",
        "severity": "MEDIUM",
        "priority": "P3",
        "status": "OPEN",
        "tags": [],
        "owner": None,
        "folder_id": None,
        "is_auto_generated": False,
        "test_context": None,
        "steps": [],
        "screenshots": [],
        "console_errors": [],
        "network_errors": [],
        "created_at": NOW,
        "updated_at": NOW,
    }


def test_every_field_is_kept(admin: Any) -> None:
    fields = {**WHOLE, "folder_id": folder(admin)}
    defect = file(admin, **fields)
    assert {name: defect[name] for name in fields} == fields
    assert admin.get(f"/defects/{defect['id']}").json() == defect


def test_null_counts_as_left_out(admin: Any) -> None:
    least = file(admin)
    nulls = file(admin, folder_id=None, **{name: None for name in WHOLE if name != "title"})
    assert {**nulls, "id": least["id"], "defect_number": "DEF-001"} == least


def test_parts_left_out_of_steps_and_context_are_null(admin: Any) -> None:
    defect = file(admin, steps=[{"step_number": 3, "description": "Click"}], test_context={})
    assert defect["steps"] == [
        {"step_number": 3, "description": "Click", "expected_result": None, "actual_result": None}
    ]
    assert defect["test_context"] == {
        "test_case_id": None,
        "test_run_id": None,
        "step_number": None,
    }


def test_undocumented_fields_are_not_stored(admin: Any) -> None:
    step = {"step_number": 1, "description": "Click", "colour": "red"}
    defect = file(admin, colour="red", defect_number="DEF-700", steps=[step])
    assert defect["defect_number"] == "DEF-001"
    assert "colour" not in defect
    assert "colour" not in defect["steps"][0]


def test_numbers_count_up_in_the_workspace_and_are_never_reused(world: Any, admin: Any) -> None:
    first, second = file(admin), file(admin)
    assert file(world.client("admin@other.test"))["defect_number"] == "DEF-001"
    admin.delete_with("/defects/batch", json={"defect_ids": [first["id"], second["id"]]})
    assert file(admin)["defect_number"] == "DEF-003"


def test_a_refused_defect_uses_up_no_number(admin: Any) -> None:
    refused(admin.post("/defects", json={"title": ""}), 422, "validation_error", "title")
    refused(admin.post("/defects", json={"title": "A", "folder_id": NOWHERE}), 404, "not_found")
    assert file(admin)["defect_number"] == "DEF-001"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, ["title"]),
        ({"title": None}, ["title"]),
        ({"title": "a" * 256}, ["title"]),
        ({"title": "A", "status": "NEW"}, ["status"]),
        (
            {"title": "A", "type": "bug", "severity": "MAJOR", "priority": 1},
            ["priority", "severity", "type"],
        ),
        ({"title": "A", "tags": ["", "b"]}, ["tags.0"]),
        ({"title": "A", "tags": ["t"] * 51}, ["tags"]),
        ({"title": "A", "folder_id": "backlog"}, ["folder_id"]),
        ({"title": "A", "is_auto_generated": "yes"}, ["is_auto_generated"]),
        (
            {"title": "A", "steps": [{"step_number": 0}]},
            ["steps.0.description", "steps.0.step_number"],
        ),
        ({"title": "A", "test_context": {"test_run_id": 1}}, ["test_context.test_run_id"]),
        ({"title": "A", "console_errors": [None]}, ["console_errors.0"]),
    ],
)
def test_invalid_fields_are_named_and_nothing_is_stored(
    world: Any, admin: Any, fields: Any, wrong: list[str]
) -> None:
    refused(admin.post("/defects", json=fields), 422, "validation_error", *wrong)
    assert kept(world) == [[], [], []]


def test_a_defect_may_name_its_test_case_and_run(admin: Any) -> None:
    plan = admin.post("/test-plans", json={"name": "Checkout"}).json()["id"]
    case = admin.post("/test-cases", json={"test_plan_id": plan, "name": "Pay"}).json()["id"]
    run = admin.post("/test-runs", json={"test_plan_id": plan, "run_name": "Nightly"}).json()["id"]
    context = {"test_case_id": case, "test_run_id": run, "step_number": 2}
    defect = file(admin, test_context=context)
    assert defect["test_context"] == context
    assert admin.delete(f"/test-plans/{plan}").status_code == 200
    assert admin.get(f"/defects/{defect['id']}").json() == defect


@pytest.mark.parametrize(
    "fields",
    [
        {"folder_id": NOWHERE},
        {"test_context": {"test_case_id": NOWHERE}},
        {"test_context": {"test_run_id": NOWHERE}},
    ],
)
def test_what_a_new_defect_names_must_be_there(world: Any, admin: Any, fields: Any) -> None:
    refused(admin.post("/defects", json={"title": "A", **fields}), 404, "not_found")
    assert kept(world) == [[], [], []]


def test_another_workspace_is_out_of_sight(world: Any, admin: Any) -> None:
    other = world.client("admin@other.test")
    theirs, their_folder = file(other), folder(other)
    before = kept(world)
    ids = {"defect_ids": [theirs["id"]]}
    refused(admin.get(f"/defects/{theirs['id']}"), 404, "not_found")
    refused(
        admin.post("/defects", json={"title": "A", "folder_id": their_folder}), 404, "not_found"
    )
    refused(admin.patch("/defects/batch", json={**ids, "status": "CLOSED"}), 404, "not_found")
    refused(admin.delete_with("/defects/batch", json=ids), 404, "not_found")
    assert admin.get("/defects").json()["total"] == 0
    assert kept(world) == before


def test_an_unknown_defect_is_404_and_a_malformed_id_400(admin: Any) -> None:
    refused(admin.get(f"/defects/{NOWHERE}"), 404, "not_found")
    refused(admin.get("/defects/DEF-001"), 400, "invalid_parameter", "defect_id")


def test_unreadable_bodies_are_400(world: Any, admin: Any) -> None:
    for method, path, _ in WRITES:
        headers = {"Content-Type": "application/json"}
        answer = admin.request(method, path, content=b'{"title": ', headers=headers)
        refused(answer, 400, "malformed_json")
        answer = admin.request(method, path, content=b"<a/>", headers={"Content-Type": "text/xml"})
        refused(answer, 400, "unsupported_content_type")
    assert kept(world) == [[], [], []]


def test_every_operation_needs_a_token(world: Any) -> None:
    for method, path, body in OPERATIONS:
        refused(world.anonymous.request(method, path, json=body), 401, "unauthorized")
    assert kept(world) == [[], [], []]


def test_every_operation_needs_a_running_subscription(world: Any) -> None:
    client = world.client("admin@expired.test")
    for method, path, body in OPERATIONS:
        refused(client.request(method, path, json=body), 402, "subscription_expired")
    assert kept(world) == [[], [], []]


def test_a_viewer_reads_and_does_not_write(world: Any, admin: Any) -> None:
    viewer, defect = world.client("viewer@acme.test"), file(admin)
    before = kept(world)
    for method, path, body in WRITES:
        refused(viewer.request(method, path, json=body), 403, "read_only")
    assert viewer.get(f"/defects/{defect['id']}").json() == defect
    for method, path, _ in OPERATIONS:
        if method == "GET" and NOWHERE not in path:
            assert viewer.get(path).status_code == 200
    assert kept(world) == before


def test_a_foreign_workspace_is_403(world: Any, admin: Any) -> None:
    foreign = world.login("admin@other.test")["workspaces"][0]["id"]
    for method, path, body in OPERATIONS:
        answer = admin.request(method, path, json=body, headers={"X-Workspace-ID": foreign})
        refused(answer, 403, "workspace_forbidden")
    assert kept(world) == [[], [], []]


def test_a_number_given_by_hand_is_kept_and_counted_on_from(world: Any, admin: Any) -> None:
    filed_in = folder(admin)
    by_hand = {"title": "Old", "folder_id": filed_in, "defect_number": "DEF-999", "status": None}
    defect = rules.create_defect(world.sandbox, by_hand)
    assert (defect["defect_number"], defect["status"]) == ("DEF-999", "OPEN")
    assert admin.get(f"/defects/{defect['id']}").json() == defect.public
    assert file(admin)["defect_number"] == "DEF-1000"


def test_times_given_by_hand_are_kept(world: Any, admin: Any) -> None:
    created = "2026-01-20T09:00:00.000Z"
    by_hand = {"title": "Old", "folder_id": folder(admin), "created_at": created}
    assert rules.create_defect(world.sandbox, by_hand)["updated_at"] == created
    changed = "2026-01-21T09:00:00.000Z"
    assert (
        rules.create_defect(world.sandbox, {**by_hand, "updated_at": changed})["updated_at"]
        == changed
    )


def test_a_folder_takes_its_workspace_from_its_parent(world: Any, admin: Any) -> None:
    parent_id = folder(admin)
    rules.create_folder(world.sandbox, {"name": "Inner", "parent_id": parent_id})
    assert [one["name"] for one in admin.get("/defects/folders").json()["folders"]] == [
        "A folder",
        "Inner",
    ]
