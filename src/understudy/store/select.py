"""One page of what was asked for: in order, from an offset on, with the total.

What comes out does not depend on which indexes there are, only how fast it does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from heapq import merge
from itertools import chain, islice
from typing import Any, NamedTuple

from understudy.store import effort
from understudy.store.bits import Bits
from understudy.store.find import Found, Where, bits_of, find
from understudy.store.indexes import OTHER, is_hashable
from understudy.store.keys import sort_key
from understudy.store.orders import Stretch
from understudy.store.partition import Partition
from understudy.store.query import Contains, HasAny, OneOf, Order, Range
from understudy.store.ranked import RankedOrder
from understudy.store.record import Record
from understudy.store.rows import Rows
from understudy.store.sorting import in_order

WALK_PER_SORT = 20
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
    if stop - offset > effort.PAGE:
        effort.spend(stop - offset)
    if len(parts) == 1:
        return Page([*_in_order(rows, *parts[0], order, offset, stop)], total)
    return Page(_together(rows, parts, order, offset, stop, total), total)


def last(rows: Rows, where: Where, field: str) -> Record | None:
    """The record that comes last in the order of a field, of those that meet every condition."""
    items = select(rows, where, None, (field, "desc"), 0, 1).items
    return items[0] if items else None


def count(rows: Rows, where: Where, search: Contains | None) -> int:
    """How many records meet every condition."""
    partitions, where = _scope(rows, where)
    return sum(_number(each, find(rows, each, where, search)) for each in partitions)


def tally(
    rows: Rows, where: Where, search: Contains | None, fields: Iterable[str]
) -> dict[str, dict[Any, int]]:
    """How many of the records that meet every condition have which value, by field."""
    partitions, where = _scope(rows, where)
    tallies: dict[str, dict[Any, int]] = {field: {} for field in fields}
    for partition in partitions:
        found = find(rows, partition, where, search)
        among = None if found is None else bits_of(partition, found)
        for field, numbers in tallies.items():
            for value, having in partition.equal(field, rows.slots).values():
                number = len(having if among is None else having & among)
                if number and value != OTHER:
                    numbers[value] = numbers.get(value, 0) + number
    return tallies


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
    if order is None or order[0] == CREATION:
        return _oldest_of_all(rows, parts, order, start, stop)
    if stop * MERGE_PER_SORT > total:
        found = [bits_of(*part) for part in parts]
        return rows.slots.at(_ordered(rows, found, order)[start:stop])
    each = (_in_order(rows, *part, order, 0, min(stop, _number(*part))) for part in parts)
    backwards = order[1] == "desc"
    return [*islice(merge(*each, key=_key(rows, order), reverse=backwards), start, stop)]


def _oldest_of_all(
    rows: Rows, parts: list[Part], order: Order | None, start: int, stop: int
) -> list[Record]:
    found = Bits()
    for part in parts:
        found |= bits_of(*part)
    return rows.slots.at(found.part(start, stop, _is_backwards(order)))


def _in_order(
    rows: Rows, partition: Partition, found: Found, order: Order | None, start: int, stop: int
) -> list[Record]:
    """A page of what was found in one partition."""
    if start >= stop:
        return []
    if order is None or order[0] == CREATION:
        sequences = bits_of(partition, found).part(start, stop, _is_backwards(order))
    elif order[0] in rows.schema.orders:
        sequences = _by_field(rows, partition, found, order, start, stop)
    else:
        sequences = _ordered(rows, [bits_of(partition, found)], order)[start:stop]
    return rows.slots.at(sequences)


def _number(partition: Partition, found: Found) -> int:
    return len(partition) if found is None else len(found)


def _by_field(
    rows: Rows, partition: Partition, found: Found, order: Order, start: int, stop: int
) -> list[int]:
    field, backwards = order[0], order[1] == "desc"
    kept = partition.order(field, rows.slots)
    if isinstance(kept, RankedOrder):
        among = None if found is None else bits_of(partition, found)
        return kept.part(among, start, stop, backwards)
    if found is None:
        return kept.part(start, stop, backwards)
    if isinstance(found, Stretch) and found.field == field:
        return found.part(start, stop, backwards)
    among = bits_of(partition, found)
    size = len(among)
    if stop * len(partition) < WALK_PER_SORT * size * size:
        effort.spend(stop * len(partition) // size // effort.WALKED)
        return kept.part_of(among, rows.end, start, stop, backwards)
    return _ordered(rows, [among], order)[start:stop]


def _is_one_value(condition: Any) -> bool:
    """Whether what meets the condition is all equal, so that only creation can order it."""
    return is_hashable(condition) and not isinstance(condition, (Range, OneOf, HasAny))


def _is_backwards(order: Order | None) -> bool:
    return order is not None and order[1] == "desc"


def _ordered(rows: Rows, found: list[Bits], order: Order) -> list[int]:
    """The sequences in all of these in the order of a field of their records."""
    effort.spend(sum(map(len, found)) // effort.SORTED)
    positions = rows.schema.positions.get(order[0])
    parts = (part for each in found for part in rows.slots.parts_of(each))
    ordered = in_order(order[0], chain.from_iterable(parts), positions)
    sequences = [sequence for _, pairs in ordered for _, sequence in pairs]
    if _is_backwards(order):
        sequences.reverse()
    return sequences


def _key(rows: Rows, order: Order) -> Callable[[Record], Any]:
    """What records are sorted by, so that no two are equal."""
    field, positions = order[0], rows.schema.positions.get(order[0])
    return lambda record: (*sort_key(record.get(field), positions), record.sequence)
