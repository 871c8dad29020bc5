"""Which records of a partition meet the conditions: the indexes narrow them down, the rest is asked of each one left."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from collections.abc import Set as AnySet
from typing import Any

from understudy.store.conditions import keep, keep_containing
from understudy.store.indexes import SEPARATOR, is_hashable
from understudy.store.partition import Partition
from understudy.store.query import Contains, HasAny, OneOf, Range
from understudy.store.record import Record
from understudy.store.rows import Rows

Where = Mapping[str, Any]
Found = AnySet[int] | list[int] | None
"""The sequences of the records found; None stands for the whole partition."""

TEXT_INDEX_FROM = 2_000
"""Up to so many records are searched one by one; only more than that are worth an index of their text."""

WALK_PER_TEST = 8
"""So many entries of a kept order are walked in the time in which one record is held against a range."""


def find(rows: Rows, partition: Partition, where: Where, search: Contains | None) -> Found:
    """The records of the partition that meet every condition and contain the text."""
    sets: list[AnySet[int]] = []
    ranges: list[tuple[str, Range]] = []
    rest: list[tuple[str, Any]] = []
    for field, condition in where.items():
        if isinstance(condition, Range) and field in rows.schema.orders:
            ranges.append((field, condition))
            continue
        known = _look_up(rows, partition, field, condition)
        if known is None:
            rest.append((field, condition))
        else:
            sets.append(known)
    found: Found = _intersection(sets)
    if ranges:
        found = _in_ranges(partition, found, ranges, rest)
    if rest:
        found = _checked(rows, partition, found, rest)
    if search is not None and search.text:
        found = _containing(partition, found, search)
    return found


def records_of(partition: Partition, found: Found) -> Iterable[Record]:
    """The records that were found."""
    records = partition.records
    return records.values() if found is None else [records[sequence] for sequence in found]


def _look_up(rows: Rows, partition: Partition, field: str, condition: Any) -> AnySet[int] | None:
    """What an index knows of the condition; None if there is no index that could."""
    if field == "id":
        return _by_id(rows, partition, condition)
    if field not in rows.schema.indexes or isinstance(condition, Range):
        return None
    index = partition.equal(field)
    if isinstance(condition, OneOf):
        return _union(index.equal, condition.values)
    if isinstance(condition, HasAny):
        return _union(index.holding, condition.values)
    return index.equal(condition) if is_hashable(condition) else None


def _union(look_up: Callable[[Hashable], AnySet[int]], values: Iterable[Any]) -> AnySet[int] | None:
    sets = []
    for value in values:
        if not is_hashable(value):
            return None
        sets.append(look_up(value))
    return sets[0] if len(sets) == 1 else frozenset().union(*sets)


def _by_id(rows: Rows, partition: Partition, condition: Any) -> AnySet[int] | None:
    wanted = condition.values if isinstance(condition, OneOf) else (condition,)
    if not all(isinstance(doc_id, str) for doc_id in wanted):
        return None
    inside = partition.records
    return {
        record.sequence
        for doc_id in wanted
        if (record := rows.find(doc_id)) is not None
        and record.sequence in inside
        and record.get("id") == doc_id
    }


def _intersection(sets: list[AnySet[int]]) -> AnySet[int] | None:
    if not sets:
        return None
    sets.sort(key=len)
    found = sets[0]
    for others in sets[1:]:
        found = found & others
    return found


def _in_ranges(
    partition: Partition,
    found: AnySet[int] | None,
    ranges: list[tuple[str, Range]],
    rest: list[tuple[str, Any]],
) -> Found:
    """Narrow down by the shortest range if that is cheaper than asking; the others join the rest."""
    spans = [partition.order(field).span(wanted.low, wanted.high) for field, wanted in ranges]
    shortest = min(range(len(spans)), key=lambda position: spans[position][1] - spans[position][0])
    start, stop = spans[shortest]
    if found is not None and stop - start > WALK_PER_TEST * len(found):
        rest += ranges
        return found
    walk = partition.order(ranges.pop(shortest)[0]).walk(start, stop)
    rest += ranges
    return list(walk if found is None else filter(found.__contains__, walk))


def _checked(
    rows: Rows, partition: Partition, found: Found, rest: list[tuple[str, Any]]
) -> list[int]:
    records = records_of(partition, found)
    for field, condition in rest:
        records = keep(records, field, condition, rows.schema.positions.get(field))
    return [record.sequence for record in records]


def _containing(partition: Partition, found: Found, search: Contains) -> list[int]:
    size = len(partition) if found is None else len(found)
    is_indexed = partition.has_text(search.fields) or size > TEXT_INDEX_FROM
    if is_indexed and SEPARATOR not in search.text:
        return partition.text(search.fields).containing(search.text.casefold(), found)
    return [record.sequence for record in keep_containing(records_of(partition, found), search)]
