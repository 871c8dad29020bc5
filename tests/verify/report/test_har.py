"""The HTTP archive."""

from __future__ import annotations

import json
from collections.abc import Iterator

from understudy.verify.report import har
from understudy.verify.report.model import Exchange


def archive(*exchanges: Exchange):
    return json.loads("".join(har.chunks(exchanges, "0.1.0")))["log"]


def test_the_archive(make_exchange):
    log = archive(make_exchange(), make_exchange())
    assert log["version"] == "1.2"
    assert log["creator"] == {"name": "understudy", "version": "0.1.0"}
    assert len(log["entries"]) == 2


def test_an_archive_of_nothing():
    assert archive()["entries"] == []


def test_an_entry_has_what_the_form_demands(make_exchange):
    [entry] = archive(make_exchange())["entries"]
    assert entry["startedDateTime"] == "2026-01-26T09:00:00.000Z"
    assert entry["time"] == sum(entry["timings"].values()) == 12.4
    assert entry["cache"] == {}
    assert entry["_operation"] == "test_runs.start_run"
    assert "_error" not in entry
    assert entry["request"] == {
        "method": "POST",
        "url": "http://127.0.0.1:8000/api/v1/test-runs/5f1c/start?dry=no",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": [
            {"name": "Authorization", "value": "***"},
            {"name": "Content-Type", "value": "application/json"},
        ],
        "queryString": [{"name": "dry", "value": "no"}],
        "postData": {
            "mimeType": "application/json",
            "text": '{"note": "verify-1a2b-RUN-07-run-1"}',
        },
        "headersSize": -1,
        "bodySize": -1,
    }
    assert entry["response"] == {
        "status": 200,
        "statusText": "OK",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": [
            {"name": "content-type", "value": "application/json"},
            {"name": "content-length", "value": "52"},
        ],
        "content": {
            "size": 50,
            "mimeType": "application/json",
            "text": '{"id":"5f1c","status":"RUNNING","started_at":null}',
        },
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": 52,
    }


def test_no_body_and_no_answer(make_exchange):
    silent = make_exchange(
        request_body=None,
        status=None,
        reason="timed out",
        response_headers={},
        response_body=None,
    )
    [entry] = archive(silent)["entries"]
    assert "postData" not in entry["request"]
    assert entry["request"]["bodySize"] == 0
    assert (entry["response"]["status"], entry["response"]["statusText"]) == (0, "")
    assert entry["response"]["content"] == {"size": 0, "mimeType": ""}
    assert entry["response"]["bodySize"] == -1
    assert entry["_error"] == "timed out"


def test_half_a_character_is_no_obstacle(make_exchange):
    [entry] = archive(make_exchange(response_body="\ud800"))["entries"]
    assert entry["response"]["content"]["text"] == "\ud800"


def test_it_is_written_as_it_comes(make_exchange):
    taken = []

    def exchanges() -> Iterator[Exchange]:
        for number in range(3):
            taken.append(number)
            yield make_exchange()

    chunks = har.chunks(exchanges(), "0.1.0")
    next(chunks), next(chunks)
    assert taken == [0]
