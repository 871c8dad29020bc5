"""Which records of a partition meet the conditions.

The indexes narrow them down; the rest is asked of each one left.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import reduce
from typing import Any

from understudy.store import effort
from understudy.store.bits import Bits
from understudy.store.conditions import keep, keep_containing
from understudy.store.indexes import is_hashable
from understudy.store.orders import KeptOrder, Stretch
from understudy.store.partition import Partition
from understudy.store.query import Contains, HasAny, OneOf, Range
from understudy.store.ranked import RankedOrder
from understudy.store.record import Record
from understudy.store.rows import Rows
from understudy.store.texts import SEPARATOR

Where = Mapping[str, Any]
Found = Bits | Stretch | None
"""What was found in a partition; None stands for all of it."""

TEXT_INDEX_FROM = 200
"""Up to so many records are searched one by one; only more are worth an index of their text."""
SCATTERED = 2_000
"""Up to so many, if they are few among those of the table: it makes the texts of all that are near.
"""
DENSE = 8
"""They are not few if they are at least one in so many."""

WALK_PER_TEST = 8
"""So many entries of an order are walked while one record is held against a range."""


def find(rows: Rows, partition: Partition, where: Where, search: Contains | None) -> Found:
    """The records of the partition that meet every condition and contain the text."""
    sets, stretches, rest = _plan(rows, partition, where)
    found = _intersection(sets)
    if found is None and len(stretches) == 1 and not rest and search is None:
        return stretches[0]
    for stretch in sorted(stretches, key=len):
        if found is not None and len(stretch) > WALK_PER_TEST * len(found):
            rest.append((stretch.field, where[stretch.field]))
        else:
            found = _all_of(stretch) if found is None else found & _all_of(stretch)
    if rest:
        found = _checked(rows, partition, found, rest)
    if search is not None and search.text:
        found = _containing(rows, partition, found, search)
    return found


def bits_of(partition: Partition, found: Found) -> Bits:
    """What was found, as a set."""
    if found is None:
        return partition.members
    return _all_of(found) if isinstance(found, Stretch) else found


def _all_of(stretch: Stretch) -> Bits:
    effort.spend(len(stretch) // effort.STRETCH)
    return stretch.bits()


def records_of(rows: Rows, partition: Partition, found: Found) -> list[Record]:
    """The records that were found, oldest first."""
    return rows.slots.of(bits_of(partition, found))


def _plan(
    rows: Rows, partition: Partition, where: Where
) -> tuple[list[Bits], list[Stretch], list[tuple[str, Any]]]:
    """The conditions: answered by an index, stretches of a kept order, and the rest."""
    sets: list[Bits] = []
    stretches: list[Stretch] = []
    rest: list[tuple[str, Any]] = []
    for field, condition in where.items():
        known = _look_up(rows, partition, field, condition)
        if known is None:
            rest.append((field, condition))
        elif isinstance(known, Stretch):
            stretches.append(known)
        else:
            sets.append(known)
    return sets, stretches, rest


def _look_up(rows: Rows, partition: Partition, field: str, condition: Any) -> Found:
    """What an index knows of the condition; None if there is no index that could."""
    if field == "id":
        return _by_id(rows, partition, condition)
    if isinstance(condition, Range):
        if field not in rows.schema.orders:
            return None
        order: KeptOrder | RankedOrder = partition.order(field, rows.slots)
        return order.between(condition.low, condition.high)
    if field not in rows.schema.indexes:
        return None
    index = partition.equal(field, rows.slots)
    if isinstance(condition, OneOf):
        return _union(index.equal, condition.values)
    if isinstance(condition, HasAny):
        return _union(index.holding, condition.values)
    return index.equal(condition) if is_hashable(condition) else None


def _union(look_up: Callable[[Hashable], Bits], values: Iterable[Any]) -> Bits | None:
    wanted = list(values)
    if not all(map(is_hashable, wanted)):
        return None
    return reduce(Bits.__or__, map(look_up, wanted)) if wanted else Bits()


def _by_id(rows: Rows, partition: Partition, condition: Any) -> Bits | None:
    wanted = condition.values if isinstance(condition, OneOf) else (condition,)
    if not all(isinstance(doc_id, str) for doc_id in wanted):
        return None
    return Bits.of(
        [
            record.sequence
            for doc_id in wanted
            if (record := rows.find(doc_id)) is not None
            and record.sequence in partition.members
            and record.get("id") == doc_id
        ]
    )


def _intersection(sets: list[Bits]) -> Bits | None:
    return reduce(Bits.__and__, sets) if sets else None


def _checked(
    rows: Rows, partition: Partition, found: Bits | None, rest: list[tuple[str, Any]]
) -> Bits:
    size = len(partition) if found is None else len(found)
    effort.spend(size * len(rest) // effort.CHECKED)
    records = records_of(rows, partition, found)
    for field, condition in rest:
        records = keep(records, field, condition, rows.schema.positions.get(field))
    return Bits.of([record.sequence for record in records])


def _containing(rows: Rows, partition: Partition, found: Bits | None, search: Contains) -> Bits:
    among = bits_of(partition, found)
    size = len(among)
    effort.spend(size // effort.TEXTS)
    is_worth_it = size > TEXT_INDEX_FROM and (size > SCATTERED or size * DENSE >= len(rows))
    if is_worth_it and search.fields and SEPARATOR not in search.text:
        return rows.text(search.fields).containing(search.text.casefold(), rows.slots, among)
    records = keep_containing(rows.slots.of(among), search)
    return Bits.of([record.sequence for record in records])
