"""One page of what was asked for: in order, from an offset on, with the total.

What comes out does not depend on which indexes there are, only how fast it does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from itertools import islice
from operator import attrgetter
from typing import Any, NamedTuple

from understudy.store.find import Found, Sequences, Where, find, records_of
from understudy.store.indexes import Bucket, Stretch, is_hashable, sort_key
from understudy.store.partition import Partition
from understudy.store.query import Contains, HasAny, OneOf, Order, Range
from understudy.store.record import Record
from understudy.store.rows import Rows

WALK_PER_SORT = 6
"""So many entries of an order are walked while one record takes part in a sort."""

MERGE_PER_SORT = 4
"""So many records take part in a sort while one takes part in a merge."""

CREATION = ""
"""In the place of the field to sort by."""

Part = tuple[Partition, Found]


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
    if order is not None and order[0] in where and _is_one_value(where[order[0]]):
        order = (CREATION, order[1])
    parts = [(partition, find(rows, partition, where, search)) for partition in partitions]
    total = _number(*parts[0]) if len(parts) == 1 else sum(_number(*part) for part in parts)
    stop = total if limit is None else min(total, offset + limit)
    if offset >= stop:
        return Page([], total)
    if len(parts) == 1:
        return Page([*_in_order(rows, *parts[0], order, offset, stop)], total)
    return Page(_together(rows, parts, order, offset, stop, total), total)


def last(rows: Rows, where: Where, field: str) -> Record | None:
    """The record that comes last in the order of a field, of those that meet every condition."""
    partitions, rest = _scope(rows, where)
    if len(partitions) == len(rest) == 1 and field in rows.schema.orders:
        [(name, value)] = rest.items()
        if name in rows.schema.indexes and _is_one_value(value):
            return _last(rows, partitions[0], partitions[0].equal(name).equal(value), field)
    items = select(rows, where, None, (field, "desc"), 0, 1).items
    return items[0] if items else None


def _last(rows: Rows, partition: Partition, found: Bucket, field: str) -> Record | None:
    """The same where an index knows all that are meant: most new things go after their siblings."""
    records = partition.records
    if not found:
        return None
    if _is_walk_cheaper(1, len(found), len(partition)):
        walk = partition.order(field).walk(0, len(partition), backwards=True)
        return records[next(_among(found, walk))]
    return max((records[each] for each in found), key=_key(rows, (field, "desc")))


def count(rows: Rows, where: Where, search: Contains | None) -> int:
    """How many records meet every condition."""
    partitions, where = _scope(rows, where)
    return sum(_number(each, find(rows, each, where, search)) for each in partitions)


def _scope(rows: Rows, where: Where) -> tuple[list[Partition], Where]:
    """The partitions to look in, and the conditions that are left to check there."""
    field = rows.schema.partition
    if field is None or field not in where or not _is_one_value(where[field]):
        return list(rows.partitions.values()), where
    rest = dict(where)
    partition = rows.partitions.get(rest.pop(field))
    return ([] if partition is None else [partition]), rest


def _together(
    rows: Rows, parts: list[Part], order: Order | None, start: int, stop: int, total: int
) -> list[Record]:
    """A page of what was found in several partitions."""
    if order is None and total == len(rows):
        return [*islice(rows.by_id.values(), start, stop)]
    if stop * MERGE_PER_SORT > total:
        found = (record for part, (sequences, _) in parts for record in records_of(part, sequences))
        return _ordered(rows, found, order)[start:stop]
    each = (_in_order(rows, *part, order, 0, min(stop, _number(*part))) for part in parts)
    backwards = order is not None and order[1] == "desc"
    return [*islice(merge(*each, key=_key(rows, order), reverse=backwards), start, stop)]


def _in_order(
    rows: Rows, partition: Partition, found: Found, order: Order | None, start: int, stop: int
) -> Iterable[Record]:
    """A page of what was found in one partition."""
    if order is None or order[0] == CREATION:
        backwards = order is not None and order[1] == "desc"
        sequences = _by_creation(partition, found.sequences, start, stop, backwards)
    else:
        sequences = _by_field(rows, partition, found, order, start, stop)
    return map(partition.records.__getitem__, sequences)


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


def _among(found: Iterable[int], walk: Iterable[int]) -> Iterator[int]:
    members = found if isinstance(found, dict) else set(found)
    return filter(members.__contains__, walk)


def _is_one_value(condition: Any) -> bool:
    """Whether what meets the condition is all equal, so that only creation can order it."""
    return is_hashable(condition) and not isinstance(condition, (Range, OneOf, HasAny))


def _is_walk_cheaper(wanted: int, found: int, total: int) -> bool:
    """Whether to walk an order until enough of what was found came by, or to sort what was."""
    return wanted * total < WALK_PER_SORT * found * found


def _ordered(rows: Rows, records: Iterable[Record], order: Order | None) -> list[Record]:
    backwards = order is not None and order[1] == "desc"
    return sorted(records, key=_key(rows, order), reverse=backwards)


def _key(rows: Rows, order: Order | None) -> Callable[[Record], Any]:
    """What records are sorted by, so that no two are equal."""
    if order is None or order[0] == CREATION:
        return attrgetter("sequence")
    field = order[0]
    positions = rows.schema.positions.get(field)
    return lambda record: (*sort_key(record.get(field), positions), record.sequence)
