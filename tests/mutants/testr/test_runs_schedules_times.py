"""Servers that are wrong about when the occurrences of a schedule are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant

from understudy import times
from understudy.handlers.testr.rules.recurrence import MOST, NEVER, Recurrence

RECURRENCE = "understudy.handlers.testr.rules.recurrence.Recurrence"
HOUR = 3_600_000
DAY = 24 * HOUR
Body = dict[str, Any]


def begin(server: Patient, edit: Callable[[Any, Body], None]) -> None:
    """Change what is worked out of a schedule, with `edit(recurrence, schedule)`."""

    @server.wrap(RECURRENCE, "__init__")
    def init(original: Any, recurrence: Recurrence, schedule: Body) -> None:
        original(recurrence, schedule)
        edit(recurrence, schedule)


def one_for(rhythm: str) -> Callable[[Any, Body], None]:
    """Take the interval of a rhythm for 1."""

    def edit(recurrence: Any, schedule: Body) -> None:
        if schedule["repeat_type"] == rhythm:
            recurrence._interval = 1

    return edit


def wall(recurrence: Any, day: date) -> datetime:
    """What the clock shows at the schedule's time of a day, in its zone."""
    shown: datetime = datetime.combine(day, recurrence._wall.time(), recurrence._zone)
    return shown


def millis(moment: datetime) -> int:
    """Milliseconds since 1970."""
    return (moment.astimezone(UTC) - times.EPOCH) // times.MILLISECOND


@mutant("SCH-22", kind="behaviour")
def week_begins_with_the_start(server: Patient) -> None:
    """The first occurrence of a weekly schedule is its start, also on another weekday."""

    @server.wrap(RECURRENCE, "at")
    def at(original: Any, recurrence: Any, number: int) -> Any:
        if recurrence._rhythm == "WEEKLY" and number == 0:
            return recurrence._start
        return original(recurrence, number)


@mutant("SCH-23", kind="behaviour")
def offset_of_the_start_is_kept(server: Patient) -> None:
    """A daily schedule keeps its time in UTC, so that it moves when the clocks are changed."""

    @server.wrap(RECURRENCE, "_instant")
    def instant(original: Any, recurrence: Any, day: date) -> Any:
        return recurrence._start + (day - recurrence._wall.date()).days * DAY


@mutant("SCH-24", kind="behaviour")
def missing_time_moves_back(server: Patient) -> None:
    """A wall time that does not exist moves back by the gap."""

    @server.wrap(RECURRENCE, "_instant")
    def instant(original: Any, recurrence: Any, day: date) -> Any:
        meant = wall(recurrence, day)
        shown = meant.astimezone(UTC).astimezone(recurrence._zone)
        is_there = shown.replace(tzinfo=None, fold=0) == meant.replace(tzinfo=None)
        found = original(recurrence, day)
        return found if is_there else found - HOUR


@mutant("SCH-25", kind="behaviour")
def second_of_two_times(server: Patient) -> None:
    """Of a wall time that comes twice the second is meant."""

    @server.wrap(RECURRENCE, "_instant")
    def instant(original: Any, recurrence: Any, day: date) -> Any:
        first = wall(recurrence, day)
        second = first.replace(fold=1)
        is_twice = millis(second) > millis(first)
        if day == recurrence._wall.date() or not is_twice:
            return original(recurrence, day)
        return millis(second)


@mutant("SCH-26", kind="behaviour")
def start_is_a_wall_time(server: Patient) -> None:
    """A start at the second of two equal wall times is taken for the first."""

    @server.wrap(RECURRENCE, "_instant")
    def instant(original: Any, recurrence: Any, day: date) -> Any:
        if day != recurrence._wall.date():
            return original(recurrence, day)
        return min(recurrence._start, millis(wall(recurrence, day)))


@mutant("SCH-27", kind="behaviour")
def once_until_its_end(server: Patient) -> None:
    """A schedule that does not repeat does not occur after its end."""

    def edit(recurrence: Any, schedule: Body) -> None:
        if schedule["repeat_type"] == "NONE" and schedule["repeat_end_date"]:
            recurrence._end = times.parse(schedule["repeat_end_date"])

    begin(server, edit)


@mutant("SCH-28", kind="behaviour")
def every_day(server: Patient) -> None:
    """A daily schedule occurs every day, whatever its interval."""
    begin(server, one_for("DAILY"))


@mutant("SCH-29", kind="behaviour")
def weekdays_in_the_order_given(server: Patient) -> None:
    """The days of a weekly schedule are taken in the order in which they were given."""

    def edit(recurrence: Any, schedule: Body) -> None:
        if schedule["repeat_days_of_week"]:
            recurrence._weekdays = [day - 1 for day in schedule["repeat_days_of_week"]]

    begin(server, edit)


@mutant("SCH-30", kind="behaviour")
def mondays_by_default(server: Patient) -> None:
    """A weekly schedule without days occurs on Mondays."""

    def edit(recurrence: Any, schedule: Body) -> None:
        if not schedule["repeat_days_of_week"]:
            recurrence._weekdays = [0]

    begin(server, edit)


@mutant("SCH-31", kind="behaviour")
def every_week(server: Patient) -> None:
    """A weekly schedule occurs every week, whatever its interval."""
    begin(server, one_for("WEEKLY"))


@mutant("SCH-32", kind="behaviour")
def weeks_begin_on_sunday(server: Patient) -> None:
    """The weeks of a schedule begin on Sunday."""

    @server.wrap(RECURRENCE, "_weekly")
    def weekly(original: Any, recurrence: Any, number: int) -> Any:
        days = sorted((day + 1) % 7 for day in recurrence._weekdays)
        today = recurrence._wall.isoweekday() % 7
        passed = sum(day < today for day in days)
        week, place = divmod(number + passed, len(days))
        sunday = recurrence._wall.toordinal() - today
        return sunday + 7 * week * recurrence._interval + days[place]


@mutant("SCH-33", kind="behaviour")
def weekdays_of_utc(server: Patient) -> None:
    """The days of a weekly schedule are those of UTC."""

    def edit(recurrence: Any, schedule: Body) -> None:
        in_utc = (times.EPOCH + timedelta(milliseconds=recurrence._start)).date()
        ahead = (recurrence._wall.date() - in_utc).days
        recurrence._weekdays = sorted((day + ahead) % 7 for day in recurrence._weekdays)

    begin(server, edit)


@mutant("SCH-34", kind="behaviour")
def day_of_the_start_in_every_month(server: Patient) -> None:
    """A monthly schedule occurs on the day of its start, whatever day it names."""

    def edit(recurrence: Any, schedule: Body) -> None:
        recurrence._month_day = recurrence._wall.day

    begin(server, edit)


@mutant("SCH-35", kind="behaviour")
def first_of_the_month_by_default(server: Patient) -> None:
    """A monthly schedule without a day occurs on the first of the month."""

    def edit(recurrence: Any, schedule: Body) -> None:
        recurrence._month_day = schedule["repeat_day_of_month"] or 1

    begin(server, edit)


@mutant("SCH-36", kind="behaviour")
def shorter_months_run_over(server: Patient) -> None:
    """In a month that is too short a schedule occurs on the first days of the next one."""

    @server.wrap(RECURRENCE, "_day_in")
    def day_in(original: Any, recurrence: Any, month: int) -> Any:
        last = original(recurrence, month)
        missing = recurrence._month_day - date.fromordinal(last).day if last <= MOST else 0
        return last + missing


@mutant("SCH-37", kind="behaviour")
def every_month(server: Patient) -> None:
    """A monthly schedule occurs every month, whatever its interval."""
    begin(server, one_for("MONTHLY"))


@mutant("SCH-38", kind="behaviour")
def end_is_left_out(server: Patient) -> None:
    """An occurrence at the very end of a schedule does not take place."""

    @server.wrap(RECURRENCE, "at")
    def at(original: Any, recurrence: Any, number: int) -> Any:
        found = original(recurrence, number)
        return NEVER if found == recurrence._end else found


@mutant("SCH-39", kind="behaviour")
def end_is_a_whole_day(server: Patient) -> None:
    """An occurrence on the day of a schedule's end takes place, also after that."""

    def edit(recurrence: Any, schedule: Body) -> None:
        if schedule["repeat_end_date"] and schedule["repeat_type"] != "NONE":
            recurrence._end += DAY - 1 - recurrence._end % DAY

    begin(server, edit)


@mutant("SCH-40", kind="behaviour")
def one_occurrence_is_no_limit(server: Patient) -> None:
    """A schedule of at most one occurrence goes on for ever."""

    def edit(recurrence: Any, schedule: Body) -> None:
        if schedule["max_occurrences"] == 1 and schedule["repeat_type"] != "NONE":
            recurrence._count = MOST

    begin(server, edit)
