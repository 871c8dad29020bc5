"""What callers may write, and what goes to the server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from understudy.client.arguments import duration, filtered, matched, millis, moment
from understudy.client.fault_rules import argument, change, rule


class TestLengthsOfTime:
    @pytest.mark.parametrize(
        ("span", "expected"),
        [
            ("1h30m", 5_400_000),
            ("300ms", 300),
            (timedelta(minutes=50), 3_000_000),
            (5.0, 5000),
            (0.25, 250),
            (2, 2000),
            (0, 0),
        ],
    )
    def test_texts_timedeltas_and_seconds(self, span, expected):
        assert millis(span) == expected

    def test_they_are_written_as_the_contract_writes_them(self):
        assert duration(timedelta(days=8, hours=3, milliseconds=5)) == "1w1d3h5ms"
        assert duration(0.0) == "0s"

    @pytest.mark.parametrize("span", ["soon", "", "1m1h", -1, timedelta(seconds=-1)])
    def test_others_are_no_lengths_of_time(self, span):
        with pytest.raises(ValueError, match="length of time"):
            millis(span)


class TestTimes:
    def test_a_datetime_is_sent_in_utc(self):
        assert moment(datetime(2026, 1, 26, 9, tzinfo=UTC)) == "2026-01-26T09:00:00.000Z"
        east = timezone(timedelta(hours=2))
        assert moment(datetime(2026, 1, 26, 9, tzinfo=east)) == "2026-01-26T07:00:00.000Z"

    def test_a_text_is_sent_as_it_is(self):
        assert moment("real") == "real"

    def test_a_datetime_without_an_offset_is_refused(self):
        with pytest.raises(ValueError, match="has no offset"):
            moment(datetime(2026, 1, 26, 9))  # noqa: DTZ001


class TestFilters:
    def test_what_is_none_is_left_out(self):
        assert filtered({"operation": "defects.*", "user": None}) == {"operation": "defects.*"}
        assert matched({"body": {"title": None}, "query": None}) == {"body": {"title": None}}

    def test_an_unknown_field_is_named_and_so_are_those_that_there_are(self):
        with pytest.raises(TypeError, match=r"no 'oparation'; there are .*operation"):
            matched({"oparation": "defects.*"})

    def test_a_filter_does_not_look_into_bodies(self):
        with pytest.raises(TypeError, match="no 'body'"):
            filtered({"body": {}})


class TestFaultRules:
    @pytest.mark.parametrize(
        ("fields", "does"),
        [
            ({"delay": "300ms"}, {"delay": {"distribution": "fixed", "ms": 300}}),
            ({"delay": 0.3}, {"delay": {"distribution": "fixed", "ms": 300}}),
            (
                {"delay": ("200ms", 2)},
                {"delay": {"distribution": "uniform", "min_ms": 200, "max_ms": 2000}},
            ),
            (
                {"delay": {"distribution": "lognormal", "median_ms": 800, "sigma": 0.5}},
                {"delay": {"distribution": "lognormal", "median_ms": 800, "sigma": 0.5}},
            ),
            ({"error": 402}, {"error": {"status": 402}}),
            (
                {"error": (402, "subscription_expired")},
                {"error": {"status": 402, "code": "subscription_expired"}},
            ),
            ({"error": {"status": 402}}, {"error": {"status": 402}}),
            ({"status": 503}, {"status": {"status": 503}}),
            (
                {"status": 503, "body": {"error": "x"}, "headers": {"Retry-After": "5"}},
                {
                    "status": {
                        "status": 503,
                        "body": {"error": "x"},
                        "headers": {"Retry-After": "5"},
                    }
                },
            ),
            ({"status": {"status": 503, "body": "x"}}, {"status": {"status": 503, "body": "x"}}),
            ({"retry_after": 30}, {"rate_limit": {"retry_after": 30}}),
            ({"off_contract": "malformed"}, {"off_contract": {"kind": "malformed"}}),
            (
                {"off_contract": ("missing_field", "id")},
                {"off_contract": {"kind": "missing_field", "field": "id"}},
            ),
            ({"connection": "close"}, {"connection": {"kind": "close"}}),
            (
                {"connection": {"kind": "trickle", "bytes_per_second": 9}, "delay": "1s"},
                {
                    "delay": {"distribution": "fixed", "ms": 1000},
                    "connection": {"kind": "trickle", "bytes_per_second": 9},
                },
            ),
        ],
    )
    def test_the_short_forms_of_what_happens(self, fields, does):
        assert rule(fields) == {"do": does}

    def test_a_whole_rule(self):
        made = rule(
            {
                "id": "lost",
                "note": "Once",
                "operation": "defects.*",
                "method": "POST",
                "path": "/api/v1/*",
                "user": "admin@acme.test",
                "calls": range(2, 4),
                "every": 5,
                "first": 3,
                "after": 1,
                "probability": 0.5,
                "connection": "close",
                "times": 3,
                "lasting": timedelta(minutes=5),
                "is_enabled": False,
            }
        )
        assert made == {
            "id": "lost",
            "note": "Once",
            "match": {
                "operation": "defects.*",
                "method": "POST",
                "path": "/api/v1/*",
                "user": "admin@acme.test",
            },
            "on": {"calls": [2, 3], "every": 5, "first": 3, "after": 1, "probability": 0.5},
            "do": {"connection": {"kind": "close"}},
            "until": {"times": 3, "for": "5m"},
            "is_enabled": False,
        }

    def test_a_change_leaves_the_rest_alone(self):
        assert change({"every": 2}) == {"on": {"every": 2}}
        assert change({"is_enabled": False, "note": "Later"}) == {
            "is_enabled": False,
            "note": "Later",
        }

    def test_what_a_rule_does_cannot_be_changed(self):
        with pytest.raises(TypeError, match="no 'error'"):
            change({"error": 500})

    def test_an_unknown_field_is_refused(self):
        with pytest.raises(TypeError, match=r"no 'dealy'; there are .*delay"):
            rule({"dealy": "3s"})

    @pytest.mark.parametrize(
        ("field", "name"),
        [
            ("match.operation", "operation"),
            ("on.calls.0", "calls.0"),
            ("do", "what happens"),
            ("do.delay.ms", "delay"),
            ("do.delay.min_ms", "delay.min_ms"),
            ("do.error.code", "error.code"),
            ("do.status.status", "status"),
            ("do.off_contract.kind", "off_contract"),
            ("until.times", "times"),
            ("until.for", "lasting"),
            ("note", "note"),
        ],
    )
    def test_a_field_is_known_by_its_argument(self, field, name):
        assert argument(field) == name
