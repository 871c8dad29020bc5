"""Which records of a partition meet the conditions.

The indexes narrow them down; the rest is asked of each one left.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, NamedTuple

from understudy.store.conditions import keep, keep_containing
from understudy.store.indexes import SEPARATOR, Bucket, Stretch, is_hashable
from understudy.store.partition import Partition
from understudy.store.query import Contains, HasAny, OneOf, Range
from understudy.store.record import Record
from understudy.store.rows import Rows

Where = Mapping[str, Any]
Sequences = Bucket | Stretch | list[int] | None

TEXT_INDEX_FROM = 2_000
"""Up to so many records are searched one by one; only more are worth an index of their text."""

WALK_PER_TEST = 8
"""So many entries of an order are walked while one record is held against a range."""


class Found(NamedTuple):
    """What was found in a partition.

    `sequences`: None stands for all of it. `order`: the field by which they are in order already.
    """

    sequences: Sequences
    order: str | None = None


def find(rows: Rows, partition: Partition, where: Where, search: Contains | None) -> Found:
    """The records of the partition that meet every condition and contain the text."""
    buckets, ranges, rest = _plan(rows, partition, where)
    common = _intersection(buckets)
    found = _in_ranges(partition, common, ranges, rest) if ranges else Found(common)
    sequences = found.sequences
    if rest:
        sequences = _checked(rows, partition, sequences, rest)
    if search is not None and search.text:
        sequences = _containing(partition, sequences, search)
    return Found(sequences, found.order)


def records_of(partition: Partition, sequences: Sequences) -> Iterable[Record]:
    """The records that were found."""
    records = partition.records
    return records.values() if sequences is None else [records[each] for each in sequences]


def _plan(
    rows: Rows, partition: Partition, where: Where
) -> tuple[list[Bucket], list[tuple[str, Range]], list[tuple[str, Any]]]:
    """The conditions: answered by an index, ranges over a kept order, and the rest."""
    buckets: list[Bucket] = []
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
            buckets.append(known)
    return buckets, ranges, rest


def _look_up(rows: Rows, partition: Partition, field: str, condition: Any) -> Bucket | None:
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


def _union(look_up: Callable[[Hashable], Bucket], values: Iterable[Any]) -> Bucket | None:
    buckets = []
    for value in values:
        if not is_hashable(value):
            return None
        buckets.append(look_up(value))
    if len(buckets) == 1:
        return buckets[0]
    union: Bucket = {}
    for bucket in buckets:
        union.update(bucket)
    return union


def _by_id(rows: Rows, partition: Partition, condition: Any) -> Bucket | None:
    wanted = condition.values if isinstance(condition, OneOf) else (condition,)
    if not all(isinstance(doc_id, str) for doc_id in wanted):
        return None
    inside = partition.records
    return {
        record.sequence: None
        for doc_id in wanted
        if (record := rows.find(doc_id)) is not None
        and record.sequence in inside
        and record.get("id") == doc_id
    }


def _intersection(buckets: list[Bucket]) -> Bucket | None:
    if len(buckets) < 2:
        return buckets[0] if buckets else None
    buckets.sort(key=len)
    found = buckets[0]
    for other in buckets[1:]:
        found = dict.fromkeys(filter(other.__contains__, found))
    return found


def _in_ranges(
    partition: Partition,
    found: Bucket | None,
    ranges: list[tuple[str, Range]],
    rest: list[tuple[str, Any]],
) -> Found:
    """Narrow down by the shortest range if it is cheaper than asking; all others join the rest."""
    spans = [partition.order(field).span(wanted.low, wanted.high) for field, wanted in ranges]
    lengths = [stop - start for start, stop in spans]
    shortest = lengths.index(min(lengths))
    if found is not None and lengths[shortest] > WALK_PER_TEST * len(found):
        rest += ranges
        return Found(found)
    field = ranges[shortest][0]
    rest += ranges[:shortest] + ranges[shortest + 1 :]
    stretch = partition.order(field).stretch(*spans[shortest])
    if found is None:
        return Found(stretch, field)
    return Found(list(filter(found.__contains__, stretch)), field)


def _checked(
    rows: Rows, partition: Partition, found: Sequences, rest: list[tuple[str, Any]]
) -> list[int]:
    records = records_of(partition, found)
    for field, condition in rest:
        records = keep(records, field, condition, rows.schema.positions.get(field))
    return [record.sequence for record in records]


def _containing(partition: Partition, found: Sequences, search: Contains) -> list[int]:
    size = len(partition) if found is None else len(found)
    is_worth_it = partition.has_text(search.fields) or size > TEXT_INDEX_FROM
    if is_worth_it and search.fields and SEPARATOR not in search.text:
        return partition.text(search.fields).containing(search.text.casefold(), found)
    return [record.sequence for record in keep_containing(records_of(partition, found), search)]
