"""Conditions put to each record: what no index answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from understudy.store.indexes import is_hashable
from understudy.store.keys import sort_key
from understudy.store.query import Contains, HasAny, OneOf, Range
from understudy.store.record import Record


def keep(
    records: list[Record], field: str, condition: Any, positions: Mapping[str, int] | None
) -> list[Record]:
    """Those of the records whose field meets the condition."""
    if isinstance(condition, Range):
        accepts = _between(condition, positions)
    elif isinstance(condition, OneOf):
        accepts = _one_of(condition.values)
    elif isinstance(condition, HasAny):
        accepts = _holding(condition.values)
    else:
        return [record for record in records if record.get(field) == condition]
    return [record for record in records if accepts(record.get(field))]


def keep_containing(records: Iterable[Record], search: Contains) -> list[Record]:
    """Those of the records in which the text occurs."""
    needle = search.text.casefold()
    return [
        record
        for record in records
        if any(
            isinstance(text := record.get(field), str) and needle in text.casefold()
            for field in search.fields
        )
    ]


def _between(condition: Range, positions: Mapping[str, int] | None) -> Callable[[Any], bool]:
    low = (1,) if condition.low is None else sort_key(condition.low, positions)
    high = (4,) if condition.high is None else sort_key(condition.high, positions)
    return lambda value: low <= sort_key(value, positions) <= high


def _one_of(values: Iterable[Any]) -> Callable[[Any], bool]:
    wanted = list(values)
    if not all(map(is_hashable, wanted)):
        return lambda value: value in wanted
    known = set(wanted)
    return lambda value: is_hashable(value) and value in known


def _holding(values: Iterable[Any]) -> Callable[[Any], bool]:
    accepts = _one_of(values)
    return lambda value: isinstance(value, list) and any(map(accepts, value))
