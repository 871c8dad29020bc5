"""What callers may write for a time, a length of time and a filter, in the contract's form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypedDict

from understudy import times

__tracebackhide__ = True  # pytest shows the caller's line instead

Span = str | timedelta | float
"""A length of time: a text such as `1h30m` or `300ms`, a timedelta, or a number of seconds."""

Moment = str | datetime
"""A time: ISO 8601 with an offset, or a datetime that knows its own."""


def millis(span: Span) -> int:
    """A length of time in milliseconds. Raises ValueError for what is none, or negative."""
    if isinstance(span, str):
        return times.duration(span)
    length = timedelta(seconds=span) if isinstance(span, (int, float)) else span
    if length < timedelta(0):
        raise ValueError(f"a length of time is not negative: {span}")
    return round(length / times.MILLISECOND)


def duration(span: Span) -> str:
    """A length of time as the contract writes it. Raises ValueError like `millis`."""
    return times.shown_duration(millis(span))


def moment(value: Moment) -> str:
    """A time as the contract writes it; a text is the server's to judge. Raises ValueError for a
    datetime without an offset.
    """
    if isinstance(value, str):
        return value
    if value.tzinfo is None:
        raise ValueError(f"{value.isoformat()} has no offset; give the datetime a tzinfo")
    return times.normalise(value.isoformat())


def given(**fields: Any) -> dict[str, Any]:
    """The fields that are not None."""
    return {name: value for name, value in fields.items() if value is not None}


def known(
    fields: Mapping[str, Any], names: Iterable[str], others: Iterable[str] = ()
) -> dict[str, Any]:
    """The fields that are not None. Raises TypeError for one that is not among the names; it lists
    them, with the others that the caller's own caller may give.
    """
    unknown = fields.keys() - {*names}
    if unknown:
        told = ", ".join(repr(name) for name in sorted(unknown))
        raise TypeError(f"there is no {told}; there are {', '.join(sorted((*names, *others)))}")
    return given(**fields)


class Filter(TypedDict, total=False):
    """Which exchanges are meant.

    operation: an operation's id. path: as it was asked for. Both may be patterns, `defects.*`.
    user: whoever asked. status: `402` or `4xx`. has_warnings, has_fault: whether there are any.
    text: in the address, the user or a body, in any case. since: only exchanges after the one of
    this sequence.
    """

    operation: str | None
    method: str | None
    path: str | None
    user: str | None
    status: int | str | None
    has_warnings: bool | None
    has_fault: bool | None
    text: str | None
    since: int | None


class Match(Filter, total=False):
    """A filter that looks into the request, too.

    query: parameters that it has. body: a part of its JSON, as deep as need be.
    """

    query: dict[str, Any] | None
    body: Any


def filtered(fields: Filter, *others: str) -> dict[str, Any]:
    """A filter as query parameters. Raises TypeError for a field that there is not, which tells the
    others, too, that the method takes.
    """
    return known(fields, Filter.__optional_keys__, others)


def matched(fields: Match, *others: str) -> dict[str, Any]:
    """A match as the contract writes it. Raises like `filtered`."""
    return known(fields, Match.__optional_keys__, others)
