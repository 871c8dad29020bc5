"""The one place that asks the machine for the time.

Every sandbox has a clock: it stands, or it runs, as fast as real time or at another factor. Tokens,
subscriptions, schedules, rate limits and timestamps all follow it.
"""

from __future__ import annotations

import time
from email.utils import formatdate
from typing import Any

from understudy import times

FIRST = 0
LAST = times.parse("8999-12-31T23:59:59.999Z")
"""A clock shows the years 1970 to 8999: what is reckoned from it must have four digits, too."""
FASTEST = 1_000_000.0
"""Seconds of a sandbox in one of ours: eleven days."""


def time_of_day() -> str:
    """The machine's local time as people read it, `09:00:01`."""
    return time.strftime("%H:%M:%S")


def stopwatch() -> float:
    """Seconds that only ever grow, for measuring how long something took; no date can be read off
    it.
    """
    return time.perf_counter()


def real_millis() -> int:
    """The machine's time, in milliseconds since 1970, whatever a sandbox's clock shows."""
    return time.time_ns() // 1_000_000


class Clock:
    """A sandbox's time.

    `frozen_at`: milliseconds since 1970 at which time stands still; None for real time.
    """

    __slots__ = ("_date", "_date_second", "_factor", "_shown", "_since", "_text", "_text_second")

    def __init__(self, frozen_at: int | None = None) -> None:
        # It showed `_shown` when the machine's clock was at `_since`, and has run since then.
        self._shown = 0 if frozen_at is None else frozen_at
        self._since = 0
        self._factor = 1.0 if frozen_at is None else 0.0
        self._text_second = -1
        self._text = ""
        self._date_second = -1
        self._date = b""

    def millis(self) -> int:
        """Now, in milliseconds since 1970."""
        factor = self._factor
        if factor == 0.0:
            return self._shown
        passed = time.time_ns() // 1_000_000 - self._since
        if factor != 1.0:
            passed = int(passed * factor)
        now = self._shown + passed
        return now if now <= LAST else LAST

    def seconds(self) -> int:
        """Now, in whole seconds since 1970, as tokens count."""
        return self.millis() // 1000

    def now(self) -> str:
        """Now, in the contract's written form."""
        second, millis = divmod(self.millis(), 1000)
        if second != self._text_second:
            self._text, self._text_second = times.to_text(second * 1000)[:-4], second
        return f"{self._text}{millis:03d}Z"

    def http_date(self) -> bytes:
        """Now, as the `Date` header writes it."""
        second = self.seconds()
        if second != self._date_second:
            self._date, self._date_second = formatdate(second, usegmt=True).encode(), second
        return self._date

    @property
    def factor(self) -> float:
        """How fast it runs: 1 is real time, 60 a minute a second, 0 that it stands."""
        return self._factor

    @property
    def is_frozen(self) -> bool:
        """Whether it stands."""
        return self._factor == 0.0

    def set(self, millis: int) -> None:
        """Show another time; it goes on running, or standing. ValueError outside its years."""
        if not FIRST <= millis <= LAST:
            raise ValueError("a clock shows the years 1970 to 8999")
        self._shown, self._since = millis, real_millis()

    def advance(self, millis: int) -> None:
        """Move time by so many milliseconds. ValueError outside its years."""
        self.set(self.millis() + millis)

    def freeze(self) -> None:
        """Stand still from now on."""
        self.run(0.0)

    def run(self, factor: float) -> None:
        """Run at this factor from now on. ValueError for one that is not from 0 to `FASTEST`."""
        if not 0.0 <= factor <= FASTEST:
            raise ValueError(f"a clock's factor is from 0 to {FASTEST:,.0f}")
        self._shown, self._since, self._factor = self.millis(), real_millis(), factor

    def back_to_real_time(self) -> None:
        """Show the machine's time again, and run with it."""
        self._shown, self._since, self._factor = 0, 0, 1.0

    def copy(self) -> Clock:
        """A clock of its own that shows the same time and runs, or stands, the same way."""
        return Clock.of(self.reading())

    def reading(self) -> dict[str, Any]:
        """Everything there is to it, as JSON can hold it; `of` reads it again."""
        return {"shown": self._shown, "since": self._since, "factor": self._factor}

    @classmethod
    def of(cls, reading: dict[str, Any]) -> Clock:
        """The clock of a reading: it has run on since then."""
        clock = cls()
        clock.take(reading)
        return clock

    def take(self, reading: dict[str, Any]) -> None:
        """Be as the clock of a reading, which has run on since then."""
        self._shown, self._since = reading["shown"], reading["since"]
        self._factor = reading["factor"]
