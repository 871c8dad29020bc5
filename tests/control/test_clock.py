"""A sandbox's time over HTTP, and what follows it."""

from __future__ import annotations

import httpx
import pytest

import understudy

MONDAY = "2026-01-26T09:00:00.000Z"


def reading(answer):
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_it_stands_where_the_server_was_told(own):
    assert reading(own.get("/clock")) == {"now": MONDAY, "is_frozen": True, "factor": 0.0}


def test_time_passes_at_once_and_tokens_run_out(own, world):
    client = world.client()
    reading(own.post("/clock/advance", json={"by": "59m59s"}))
    assert client.get("/auth/me").status_code == 200
    now = reading(own.post("/clock/advance", json={"by": "1s"}))
    assert now["now"] == "2026-01-26T10:00:00.000Z"
    assert client.get("/auth/me").status_code == 401


def test_the_refresh_token_runs_out_after_eight_hours(own, world):
    token = world.login("admin@acme.test")["refresh_token"]
    own.post("/clock/advance", json={"by": "8h"})
    answer = world.anonymous.post("/auth/refresh", json={"refresh_token": token})
    assert answer.status_code == 401


def test_a_subscription_ends(own, world):
    own.post("/clock/advance", json={"by": "366d"})
    answer = world.client().get("/test-plans")
    assert (answer.status_code, answer.json()["error"]) == (402, "subscription_expired")


def test_what_is_made_bears_the_new_time(own, world):
    own.post("/clock/set", json={"to": "2026-02-01T12:00:00+02:00"})
    made = world.client().post("/defects", json={"title": "x"})
    assert made.json()["created_at"] == "2026-02-01T10:00:00.000Z"
    assert made.headers["date"] == "Sun, 01 Feb 2026 10:00:00 GMT"


def test_time_can_go_back(own, world):
    client = world.client()
    own.post("/clock/advance", json={"by": "2h"})
    assert client.get("/auth/me").status_code == 401
    own.post("/clock/set", json={"to": MONDAY})
    assert client.get("/auth/me").status_code == 200


def test_it_runs_and_is_frozen_again(own):
    run = reading(own.post("/clock/run", json={"factor": 1_000_000}))
    assert run["factor"] == 1_000_000
    later = reading(own.get("/clock"))
    while later["now"] == run["now"]:
        later = reading(own.get("/clock"))
    assert later["now"] > run["now"]
    frozen = reading(own.post("/clock/freeze", json={}))
    assert frozen["now"] >= later["now"]
    assert frozen["is_frozen"]
    assert reading(own.get("/clock")) == frozen


def test_it_can_be_frozen_at_a_time(own):
    at = {"now": "2027-01-01T00:00:00.000Z", "is_frozen": True, "factor": 0.0}
    own.post("/clock/run", json={"factor": 1})
    assert reading(own.post("/clock/freeze", json={"at": "2027-01-01T00:00:00Z"})) == at


def test_real_time_can_be_had_again(own):
    now = reading(own.post("/clock/set", json={"to": "real"}))
    assert (now["is_frozen"], now["factor"]) == (False, 1.0)
    assert now["now"] > MONDAY


def test_each_sandbox_has_its_own(own, control):
    own.post("/clock/advance", json={"by": "1d"})
    assert control.get("/sandboxes/default/clock").json()["now"] == MONDAY


def test_it_does_not_run_out_of_its_years(own):
    own.post("/clock/set", json={"to": "8999-12-31T23:00:00Z"})
    own.post("/clock/run", json={"factor": 1_000_000})
    now = reading(own.get("/clock"))
    while now["now"] < "8999-12-31T23:59:59.999Z":
        now = reading(own.get("/clock"))
    assert own.get("/clock").headers["date"]


@pytest.mark.parametrize(
    ("move", "body", "field"),
    [
        ("advance", {}, "by"),
        ("advance", {"by": "50"}, "by"),
        ("advance", {"by": "-5m"}, "by"),
        ("advance", {"by": ""}, "by"),
        ("advance", {"by": "5m5h"}, "by"),
        ("advance", {"by": "999999w"}, "by"),
        ("set", {"to": "tomorrow"}, "to"),
        ("set", {"to": "2026-02-01T12:00:00"}, "to"),
        ("set", {"to": "1969-12-31T23:59:59Z"}, "to"),
        ("set", {"to": "9000-01-01T00:00:00Z"}, "to"),
        ("freeze", {"at": "9999-01-01T00:00:00Z"}, "at"),
        ("freeze", {"at": 5}, "at"),
        ("run", {"factor": 0}, "factor"),
        ("run", {"factor": -1}, "factor"),
        ("run", {"factor": 1e7}, "factor"),
        ("run", {"factor": "fast"}, "factor"),
    ],
)
def test_a_wrong_move_is_told_and_moves_nothing(own, move, body, field):
    answer = own.post(f"/clock/{move}", json=body)
    assert answer.status_code == 422
    assert list(answer.json()["details"]) == [field]
    assert reading(own.get("/clock")) == {"now": MONDAY, "is_frozen": True, "factor": 0.0}


def test_a_frozen_clock_survives_in_a_snapshot_of_the_state(tmp_path):
    with understudy.run(scenario="empty", state=tmp_path, clock=MONDAY) as running:
        moved = httpx.post(
            f"{running.url}/_control/sandboxes/default/clock/advance", json={"by": "1h"}
        )
        assert moved.json()["now"] == "2026-01-26T10:00:00.000Z"
    with understudy.run(scenario="empty", state=tmp_path, clock=MONDAY) as running:
        clock = httpx.get(f"{running.url}/_control/sandboxes/default/clock").json()
        assert clock == moved.json()
