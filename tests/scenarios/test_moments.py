"""Times relative to now, and absolute ones."""

from __future__ import annotations

import pytest

from understudy.scenarios.moments import FURTHEST, offset, read, shown

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


@pytest.mark.parametrize(
    ("text", "millis"),
    [
        ("now", 0),
        ("-2d", -2 * DAY),
        ("+1h", HOUR),
        ("-90m", -90 * MINUTE),
        ("+30s", 30_000),
        ("+2w", 14 * DAY),
        ("-1d12h", -DAY - 12 * HOUR),
        ("+1w2d3h4m5s", 9 * DAY + 3 * HOUR + 4 * MINUTE + 5_000),
        ("+1d250ms", DAY + 250),
        ("-0d", 0),
    ],
)
def test_relative(text, millis):
    assert offset(text) == read(text) == millis


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("2026-01-25T09:00:00Z", "2026-01-25T09:00:00.000Z"),
        ("2026-01-25T10:30:00.5+01:30", "2026-01-25T09:00:00.500Z"),
    ],
)
def test_absolute(text, normalised):
    assert offset(text) is None
    assert read(text) == normalised


@pytest.mark.parametrize(
    "text",
    [
        *("", "+", "-", "2d", "-d", "-2", "- 2d", "-2 d", "-2D", "-2y", "-1h2d", "-2d2d", "--2d"),
        *("Now", "today", "yesterday", "-1.5d", "2026-01-25", "2026-01-25T09:00:00", "09:00"),
        *("2026-02-30T09:00:00Z", "-36526d", "+999999w", "-9999999d", "0001-01-01T00:00:00+02:00"),
    ],
)
def test_neither(text):
    with pytest.raises(ValueError, match=r"."):
        read(text)


def test_a_date_where_dates_are_good():
    assert read("2026-01-25", date=True) == "2026-01-25"
    assert read("-1d", date=True) == -DAY
    with pytest.raises(ValueError, match="month"):
        read("2026-13-25", date=True)


@pytest.mark.parametrize("millis", [0, 1, -1, 1500, -DAY, 9 * DAY + 3 * HOUR + 5_007, FURTHEST])
def test_an_offset_is_shown_as_it_is_read(millis):
    assert offset(shown(millis)) == millis


def test_what_is_further_away_than_is_read_has_no_such_form():
    assert shown(FURTHEST + 1) is None
    assert shown(-FURTHEST - 1) is None
