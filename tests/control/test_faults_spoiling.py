"""Bodies that break the contract on purpose, one way after the other."""

from __future__ import annotations

import json
from random import Random

import pytest

from understudy.contract.schemas import Validator
from understudy.faults.spoiling import spoil

SCHEMA = {
    "type": "object",
    "required": ["id", "parts"],
    "properties": {
        "id": {"type": "string"},
        "note": {"type": "string", "nullable": True},
        "extra": {"type": "object", "additionalProperties": True},
        "parts": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["size"],
                "properties": {"size": {"type": "number"}, "tag": {"type": "string"}},
            },
        },
    },
}
BODY = {"id": "a", "note": None, "extra": {"x": 1}, "parts": [{"size": 1, "tag": "t"}, {"size": 2}]}
PAYLOAD = json.dumps(BODY).encode()


@pytest.fixture
def allows():
    return Validator(SCHEMA, {}, closed=True).is_valid


def spoiled(kind, allows, field=None, payload=PAYLOAD, seed=0):
    payload, told = spoil(payload, kind, field, allows, Random(seed))
    return json.loads(payload), told


@pytest.mark.parametrize("kind", ["missing_field", "wrong_type", "undocumented_field"])
def test_whatever_chance_chooses_the_body_breaks_the_contract(kind, allows):
    told = set()
    for seed in range(40):
        body, words = spoiled(kind, allows, seed=seed)
        assert not allows(body)
        told.add(words)
    assert len(told) > 2
    assert spoiled(kind, allows, seed=3) == spoiled(kind, allows, seed=3)


def test_a_missing_field_is_one_that_must_be_there(allows):
    assert {spoiled("missing_field", allows, seed=seed)[1] for seed in range(60)} == {
        "answers without id",
        "answers without parts",
        "answers without parts.0.size",
        "answers without parts.1.size",
    }


@pytest.mark.parametrize(
    ("kind", "field", "expected", "words"),
    [
        (
            "missing_field",
            "parts.1.size",
            {**BODY, "parts": [BODY["parts"][0], {}]},
            "answers without parts.1.size",
        ),
        ("wrong_type", "id", {**BODY, "id": 12345}, "answers with id of the wrong type"),
        ("wrong_type", "parts", {**BODY, "parts": {}}, "answers with parts of the wrong type"),
        (
            "wrong_type",
            "parts.0.size",
            {**BODY, "parts": [{"size": "1", "tag": "t"}, {"size": 2}]},
            "answers with parts.0.size of the wrong type",
        ),
        ("wrong_type", "note", {**BODY, "note": 12345}, "answers with note of the wrong type"),
        ("wrong_type", "extra", {**BODY, "extra": []}, "answers with extra of the wrong type"),
        (
            "undocumented_field",
            "parts.1.new",
            {**BODY, "parts": [BODY["parts"][0], {"size": 2, "new": "a text"}]},
            "answers with parts.1.new, which is not documented",
        ),
        (
            "undocumented_field",
            "new",
            {**BODY, "new": "a text"},
            "answers with new, which is not documented",
        ),
    ],
)
def test_the_field_that_is_asked_for(allows, kind, field, expected, words):
    assert spoiled(kind, allows, field) == (expected, words)


@pytest.mark.parametrize(
    ("kind", "field", "body"),
    [
        ("missing_field", "note", BODY),
        ("missing_field", "parts.7.size", BODY),
        ("missing_field", "id.x", BODY),
        ("missing_field", "parts.0", BODY),
        ("missing_field", None, []),
        ("wrong_type", "extra.x", BODY),
        ("wrong_type", None, "text"),
        ("undocumented_field", "extra.y", BODY),
        ("undocumented_field", "id.y", BODY),
        ("undocumented_field", "nothing.y", BODY),
        ("undocumented_field", None, [1]),
    ],
)
def test_where_there_is_nothing_to_break_the_json_is_truncated(allows, kind, field, body):
    payload = json.dumps(body).encode()
    cut, told = spoil(payload, kind, field, allows, Random(1))
    assert payload.startswith(cut)
    assert 0 < len(cut) < len(payload)
    assert (
        told == f"answers {len(cut)} of {len(payload)} bytes of JSON, for want of a field to break"
    )


@pytest.mark.parametrize("kind", ["truncated", "malformed"])
@pytest.mark.parametrize("payload", [PAYLOAD, b"{}", b"[]", b"[1]", b'"text"', b'{"a":1}', b"12"])
def test_what_should_be_no_json_is_none(allows, kind, payload):
    for seed in range(20):
        text, told = spoil(payload, kind, None, allows, Random(seed))
        assert told.startswith("answers ")
        with pytest.raises(ValueError, match=r"Expecting|delimiter|Unterminated|Extra|quotes|Ill"):
            json.loads(text)


def test_an_empty_body(allows):
    assert spoil(PAYLOAD, "empty", None, allows, Random(0)) == (b"", "answers with an empty body")
