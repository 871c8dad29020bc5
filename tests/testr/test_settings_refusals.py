"""The settings' own error body, and the limit of updates."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.errors import ApiError, ServerError, ValidationFailed
from understudy.handlers.testr import envelopes, errors
from understudy.handlers.testr.rules import settings

UNKNOWN = "00000000-0000-4000-8000-000000000000"
OPERATIONS = [
    ("GET", "/settings", None),
    ("PUT", "/settings", {}),
    ("POST", "/settings/reset", {"confirm": True}),
    (
        "POST",
        "/settings/integrations/test",
        {
            "integration_type": "azure_devops",
            "azure_organization": "o",
            "azure_project": "p",
            "azure_pat": "t",
        },
    ),
]


@pytest.mark.parametrize(("method", "path", "body"), OPERATIONS)
def test_a_missing_token_is_unauthorized(world: Any, method: str, path: str, body: Any) -> None:
    answer = world.anonymous.request(method, path, json=body)
    assert answer.status_code == 401
    assert answer.json() == {
        "success": False,
        "error": {"code": "UNAUTHORIZED", "message": "Authentication required"},
    }


@pytest.mark.parametrize(("method", "path", "body"), OPERATIONS)
def test_a_strange_workspace_is_forbidden(world: Any, method: str, path: str, body: Any) -> None:
    headers = {"X-Workspace-ID": UNKNOWN}
    answer = world.client().request(method, path, json=body, headers=headers)
    assert answer.status_code == 403
    assert answer.json()["success"] is False
    assert answer.json()["error"]["code"] == "FORBIDDEN"


@pytest.mark.parametrize(
    ("method", "path"), [(m, p) for m, p, body in OPERATIONS if body is not None]
)
def test_a_body_that_is_no_json_is_400(world: Any, method: str, path: str) -> None:
    headers = {"Content-Type": "application/json"}
    answer = world.client().request(method, path, content=b"{", headers=headers)
    assert answer.status_code == 400
    assert set(answer.json()["error"]) == {"code", "message"}
    assert answer.json()["error"]["code"] == "VALIDATION_ERROR"
    assert answer.json()["error"]["message"].startswith("The body is not valid JSON")


def test_a_list_is_no_settings(world: Any) -> None:
    answer = world.client().put("/settings", json=[])
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "VALIDATION_ERROR")
    assert world.client().get("/settings").json()["data"] is None


@pytest.mark.parametrize(
    ("error", "status", "code", "message"),
    [
        (errors.NotFound(), 404, "NOT_FOUND", errors.NotFound.message),
        (errors.RateLimited(), 429, "RATE_LIMITED", "Too many requests"),
        (ServerError("Request 7 failed."), 500, "SERVER_ERROR", "Request 7 failed."),
        (errors.SubscriptionExpired(), 500, "SERVER_ERROR", errors.SubscriptionExpired.message),
    ],
)
def test_every_refusal_has_its_code(error: ApiError, status: int, code: str, message: str) -> None:
    body = {"success": False, "error": {"code": code, "message": message}}
    assert envelopes.settings(error) == (status, body)


def test_details_are_a_list_of_fields_and_messages() -> None:
    error = ValidationFailed(details={"a.0.b": ["is required", "must be text"], "c": ["is odd"]})
    status, body = envelopes.settings(error)
    assert status == 400
    assert body["error"]["details"] == [
        {"field": "a.0.b", "message": "Is required"},
        {"field": "a.0.b", "message": "Must be text"},
        {"field": "c", "message": "Is odd"},
    ]


def update(client: Any, count: int = 1) -> Any:
    answers = [client.put("/settings", json={}) for _ in range(count)]
    assert {answer.status_code for answer in answers[:-1]} <= {200}
    return answers[-1]


def limit(world: Any, per_minute: int | None = None) -> None:
    fields = {} if per_minute is None else {"per_minute": per_minute}
    settings.create_rate_limit(world.sandbox, fields)


def test_updates_are_not_limited_by_default(world: Any) -> None:
    assert update(world.client(), 40).status_code == 200


def test_the_31st_update_in_a_minute_is_429(world: Any) -> None:
    limit(world)
    assert update(world.client(), 30).status_code == 200
    answer = update(world.client())
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "60"
    assert answer.json() == {
        "success": False,
        "error": {"code": "RATE_LIMITED", "message": "Too many requests"},
    }
    assert world.client().get("/settings").json()["metadata"]["version"] == 30


def test_after_retry_after_the_next_update_is_taken(world: Any) -> None:
    limit(world, 2)
    update(world.client())
    world.clock.advance(seconds=20.5)
    update(world.client())
    world.clock.advance(seconds=10)
    wait = int(update(world.client()).headers["Retry-After"])
    assert wait == 30  # 29.5 seconds, rounded up
    world.clock.advance(seconds=wait - 1)
    assert update(world.client()).status_code == 429
    world.clock.advance(seconds=1)
    assert update(world.client()).status_code == 200
    assert update(world.client()).headers["Retry-After"] == "20"


def test_the_minute_ends_with_its_last_millisecond(world: Any) -> None:
    limit(world, 1)
    update(world.client())
    world.clock.advance(seconds=59.999)
    assert update(world.client()).headers["Retry-After"] == "1"
    world.clock.advance(seconds=0.001)
    assert update(world.client()).status_code == 200


def test_each_user_has_a_minute_of_their_own(world: Any) -> None:
    limit(world, 1)
    assert update(world.client()).status_code == 200
    assert update(world.client("member@acme.test")).status_code == 200
    assert update(world.client()).status_code == 429


def test_only_updates_count(world: Any) -> None:
    limit(world, 1)
    client = world.client()
    for _ in range(2):
        assert client.post("/settings/reset", json={"confirm": True}).status_code == 200
        assert client.put("/settings", json={"parallel_count": 11}).status_code == 400
    assert update(client).status_code == 200
    assert client.post("/settings/reset", json={"confirm": True}).status_code == 200
