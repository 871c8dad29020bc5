"""What a rule is about and does, in the journal's words."""

from __future__ import annotations

import contextlib

import httpx
import pytest

from understudy.client import fault_words
from understudy.client.records import Fault


def told(**parts):
    fault = {
        "id": "x",
        "note": None,
        "match": {},
        "on": {},
        "do": {},
        "until": {},
        "is_enabled": True,
        "added_at": "2026-01-26T09:00:00Z",
        "seen": 0,
        "struck": 0,
        "has_ended": False,
    }
    return fault_words.calls(Fault.of({**fault, **parts}))


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({}, "every call"),
        ({"match": {"method": "GET", "path": "/a/*"}}, "GET, /a/*"),
        ({"match": {"operation": "a.b", "user": "a@b.test"}}, "a.b, of a@b.test"),
        ({"on": {"every": 1}}, "every 1st call"),
        ({"on": {"every": 2}}, "every 2nd call"),
        ({"on": {"every": 3}}, "every 3rd call"),
        ({"on": {"every": 5, "after": 2}}, "every 5th call, after 2"),
        ({"on": {"every": 11}}, "every 11th call"),
        ({"on": {"every": 112}}, "every 112th call"),
        ({"on": {"every": 22}}, "every 22nd call"),
        ({"on": {"first": 3, "probability": 0.03}}, "the first 3, p=0.03"),
        ({"on": {"calls": [3]}, "until": {"times": 1}}, "call 3, once"),
        ({"on": {"calls": [3, 5]}, "until": {"for": "5m"}}, "calls 3, 5, for 5m"),
    ],
)
def test_which_calls(parts, words):
    assert told(**parts) == words


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"error": 401}, "answers 401"),
        ({"delay": 0.3, "status": 503}, "waits 300 ms, answers 503"),
        ({"retry_after": 30}, "answers 429, try again after 30 s"),
        ({"connection": "close"}, "closes the connection"),
        (
            {"connection": {"kind": "reset", "processed": True}},
            "resets the connection, once handled",
        ),
        ({"connection": "trickle"}, "trickles 100 bytes a second"),
        (
            {"connection": {"kind": "close", "after_bytes": 9}},
            "closes the connection after 9 bytes of the answer",
        ),
    ],
)
def test_the_words_are_those_of_the_strike(s, fields, words):
    """A rule says what it will do as the journal says what it has done."""
    rule = s.faults.add(path="/api/v1/auth/me", **fields)
    assert fault_words.effects(rule.do) == words
    client = s.http()
    client.timeout = 0.05 if fields.get("connection") == "trickle" else 5
    with contextlib.suppress(httpx.TransportError, AssertionError):  # it breaks, or the contract
        client.get("/auth/me")
    (exchange,) = s.journal.wait()
    assert exchange.fault.does == words


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"delay": ("100ms", "2s")}, "waits 100 to 2000 ms"),
        (
            {"delay": {"distribution": "lognormal", "median_ms": 600, "sigma": 1}},
            "waits around 600 ms",
        ),
        (
            {"delay": {"distribution": "normal", "mean_ms": 600, "deviation_ms": 9}},
            "waits around 600 ms",
        ),
        ({"connection": {"kind": "hang", "seconds": 0.5}}, "hangs for 0.5 s"),
        (
            {"off_contract": ("missing_field", "total")},
            "breaks the contract: missing field (total)",
        ),
        ({"off_contract": "empty"}, "breaks the contract: empty"),
        ({"status": 200, "body": {"a": 1}}, 'answers 200: {"a": 1}'),
        ({"status": 500, "body": "x" * 99}, f"answers 500: {'x' * 29}…"),
    ],
)
def test_what_is_settled_only_when_it_strikes(s, fields, words):
    assert fault_words.effects(s.faults.add(**fields).do) == words
