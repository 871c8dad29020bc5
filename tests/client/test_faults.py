"""`s.faults`: what breaks, and what the application sees of it."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import httpx
import pytest

import understudy


def unjudged(s, path):
    """An answer that breaks the contract: status, headers, body."""
    request = urllib.request.Request(s.api_url + path, headers=s.headers)
    try:
        answer = urllib.request.urlopen(request, timeout=10)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return answer.status, answer.headers, answer.read()


def test_a_documented_error_once(s, login):
    client = login(s)
    rule = s.faults.add(
        operation="defects.create_defect", error=(402, "subscription_expired"), times=1
    )
    answers = [client.post("/defects", json={"title": "It"}) for _ in range(2)]
    assert [one.status_code for one in answers] == [402, 201]
    assert answers[0].json()["error"] == "subscription_expired"
    rule = s.faults.get(rule.id)
    assert (rule.struck, rule.has_ended) == (1, True)
    assert s.journal.verify(has_fault=True, exactly=1)


def test_any_status_with_any_body(s):
    s.faults.add(
        path="*/auth/me", status=503, body={"error": "later"}, headers={"Retry-After": "9"}
    )
    status, headers, body = unjudged(s, "/auth/me")
    assert (status, headers["Retry-After"], json.loads(body)) == (503, "9", {"error": "later"})


def test_a_rate_limit(s):
    s.faults.add(method="GET", every=2, retry_after=30)
    answers = [unjudged(s, "/auth/me") for _ in range(3)]
    assert [status for status, _, _ in answers] == [401, 429, 401]
    assert answers[1][1]["Retry-After"] == "30"


def test_a_closed_connection(s):
    s.faults.add(connection="close", first=1)
    client = s.http()
    with pytest.raises(httpx.TransportError):
        client.get("/auth/me")
    assert client.get("/auth/me").status_code == 401


def test_a_delay(s):
    s.faults.add(delay="20ms")
    s.http().get("/auth/me")
    (exchange,) = s.journal.list()
    assert exchange.fault is not None
    assert exchange.milliseconds >= 20


def test_rules_are_listed_changed_switched_and_removed(s):
    one = s.faults.add(id="one", note="First", status=500, calls=[1, 3], lasting="5m")
    two = s.faults.add(id="two", off_contract=("missing_field", "id"), is_enabled=False)
    assert [rule.id for rule in s.faults.list()] == ["one", "two"]
    assert (one.on, one.until, one.note) == ({"calls": [1, 3]}, {"for": "5m"}, "First")
    assert (one.is_enabled, two.is_enabled) == (True, False)
    assert s.faults.disable("one").is_enabled is False
    assert s.faults.enable("two").is_enabled is True
    changed = s.faults.change("one", every=2, note="Every second")
    assert (changed.on, changed.note, changed.do) == ({"every": 2}, "Every second", one.do)
    s.faults.remove("one")
    assert [rule.id for rule in s.faults.list()] == ["two"]
    s.faults.clear()
    assert s.faults.list() == []


def test_a_plan(s):
    rules = s.faults.apply("outage")
    assert [rule.id for rule in rules] == [rule.id for rule in s.faults.list()]
    assert rules[0].id == "outage-1"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"operation": "defects.get_defect", "error": 418}, "error"),
        ({"operation": "defects.nope", "error": 500}, "operation"),
        ({"status": 204, "body": "x"}, "body"),
        ({"status": 200, "headers": {"Date": "x"}}, "headers.Date"),
        ({"retry_after": -1}, "retry_after"),
        ({"connection": {"kind": "close", "seconds": 3}}, "connection.seconds"),
        ({"off_contract": ("empty", "x")}, "off_contract.field"),
        ({"status": 500, "probability": 2}, "probability"),
        ({"status": 500, "lasting": "0s"}, "lasting"),
    ],
)
def test_a_rule_that_cannot_be_names_its_argument(s, fields, field):
    with pytest.raises(understudy.ControlError) as raised:
        s.faults.add(**fields)
    assert raised.value.status == 422
    assert [*raised.value.details] == [field]
    assert f"\n  {field}: " in str(raised.value)
    assert s.faults.list() == []


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "say what happens: delay, error, status, retry_after, off_contract or connection"),
        ({"error": 500, "connection": "close"}, "error and connection do not go together"),
        ({"error": 500, "body": "x"}, "error and body do not go together"),
        ({"body": "without a status"}, "body is part of an answer, which needs its status"),
        ({"delay": "1s", "headers": {}}, "headers is part of an answer"),
    ],
)
def test_a_rule_that_does_nothing_or_too_much_is_refused_here(s, fields, told):
    with pytest.raises(TypeError, match=told):
        s.faults.add(**fields)


def test_a_delay_that_is_backwards_is_refused_here(s):
    with pytest.raises(ValueError, match="delay: 5s is longer than 1s"):
        s.faults.add(delay=("5s", "1s"))


def test_one_call_is_a_number(s):
    assert s.faults.add(calls=3, error=500).on == {"calls": [3]}


def test_a_change_that_cannot_be_names_its_argument(s):
    s.faults.add(id="mine", error=500)
    with pytest.raises(understudy.ControlError) as raised:
        s.faults.change("mine", lasting="0s")
    assert [*raised.value.details] == ["lasting"]


def test_an_unknown_field_is_refused_here(s):
    with pytest.raises(TypeError, match="no 'delay_ms'"):
        s.faults.add(delay_ms=300)


def test_a_rule_that_is_not_there(s):
    for ask in (s.faults.get, s.faults.remove, s.faults.enable, s.faults.apply):
        with pytest.raises(understudy.ControlError) as raised:
            ask("nothing")
        assert raised.value.status == 404
