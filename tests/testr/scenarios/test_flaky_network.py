"""A network that loses requests and takes its time."""

from __future__ import annotations

from typing import Any

import httpx


def stubborn(stage: Any, method: str, path: str, **options: Any) -> tuple[httpx.Response, int]:
    """The answer, and how many attempts it took, as of an application that tries again."""
    for attempt in range(1, 50):
        try:
            return stage.app.request(method, path, **options), attempt
        except httpx.TransportError:
            continue
    raise AssertionError("the network is not flaky but dead")


def log_in(stage: Any) -> None:
    who = {"email": "admin@acme.test", "password": "Passw0rd!"}
    stage.use(stubborn(stage, "POST", "/auth/login", json=who)[0].json())


def attempts(begin: Any) -> list[int]:
    stage = begin("flaky-network", delay_ms=1)
    log_in(stage)
    return [stubborn(stage, "GET", "/auth/me")[1] for _ in range(100)]


def test_some_requests_are_lost_and_trying_again_helps(begin: Any) -> None:
    tries = attempts(begin)
    assert 5 <= sum(one > 1 for one in tries) <= 25
    assert max(tries) <= 4


def test_a_seed_loses_the_same_ones_again(begin: Any) -> None:
    assert attempts(begin) == attempts(begin)


def test_a_request_that_is_lost_changes_nothing(begin: Any) -> None:
    stage = begin("flaky-network", lost=0.5, unanswered=0.0001, slow=0.0001)
    log_in(stage)
    for number in range(20):
        stubborn(stage, "POST", "/defects", json={"title": f"Sent anew {number}"})
    stage.faults.clear()
    assert stage.get("/defects", search="Sent anew")["total"] == 20


def test_an_answer_that_is_lost_leaves_a_double(begin: Any) -> None:
    stage = begin("flaky-network", lost=0.0001, unanswered=0.3, slow=0.0001)
    log_in(stage)
    tries = [
        stubborn(stage, "POST", "/defects", json={"title": "Perhaps twice"})[1] for _ in range(20)
    ]
    stage.faults.clear()
    assert stage.get("/defects", search="Perhaps twice")["total"] == sum(tries) > 20


def test_a_refresh_whose_answer_is_lost_cannot_be_repeated(begin: Any) -> None:
    stage = begin("flaky-network", lost=0.0001, unanswered=1, slow=0.0001)
    paused = [one.id for one in stage.faults.list()]
    for one in paused:
        stage.faults.disable(one)
    tokens = stage.login()
    for one in paused:
        stage.faults.enable(one)
    for _ in range(2):
        try:
            stage.refresh(tokens)
        except httpx.TransportError:
            continue
        raise AssertionError("an answer came through")
    stage.faults.clear()
    assert stage.refresh(tokens).status_code == 401
    assert stage.app.get("/auth/me").status_code == 401


def test_answers_are_late(begin: Any) -> None:
    stage = begin("flaky-network", lost=0.0001, unanswered=0.0001, slow=1, delay_ms=3)
    stage.login()
    [*_, slow] = stage.faults.list()
    assert slow.struck == 1
    assert slow.do["delay"]["median_ms"] == 3
