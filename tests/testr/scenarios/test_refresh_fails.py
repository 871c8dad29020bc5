"""The tokens cannot be refreshed."""

from __future__ import annotations

from typing import Any

import pytest


def test_the_access_token_goes_on_until_its_end_and_that_is_that(begin: Any) -> None:
    stage = begin("refresh-fails")
    tokens = stage.login()
    assert tokens["expires_in"] == 605
    stage.clock.advance(seconds=tokens["expires_in"] - 600)
    answer = stage.refresh(tokens)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_refresh_token")
    assert stage.app.get("/defects").status_code == 200
    stage.clock.advance(seconds=599)
    assert stage.app.get("/defects").status_code == 200
    stage.clock.advance(seconds=1)
    assert stage.app.get("/defects").status_code == 401
    assert stage.refresh(tokens).status_code == 401
    assert stage.login()["expires_in"] == 605


@pytest.mark.parametrize(("status", "code"), [(402, "subscription_expired"), (500, "server_error")])
def test_how_it_fails(begin: Any, status: int, code: str) -> None:
    stage = begin("refresh-fails", status=status)
    tokens = stage.login()
    answer = stage.refresh(tokens)
    assert (answer.status_code, answer.json()["error"]) == (status, code)
    stage.faults.clear()
    assert stage.refresh(tokens).json()["expires_in"] == 605


def test_how_long_access_tokens_live(begin: Any) -> None:
    stage = begin("refresh-fails", access_seconds=30)
    stage.login()
    stage.clock.advance(seconds=30)
    assert stage.app.get("/defects").status_code == 401
