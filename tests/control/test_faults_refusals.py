"""Rules that could never strike, do nothing, or contradict themselves: refused, field by field."""

from __future__ import annotations

import pytest

ERROR = {"error": {"status": 404}}
DELAY = {"delay": {"ms": 5}}
UP_TO_64_KIB = "x" * 65537


def status(**fields):
    return {"do": {"status": {"status": 503, **fields}}}


def connection(**fields):
    return {"do": {"connection": fields}}


def headers(**given):
    return status(headers={name.replace("_", "-"): value for name, value in given.items()})


def off(kind, field=None, operation="defects.get_defect"):
    effect = {"kind": kind} if field is None else {"kind": kind, "field": field}
    return {"match": {"operation": operation}, "do": {"off_contract": effect}}


def error(operation, **fields):
    return {"match": {"operation": operation}, "do": {"error": fields}}


@pytest.mark.parametrize(
    ("rule", "field", "words"),
    [
        ({}, "do", "is required"),
        ({"do": {}}, "do", "at least 1 field"),
        ({"do": {"dealy": {"ms": 5}}}, "do.dealy", "is not"),
        ({"do": {**ERROR, "rate_limit": {"retry_after": 1}}}, "do", "error, rate_limit"),
        ({"do": {"delay": {}}}, "do.delay.ms", "is required for a fixed delay"),
        ({"do": {"delay": {"ms": 0}}}, "do.delay.ms", "at least 1"),
        ({"do": {"delay": {"ms": 600_001}}}, "do.delay.ms", "at most 600000"),
        ({"do": {"delay": {"ms": 5, "max_ms": 9}}}, "do.delay.max_ms", "not for a fixed delay"),
        (
            {"do": {"delay": {"distribution": "uniform", "min_ms": 9, "max_ms": 8}}},
            "do.delay.max_ms",
            "must not be less than min_ms",
        ),
        (
            {"do": {"delay": {"distribution": "lognormal", "median_ms": 9}}},
            "do.delay.sigma",
            "is required for a lognormal delay",
        ),
        ({"do": DELAY, "until": {"for": "0ms"}}, "until.for", "longer than nothing"),
        ({"do": DELAY, "until": {"for": "soon"}}, "until.for", "is not a length of time"),
        ({"do": DELAY, "until": {"times": 0}}, "until.times", "at least 1"),
        ({"do": DELAY, "on": {"probability": 0}}, "on.probability", "more than 0"),
        ({"do": DELAY, "on": {"calls": []}}, "on.calls", "must not be empty"),
        ({"do": DELAY, "id": "not a name"}, "id", "is not a name"),
        ({"do": DELAY, "match": {"method": "get"}}, "match.method", "must be one of"),
        (
            {"do": DELAY, "match": {"operation": "defects.list_defect"}},
            "match.operation",
            "names no operation; is defects.list_defects",
        ),
        ({"do": DELAY, "match": {"operation": "nothing.*"}}, "match.operation", "no operation"),
        (
            {"do": DELAY, "match": {"operation": "defects.list_defects", "method": "POST"}},
            "match.method",
            "which GET and HEAD are",
        ),
        ({"do": DELAY, "match": {"path": "defects"}}, "match.path", "nowhere below /api/v1"),
        (
            {"do": DELAY, "match": {"path": "/" + "x" * 999}},
            "match.path",
            "at most 1000 characters with /api/v1",
        ),
        ({"do": DELAY, "match": {"path": "/api/v2/*"}}, "match.path", "nowhere below /api/v1"),
        ({"do": DELAY, "match": {"path": "/api/v1"}}, "match.path", "nowhere below /api/v1"),
        (
            error("auth.login", status=404),
            "do.error.status",
            "is not documented for auth.login; 400, 401, 403, 422 and 500 are",
        ),
        (
            error("auth.login", status=401, code="unauthorized"),
            "do.error.code",
            "is not documented for auth.login with 401; invalid_credentials is",
        ),
        (error("defects.*", status=418), "do.error.status", "for any of the operations; 400"),
        (error("auth.login", status=200), "do.error.status", "at least 400"),
        (
            off("missing_field", "titel"),
            "do.off_contract.field",
            "'titel' is no field that defects.get_defect answers; is title meant?",
        ),
        (
            off("missing_field", "items", "auth.logout"),
            "do.off_contract.field",
            "'items' is no field that auth.logout answers; there are success",
        ),
        (
            off("wrong_type", "defects.0.titel", "defects.list_defects"),
            "do.off_contract.field",
            "is defects.0.title",
        ),
        (off("wrong_type", "x.1.y", "*"), "do.off_contract.field", "any of the operations"),
        (off("undocumented_field", "title"), "do.off_contract.field", "is one of the fields"),
        (off("truncated", "title"), "do.off_contract.field", "about the whole body"),
        (off("nonsense"), "do.off_contract.kind", "must be one of"),
        (status(body=UP_TO_64_KIB), "do.status.body", "at most 65536 bytes"),
        ({"do": {"status": {"status": 204, "body": {}}}}, "do.status.body", "not for 204"),
        ({"do": {"status": {"status": 101}}}, "do.status.status", "at least 200"),
        (status(content_type="html"), "do.status.content_type", "is not a media type"),
        (status(content_type="text/html\r\nX: y"), "do.status.content_type", "not a media type"),
        (headers(Content_Length="5"), "do.status.headers.Content-Length", "frames the message"),
        (headers(transfer_encoding="x"), "do.status.headers.transfer-encoding", "frames"),
        (headers(Connection="close"), "do.status.headers.Connection", "frames the message"),
        (headers(Content_Type="a/b"), "do.status.headers.Content-Type", "from content_type"),
        (headers(X="a\r\nSet-Cookie: b"), "do.status.headers.X", "is not a header value"),
        (status(headers={"X\r\nY": "z"}), "do.status.headers.X\r\nY", "not the name of a header"),
        (headers(X="a", x="b"), "do.status.headers.x", "is there twice"),
        (connection(kind="close", seconds=1), "do.connection.seconds", "but for hang"),
        (connection(kind="hang", bytes_per_second=1), "do.connection.bytes_per_second", "trickle"),
        (connection(kind="trickle", after_bytes=1), "do.connection.after_bytes", "whole answer"),
        (connection(kind="trickle", processed=False), "do.connection.processed", "must be true"),
        (
            connection(kind="close", after_bytes=1, processed=False),
            "do.connection.processed",
            "must be true",
        ),
        (connection(kind="hang", seconds=0), "do.connection.seconds", "more than 0"),
        ({"do": {"rate_limit": {"retry_after": -1}}}, "do.rate_limit.retry_after", "at least 0"),
    ],
)
def test_a_rule_is_refused_with_the_field_at_fault(own, rule, field, words):
    answer = own.post("/faults", json=rule)
    assert (answer.status_code, answer.json()["error"]) == (422, "validation_error"), answer.text
    assert words in " ".join(answer.json()["details"][field])
    assert own.get("/faults").json() == {"faults": []}


def test_all_fields_at_fault_are_named_at_once(own):
    rule = {
        "match": {"operation": "nothing", "path": "x"},
        "do": {"delay": {"distribution": "normal", "ms": 3}, **connection(kind="close")["do"]},
        "until": {"for": "0s"},
    }
    rule["do"]["connection"]["seconds"] = 2
    details = own.post("/faults", json=rule).json()["details"]
    assert set(details) == {
        *("match.operation", "match.path", "until.for", "do.connection.seconds"),
        *("do.delay.mean_ms", "do.delay.deviation_ms", "do.delay.ms"),
    }


@pytest.mark.parametrize(
    "rule",
    [
        error("settings.update_settings", status=400, code="VALIDATION_ERROR"),
        error("*", status=429),
        {"match": {"method": "HEAD", "operation": "defects.list_defects"}, "do": DELAY},
        {"match": {"path": "/api/v1/nothing/here"}, "do": DELAY},
        {"match": {"path": "*/defects"}, "do": DELAY},
        {"match": {"path": "/a*"}, "do": DELAY},
        off("wrong_type", "defects.0.title", "defects.list_defects"),
        off("undocumented_field", "defects.0.extra", "defects.*"),
        status(body="x" * 65536, headers={"Set-Cookie": "a=b; c"}, content_type="text/html; q=1"),
        {"do": {"status": {"status": 204}}},
    ],
)
def test_a_rule_that_can_strike_is_taken(own, rule):
    answer = own.post("/faults", json=rule)
    assert answer.status_code == 201, answer.text
