"""When a schedule falls due: its occurrences, numbered from 0, each found by arithmetic.

Instants are milliseconds since 1970. All occurrences keep the wall-clock time that the start has in
the schedule's zone. A wall time that daylight saving skips moves forward by the gap, of one that
comes twice the first is meant; the start itself is the instant that was given.
"""

from __future__ import annotations

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Mapping
from datetime import MAXYEAR, date, datetime, timedelta
from typing import Any

from understudy import times, zones

NEVER = 1 << 62
"""An instant after all others."""
MOST = date.max.toordinal()
"""No rhythm has more occurrences than there are days."""
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  # wall-clock arithmetic
_LATEST = times.parse("9999-12-31T23:59:59.999Z")


class Recurrence:
    """The occurrences of a schedule, in order; `schedule` has the contract's fields."""

    def __init__(self, schedule: Mapping[str, Any]) -> None:
        self._zone = zones.zone(schedule["timezone"])
        self._start = times.parse(schedule["scheduled_datetime"])
        self._wall = self._wall_clock(self._start)
        self._rhythm = schedule["repeat_type"]
        self._interval: int = schedule["repeat_interval"]
        weekdays = schedule["repeat_days_of_week"] or [self._wall.isoweekday()]
        self._weekdays: list[int] = sorted({day - 1 for day in weekdays})
        self._month_day: int = schedule["repeat_day_of_month"] or self._wall.day
        if self._rhythm == "NONE":
            self._count, self._end = 1, _LATEST
        else:
            end = schedule["repeat_end_date"]
            self._count = min(schedule["max_occurrences"] or MOST, MOST)
            self._end = times.parse(end) if end else _LATEST

    def at(self, number: int) -> int:
        """The instant of an occurrence; NEVER if there are not so many."""
        ordinal = self._ordinal(number) if number < self._count else MOST + 1
        if ordinal > MOST:
            return NEVER
        instant = self._instant(date.fromordinal(ordinal))
        return instant if instant <= self._end else NEVER

    def due(self, instant: int) -> int:
        """How many occurrences there are at or before an instant."""
        return bisect_right(range(self._count), instant, key=self.at)

    def _ordinal(self, number: int) -> int:
        """The day of an occurrence, as `date.toordinal` counts; beyond MOST after the year 9999."""
        if self._rhythm == "WEEKLY":
            return self._weekly(number)
        if self._rhythm == "MONTHLY":
            return self._monthly(number)
        return self._wall.toordinal() + number * self._interval

    def _weekly(self, number: int) -> int:
        first, today = self._wall.toordinal(), self._wall.weekday()
        passed = sum(day < today for day in self._weekdays)
        week, place = divmod(number + passed, len(self._weekdays))
        return first - today + 7 * week * self._interval + self._weekdays[place]

    def _monthly(self, number: int) -> int:
        month = self._wall.year * 12 + self._wall.month - 1
        if self._day_in(month) < self._wall.toordinal():
            number += 1
        return self._day_in(month + number * self._interval)

    def _day_in(self, month: int) -> int:
        """The day of the month, or the last of a shorter one; `month` counts from the year 0."""
        year, index = divmod(month, 12)
        if year > MAXYEAR:
            return MOST + 1
        day = min(self._month_day, monthrange(year, index + 1)[1])
        return date(year, index + 1, day).toordinal()

    def _instant(self, day: date) -> int:
        if day == self._wall.date():
            return self._start
        wall = datetime.combine(day, self._wall.time())
        offset = wall.replace(tzinfo=self._zone).utcoffset()
        return (wall - _EPOCH - (offset or timedelta())) // times.MILLISECOND

    def _wall_clock(self, instant: int) -> datetime:
        moment = times.EPOCH + timedelta(milliseconds=instant)
        return moment.astimezone(self._zone).replace(tzinfo=None, fold=0)
