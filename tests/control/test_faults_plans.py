"""Ready-made plans: what they promise is what the application sees."""

from __future__ import annotations

import http.client
from collections import Counter
from urllib.parse import urlsplit

from understudy.clock import Clock
from understudy.faults import PLANS, Call, Faults

NAMES = ["captive-portal", "flaky-wifi", "outage", "slow-backend"]


def ask(world, method, path):
    """Status, headers and body as they come, with a token that has long expired."""
    where = urlsplit(world.server.api_url)
    connection = http.client.HTTPConnection(where.hostname, where.port, timeout=10)
    headers = {"X-Understudy-Sandbox": world.name, "Authorization": "Bearer expired"}
    connection.request(method, where.path + path, headers=headers)
    answer = connection.getresponse()
    payload = answer.read()
    connection.close()
    return answer.status, answer.headers, payload


def hit_by(plan, calls=2000):
    """The strikes of a plan on so many calls; None for a call that goes through."""
    faults = Faults("seed", Clock(0))
    faults.apply(PLANS[plan])
    return [faults.strike(Call(None, "GET", "/api/v1/x", str)) for _ in range(calls)]


def test_the_plans_are_listed_and_each_rule_is_one_that_could_be_added(control, own):
    plans = control.get("/fault-plans").json()["plans"]
    assert [plan["name"] for plan in plans] == NAMES
    for plan in plans:
        for rule in plan["rules"]:
            made = own.post("/faults", json=rule)
            assert made.status_code == 201, made.text
            assert {name: made.json()[name] for name in rule} == rule


def test_a_plan_that_is_not_there(own):
    answer = own.post("/fault-plans/wifi")
    assert answer.status_code == 404
    assert answer.json() == {
        "error": "no_such_plan",
        "message": f"There is no plan 'wifi'; the plans are {', '.join(NAMES)}.",
    }


def test_a_plan_that_is_applied_again_begins_anew(own, world):
    own.post("/faults", json={"id": "mine", "do": {"delay": {"ms": 1}}})
    first = own.post("/fault-plans/flaky-wifi").json()
    assert [rule["id"] for rule in first["faults"]] == [
        "flaky-wifi-1",
        "flaky-wifi-2",
        "flaky-wifi-3",
    ]
    own.delete("/faults/flaky-wifi-1")
    own.patch("/faults/flaky-wifi-2", json={"is_enabled": False})
    world.sandbox.faults.rules["flaky-wifi-3"].seen = 9
    assert own.post("/fault-plans/flaky-wifi").json() == first
    ids = [rule["id"] for rule in own.get("/faults").json()["faults"]]
    assert ids == ["mine", "flaky-wifi-1", "flaky-wifi-2", "flaky-wifi-3"]


def test_plans_go_together(own):
    own.post("/fault-plans/outage")
    own.post("/fault-plans/slow-backend")
    ids = [rule["id"] for rule in own.get("/faults").json()["faults"]]
    assert ids == ["outage-1", "slow-backend-1"]


def test_in_an_outage_a_proxy_answers_and_nothing_reaches_the_backend(own, world):
    own.post("/fault-plans/outage")
    for method, path in (("GET", "/auth/me"), ("POST", "/defects"), ("GET", "/no/such/path")):
        status, headers, payload = ask(world, method, path)
        assert (status, headers["Retry-After"]) == (503, "30")
        assert headers["Content-Type"].startswith("text/html")
        assert b"503 Service Temporarily Unavailable" in payload
    assert world.sandbox.store["defects"].count({}) == 0


def test_a_captive_portal_looks_like_success(own, world):
    own.post("/fault-plans/captive-portal")
    for method, path in (("GET", "/auth/me"), ("DELETE", "/defects"), ("GET", "/no/such/path")):
        status, headers, payload = ask(world, method, path)
        assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert payload.startswith(b"<!DOCTYPE html>")
    assert ask(world, "HEAD", "/auth/me")[2] == b""


def test_a_flaky_wifi_loses_requests_and_answers_and_slows_down_many():
    strikes = hit_by("flaky-wifi")
    kinds = Counter(
        "none" if not strike else strike.network.processed if strike.network else "slow"
        for strike in strikes
    )
    assert 160 < kinds[False] < 240
    assert 35 < kinds[True] < 80
    assert 500 < kinds["slow"] < 650
    assert 0.3 < median(strike.delay for strike in strikes if strike and not strike.network) < 0.9
    assert [strike and strike.does for strike in hit_by("flaky-wifi")] == [
        strike and strike.does for strike in strikes
    ]


def test_a_slow_backend_takes_around_one_and_a_half_seconds():
    delays = [strike.delay for strike in hit_by("slow-backend")]
    assert 1.4 < median(delays) < 1.6
    assert max(delays) <= 10
    assert 5 < sum(delay > 5 for delay in delays) < 40


def median(values):
    ordered = sorted(values)
    return ordered[len(ordered) // 2]
