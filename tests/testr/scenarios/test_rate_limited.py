"""Too many requests."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

from .conftest import ADMIN, MEMBER


def save(stage: Any) -> Any:
    return stage.app.put("/settings", json={"autoplay": True})


def test_the_fourth_save_has_to_wait(begin: Any) -> None:
    stage = begin("rate-limited")
    stage.login(ADMIN)
    for _ in range(3):
        assert save(stage).status_code == 200
        stage.clock.advance("10s")
    refused = save(stage)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "30")
    assert refused.json()["error"]["code"] == "RATE_LIMITED"
    stage.clock.advance(seconds=int(refused.headers["Retry-After"]))
    assert save(stage).status_code == 200
    assert save(stage).status_code == 429
    stage.login(MEMBER)
    assert save(stage).status_code == 200


def test_nothing_else_is_limited(begin: Any) -> None:
    stage = begin("rate-limited", per_minute=1)
    stage.login()
    assert [save(stage).status_code for _ in range(2)] == [200, 429]
    assert {stage.app.get("/defects").status_code for _ in range(30)} == {200}


def ask(stage: Any, method: str, path: str, body: Any = None) -> tuple[int, str | None]:
    """Status and Retry-After; a gateway does not know where the contract has a 429."""
    where = urlsplit(stage.sandbox.api_url)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=10)
    sent = {**stage.app.headers, "Content-Type": "application/json"}
    connection.request(method, where.path + path, json.dumps(body) if body else None, sent)
    with connection.getresponse() as answer:
        answer.read()
        told = answer.status, answer.headers["Retry-After"]
    connection.close()
    return told


def test_everywhere_means_whatever_it_is(begin: Any) -> None:
    stage = begin("rate-limited", everywhere=True, every=4, retry_after=2)
    stage.login()
    told = [ask(stage, "POST", "/defects", {"title": "Once"}) for _ in range(6)]
    assert told == [(201, None), (201, None), (429, "2"), (201, None), (201, None), (201, None)]
    assert ask(stage, "GET", "/auth/me") == (429, "2")
    assert stage.get("/defects", search="Once")["total"] == 5
