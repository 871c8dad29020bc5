"""What every resource needs: the record of an id in the active workspace, times, rates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from understudy import times
from understudy.errors import ValidationFailed
from understudy.store.query import Range

from .. import errors

if TYPE_CHECKING:
    from understudy.context import Context
    from understudy.sandbox import Sandbox
    from understudy.store import Record

FURTHEST = times.duration("36525d")
"""A hundred years."""


def owned(ctx: Context, collection: str, object_id: str) -> Record:
    """The object of that id in the active workspace; NotFound, also for another workspace's."""
    record = ctx.store[collection].get(object_id)
    if record is None or record["_workspace_id"] != ctx.workspace["id"]:
        raise errors.NotFound
    return record


def normalised(fields: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """A copy of the fields in which the named times have the written form.

    Raises ValidationFailed that names each time which cannot be told in UTC between the years 1 and
    9999.
    """
    result, wrong = dict(fields), {}
    for name in names:
        if isinstance(result.get(name), str):
            try:
                result[name] = times.normalise(result[name])
            except ValueError as error:
                wrong[name] = [str(error)]
    if wrong:
        raise ValidationFailed(details=wrong)
    return result


def instant(sandbox: Sandbox, **durations: str | None) -> str:
    """The time so long from now, by the one parameter that is named; None is now.

    Raises ValidationFailed for more than a hundred years.
    """
    [(name, text)] = durations.items()
    millis = times.duration(text) if text is not None else 0
    if millis > FURTHEST:
        raise ValidationFailed(details={name: ["is more than a hundred years"]})
    return times.to_text(sandbox.clock.millis() + millis)


def time_range(query: Mapping[str, Any], first: str, last: str) -> Range | None:
    """What the two named date filters leave, both ends included; None where neither is given."""
    low, high = query.get(first), query.get(last)
    if low is None and high is None:
        return None
    return Range(low and times.day_bounds(low)[0], high and times.day_bounds(high)[1])


def pass_rate(passed: int, failed: int) -> float:
    """Per cent of those that ran, with one decimal, halves up; 0.0 where nothing ran."""
    ran = passed + failed
    return (2000 * passed + ran) // (2 * ran) / 10 if ran else 0.0
