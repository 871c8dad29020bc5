"""A sandbox's time: show, freeze, set, advance, run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from understudy import times
from understudy.clock import FIRST, LAST
from understudy.errors import ValidationFailed

if TYPE_CHECKING:
    from understudy.clock import Clock
    from understudy.context import Answer, Body, ServerContext
    from understudy.sandbox import Sandbox

RANGE = "is not in the years 1970 to 8999"


def get_clock(ctx: ServerContext, sandbox: str) -> Answer:
    """Show the time."""
    return shown(ctx.sandbox(sandbox).clock)


def freeze_clock(ctx: ServerContext, sandbox: str, body: Body) -> Answer:
    """Stand still, now or at another time."""
    found = ctx.sandbox(sandbox)
    at = None if body.get("at") is None else moment("at", body["at"])
    found.clock.freeze()
    if at is not None:
        found.clock.set(at)
    return _kept(found)


def set_clock(ctx: ServerContext, sandbox: str, body: Body) -> Answer:
    """Show another time, or real time again."""
    found = ctx.sandbox(sandbox)
    if body["to"] == "real":
        found.clock.back_to_real_time()
    else:
        found.clock.set(moment("to", body["to"]))
    return _kept(found)


def advance_clock(ctx: ServerContext, sandbox: str, body: Body) -> Answer:
    """Let time pass at once."""
    found = ctx.sandbox(sandbox)
    by = times.duration(body["by"])
    if found.clock.millis() + by > LAST:
        raise ValidationFailed(details={"by": ["leads past the year 8999"]})
    found.clock.advance(by)
    return _kept(found)


def run_clock(ctx: ServerContext, sandbox: str, body: Body) -> Answer:
    """Run at a factor."""
    found = ctx.sandbox(sandbox)
    found.clock.run(float(body["factor"]))
    return _kept(found)


def shown(clock: Clock) -> dict[str, Any]:
    """A clock as the contract shows it."""
    return {"now": clock.now(), "is_frozen": clock.is_frozen, "factor": clock.factor}


def moment(field: str, text: str) -> int:
    """Milliseconds since 1970 of a time that a clock can show. Raises ValidationFailed."""
    try:
        at = times.parse(text)
    except ValueError:
        wrong = "is not a time such as 2026-01-26T09:00:00Z, with its Z or another offset"
        raise ValidationFailed(details={field: [wrong]}) from None
    if not FIRST <= at <= LAST:
        raise ValidationFailed(details={field: [RANGE]})
    return at


def _kept(sandbox: Sandbox) -> dict[str, Any]:
    sandbox.remember()
    return shown(sandbox.clock)
