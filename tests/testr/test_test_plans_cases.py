"""Test cases with their quota, recordings and scripts."""

from __future__ import annotations

from typing import Any

import pytest

NOWHERE = "00000000-0000-4000-8000-000000000000"
FREE_QUOTA = 100


@pytest.fixture
def admin(world: Any) -> Any:
    return world.client("admin@acme.test")


def made(client: Any, path: str, **body: Any) -> dict[str, Any]:
    response = client.post(path, json=body)
    assert response.status_code == 201, response.text
    answer: dict[str, Any] = response.json()
    return answer


def new_plan(client: Any) -> str:
    return str(made(client, "/test-plans", name="Checkout")["id"])


@pytest.fixture
def plan_id(admin: Any) -> str:
    return new_plan(admin)


@pytest.fixture
def case_id(admin: Any, plan_id: str) -> str:
    return str(made(admin, "/test-cases", test_plan_id=plan_id, name="Case")["id"])


def cases_of(client: Any, plan_id: str) -> list[str]:
    tree = client.get(f"/test-plans/{plan_id}/tree").json()
    return [case["name"] for case in tree["root_test_cases"]]


def test_a_case_needs_only_its_plan_and_a_name(world: Any, admin: Any, plan_id: str) -> None:
    case = made(admin, "/test-cases", test_plan_id=plan_id, name="Pay by card")
    now = world.clock.now()
    assert case == {
        "id": case["id"],
        "test_plan_id": plan_id,
        "name": "Pay by card",
        "folder_id": None,
        "description": None,
        "priority": "MEDIUM",
        "base_url": None,
        "browser": "chromium",
        "tags": [],
        "display_order": 0,
        "created_at": now,
        "updated_at": now,
    }


def test_a_case_takes_all_its_fields(admin: Any, plan_id: str) -> None:
    folder = made(admin, "/folders", test_plan_id=plan_id, name="Payment")
    fields = {
        "test_plan_id": plan_id,
        "name": "Pay by card",
        "folder_id": folder["id"],
        "description": "Once",
        "priority": "HIGH",
        "base_url": "{{SHOP}}/cart",
        "browser": "webkit",
        "tags": ["smoke", "payment"],
        "display_order": 12,
    }
    case = made(admin, "/test-cases", **fields)
    assert {name: case[name] for name in fields} == fields


def test_a_null_is_as_good_as_a_field_left_out(admin: Any, plan_id: str) -> None:
    absent = dict.fromkeys(("folder_id", "description", "base_url", "display_order"))
    case = made(admin, "/test-cases", test_plan_id=plan_id, name="Case", **absent)
    assert {name: case[name] for name in absent} == absent | {"display_order": 0}


def test_a_null_where_there_is_a_default_is_the_default(admin: Any, plan_id: str) -> None:
    absent = dict.fromkeys(("priority", "browser", "tags"))
    case = made(admin, "/test-cases", test_plan_id=plan_id, name="Case", **absent)
    assert [case[name] for name in absent] == ["MEDIUM", "chromium", []]
    assert made(admin, "/test-plans", name="Plan", is_active=None)["is_active"] is True
    nulls = {"scope": None, "is_encrypted": None}
    variable = made(admin, "/variables/global", name="URL", value="x", **nulls)
    assert (variable["scope"], variable["is_encrypted"]) == ("GLOBAL", False)


def test_a_case_comes_last_in_its_folder(admin: Any, plan_id: str) -> None:
    folder = made(admin, "/folders", test_plan_id=plan_id, name="Payment")
    places = [None, None, folder["id"], None, folder["id"]]
    orders = [
        made(admin, "/test-cases", test_plan_id=plan_id, name="Case", folder_id=place)[
            "display_order"
        ]
        for place in places
    ]
    assert orders == [0, 1, 0, 2, 1]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "x" * 256}, "name"),
        ({"name": None}, "name"),
        ({"test_plan_id": None}, "test_plan_id"),
        ({"priority": "URGENT"}, "priority"),
        ({"browser": "opera"}, "browser"),
        ({"tags": "smoke"}, "tags"),
        ({"tags": ["smoke", ""]}, "tags.1"),
        ({"tags": ["t"] * 51}, "tags"),
        ({"display_order": 1.5}, "display_order"),
    ],
)
def test_an_invalid_case_is_422(
    admin: Any, plan_id: str, change: dict[str, Any], field: str
) -> None:
    body = {"test_plan_id": plan_id, "name": "Case"} | change
    response = admin.post("/test-cases", json=body)
    assert (response.status_code, list(response.json()["details"])) == (422, [field])
    assert cases_of(admin, plan_id) == []


def test_every_missing_field_is_named_at_once(admin: Any) -> None:
    for path, fields in {
        "/test-cases": {"name", "test_plan_id"},
        "/test-recordings": {"recording_data", "test_case_id"},
        "/test-scripts": {"script_content", "script_language", "script_type", "test_case_id"},
    }.items():
        response = admin.post(path, json={})
        assert (response.status_code, set(response.json()["details"])) == (422, fields)


def test_plan_and_folder_must_be_there_and_belong_together(
    world: Any, admin: Any, plan_id: str
) -> None:
    other_plan = new_plan(admin)
    other_folder = made(admin, "/folders", test_plan_id=other_plan, name="Other")
    foreign_plan = new_plan(world.client("admin@other.test"))
    for place in (
        {"test_plan_id": NOWHERE},
        {"test_plan_id": foreign_plan},
        {"test_plan_id": plan_id, "folder_id": NOWHERE},
        {"test_plan_id": plan_id, "folder_id": other_folder["id"]},
    ):
        response = admin.post("/test-cases", json={"name": "Case", **place})
        assert (response.status_code, response.json()["error"]) == (404, "not_found")
    assert cases_of(admin, plan_id) == cases_of(admin, other_plan) == []


def test_a_full_workspace_refuses_the_next_case(world: Any) -> None:
    solo = world.client("solo@personal.test")
    plan_id = new_plan(solo)
    case = {"test_plan_id": plan_id, "name": "Case"}
    for _ in range(FREE_QUOTA):
        made(solo, "/test-cases", **case)

    response = solo.post("/test-cases", json=case)

    assert (response.status_code, response.json()["error"]) == (403, "limit_reached")
    assert len(cases_of(solo, plan_id)) == FREE_QUOTA
    limits = solo.get("/workspace/limits").json()
    assert (limits["current_test_cases"], limits["can_add_more"]) == (FREE_QUOTA, False)
    assert solo.post("/test-cases", json=case | {"name": ""}).status_code == 422
    assert solo.post("/test-cases", json=case | {"test_plan_id": NOWHERE}).status_code == 404
    assert solo.post("/test-cases", json=case | {"folder_id": NOWHERE}).status_code == 404


def test_the_quota_counts_what_was_there_before(world: Any) -> None:
    client = world.client("admin@full.test")
    response = client.post("/test-cases", json={"test_plan_id": new_plan(client), "name": "Case"})
    assert (response.status_code, response.json()["error"]) == (403, "limit_reached")


def test_a_workspace_without_a_quota_goes_on(admin: Any, plan_id: str) -> None:
    for _ in range(FREE_QUOTA + 1):
        made(admin, "/test-cases", test_plan_id=plan_id, name="Case")


@pytest.mark.parametrize(
    "data",
    [None, 0, -1.5, True, "", "text", [], [None, {"a": [1]}], {}, {"steps": [{"x": None}]}],
    ids=str,
)
def test_a_recording_is_any_json_value_and_kept_as_it_is(
    world: Any, admin: Any, case_id: str, data: Any
) -> None:
    recording = made(admin, "/test-recordings", test_case_id=case_id, recording_data=data)
    assert recording == {
        "id": recording["id"],
        "test_case_id": case_id,
        "recording_data": data,
        "created_at": world.clock.now(),
    }
    assert world.sandbox.store["test_recordings"].get(recording["id"]).public == recording


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775808", -(2**63)),
        ("100000000000000000000", 1e20),
        ("0.1234567890123456789", 0.12345678901234568),
    ],
)
def test_numbers_are_64_bit_integers_or_doubles(
    admin: Any, case_id: str, text: str, kept: float
) -> None:
    body = f'{{"test_case_id": "{case_id}", "recording_data": {text}}}'
    headers = {"Content-Type": "application/json"}
    answer = admin.post("/test-recordings", content=body, headers=headers)
    assert answer.status_code == 201, answer.text
    assert answer.json()["recording_data"] == kept


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":[', "]}")])
def test_a_recording_nested_too_deeply_is_400(
    admin: Any, case_id: str, opening: str, closing: str
) -> None:
    def send(levels: int) -> Any:
        times = levels // len(closing)
        data = opening * times + closing * times
        body = f'{{"test_case_id": "{case_id}", "recording_data": {data}}}'
        return admin.post(
            "/test-recordings", content=body, headers={"Content-Type": "application/json"}
        )

    assert send(98).status_code == 201
    for levels in (100, 300, 1000, 5000):
        response = send(levels)
        assert (response.status_code, response.json()["error"]) == (400, "malformed_json"), levels


def test_many_brackets_side_by_side_are_not_deep(admin: Any, case_id: str) -> None:
    made(admin, "/test-recordings", test_case_id=case_id, recording_data=[[], {}] * 500)


@pytest.mark.parametrize("script_type", ["pre", "post"])
@pytest.mark.parametrize("language", ["javascript", "python"])
def test_a_script_is_answered_whole(
    world: Any, admin: Any, case_id: str, script_type: str, language: str
) -> None:
    fields = {
        "test_case_id": case_id,
        "script_type": script_type,
        "script_language": language,
        "script_content": "",
    }
    script = made(admin, "/test-scripts", **fields)
    assert script == fields | {"id": script["id"], "created_at": world.clock.now()}
    assert world.sandbox.store["test_scripts"].get(script["id"]).public == script


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"script_type": "during"}, "script_type"),
        ({"script_language": "ruby"}, "script_language"),
        ({"script_content": None}, "script_content"),
        ({"script_content": "x" * 1_000_001}, "script_content"),
    ],
)
def test_an_invalid_script_is_422(
    world: Any, admin: Any, case_id: str, change: dict[str, Any], field: str
) -> None:
    script = {"script_type": "pre", "script_language": "python", "script_content": "pass"}
    body = {"test_case_id": case_id, **script, **change}
    response = admin.post("/test-scripts", json=body)
    assert (response.status_code, list(response.json()["details"])) == (422, [field])
    assert world.sandbox.store["test_scripts"].count({}) == 0


def test_recordings_and_scripts_need_a_case_of_the_workspace(world: Any, admin: Any) -> None:
    stranger = world.client("admin@other.test")
    foreign_case = made(stranger, "/test-cases", test_plan_id=new_plan(stranger), name="Not yours")
    script = {"script_type": "pre", "script_language": "python", "script_content": "pass"}
    for case_id in (NOWHERE, foreign_case["id"], new_plan(admin)):
        for path, fields in (
            ("/test-recordings", {"recording_data": 1}),
            ("/test-scripts", script),
        ):
            response = admin.post(path, json={"test_case_id": case_id, **fields})
            assert (response.status_code, response.json()["error"]) == (404, "not_found")
    for name in ("test_recordings", "test_scripts"):
        assert world.sandbox.store[name].count({}) == 0
