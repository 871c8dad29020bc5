"""Where schemas mark secrets and times, and what becomes of them."""

from __future__ import annotations

import pytest

from understudy.state.marks import NOTHING, secrets_of, times_of, written
from understudy.state.secrets import ABSENT, hidden, taken

DOCUMENT = {
    "components": {
        "schemas": {
            "Branch": {
                "type": "object",
                "properties": {
                    "pin": {"type": "string", "x-secret": "sealed"},
                    "at": {"type": "string", "format": "date-time"},
                    "branches": {"type": "array", "items": {"$ref": "#/components/schemas/Branch"}},
                },
            }
        }
    }
}
SECRET = {"type": "string", "nullable": True, "x-secret": True}
SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "password": {"type": "string", "format": "password"},
        "digest": {"type": "string", "x-secret": "hash"},
        "keys": {"type": "object", "additionalProperties": SECRET},
        "codes": {"type": "array", "items": SECRET},
        "tree": {"$ref": "#/components/schemas/Branch"},
        "due": {"anyOf": [{"format": "date-time"}, {"format": "date"}]},
        "extra": {"type": "object", "additionalProperties": True},
    },
}
SECRETS = secrets_of(SCHEMA, DOCUMENT)


def keep(kind: str, text: str) -> str:
    return f"{kind}({text})"


def test_a_schema_without_marks_costs_nothing():
    plain = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "array"}}}
    assert secrets_of(plain, {}) is NOTHING
    value = {"a": "x"}
    assert hidden(NOTHING, value) is value
    assert taken(NOTHING, value, {}, keep) is value


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"name": "x", "password": "p"}, {"name": "x", "password": "***"}),
        ({"password": None}, {"password": None}),
        ({"keys": {"a": "1", "b": None}}, {"keys": {"a": "***", "b": None}}),
        ({"codes": ["1", None]}, {"codes": ["***", None]}),
        (
            {"tree": {"branches": [{"branches": [{"pin": "1"}]}, {"pin": "2"}]}},
            {"tree": {"branches": [{"branches": [{"pin": "***"}]}, {"pin": "***"}]}},
        ),
        ({"extra": {"password": "p"}}, {"extra": {"password": "p"}}),
    ],
)
def test_secrets_are_hidden_wherever_they_are(value, shown):
    assert hidden(SECRETS, value) == shown


def test_what_has_no_secret_in_it_stays_the_same_object():
    value = {"name": "x", "tree": {"branches": []}, "codes": [None]}
    assert hidden(SECRETS, value) is value


@pytest.mark.parametrize(
    ("sent", "before", "stored"),
    [
        ({}, {"password": "p"}, {"password": "p"}),
        ({"password": "***"}, {"password": "p"}, {"password": "p"}),
        ({"password": "new"}, {"password": "p"}, {"password": "plain(new)"}),
        ({"digest": "new"}, {"digest": "d"}, {"digest": "hash(new)"}),
        ({"password": None}, {"password": "p"}, {"password": None}),
        ({"password": "***"}, ABSENT, {}),
        ({"password": "***", "name": "x"}, {"name": "y"}, {"name": "x"}),
        ({"password": 7}, {"password": "p"}, {"password": 7}),
        (
            {"keys": {"a": "***", "b": "2"}},
            {"keys": {"a": "1", "c": "3"}},
            {"keys": {"a": "1", "b": "plain(2)"}},
        ),
        ({"keys": {"b": "***"}}, {"keys": {"a": "1"}}, {"keys": {}}),
        ({"codes": ["***", "new", "***"]}, {"codes": ["1", "2"]}, {"codes": ["1", "plain(new)"]}),
        ({"tree": {"at": "x"}}, {"tree": {"pin": "1"}}, {"tree": {"at": "x", "pin": "1"}}),
        (
            {"tree": {"branches": [{"pin": "9"}]}},
            {},
            {"tree": {"branches": [{"pin": "sealed(9)"}]}},
        ),
        ({"keys": "odd", "codes": {}}, {}, {"keys": "odd", "codes": {}}),
    ],
)
def test_secrets_that_are_hidden_or_left_out_stay(sent, before, stored):
    earlier = dict(before) if isinstance(before, dict) else before
    assert taken(SECRETS, sent, before, keep) == stored
    assert before == earlier


def test_times_are_written_in_one_form():
    times = times_of(SCHEMA, DOCUMENT)
    at, utc = "2026-01-25T10:00:00+01:00", "2026-01-25T09:00:00.000Z"
    value = {"name": at, "due": at, "tree": {"at": at, "branches": [{"at": None}, {"at": at}]}}
    assert written(times, value) == {
        "name": at,
        "due": utc,
        "tree": {"at": utc, "branches": [{"at": None}, {"at": utc}]},
    }
    assert written(times, {"due": "2026-01-25"}) == {"due": "2026-01-25"}
    done = {"due": utc, "tree": {"at": utc}}
    assert written(times, done) is done
