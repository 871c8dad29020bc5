"""One page of what was asked for: in order, from an offset on, with the total.

What comes out does not depend on which indexes there are, only how fast it does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AnySet
from itertools import islice
from typing import NamedTuple

from understudy.store.find import Found, Where, find, records_of
from understudy.store.indexes import KeptOrder, is_hashable, sort_key
from understudy.store.partition import Partition
from understudy.store.query import Contains, HasAny, OneOf, Order, Range
from understudy.store.record import Record
from understudy.store.rows import Rows

WALK_PER_SORT = 6
"""So many entries of a kept order are walked in the time in which one record takes part in a sort."""


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
    """The records that meet every condition, in order, from `offset` on, at most `limit` of them."""
    partitions, where = _scope(rows, where)
    if len(partitions) != 1:
        found_all = [(partition, find(rows, partition, where, search)) for partition in partitions]
        return _page_of_several(rows, found_all, order, offset, limit)
    partition = partitions[0]
    if (
        order is not None
        and search is None
        and where.keys() == {order[0]}
        and order[0] in rows.schema.orders
    ):
        wanted = where[order[0]]
        if isinstance(wanted, Range):
            return _page_of_range(partition, wanted, order, offset, limit)
    found = find(rows, partition, where, search)
    total = len(partition) if found is None else len(found)
    stop = total if limit is None else min(total, offset + limit)
    if offset >= stop:
        return Page([], total)
    records = partition.records
    if order is None:
        sequences = _by_creation(partition, found, offset, stop)
    else:
        sequences = _by_field(rows, partition, found, order, offset, stop)
    return Page([records[sequence] for sequence in sequences], total)


def count(rows: Rows, where: Where, search: Contains | None) -> int:
    """How many records meet every condition."""
    partitions, where = _scope(rows, where)
    total = 0
    for partition in partitions:
        found = find(rows, partition, where, search)
        total += len(partition) if found is None else len(found)
    return total


def _scope(rows: Rows, where: Where) -> tuple[list[Partition], Where]:
    """The partitions to look in, and the conditions that are left to check there."""
    field = rows.schema.partition
    if field is None or field not in where:
        return list(rows.partitions.values()), where
    value = where[field]
    if isinstance(value, (Range, OneOf, HasAny)) or not is_hashable(value):
        return list(rows.partitions.values()), where
    partition = rows.partitions.get(value)
    rest = {name: condition for name, condition in where.items() if name != field}
    return ([] if partition is None else [partition]), rest


def _by_creation(partition: Partition, found: Found, start: int, stop: int) -> Iterable[int]:
    records = partition.records
    if found is None:
        return islice(records, start, stop)
    if isinstance(found, AnySet) and _is_walk_cheaper(stop, len(found), len(records)):
        return islice(filter(found.__contains__, records), start, stop)
    return sorted(found)[start:stop]


def _by_field(
    rows: Rows, partition: Partition, found: Found, order: Order, start: int, stop: int
) -> Iterable[int]:
    field, direction = order
    backwards = direction == "desc"
    total = len(partition)
    if field in rows.schema.orders:
        if found is None:
            return _slice(partition.order(field), 0, total, start, stop, backwards)
        if _is_walk_cheaper(stop, len(found), total):
            members = found if isinstance(found, AnySet) else set(found)
            walk = partition.order(field).walk(0, total, backwards)
            return islice(filter(members.__contains__, walk), start, stop)
    ordered = _ordered(rows, records_of(partition, found), order)
    return [record.sequence for record in ordered[start:stop]]


def _is_walk_cheaper(wanted: int, found: int, total: int) -> bool:
    """Whether to walk an order until enough of what was found has come by, or to sort what was found."""
    return wanted * total < WALK_PER_SORT * found * found


def _slice(
    kept: KeptOrder, first: int, last: int, start: int, stop: int, backwards: bool
) -> Iterable[int]:
    """The positions `start` to `stop` of a stretch of a kept order, counted from its end if backwards."""
    if backwards:
        return kept.walk(last - stop + first - first, last - start, backwards=True)
    return kept.walk(first + start, first + stop)


def _page_of_range(
    partition: Partition, wanted: Range, order: Order, offset: int, limit: int | None
) -> Page:
    """The page of a range over the field that it is sorted by: a stretch of the kept order."""
    kept = partition.order(order[0])
    first, last = kept.span(wanted.low, wanted.high)
    total = last - first
    stop = total if limit is None else min(total, offset + limit)
    sequences = _slice(kept, first, last, offset, stop, order[1] == "desc") if offset < stop else ()
    records = partition.records
    return Page([records[sequence] for sequence in sequences], total)


def _page_of_several(
    rows: Rows,
    found_all: Iterable[tuple[Partition, Found]],
    order: Order | None,
    offset: int,
    limit: int | None,
) -> Page:
    records = [record for partition, found in found_all for record in records_of(partition, found)]
    ordered = _ordered(rows, records, order)
    return Page(ordered[offset : None if limit is None else offset + limit], len(ordered))


def _ordered(rows: Rows, records: Iterable[Record], order: Order | None) -> Sequence[Record]:
    if order is None:
        return sorted(records, key=lambda record: record.sequence)
    field, direction = order
    positions = rows.schema.positions.get(field)
    return sorted(
        records,
        key=lambda record: (*sort_key(record.get(field), positions), record.sequence),
        reverse=direction == "desc",
    )
