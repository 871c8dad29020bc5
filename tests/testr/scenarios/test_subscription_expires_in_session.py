"""The subscription runs out while somebody works."""

from __future__ import annotations

from typing import Any

from .conftest import ADMIN


def test_work_stops_in_the_middle_and_goes_on_once_it_is_renewed(begin: Any) -> None:
    stage = begin("subscription-expires-in-session")
    tokens = stage.login()
    assert tokens["is_paid"] is True
    draft = {"title": "Half a form"}
    stage.clock.advance("4m59s")
    assert stage.app.post("/defects", json=draft).status_code == 201
    stage.clock.advance("1s")
    save, listing, renewal = (
        stage.app.post("/defects", json=draft),
        stage.app.get("/defects"),
        stage.refresh(tokens),
    )
    for answer in (save, listing, renewal):
        assert (answer.status_code, answer.json()["error"]) == (402, "subscription_expired")
    assert stage.get("/auth/me")["is_paid"] is False
    stage.shortcuts.run("renew-subscription", user=ADMIN, lasting="30d")
    assert stage.app.post("/defects", json=draft).status_code == 201
    assert stage.refresh(tokens).status_code == 200
    assert stage.get("/defects", search="Half a form")["total"] == 2


def test_how_long_it_still_runs(begin: Any) -> None:
    stage = begin("subscription-expires-in-session", after="1h30m")
    stage.login()
    stage.clock.advance("50m")
    stage.login()
    stage.clock.advance("39m")
    assert stage.app.get("/defects").status_code == 200
    stage.clock.advance("1m")
    assert stage.app.get("/defects").status_code == 402
