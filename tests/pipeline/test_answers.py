"""Answers, where the contract documents something that Testr's never does."""

from __future__ import annotations

import types

import pytest

from understudy.errors import ContractViolation, UsageError
from understudy.pipeline.answers import Answers


def answers(**schemas):
    responses = {
        status: types.SimpleNamespace(schema=schema, media_type=schema and "application/json")
        for status, schema in schemas.items()
    }
    spec = types.SimpleNamespace(operation_id="x.y", responses=responses)
    return Answers(spec, {"components": {}})


def test_an_answer_without_a_body_is_empty():
    assert answers(**{"204": None}).encode(204, None) == b""


def test_a_body_where_none_is_documented_is_refused():
    with pytest.raises(ContractViolation):
        answers(**{"204": None}).encode(204, {"surprise": True})


def test_null_is_a_body_where_one_is_documented():
    schema = {"type": "object", "nullable": True}
    assert answers(**{"200": schema}).encode(200, None) == b"null"


@pytest.mark.parametrize("status", ["default", "4XX"])
def test_a_status_that_is_no_number_is_told_at_the_start(status):
    with pytest.raises(UsageError, match=f"x.y documents '{status}'"):
        answers(**{status: None})
