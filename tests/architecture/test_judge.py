"""The second judge can find something."""

from __future__ import annotations

import httpx
import pytest

ME = {
    "user_id": "0b6e6f0a-3a49-4c9e-8d2a-5f3b1c7d9e01",
    "id": "0b6e6f0a-3a49-4c9e-8d2a-5f3b1c7d9e01",
    "email": "admin@acme.test",
    "username": "admin",
    "is_active": True,
    "is_paid": True,
}


def answer(status, body):
    request = httpx.Request("GET", "http://127.0.0.1:1/api/v1/auth/me")
    return httpx.Response(status, json=body, request=request)


def test_a_right_answer_passes(judge):
    judge.check(answer(200, ME))


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, {**ME, "surprise": True}),
        (200, {**ME, "is_paid": "yes"}),
        (200, {name: value for name, value in ME.items() if name != "email"}),
        (200, {**ME, "id": "no id"}),
        (202, ME),
        (401, {"error": "unauthorized"}),
    ],
    ids=["undocumented", "wrong type", "missing", "wrong format", "undocumented status", "error"],
)
def test_a_wrong_one_does_not(judge, status, body):
    with pytest.raises(AssertionError, match="breaks the contract"):
        judge.check(answer(status, body))
