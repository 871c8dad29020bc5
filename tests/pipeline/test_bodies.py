"""Bodies, where the contract's schema is one that Testr's contract has not."""

from __future__ import annotations

import types

import pytest

from understudy.errors import ValidationFailed
from understudy.pipeline.bodies import RequestBody

EMAIL = {"type": "object", "required": ["email"], "properties": {"email": {"type": "string"}}}
BOTH = {
    "type": "object",
    "required": ["email", "password"],
    "properties": {"email": {"type": "string"}, "password": {"type": "string"}},
}
GIVEN = {"email": "a@b.test", "password": "x"}


def body(schema):
    spec = types.SimpleNamespace(
        request_schema=schema, request_required=True, request_media="application/json"
    )
    return RequestBody(spec, {"components": {}})


@pytest.mark.parametrize("schema", [{"oneOf": [EMAIL, BOTH]}, {"allOf": [BOTH, {"not": EMAIL}]}])
def test_what_only_a_closed_schema_would_allow_is_refused(schema):
    compiled = body({"type": "object", **schema})
    assert not compiled.is_plain(GIVEN)
    with pytest.raises(ValidationFailed):
        compiled.check(GIVEN, has_unknown=False)


def test_a_body_of_documented_fields_is_plain_and_another_is_not():
    assert body(BOTH).is_plain(GIVEN)
    assert not body(BOTH).is_plain({**GIVEN, "colour": "red"})
    assert not body(BOTH).is_plain({"email": "a@b.test"})
    assert not body(BOTH).is_plain([GIVEN])
