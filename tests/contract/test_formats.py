"""What the formats take, and that the other judges agree."""

from __future__ import annotations

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openapi_schema_validator import OAS30Validator, oas30_format_checker

from understudy import times
from understudy.contract.formats import is_date, is_date_time
from understudy.contract.schemas import Validator

VALID = {
    "date-time": [
        "2026-01-25T09:00:00Z",
        "2026-01-25t09:00:00z",
        "2026-01-25T09:00:00.123Z",
        "2026-01-25T09:00:00.123456789Z",
        "2026-01-25T09:00:00+05:30",
        "2026-01-25T09:00:00-00:00",
        "2024-02-29T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999Z",
        "2016-12-31T23:59:60Z",
        "2016-12-31T23:59:60.5Z",
        "2017-01-01T05:29:60+05:30",
    ],
    "date": ["2026-01-25", "2024-02-29", "0001-01-01", "9999-12-31"],
    "uuid": ["0b6e6f0a-3a49-4c9e-8d2a-5f3b1c7d9e01", "0B6E6F0A-3A49-4C9E-8D2A-5F3B1C7D9E01"],
    "email": ["a@b.c", "first.last+tag@sub.example.com", "a@b"],
    "uri": ["https://example.com/a?b=c#d", "urn:isbn:1"],
}
INVALID = {
    "date-time": [
        "2026-01-25",
        "2026-01-25 09:00:00Z",
        "2026-01-25T09:00:00",
        "2026-01-25T09:00Z",
        "2026-01-25T24:00:00Z",
        "2026-01-25T09:60:00Z",
        "2026-01-25T09:00:61Z",
        "2026-01-25T09:00:60Z",
        "2026-02-29T09:00:00Z",
        "2026-13-01T09:00:00Z",
        "2026-01-25T09:00:00+24:00",
        "2026-01-25T09:00:00+05:60",
        "2026-01-25T09:00:00+0530",
        "2026-01-25T09:00:00,5Z",
        "2026-01-25T09:00:00.Z",
        "2026-W04-7T09:00:00Z",
        "20260125T090000Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+05:00",
        "9999-12-31T23:59:59-05:00",
        "2026-01-25T09:00:00Z\n",
        " 2026-01-25T09:00:00Z",
        "٢٠٢٦-01-25T09:00:00Z",
        "",
    ],
    "date": ["2026-1-5", "2026-02-29", "20260125", "2026-W04-7", "0000-01-01", "2026-01-25\n", ""],
    "uuid": [
        "0b6e6f0a3a494c9e8d2a5f3b1c7d9e01",
        "{0b6e6f0a-3a49-4c9e-8d2a-5f3b1c7d9e01}",
        "urn:uuid:0b6e6f0a-3a49-4c9e-8d2a-5f3b1c7d9e01",
        "0b6e6f0a-3a49-4c9e-8d2a-5f3b1c7d9e0g",
        "0b6e6f0a-3a49-4c9e-8d2a-5f3b1c7d9e01\n",
        "",
    ],
    "email": ["a", "a@", "@b", "a b@c.d", "a@b@c", ""],
    "uri": ["example", "/path", "http://a b", ""],
}


def cases(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(name, text) for name, texts in table.items() for text in texts]


@pytest.mark.parametrize(("name", "text"), cases(VALID))
def test_taken(name: str, text: str) -> None:
    validator = Validator({"type": "string", "format": name}, {})
    assert validator.is_valid(text)
    assert validator.problems(text) == {}


@pytest.mark.parametrize(("name", "text"), cases(INVALID))
def test_refused(name: str, text: str) -> None:
    validator = Validator({"type": "string", "format": name}, {})
    assert not validator.is_valid(text)
    [message] = validator.problems(text)["body"]
    assert message.startswith("must be a")


# openapi-core knows no leap seconds; the server answers them as the second before.
@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name, text in cases(VALID) if ":60" not in text]
)
def test_openapi_core_takes_what_is_taken(name: str, text: str) -> None:
    schema = {"type": "string", "format": name}
    assert OAS30Validator(schema, format_checker=oas30_format_checker).is_valid(text)


def native(name: str) -> jsonschema_rs.Draft202012Validator:
    """What Schemathesis judges by, but for uuid, where it is wider."""
    schema = {"type": "string", "format": name}
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


@pytest.mark.parametrize(("name", "text"), cases(VALID))
def test_schemathesis_takes_what_is_taken(name: str, text: str) -> None:
    assert native(name).is_valid(text)


@given(st.datetimes(timezones=st.timezones() | st.just(None)))
def test_written_times(moment: object) -> None:
    text = moment.isoformat()  # type: ignore[attr-defined]
    accepted = is_date_time(text)
    if accepted:
        assert native("date-time").is_valid(text)
        times.normalise(text)
    elif native("date-time").is_valid(text):
        with pytest.raises(ValueError, match="outside the years"):
            times.normalise(text)


@given(st.from_regex(r"\A[0-9]{4}-[01][0-9]-[0-3][0-9]\Z"))
def test_written_days(text: str) -> None:
    assert is_date(text) == (native("date").is_valid(text) and text >= "0001")


@given(st.text(alphabet="0123456789-:.TtZz+ ", max_size=30))
def test_no_text_makes_the_check_fail(text: str) -> None:
    if is_date_time(text):
        assert native("date-time").is_valid(text)
