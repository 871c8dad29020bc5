"""Undocumented fields: found at any depth, and taken away without touching the original."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.contract.schemas import KnownFields, Validator

DOCUMENT = {
    "components": {
        "schemas": {
            "Step": {
                "type": "object",
                "properties": {
                    "number": {"type": "integer"},
                    "steps": {"type": "array", "items": {"$ref": "#/components/schemas/Step"}},
                },
            },
            "Body": {
                "type": "object",
                "properties": {
                    "name": {"type": "string"},
                    "step": {"$ref": "#/components/schemas/Step"},
                    "steps": {"type": "array", "items": {"$ref": "#/components/schemas/Step"}},
                    "matrix": {
                        "type": "array",
                        "items": {"type": "array", "items": {"$ref": "#/components/schemas/Step"}},
                    },
                    "free": {},
                    "object": {"type": "object"},
                    "open": {
                        "type": "object",
                        "properties": {"step": {"$ref": "#/components/schemas/Step"}},
                        "additionalProperties": True,
                    },
                    "map": {
                        "type": "object",
                        "additionalProperties": {"$ref": "#/components/schemas/Step"},
                    },
                    "either": {"anyOf": [{"properties": {"a": {}}}, {"type": "string"}]},
                },
            },
        }
    }
}
BODY = {"$ref": "#/components/schemas/Body"}
CLOSED = Validator(BODY, DOCUMENT, closed=True)


@pytest.fixture(scope="module")
def known() -> KnownFields:
    return KnownFields(BODY, DOCUMENT)


@pytest.mark.parametrize(
    ("value", "unknown", "stripped"),
    [
        ({"name": "a", "x": 1, "y": 2}, ["x", "y"], {"name": "a"}),
        ({"step": {"number": 1, "x": 1}}, ["step.x"], {"step": {"number": 1}}),
        (
            {"steps": [{"number": 1}, {"x": 1, "steps": [{"y": 1}]}]},
            ["steps.1.x", "steps.1.steps.0.y"],
            {"steps": [{"number": 1}, {"steps": [{}]}]},
        ),
        ({"matrix": [[{"x": 1}], []]}, ["matrix.0.0.x"], {"matrix": [[{}], []]}),
        ({"map": {"a": {"x": 1}}}, ["map.a.x"], {"map": {"a": {}}}),
        (
            {"open": {"any": {"x": 1}, "step": {"x": 1}}},
            ["open.step.x"],
            {"open": {"any": {"x": 1}, "step": {}}},
        ),
    ],
)
def test_undocumented_fields(
    known: KnownFields, value: dict[str, Any], unknown: list[str], stripped: Any
) -> None:
    before = copy.deepcopy(value)
    assert sorted(known.unknown(value)) == sorted(unknown)
    assert known.strip(value) == stripped
    assert value == before


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"name": "a", "step": {"number": 1, "steps": []}, "steps": [], "map": {}},
        {"free": {"x": {"y": 1}}, "object": {"x": 1}, "open": {"x": 1}, "either": {"b": 1}},
        {"step": None, "steps": "x", "map": [1], "matrix": {"x": 1}},
        [{"x": 1}],
        None,
        1,
    ],
)
def test_nothing_undocumented_gives_the_same_object(known: KnownFields, value: Any) -> None:
    assert known.unknown(value) == []
    assert known.strip(value) is value


def test_what_has_lost_nothing_is_shared(known: KnownFields) -> None:
    value = {"x": 1, "step": {"number": 1}, "steps": [{"number": 1}, {"x": 1}]}
    stripped = known.strip(value)
    assert stripped["step"] is value["step"]
    assert stripped["steps"][0] is value["steps"][0]
    assert stripped["steps"][1] is not value["steps"][1]


def test_a_client_may_nest_as_deep_as_json_goes(known: KnownFields) -> None:
    step: dict[str, Any] = {"x": 1}
    for _ in range(1000):
        step = {"number": 1, "steps": [step]}
    assert len(known.unknown({"step": step})) == 1
    inner = known.strip({"step": step})["step"]
    while inner.get("steps"):
        inner = inner["steps"][0]
    assert inner == {}


def test_a_scalar_or_free_body_knows_no_fields() -> None:
    for schema in ({}, {"type": "string"}, {"type": "object"}, {"allOf": [{"properties": {}}]}):
        value = {"a": 1}
        assert KnownFields(schema, {}).strip(value) is value


values = st.recursive(
    st.integers() | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "step", "steps", "map", "number", "x"]), inner)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["name", "step", "steps", "map", "x"]), values))
def test_after_stripping_nothing_is_unknown(known: KnownFields, value: dict[str, Any]) -> None:
    stripped = known.strip(value)
    assert known.unknown(stripped) == []
    told = [clause for clauses in CLOSED.problems(stripped).values() for clause in clauses]
    assert "is not a known field" not in told
