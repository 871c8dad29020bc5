"""One page of what was asked for: in order, from an offset on, with the total.

What comes out does not depend on which indexes there are, only how fast it does.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any, NamedTuple

from understudy.store.find import Found, Sequences, Where, find, records_of
from understudy.store.indexes import Stretch, is_hashable, sort_key
from understudy.store.partition import Partition
from understudy.store.query import Contains, HasAny, OneOf, Order, Range
from understudy.store.record import Record
from understudy.store.rows import Rows

WALK_PER_SORT = 6
"""So many entries of an order are walked while one record takes part in a sort."""


class Page(NamedTuple):
    """Some of the records selected, and how many there are in all."""

    items: list[Record]
    total: int


def select(
    rows: Rows,
    where: Where,
    search: Contains | None,
    order: Order | None,
    offset: int,
    limit: int | None,
) -> Page:
    """The records that meet every condition, in order: at most `limit` from `offset` on."""
    partitions, where = _scope(rows, where)
    if len(partitions) != 1:
        ordered = _ordered(rows, _all(rows, partitions, where, search), order)
        return Page(ordered[offset : None if limit is None else offset + limit], len(ordered))
    partition = partitions[0]
    found = find(rows, partition, where, search)
    total = _number(partition, found)
    stop = total if limit is None else min(total, offset + limit)
    if offset >= stop:
        return Page([], total)
    if order is None or (order[0] in where and _is_one_value(where[order[0]])):
        backwards = order is not None and order[1] == "desc"
        sequences = _by_creation(partition, found.sequences, offset, stop, backwards)
    else:
        sequences = _by_field(rows, partition, found, order, offset, stop)
    records = partition.records
    return Page([records[sequence] for sequence in sequences], total)


def count(rows: Rows, where: Where, search: Contains | None) -> int:
    """How many records meet every condition."""
    partitions, where = _scope(rows, where)
    return sum(_number(each, find(rows, each, where, search)) for each in partitions)


def _scope(rows: Rows, where: Where) -> tuple[list[Partition], Where]:
    """The partitions to look in, and the conditions that are left to check there."""
    field = rows.schema.partition
    if field is None or field not in where:
        return list(rows.partitions.values()), where
    if not _is_one_value(where[field]):
        return list(rows.partitions.values()), where
    partition = rows.partitions.get(where[field])
    rest = {name: condition for name, condition in where.items() if name != field}
    return ([] if partition is None else [partition]), rest


def _all(
    rows: Rows, partitions: Iterable[Partition], where: Where, search: Contains | None
) -> list[Record]:
    """The records found in several partitions."""
    return [
        record
        for partition in partitions
        for record in records_of(partition, find(rows, partition, where, search).sequences)
    ]


def _number(partition: Partition, found: Found) -> int:
    return len(partition) if found.sequences is None else len(found.sequences)


def _by_creation(
    partition: Partition, found: Sequences, start: int, stop: int, backwards: bool
) -> Iterable[int]:
    records = partition.records
    if found is not None and not _is_walk_cheaper(stop, len(found), len(records)):
        return sorted(found, reverse=backwards)[start:stop]
    walk = reversed(records) if backwards else iter(records)
    return islice(walk if found is None else _among(found, walk), start, stop)


def _by_field(
    rows: Rows, partition: Partition, found: Found, order: Order, start: int, stop: int
) -> Iterable[int]:
    field, backwards = order[0], order[1] == "desc"
    sequences = found.sequences
    if field in rows.schema.orders:
        if sequences is None:
            return partition.order(field).stretch().part(start, stop, backwards)
        if field == found.order:
            return _part(sequences, start, stop, backwards)
        if _is_walk_cheaper(stop, len(sequences), len(partition)):
            walk = partition.order(field).walk(0, len(partition), backwards)
            return islice(_among(sequences, walk), start, stop)
    ordered = _ordered(rows, records_of(partition, sequences), order)
    return [record.sequence for record in ordered[start:stop]]


def _part(sequences: Iterable[int], start: int, stop: int, backwards: bool) -> Iterable[int]:
    """A part of what is in order already."""
    if isinstance(sequences, Stretch):
        return sequences.part(start, stop, backwards)
    in_order = list(sequences)
    return (in_order[::-1] if backwards else in_order)[start:stop]


def _among(found: Iterable[int], walk: Iterable[int]) -> Iterable[int]:
    members = found if isinstance(found, dict) else set(found)
    return filter(members.__contains__, walk)


def _is_one_value(condition: Any) -> bool:
    """Whether what meets the condition is all equal, so that only creation can order it."""
    return is_hashable(condition) and not isinstance(condition, (Range, OneOf, HasAny))


def _is_walk_cheaper(wanted: int, found: int, total: int) -> bool:
    """Whether to walk an order until enough of what was found came by, or to sort what was."""
    return wanted * total < WALK_PER_SORT * found * found


def _ordered(rows: Rows, records: Iterable[Record], order: Order | None) -> list[Record]:
    if order is None:
        return sorted(records, key=lambda record: record.sequence)
    field, direction = order
    positions = rows.schema.positions.get(field)
    return sorted(
        records,
        key=lambda record: (*sort_key(record.get(field), positions), record.sequence),
        reverse=direction == "desc",
    )
