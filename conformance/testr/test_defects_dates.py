"""The list of defects by the time of their creation."""

from __future__ import annotations

from understudy.verify import MUST, Persona, rule

from . import defects, moments


@rule(
    "DFIL-16",
    MUST,
    "the dates are inclusive and compare `created_at`",
    clauses=(
        "Only defects created at this time or later",
        "Only defects created at this time or earlier",
        "`date_from`, `date_to` are inclusive and compare `created_at`",
        "both ends are included",
    ),
    values=("date_from", "date_to"),
)
def test_the_dates_are_inclusive(active: Persona, value: str) -> None:
    """The very time of a defect's creation selects it, a moment past it does not."""
    tag, [defect] = defects.several(active, {})
    at = defect["created_at"]
    past = moments.shifted(at, 1 if value == "date_from" else -1)
    for time, expected in ((at, 1), (past, 0)):
        count = defects.total(active, tags=tag, **{value: time})
        assert count == expected, (
            f"{value}={time} must select {expected} of one defect created at {at}"
        )


@rule("DFIL-17", MUST, "compare `created_at`")
def test_the_dates_are_of_the_creation(active: Persona) -> None:
    """A later update of a defect does not change which dates select it."""
    tag, [defect] = defects.several(active, {})
    defects.touch(active, defect, defect["created_at"])
    count = defects.total(active, tags=tag, date_from=moments.shifted(defect["created_at"], 1))
    assert count == 0, f"the defect is of {defect['created_at']}, whenever it was updated"


@rule(
    "DFIL-18",
    MUST,
    "a date stands for its first instant",
    clauses=(
        "a date stands for its last instant",
        "a plain date stands for the whole day in UTC",
        "a date stands for its whole day in UTC",
        "or a date, which stands for the whole day in UTC",
        "Date filters take a time or a date",
    ),
)
def test_a_date_is_a_whole_day(active: Persona) -> None:
    """The day of its creation selects a defect at either end, the days around it do not."""
    tag, [defect] = defects.several(active, {})
    before, today, after = (moments.day(defect["created_at"], days) for days in (-1, 0, 1))
    for query, expected in (
        ({"date_from": today, "date_to": today}, 1),
        ({"date_from": after}, 0),
        ({"date_to": before}, 0),
    ):
        count = defects.total(active, tags=tag, **query)
        assert count == expected, f"{query} must select {expected} of one defect of {today}"


@rule("DFIL-19", MUST, "other offsets are accepted and converted")
def test_dates_in_other_offsets(active: Persona) -> None:
    """A time with another offset means the instant that it names."""
    tag, [defect] = defects.several(active, {})
    for hours in (5, -5):
        at = moments.in_offset(defect["created_at"], hours)
        count = defects.total(active, tags=tag, date_from=at, date_to=at)
        assert count == 1, f"{at} is {defect['created_at']}, when the defect was created"


@rule("DFIL-20", MUST, "A time without an offset is refused", values=("date_from", "date_to"))
def test_a_time_needs_an_offset(active: Persona, value: str) -> None:
    """A time without an offset is refused."""
    active.call("defects.list_defects", query={value: "2026-01-26T09:00:00"}).invalid()
