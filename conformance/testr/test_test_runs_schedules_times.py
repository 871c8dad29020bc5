"""When the occurrences of a schedule are: shown by schedules that began years ago."""

from __future__ import annotations

from typing import Any

from understudy.verify import MUST, Persona, rule

from . import make
from .schedules import create, last_of, now

BERLIN = {"timezone": "Europe/Berlin", "repeat_type": "DAILY"}


def is_last(p: Persona, count: int, expected: str, **fields: Any) -> None:
    """The last of so many occurrences was then, to the minute."""
    found = last_of(p, count, **fields)
    assert found[:16] == expected, f"occurrence {count} at {expected} UTC, not {found}"


@rule(
    "SCH-22",
    MUST,
    "the first is the first one at or after `scheduled_datetime`",
    clauses=["the first occurrence is the first at or after `scheduled_datetime`"],
    values=[([1], "2031-03-10"), ([3], "2031-03-05"), ([1, 7], "2031-03-09")],
)
def test_the_first_occurrence(active: Persona, value: tuple[list[int], str]) -> None:
    """The first occurrence is the first one of the rhythm that is not before the start."""
    days, expected = value
    start = "2031-03-05T08:00:00.000Z"  # a Wednesday
    fields = {"repeat_type": "WEEKLY", "repeat_days_of_week": days}
    answer = create(active, make.plan(active), scheduled_datetime=start, **fields)
    answer.expect(201)
    answer.has(next_occurrence_at=f"{expected}T08:00:00.000Z")


@rule(
    "SCH-23",
    MUST,
    "its wall-clock time in `timezone` is kept across daylight saving",
    clauses=[
        "Occurrences keep the wall-clock time of the start in the zone",
        "its wall-clock time in `timezone` is kept by all occurrences",
    ],
    values=[
        ("2024-03-30T08:00:00Z", "2024-03-31T07:00"),
        ("2024-10-26T07:00:00Z", "2024-10-27T08:00"),
    ],
)
def test_daylight_saving(active: Persona, value: tuple[str, str]) -> None:
    """A schedule at 9 o'clock is at 9 o'clock on the day after the clocks were changed, too."""
    start, expected = value
    is_last(active, 2, expected, scheduled_datetime=start, **BERLIN)


@rule(
    "SCH-24",
    MUST,
    "A wall time that does not exist moves forward by the gap",
    clauses=["A wall time that does not exist moves forward by the gap, of one that comes twice"],
)
def test_a_time_that_does_not_exist(active: Persona) -> None:
    """A schedule at 2:30 is at 3:30 on the day on which the clocks skip from 2 to 3."""
    is_last(active, 2, "2024-03-31T01:30", scheduled_datetime="2024-03-30T01:30:00Z", **BERLIN)


@rule("SCH-25", MUST, "of an ambiguous one the first is meant")
def test_a_time_that_comes_twice(active: Persona) -> None:
    """A schedule at 2:30 is at the first 2:30 of the day on which there are two."""
    is_last(active, 2, "2024-10-27T00:30", scheduled_datetime="2024-10-26T00:30:00Z", **BERLIN)


@rule("SCH-26", MUST, "the start is the instant that was given")
def test_the_start_is_the_instant_that_was_given(active: Persona) -> None:
    """A start at the second of two 2:30 is that one."""
    start = "2024-10-27T01:30:00.000Z"
    answer = create(active, make.plan(active), scheduled_datetime=start, **BERLIN)
    answer.expect(201)
    answer.has(scheduled_datetime=start, next_occurrence_at=start)


@rule(
    "SCH-27",
    MUST,
    "NONE: once, whatever the other repeat fields say",
    clauses=["NONE ignores the other repeat fields"],
)
def test_once(active: Persona) -> None:
    """A schedule that does not repeat occurs once, whatever its other repeat fields say."""
    plan = make.plan(active)
    start = "2024-01-03T08:00:00.000Z"
    made = make.schedule(
        active, plan, scheduled_datetime=start, repeat_type="NONE", repeat_interval=2,
        repeat_days_of_week=[1], repeat_day_of_month=9, max_occurrences=5,
        repeat_end_date="2023-01-01T00:00:00Z",
    )  # fmt: skip
    make.run(active, plan)
    found = now(active, made)
    expected = {"last_occurrence_at": start, "next_occurrence_at": None, "occurrences_count": 1}
    assert {name: found[name] for name in expected} == expected, f"{expected}, not {found}"


@rule("SCH-28", MUST, "DAILY: every `repeat_interval` days")
def test_every_third_day(active: Persona) -> None:
    """A daily schedule with an interval of 3 occurs on every third day."""
    fields = {"repeat_type": "DAILY", "repeat_interval": 3}
    is_last(active, 4, "2024-02-08T08:00", scheduled_datetime="2024-01-30T08:00:00Z", **fields)


@rule("SCH-29", MUST, "WEEKLY: on `repeat_days_of_week`", clauses=["1 = Monday to 7 = Sunday"])
def test_days_of_the_week(active: Persona) -> None:
    """A weekly schedule occurs on its days, of which 1 is Monday, in whatever order they stand."""
    fields = {"repeat_type": "WEEKLY", "repeat_days_of_week": [7, 1, 3]}
    for count, day in ((2, "03"), (3, "07"), (4, "08")):
        expected = f"2024-01-{day}T08:00"
        is_last(active, count, expected, scheduled_datetime="2024-01-01T08:00:00Z", **fields)


@rule(
    "SCH-30",
    MUST,
    "empty: the weekday of the start",
    clauses=["no days given means the start's weekday"],
)
def test_the_weekday_of_the_start(active: Persona) -> None:
    """A weekly schedule without days occurs on the weekday of its start."""
    start = "2024-01-03T08:00:00Z"  # a Wednesday
    is_last(active, 2, "2024-01-10T08:00", scheduled_datetime=start, repeat_type="WEEKLY")


@rule("SCH-31", MUST, "of every `repeat_interval`-th week")
def test_every_second_week(active: Persona) -> None:
    """A weekly schedule with an interval of 2 leaves out every second week."""
    fields = {"repeat_type": "WEEKLY", "repeat_interval": 2, "repeat_days_of_week": [3, 7]}
    is_last(active, 3, "2024-01-17T08:00", scheduled_datetime="2024-01-03T08:00:00Z", **fields)


@rule("SCH-32", MUST, "weeks beginning on Monday", clauses=["weeks begin on Monday"])
def test_weeks_begin_on_monday(active: Persona) -> None:
    """The Sunday after the start is of the same week, also where every second week is left out."""
    fields = {"repeat_type": "WEEKLY", "repeat_interval": 2, "repeat_days_of_week": [3, 7]}
    is_last(active, 2, "2024-01-07T08:00", scheduled_datetime="2024-01-03T08:00:00Z", **fields)


@rule("SCH-33", MUST, "Occurrences keep the wall-clock time of the start in the zone")
def test_weekdays_are_those_of_the_zone(active: Persona) -> None:
    """A day of the week is that of the schedule's zone, where UTC has the day before."""
    start = "2024-01-01T23:30:00.000Z"  # Tuesday morning in Tokyo
    fields = {"timezone": "Asia/Tokyo", "repeat_type": "WEEKLY", "repeat_days_of_week": [2]}
    answer = create(active, make.plan(active), scheduled_datetime=start, **fields)
    answer.expect(201)
    answer.has(next_occurrence_at=start)


@rule("SCH-34", MUST, "MONTHLY: on `repeat_day_of_month`")
def test_a_day_of_the_month(active: Persona) -> None:
    """A monthly schedule occurs on its day of the month."""
    fields = {"repeat_type": "MONTHLY", "repeat_day_of_month": 20}
    is_last(active, 2, "2024-02-20T08:00", scheduled_datetime="2024-01-05T08:00:00Z", **fields)


@rule("SCH-35", MUST, "null: the start's day", clauses=["MONTHLY: no day given means the start's"])
def test_the_day_of_the_start(active: Persona) -> None:
    """A monthly schedule without a day occurs on the day of its start."""
    start = "2024-01-15T08:00:00Z"
    is_last(active, 2, "2024-02-15T08:00", scheduled_datetime=start, repeat_type="MONTHLY")


@rule(
    "SCH-36",
    MUST,
    "in a shorter month its last day",
    clauses=["a shorter month has its last day"],
    values=[(2, "2024-02-29"), (3, "2024-03-31"), (4, "2024-04-30")],
)
def test_shorter_months(active: Persona, value: tuple[int, str]) -> None:
    """On the 31st means on the last day in a month that has fewer."""
    count, day = value
    fields = {"repeat_type": "MONTHLY", "repeat_day_of_month": 31}
    is_last(active, count, f"{day}T08:00", scheduled_datetime="2024-01-31T08:00:00Z", **fields)


@rule("SCH-37", MUST, "of every `repeat_interval`-th month")
def test_every_second_month(active: Persona) -> None:
    """A monthly schedule with an interval of 2 leaves out every second month."""
    fields = {"repeat_type": "MONTHLY", "repeat_day_of_month": 10, "repeat_interval": 2}
    is_last(active, 3, "2024-05-10T08:00", scheduled_datetime="2024-01-10T08:00:00Z", **fields)


def done_until(p: Persona, end: str) -> int:
    """How many occurrences a daily schedule from 1 January has up to its end."""
    plan = make.plan(p)
    fields = {"repeat_type": "DAILY", "repeat_end_date": end}
    made = make.schedule(p, plan, scheduled_datetime="2024-01-01T08:00:00.000Z", **fields)
    make.run(p, plan)
    return int(now(p, made)["occurrences_count"])


@rule(
    "SCH-38",
    MUST,
    "The last is at or before `repeat_end_date`",
    clauses=["`repeat_end_date` is an instant and included"],
)
def test_the_end_is_included(active: Persona) -> None:
    """An occurrence at the very end of a schedule still takes place, and is the last one."""
    found = done_until(active, "2024-01-03T08:00:00.000Z")
    assert found == 3, f"3 occurrences, not {found}"


@rule("SCH-39", MUST, "No occurrence is later")
def test_no_occurrence_after_the_end(active: Persona) -> None:
    """An occurrence a moment after the end of a schedule, on the same day, does not take place."""
    found = done_until(active, "2024-01-03T07:59:59.999Z")
    assert found == 2, f"2 occurrences, not {found}"


@rule(
    "SCH-40",
    MUST,
    "there are at most `max_occurrences`, missed ones counted",
    clauses=["`max_occurrences` counts missed occurrences too", "missed ones included"],
    values=(1, 4),
)
def test_missed_occurrences_count(active: Persona, value: int) -> None:
    """A schedule ends with its last occurrence, also if all of them were missed."""
    plan = make.plan(active)
    start = "2024-01-01T08:00:00Z"
    fields = {"repeat_type": "DAILY", "max_occurrences": value}
    made = make.schedule(active, plan, scheduled_datetime=start, **fields)
    make.run(active, plan)
    found = now(active, made)
    expected = {"occurrences_count": value, "next_occurrence_at": None}
    assert {name: found[name] for name in expected} == expected, f"{expected}, not {found}"
