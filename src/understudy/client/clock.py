"""A sandbox's clock, from afar."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from understudy.client.arguments import Moment, Span, duration, given, millis, moment
from understudy.client.connection import Connection, path_to
from understudy.client.records import ClockReading

__tracebackhide__ = True  # pytest shows the caller's line instead


class SandboxClock:
    """Moves the time of a sandbox; tokens, subscriptions and timestamps follow at once.

    Each method gives what the clock shows afterwards, and raises ControlError for a time outside
    the years 1970 to 8999.
    """

    def __init__(self, connection: Connection, sandbox: str) -> None:
        self._connection = connection
        self._path = path_to("sandboxes", sandbox, "clock")

    def now(self) -> datetime:
        """The sandbox's time, in UTC."""
        return self.show().now

    def show(self) -> ClockReading:
        """The sandbox's time, and how fast it runs."""
        return ClockReading.of(self._connection.call("GET", self._path))

    def freeze(self, at: Moment | None = None) -> ClockReading:
        """Let time stand still, now or at another time."""
        return self._move("freeze", given(at=None if at is None else moment(at)))

    def set(self, to: Moment) -> ClockReading:
        """Show another time and go on as before; `real` is real time again."""
        return self._move("set", {"to": moment(to)})

    def advance(
        self,
        by: Span | None = None,
        *,
        days: float | None = None,
        hours: float | None = None,
        minutes: float | None = None,
        seconds: float | None = None,
    ) -> ClockReading:
        """Let time pass: `advance("1h30m")`, `advance(timedelta(days=1))`, `advance(minutes=50)`.

        A clock that stands goes on standing. Raises ValueError for what is no length of time, a
        negative one included, and TypeError without any.
        """
        units = given(days=days, hours=hours, minutes=minutes, seconds=seconds)
        if by is None and not units:
            raise TypeError('say how long: advance("50m") or advance(minutes=50)')
        rest = timedelta(**units)
        if str(by).startswith("-") or rest < timedelta(0):
            raise ValueError("time does not go back so; use clock.set()")
        total = timedelta(milliseconds=millis(by or 0)) + rest
        return self._move("advance", {"by": duration(total)})

    def run(self, factor: float = 1) -> ClockReading:
        """Run from where it is: 1 is as fast as real time, 60 a minute in every second."""
        return self._move("run", {"factor": factor})

    def _move(self, how: str, body: dict[str, Any]) -> ClockReading:
        return ClockReading.of(self._connection.call("POST", f"{self._path}/{how}", body=body))
