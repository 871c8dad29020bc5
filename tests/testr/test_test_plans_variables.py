"""Variables: unique by name and scope, secret if need be, resolved by name."""

from __future__ import annotations

import json
from typing import Any

import pytest

RESOLVE = "/variables/resolve"


@pytest.fixture
def admin(world: Any) -> Any:
    return world.client("admin@acme.test")


def made(client: Any, name: str, value: str = "v", **more: Any) -> dict[str, Any]:
    response = client.post("/variables/global", json={"name": name, "value": value, **more})
    assert response.status_code == 201, response.text
    answer: dict[str, Any] = response.json()
    return answer


def resolved(client: Any, names: str) -> Any:
    response = client.get(RESOLVE, params={"names": names})
    assert response.status_code == 200, response.text
    return response.json()


def test_a_variable_is_global_and_open_unless_it_says_otherwise(world: Any, admin: Any) -> None:
    variable = made(admin, "BASE_URL", "https://shop.acme.test")
    now = world.clock.now()
    assert variable == {
        "id": variable["id"],
        "name": "BASE_URL",
        "value": "https://shop.acme.test",
        "scope": "GLOBAL",
        "is_encrypted": False,
        "created_at": now,
        "updated_at": now,
    }


def test_variables_are_listed_in_the_order_of_their_creation(admin: Any) -> None:
    variables = [made(admin, "b"), made(admin, "a", scope="TEST_CASE"), made(admin, "c", "")]
    assert admin.get("/variables/global").json() == {"variables": variables}


def test_name_and_scope_together_are_unique(admin: Any) -> None:
    variables = [
        made(admin, "URL", "1"),
        made(admin, "URL", "2", scope="TEST_PLAN"),
        made(admin, "URL", "3", scope="TEST_CASE"),
        made(admin, "url", "4"),
    ]
    for scope in ("GLOBAL", "TEST_PLAN", "TEST_CASE"):
        body = {"name": "URL", "value": "new", "scope": scope}
        response = admin.post("/variables/global", json=body)
        assert (response.status_code, response.json()["error"]) == (400, "variable_exists")
    assert admin.get("/variables/global").json() == {"variables": variables}


def test_another_workspace_has_variables_of_its_own(world: Any, admin: Any) -> None:
    stranger = world.client("admin@other.test")
    made(admin, "URL", "ours")
    assert stranger.get("/variables/global").json() == {"variables": []}
    assert resolved(stranger, "URL") == {"resolved": {}, "unresolved": ["URL"]}
    made(stranger, "URL", "theirs")
    assert resolved(admin, "URL")["resolved"] == {"URL": "ours"}


def test_an_encrypted_value_is_given_by_resolving_alone(world: Any, admin: Any) -> None:
    variable = made(admin, "TOKEN", "s3cr3t-value", is_encrypted=True)
    assert (variable["value"], variable["is_encrypted"]) == (None, True)
    assert admin.get("/variables/global").json() == {"variables": [variable]}
    assert resolved(admin, "TOKEN") == {"resolved": {"TOKEN": "s3cr3t-value"}, "unresolved": []}
    stored = world.sandbox.store["variables"].get(variable["id"])
    assert "s3cr3t-value" not in json.dumps(stored)


def test_an_empty_secret_stays_apart_from_none(admin: Any) -> None:
    made(admin, "EMPTY", "", is_encrypted=True)
    assert resolved(admin, "EMPTY")["resolved"] == {"EMPTY": ""}


def test_names_are_answered_in_the_order_asked(admin: Any) -> None:
    made(admin, "a", "1")
    made(admin, "b", "2")
    answer = resolved(admin, "y,b,x,a")
    assert list(answer["resolved"].items()) == [("b", "2"), ("a", "1")]
    assert answer["unresolved"] == ["y", "x"]


def test_names_are_trimmed_and_empty_ones_and_repeats_passed_over(admin: Any) -> None:
    made(admin, "a b", "1")
    answer = resolved(admin, " a b ,, x,a b, x ,")
    assert answer == {"resolved": {"a b": "1"}, "unresolved": ["x"]}
    assert resolved(admin, " , ") == {"resolved": {}, "unresolved": []}


def test_the_widest_scope_wins(admin: Any) -> None:
    for scope, name in (("TEST_CASE", "a"), ("TEST_PLAN", "a"), ("TEST_CASE", "b")):
        made(admin, name, scope, scope=scope)
    assert resolved(admin, "a,b")["resolved"] == {"a": "TEST_PLAN", "b": "TEST_CASE"}
    made(admin, "a", "GLOBAL")
    assert resolved(admin, "a")["resolved"] == {"a": "GLOBAL"}


def test_a_viewer_may_resolve(world: Any, admin: Any) -> None:
    made(admin, "a", "1")
    assert resolved(world.client("viewer@acme.test"), "a")["resolved"] == {"a": "1"}


@pytest.mark.parametrize("query", ["", "?names=", f"?names={','.join(map(str, range(201)))}"])
def test_missing_and_too_many_names_are_400(admin: Any, query: str) -> None:
    response = admin.get(RESOLVE + query)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_parameter")
    assert list(response.json()["details"]) == ["names"]


def test_two_hundred_names_are_not_too_many(admin: Any) -> None:
    names = [str(number) for number in range(200)]
    assert resolved(admin, ",".join(names))["unresolved"] == names


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "a,b"}, "name"),
        ({"name": " a"}, "name"),
        ({"name": "a "}, "name"),
        ({"name": "n" * 256}, "name"),
        ({"value": None}, "value"),
        ({"value": 5}, "value"),
        ({"scope": "EVERYWHERE"}, "scope"),
        ({"is_encrypted": "no"}, "is_encrypted"),
    ],
)
def test_an_invalid_variable_is_422_and_is_not_made(
    admin: Any, change: dict[str, Any], field: str
) -> None:
    response = admin.post("/variables/global", json={"name": "a", "value": "v"} | change)
    assert (response.status_code, list(response.json()["details"])) == (422, [field])
    assert admin.get("/variables/global").json() == {"variables": []}


@pytest.mark.parametrize("name", ["a", "a b", "a\tb", "ü.x-1", "{{x}}", "n" * 255])
def test_whatever_may_be_a_name_can_be_resolved(admin: Any, name: str) -> None:
    made(admin, name, "found")
    assert resolved(admin, name)["resolved"] == {name: "found"}
