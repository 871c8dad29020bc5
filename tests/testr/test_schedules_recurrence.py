"""When schedules fall due: known cases, and any schedule against a walk over the calendar."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from understudy import times, zones
from understudy.handlers.testr.rules.recurrence import NEVER, Recurrence

HORIZON = 500
"""Days that the walk goes."""


def schedule(start: str, repeat_type: str = "DAILY", **fields: Any) -> dict[str, Any]:
    return {
        "scheduled_datetime": start,
        "timezone": "UTC",
        "repeat_type": repeat_type,
        "repeat_interval": 1,
        "repeat_days_of_week": [],
        "repeat_day_of_month": None,
        "repeat_end_date": None,
        "max_occurrences": None,
        **fields,
    }


CASES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "once": (
        schedule("2026-01-26T09:00:00Z", "NONE"),
        ["2026-01-26T09:00"],
    ),
    "once, whatever the other fields say": (
        schedule(
            "2026-01-26T09:00:00Z",
            "NONE",
            repeat_days_of_week=[3],
            repeat_day_of_month=1,
            repeat_end_date="2020-01-01T00:00:00Z",
            max_occurrences=5,
        ),
        ["2026-01-26T09:00"],
    ),
    "every day": (
        schedule("2026-01-30T09:00:00Z"),
        ["2026-01-30T09:00", "2026-01-31T09:00", "2026-02-01T09:00", "2026-02-02T09:00"],
    ),
    "every third day, three times": (
        schedule("2026-01-30T09:00:00Z", repeat_interval=3, max_occurrences=3),
        ["2026-01-30T09:00", "2026-02-02T09:00", "2026-02-05T09:00"],
    ),
    "the end is included": (
        schedule("2026-01-30T09:00:00Z", repeat_end_date="2026-01-31T09:00:00Z"),
        ["2026-01-30T09:00", "2026-01-31T09:00"],
    ),
    "an end before the start": (
        schedule("2026-01-30T09:00:00Z", repeat_end_date="2026-01-30T08:59:59.999Z"),
        [],
    ),
    "weekly without days: the start's weekday": (
        schedule("2026-01-28T09:00:00Z", "WEEKLY", max_occurrences=3),
        ["2026-01-28T09:00", "2026-02-04T09:00", "2026-02-11T09:00"],
    ),
    "weekdays, 1 is Monday, from a Thursday on": (
        schedule("2026-01-29T09:00:00Z", "WEEKLY", repeat_days_of_week=[5, 1, 1]),
        ["2026-01-30T09:00", "2026-02-02T09:00", "2026-02-06T09:00", "2026-02-09T09:00"],
    ),
    "every second week, which begins on Monday": (
        schedule("2026-01-28T09:00:00Z", "WEEKLY", repeat_days_of_week=[1, 7], repeat_interval=2),
        ["2026-02-01T09:00", "2026-02-09T09:00", "2026-02-15T09:00", "2026-02-23T09:00"],
    ),
    "the weekday is the zone's": (
        schedule("2026-01-26T23:30:00Z", "WEEKLY", timezone="Asia/Tokyo", max_occurrences=2),
        ["2026-01-26T23:30", "2026-02-02T23:30"],
    ),
    "Tuesdays where UTC still has Monday": (
        schedule("2026-01-26T23:30:00Z", "WEEKLY", timezone="Asia/Tokyo", repeat_days_of_week=[2]),
        ["2026-01-26T23:30", "2026-02-02T23:30", "2026-02-09T23:30", "2026-02-16T23:30"],
    ),
    "monthly without a day: the start's, or the last of a shorter month": (
        schedule("2026-01-31T09:00:00Z", "MONTHLY"),
        ["2026-01-31T09:00", "2026-02-28T09:00", "2026-03-31T09:00", "2026-04-30T09:00"],
    ),
    "monthly on a day that has passed": (
        schedule("2026-01-20T09:00:00Z", "MONTHLY", repeat_day_of_month=15, repeat_interval=2),
        ["2026-03-15T09:00", "2026-05-15T09:00", "2026-07-15T09:00", "2026-09-15T09:00"],
    ),
    "monthly on a later day, over a leap year": (
        schedule("2027-12-05T09:00:00Z", "MONTHLY", repeat_day_of_month=30, repeat_interval=2),
        ["2027-12-30T09:00", "2028-02-29T09:00", "2028-04-30T09:00", "2028-06-30T09:00"],
    ),
    "the wall clock stays when summer time begins": (
        schedule("2026-03-28T08:00:00Z", timezone="Europe/Berlin", max_occurrences=2),
        ["2026-03-28T08:00", "2026-03-29T07:00"],
    ),
    "and when it ends": (
        schedule("2026-10-24T07:00:00Z", timezone="Europe/Berlin", max_occurrences=2),
        ["2026-10-24T07:00", "2026-10-25T08:00"],
    ),
    "02:30 that the change skips is 03:30": (
        schedule("2026-03-28T01:30:00Z", timezone="Europe/Berlin", max_occurrences=3),
        ["2026-03-28T01:30", "2026-03-29T01:30", "2026-03-30T00:30"],
    ),
    "of two 02:30 the first": (
        schedule("2026-10-24T00:30:00Z", timezone="Europe/Berlin", max_occurrences=3),
        ["2026-10-24T00:30", "2026-10-25T00:30", "2026-10-26T01:30"],
    ),
    "but the start is the instant that was given": (
        schedule("2026-10-25T01:30:00Z", timezone="Europe/Berlin", max_occurrences=2),
        ["2026-10-25T01:30", "2026-10-26T01:30"],
    ),
    "and a start in the second of two hours has no say in later changes": (
        schedule(
            "2026-10-25T01:30:00Z", timezone="Europe/Berlin", repeat_interval=154, max_occurrences=2
        ),
        ["2026-10-25T01:30", "2027-03-28T01:30"],
    ),
    "a whole day that a country skipped": (
        schedule("2011-12-29T20:00:00Z", timezone="Pacific/Apia", max_occurrences=3),
        ["2011-12-29T20:00", "2011-12-30T20:00", "2011-12-30T20:00"],
    ),
    "to the end of time": (
        schedule("9999-12-30T09:00:00Z"),
        ["9999-12-30T09:00", "9999-12-31T09:00"],
    ),
    "months to the end of time": (
        schedule("9999-11-30T09:00:00Z", "MONTHLY"),
        ["9999-11-30T09:00", "9999-12-30T09:00"],
    ),
    "a last day that UTC no longer has": (
        schedule("9999-12-30T23:00:00Z", timezone="America/New_York"),
        ["9999-12-30T23:00", "9999-12-31T23:00"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_known_cases(name: str) -> None:
    fields, expected = CASES[name]
    recurrence = Recurrence(fields)
    instants = [recurrence.at(number) for number in range(4)]
    assert [times.to_text(one)[:16] for one in instants if one != NEVER] == expected
    assert instants[len(expected) :] == [NEVER] * (4 - len(expected))


def test_far_occurrences_are_found_without_a_walk() -> None:
    asked = []

    class Watched(Recurrence):
        def at(self, number: int) -> int:
            asked.append(number)
            return super().at(number)

    recurrence = Watched(schedule("0001-01-01T09:00:00Z"))
    days = (date(9999, 6, 1) - date(1, 1, 1)).days
    assert recurrence.due(times.parse("9999-06-01T09:00:00Z")) == days + 1
    assert recurrence.due(times.parse("9999-06-01T08:59:59.999Z")) == days
    assert len(asked) < 60


def test_a_start_whose_day_does_not_exist_in_the_zone() -> None:
    with pytest.raises(OverflowError):
        Recurrence(schedule("0001-01-01T00:00:00Z", timezone="America/New_York"))


def wall_clock(instant: int, zone: Any) -> datetime:
    return datetime.fromtimestamp(instant / 1000, UTC).astimezone(zone).replace(tzinfo=None)


def instant_of(wall: datetime, zone: Any) -> int:
    """The first instant at which clocks show this; in a gap, so long after it as this is in it."""
    as_utc = round(wall.replace(tzinfo=UTC).timestamp() * 1000)
    day = 24 * 60 * 60 * 1000
    offsets = {
        round((wall_clock(as_utc + shift, zone) - wall_clock_utc(as_utc + shift)).total_seconds())
        for shift in (-day, day)
    }
    shown = [as_utc - 1000 * offset for offset in offsets]
    matches = [instant for instant in shown if wall_clock(instant, zone) == wall]
    # Clocks go forward at a gap: the offset before it is the smaller, and gives the later instant.
    return min(matches) if matches else max(shown)


def wall_clock_utc(instant: int) -> datetime:
    return datetime.fromtimestamp(instant / 1000, UTC).replace(tzinfo=None)


def walk(fields: dict[str, Any]) -> list[int]:
    """The occurrences in the days up to the horizon, each day asked whether it is one."""
    zone = zones.zone(fields["timezone"])
    begin = times.parse(fields["scheduled_datetime"])
    wall = wall_clock(begin, zone)
    monday = wall.date() - timedelta(days=wall.weekday())
    found = []
    for distance in range(HORIZON):
        day = wall.date() + timedelta(days=distance)
        if occurs(fields, wall.date(), monday, day):
            instant = instant_of(datetime.combine(day, wall.time()), zone) if distance else begin
            found.append(instant)
    if fields["repeat_end_date"]:
        found = [one for one in found if one <= times.parse(fields["repeat_end_date"])]
    return found[: fields["max_occurrences"]]


def occurs(fields: dict[str, Any], begin: date, monday: date, day: date) -> bool:
    interval = fields["repeat_interval"]
    if fields["repeat_type"] == "DAILY":
        return (day - begin).days % interval == 0
    if fields["repeat_type"] == "WEEKLY":
        wanted = fields["repeat_days_of_week"] or [begin.isoweekday()]
        return (day - monday).days // 7 % interval == 0 and day.isoweekday() in wanted
    if fields["repeat_type"] == "MONTHLY":
        months = (day.year - begin.year) * 12 + day.month - begin.month
        last = monthrange(day.year, day.month)[1]
        wanted_day = min(fields["repeat_day_of_month"] or begin.day, last)
        return months % interval == 0 and day.day == wanted_day
    return day == begin


ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]
INSTANTS = st.integers(
    times.parse("2000-01-01T00:00:00Z"), times.parse("2040-01-01T00:00:00Z")
).map(times.to_text)


@settings(max_examples=60, deadline=None)
@given(
    fields=st.builds(
        schedule,
        INSTANTS,
        st.sampled_from(["DAILY", "WEEKLY", "MONTHLY"]),
        timezone=st.sampled_from(ZONES),
        repeat_interval=st.integers(1, 5),
        repeat_days_of_week=st.lists(st.integers(1, 7), max_size=7),
        repeat_day_of_month=st.none() | st.integers(1, 31),
        max_occurrences=st.none() | st.integers(1, 40),
    ),
    days_to_end=st.none() | st.integers(-1, HORIZON),
    probe=st.integers(-3, HORIZON),
)
@example(schedule("2026-03-20T01:30:00Z", timezone="Europe/Berlin"), None, 9)
@example(schedule("2026-10-20T00:30:00Z", timezone="Europe/Berlin"), None, 5)
@example(schedule("2026-09-20T15:45:00Z", timezone="Australia/Lord_Howe"), None, 14)
def test_any_schedule_matches_the_walk(
    fields: dict[str, Any], days_to_end: int | None, probe: int
) -> None:
    begin = times.parse(fields["scheduled_datetime"])
    day = 24 * 60 * 60 * 1000
    if days_to_end is not None:
        fields = {**fields, "repeat_end_date": times.to_text(begin + days_to_end * day)}
    expected = walk(fields)
    recurrence = Recurrence(fields)
    found = [recurrence.at(number) for number in range(len(expected))]
    assert found == expected
    assert found == sorted(set(found))
    assert not found or found[0] >= begin
    following = recurrence.at(len(expected))
    assert following == NEVER or following >= begin + (HORIZON - 1) * day
    # Near the horizon the walk knows less than the recurrence.
    assume(probe < HORIZON - 2)
    instant = begin + probe * day
    assert recurrence.due(instant) == sum(one <= instant for one in expected)
    assert recurrence.due(NEVER - 1) >= len(expected)
