"""The control operations that list and run the shortcuts of the served API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest

ADMIN = "admin@acme.test"
NAMES = [
    "expire-access-token",
    "shorten-access-tokens",
    "expire-session",
    "end-sessions",
    "sessions",
    "switch-account",
    "require-password-change",
    "expire-subscription",
    "renew-subscription",
    "fill-quota",
    "lift-quota",
    "settings-audit",
    "simulate-integration",
    "integrations",
    "limit-settings-updates",
    "lift-settings-limit",
]
Ask = Callable[..., Any]


@pytest.fixture
def url(world: Any) -> str:
    return f"{world.server.url}/_control/sandboxes/{world.name}/shortcuts"


@pytest.fixture
def run(world: Any, url: str) -> Ask:
    def run(name: str, **options: Any) -> Any:
        return world.anonymous.post(f"{url}/{name}", **options)

    return run


@pytest.fixture
def listed(world: Any, url: str) -> dict[str, Any]:
    answer = world.anonymous.get(url)
    assert answer.status_code == 200
    return {one["name"]: one for one in answer.json()["shortcuts"]}


def test_all_are_listed_with_what_they_do(listed: dict[str, Any]) -> None:
    assert {*listed} == {*NAMES}
    for one in listed.values():
        assert one["summary"]
        assert one["description"].endswith(".")


def test_their_parameters_are_json_schema(listed: dict[str, Any]) -> None:
    expire = listed["expire-access-token"]["parameters"]
    assert expire["required"] == ["user"]
    assert expire["properties"]["after"]["description"].startswith("How long until then")
    assert "$ref" not in str(listed)
    assert "x-message" not in str(listed)
    for one in listed.values():
        schema = one["parameters"]
        validator = jsonschema_rs.Draft7Validator(schema)
        assert validator.is_valid(schema.get("example", {}))
        assert not validator.is_valid({"undocumented": 1})


def test_each_example_is_understood(world: Any, run: Ask, listed: dict[str, Any]) -> None:
    world.login(ADMIN)
    for name, one in listed.items():
        answer = run(name, json=one["parameters"].get("example", {}))
        assert answer.status_code in (200, 409), answer.text


def test_the_outcome_is_told_twice(run: Ask) -> None:
    answer = run("fill-quota", json={"user": ADMIN, "leaving": 3})
    assert answer.status_code == 200
    assert answer.json()["shortcut"] == "fill-quota"
    assert answer.json()["message"] == "Acme QA holds 0 of 3 test cases."
    assert answer.json()["result"]["max_test_cases"] == 3


def test_what_needs_no_arguments_needs_no_body(run: Ask) -> None:
    assert run("integrations").status_code == 200
    assert run("integrations", json={}).status_code == 200


def test_null_is_left_out(run: Ask) -> None:
    answer = run("fill-quota", json={"user": ADMIN, "workspace": None, "leaving": None})
    assert answer.json()["result"]["max_test_cases"] == 0


def test_every_argument_at_fault_is_named_at_once(world: Any, run: Ask) -> None:
    before = world.sandbox.store.dump()
    body = {"user": None, "after": "soon", "in": "5m", "more": None}
    answer = run("expire-access-token", json=body)
    assert answer.status_code == 422
    assert answer.json() == {
        "error": "validation_error",
        "message": "The request has missing or invalid fields.",
        "details": {
            "user": ["is required"],
            "after": ["is not a length of time such as 50m, 1h30m or 500ms"],
            "in": ["is not a known field"],
            "more": ["is not a known field"],
        },
    }
    assert world.sandbox.store.dump() == before


@pytest.mark.parametrize("body", [b"[]", b"7", b"null"])
def test_arguments_are_an_object(run: Ask, body: bytes) -> None:
    answer = run("integrations", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert [*answer.json()["details"]] == ["body"]


def test_a_body_that_is_no_json_is_400(run: Ask) -> None:
    answer = run("integrations", content=b"{", headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["error"]) == (400, "malformed_json")


def test_a_refusal_of_the_api_is_its_own(run: Ask) -> None:
    answer = run("end-sessions", json={"user": "nobody@acme.test"})
    assert (answer.status_code, answer.json()["error"]) == (404, "email_not_found")
    answer = run("expire-session", json={"user": ADMIN})
    assert (answer.status_code, answer.json()["error"]) == (409, "not_logged_in")


def test_an_unknown_shortcut_names_those_there_are(run: Ask) -> None:
    answer = run("expire-everything", json={})
    assert (answer.status_code, answer.json()["error"]) == (404, "no_such_shortcut")
    for name in ("expire-everything", *NAMES):
        assert name in answer.json()["message"]


def test_an_unknown_sandbox_is_404_and_is_not_made(world: Any) -> None:
    url = f"{world.server.url}/_control/sandboxes/{world.name}-not/shortcuts"
    for answer in (world.anonymous.get(url), world.anonymous.post(f"{url}/integrations")):
        assert (answer.status_code, answer.json()["error"]) == (404, "no_such_sandbox")
    assert world.server.sandboxes.get(f"{world.name}-not") is None


def test_what_no_sandbox_can_be_called_is_400(world: Any) -> None:
    url = f"{world.server.url}/_control/sandboxes/{'a' * 64}/shortcuts"
    for answer in (world.anonymous.get(url), world.anonymous.post(f"{url}/integrations")):
        assert (answer.status_code, [*answer.json()["details"]]) == (400, ["sandbox"])


def test_it_happens_in_that_sandbox_alone(world: Any, run: Ask) -> None:
    other = world.server.sandboxes.open(f"{world.name}-other")
    before = other.store.dump()
    run("fill-quota", json={"user": ADMIN})
    run("simulate-integration", json={"integration_type": "jira", "outcome": "UNREACHABLE"})
    assert other.store.dump() == before
    assert world.client().get("/workspace/limits").json()["can_add_more"] is False
    world.server.sandboxes.delete(other.name)


def test_the_served_contract_tells_nothing_of_them(world: Any) -> None:
    for address in ("/openapi.json", f"{world.server.api_url}/openapi.json"):
        url = address if address.startswith("http") else f"{world.server.url}{address}"
        served = world.anonymous.get(url)
        assert served.status_code == 200
        assert "x-shortcuts" not in served.text
        assert "expire-access-token" not in served.text
