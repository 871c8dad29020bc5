"""Each thing in one line."""

from __future__ import annotations

import pytest

from understudy.client import lines
from understudy.client.exchanges import Exchange
from understudy.client.records import ClockReading, Fault, SandboxInfo
from understudy.client.states import Comparison, Snapshot

READING = {"now": "2026-01-26T09:00:00.012Z", "is_frozen": True, "factor": 0.0}
MESSAGE = {"headers": {}, "body": None, "bytes": 0, "omitted": None}
EXCHANGE = {
    "sequence": 1,
    "at": "2026-01-26T09:00:00.012Z",
    "received_at": "2026-03-02T14:07:31.250Z",
    "operation": "defects.list_defects",
    "method": "GET",
    "path": "/api/v1/defects",
    "query": "limit=3",
    "user": "admin@acme.test",
    "status": 200,
    "milliseconds": 0.4231,
    "request_id": None,
    "fault": None,
    "warnings": [],
    "changes": [],
    "change_count": 0,
    "request": MESSAGE,
    "response": MESSAGE,
}
FAULT = {
    "id": "lost",
    "note": None,
    "match": {},
    "on": {},
    "do": {"connection": {"kind": "close", "processed": True}},
    "until": {},
    "is_enabled": True,
    "added_at": "2026-01-26T09:00:00.000Z",
    "seen": 4,
    "struck": 1,
    "has_ended": False,
}


def test_an_exchange():
    assert lines.exchange_line(Exchange.of(EXCHANGE)) == (
        "09:00:00.012  200      0.4 ms  GET     /api/v1/defects?limit=3"
        "  defects.list_defects  admin@acme.test"
    )


def test_an_exchange_with_everything():
    struck = {
        **EXCHANGE,
        "status": 0,
        "user": None,
        "query": "",
        "fault": {"id": "lost", "does": "closes the connection"},
        "warnings": ["field 'colour' is not documented", "field 'size' is not documented"],
    }
    assert lines.exchange_line(Exchange.of(struck)) == (
        "09:00:00.012  ---      0.4 ms  GET     /api/v1/defects  defects.list_defects"
        "  fault lost: closes the connection"
        "  warning: field 'colour' is not documented; field 'size' is not documented"
    )


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            {"error": "validation_error", "message": "No.", "details": {"title": ["is required"]}},
            "  validation_error: title",
        ),
        (
            {"error": "validation_error", "details": {"a": [], "b.c": []}},
            "  validation_error: a, b.c",
        ),
        (
            {"error": "unauthorized", "message": "It has expired.", "details": None},
            "  unauthorized: It has expired.",
        ),
        ({"error": "unauthorized"}, "  unauthorized"),
        ({"error": {"code": 7}}, ""),
        ("error", ""),
        (None, ""),
    ],
)
def test_why_an_exchange_was_refused(body, told):
    refused = {**EXCHANGE, "status": 422, "response": {**MESSAGE, "body": body}}
    assert lines.exchange_line(Exchange.of(refused)).endswith("  admin@acme.test" + told)
    fine = {**refused, "status": 200}
    assert lines.exchange_line(Exchange.of(fine)).endswith("  admin@acme.test")


def test_no_exchange_moves_the_cursor_or_fills_the_screen():
    nasty = {**EXCHANGE, "path": "/\x1b[2J\n", "query": "x" * 1000}
    line = lines.exchange_line(Exchange.of(nasty))
    assert line.isprintable()
    assert "/?[2J??xxx" in line
    assert len(line) < 300


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, "stands"),
        ({"is_frozen": False, "factor": 1.0}, "runs in real time"),
        ({"is_frozen": False, "factor": 60.0}, "runs 60 times as fast"),
        ({"is_frozen": False, "factor": 0.5}, "runs 0.5 times as fast"),
    ],
)
def test_a_clock(change, told):
    reading = ClockReading.of({**READING, **change})
    assert lines.clock_line(reading) == f"2026-01-26T09:00:00.012Z, {told}"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, "lost  every call: closes the connection, once handled; seen 4, struck 1"),
        (
            {
                "match": {"operation": "defects.*", "method": "GET"},
                "on": {"calls": [3, 4]},
                "do": {"error": {"status": 402, "code": "subscription_expired"}},
                "until": {"times": 2, "for": "5m"},
                "note": "A note",
            },
            "lost  defects.*, GET, calls 3, 4, 2 times, for 5m: "
            "answers 402 (subscription_expired); seen 4, struck 1  (A note)",
        ),
        (
            {"do": {"delay": {"distribution": "fixed", "ms": 300}}, "has_ended": True},
            "lost  every call: waits 300 ms; seen 4, struck 1, has ended",
        ),
        (
            {"do": {"rate_limit": {"retry_after": 30}}, "is_enabled": False},
            "lost  every call: answers 429, try again after 30 s; seen 4, struck 1, switched off",
        ),
    ],
)
def test_a_fault(change, told):
    assert lines.fault_line(Fault.of({**FAULT, **change})) == told


def test_a_sandbox():
    info = {
        "name": "alice",
        "scenario": "default",
        "seed": "0",
        "forked_from": None,
        "clock": READING,
        "objects": 171,
        "exchanges": 1,
        "faults": 0,
        "snapshots": [],
        "idle_seconds": 0.0,
        "api_path": "/api/v1",
    }
    rest = "171 objects, 1 exchange, 0 faults, 2026-01-26T09:00:00.012Z, stands"
    assert lines.sandbox_line(SandboxInfo.of(info)) == f"alice  from default, {rest}"
    fork = SandboxInfo.of({**info, "forked_from": "bob"})
    assert lines.sandbox_line(fork) == f"alice  from bob, {rest}"


def test_a_snapshot():
    taken = {"name": "before", "taken_at": READING["now"], "objects": 1, "ids_issued": 4}
    assert lines.snapshot_line(Snapshot.of(taken)) == (
        "before  1 object, taken at 2026-01-26T09:00:00.012Z"
    )


def test_a_comparison():
    counts = {"added": 1, "removed": 1, "changed": 1}
    comparison = Comparison.of(
        {
            "from": "before",
            "to": None,
            "counts": counts,
            "collections": [
                {
                    "collection": "users",
                    "counts": counts,
                    "added": [{"id": "1", "email": "new@acme.test"}],
                    "removed": [{"id": "2"}],
                    "changed": [
                        {
                            "id": "3",
                            "title": "admin@acme.test",
                            "fields": [{"field": "is_active", "before": True, "after": None}],
                        }
                    ],
                }
            ],
        }
    )
    assert [*lines.comparison_lines(comparison)] == [
        "+ users 1  new@acme.test",
        "- users 2",
        "~ users 3  admin@acme.test",
        "    is_active: true → null",
    ]
