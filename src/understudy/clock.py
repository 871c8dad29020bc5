"""The one place that asks the machine for the time.

Every sandbox has a clock: real time with an offset, or frozen. Tokens, subscriptions, schedules,
rate limits and timestamps all follow it.
"""

from __future__ import annotations

import time
from email.utils import formatdate

from understudy import times


def time_of_day() -> str:
    """The machine's local time as people read it, `09:00:01`."""
    return time.strftime("%H:%M:%S")


def stopwatch() -> float:
    """Seconds that only ever grow, for measuring how long something took; no date can be read off
    it.
    """
    return time.perf_counter()


class Clock:
    """A sandbox's time.

    `frozen_at`: milliseconds since 1970 at which time stands still; None for real time.
    """

    __slots__ = ("_date", "_date_second", "_frozen_at", "_offset", "_text", "_text_millis")

    def __init__(self, frozen_at: int | None = None, offset: int = 0) -> None:
        self._frozen_at = frozen_at
        self._offset = offset
        self._text_millis = -1
        self._text = ""
        self._date_second = -1
        self._date = b""

    def millis(self) -> int:
        """Now, in milliseconds since 1970."""
        if self._frozen_at is not None:
            return self._frozen_at
        return time.time_ns() // 1_000_000 + self._offset

    def seconds(self) -> int:
        """Now, in whole seconds since 1970, as tokens count."""
        return self.millis() // 1000

    def now(self) -> str:
        """Now, in the contract's written form."""
        millis = self.millis()
        if millis != self._text_millis:
            self._text, self._text_millis = times.to_text(millis), millis
        return self._text

    def http_date(self) -> bytes:
        """Now, as the `Date` header writes it."""
        second = self.seconds()
        if second != self._date_second:
            self._date, self._date_second = formatdate(second, usegmt=True).encode(), second
        return self._date

    def advance(self, millis: int) -> None:
        """Move time by so many milliseconds; a frozen clock stays frozen."""
        if self._frozen_at is not None:
            self._frozen_at += millis
        else:
            self._offset += millis

    def copy(self) -> Clock:
        """A clock of its own that shows the same time and runs, or stands, the same way."""
        return Clock(self._frozen_at, self._offset)
