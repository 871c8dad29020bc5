"""Records are read by their type hints, and put up with what a newer server adds."""

from __future__ import annotations

import dataclasses
import pickle
from datetime import UTC, datetime

import pytest

from understudy.client import ControlError, Unreachable, VerificationFailed
from understudy.client.exchanges import Exchange, Verification
from understudy.client.records import ClockReading, ServerInfo
from understudy.client.states import Comparison, FieldChange

READING = {"now": "2026-01-26T09:00:00.000Z", "is_frozen": True, "factor": 0.0}
MESSAGE = {"headers": {}, "body": None, "bytes": 0, "omitted": None}
EXCHANGE = {
    "sequence": 1,
    "at": "2026-01-26T09:00:00.000Z",
    "received_at": "2026-03-02T14:07:31.250Z",
    "operation": None,
    "method": "GET",
    "path": "/nowhere",
    "query": "",
    "user": None,
    "status": 404,
    "milliseconds": 0.1,
    "request_id": None,
    "fault": None,
    "warnings": ["no operation answers GET /nowhere"],
    "changes": [{"collection": "defects", "id": "1", "kind": "changed", "fields": ["title"]}],
    "change_count": 1,
    "request": MESSAGE,
    "response": MESSAGE,
}
VERIFICATION = {
    "verified": False,
    "count": 0,
    "message": "expected 1, saw 0",
    "exchanges": [],
    "nearest": [{"exchange": EXCHANGE, "differences": ["user is nobody"]}],
    "lost": 0,
}


def test_a_time_is_a_datetime_in_utc_and_its_text_is_at_hand():
    reading = ClockReading.of(READING)
    assert reading.now == datetime(2026, 1, 26, 9, tzinfo=UTC)
    assert reading.text == "2026-01-26T09:00:00.000Z"


def test_a_new_field_stays_in_raw_and_makes_no_difference():
    newer = ClockReading.of({**READING, "zone": "UTC"})
    assert newer == ClockReading.of(READING)
    assert newer.raw["zone"] == "UTC"


def test_records_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        ClockReading.of(READING).factor = 2.0


def test_records_within_records_are_read_too():
    near = Verification.of(VERIFICATION).nearest[0]
    assert near.differences == ("user is nobody",)
    assert near.exchange.changes[0].fields == ("title",)
    assert near.exchange.fault is None
    struck = Exchange.of({**EXCHANGE, "fault": {"id": "lost", "does": "closes the connection"}})
    assert struck.fault is not None
    assert struck.fault.does == "closes the connection"


def test_a_list_of_records():
    info = ServerInfo.of(
        {
            "version": "0.1.0",
            "contract": {
                "name": "own",
                "title": "Own",
                "version": "1",
                "base_path": "/v1",
                "operations": 2,
                "digest": "0",
            },
            "scenario": "empty",
            "scenarios": [{"name": "empty", "title": "Nothing"}],
            "sandboxes": {"count": 1, "limit": 1000, "idle_seconds": None},
            "strict": False,
        }
    )
    assert [one.name for one in info.scenarios] == ["empty"]
    assert info.contract.base_path == "/v1"


def test_a_comparison_is_from_a_snapshot():
    counts = {"added": 0, "removed": 0, "changed": 0}
    answer = {"from": "before", "to": None, "counts": counts, "collections": []}
    comparison = Comparison.of(answer)
    assert (comparison.snapshot, comparison.to, comparison.is_empty) == ("before", None, True)


def test_a_side_that_is_not_there_is_none():
    assert FieldChange.of({"field": "title", "after": "New"}).before is None


@pytest.mark.parametrize(
    "error",
    [
        ControlError(422, "validation_error", "It is wrong.", {"by": ["is no length of time"]}),
        Unreachable("http://127.0.0.1:1", "no server answers there"),
        VerificationFailed("expected 1, saw 0", Verification.of(VERIFICATION)),
    ],
)
def test_errors_can_be_sent_to_another_process(error):
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert vars(copy) == vars(error)


def test_an_errors_text_names_every_field():
    error = ControlError(
        422, "validation_error", "It is wrong.", {"by": ["is required"], "do.status": ["a", "b"]}
    )
    assert str(error) == "It is wrong. (validation_error)\n  by: is required\n  do.status: a, b"
