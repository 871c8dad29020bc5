"""The records of a partition in the order of a field, then of creation: a sorted list in parts,
which forks share until one of them writes.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress, islice
from operator import itemgetter
from typing import Any

from understudy.store.bits import MANY, Bits
from understudy.store.keys import bounds, sort_key
from understudy.store.record import Record
from understudy.store.sorting import in_order

PART = 512
"""So many entries a part of a sorted list has when it is made, and at most twice as many."""
FILTER_FROM = 8
"""More than one in so many entries have to go before a part is filtered rather than searched."""

FLAGS_PER_STEP = 40
"""So many flags of sequences are written while one is asked for."""

Entry = tuple[int, Any, int]
"""A key and a sequence."""


class Part:
    """A stretch of a sorted list, with the sequences once more, close together."""

    __slots__ = ("entries", "owner", "sequences")

    def __init__(self, entries: list[Entry], owner: object) -> None:
        self.entries = entries
        self.sequences = array("q", [entry[2] for entry in entries])
        self.owner = owner

    def copy(self, owner: object) -> Part:
        """One that its owner can write to, with the same contents."""
        part = Part.__new__(Part)
        part.entries, part.sequences, part.owner = self.entries[:], self.sequences[:], owner
        return part


class KeptOrder:
    """The order by a field with any values."""

    __slots__ = ("_field", "_lasts", "_owner", "_parts")

    def __init__(self, field: str, records: Iterable[Record], owner: object) -> None:
        self._field = field
        self._owner = owner
        self._set([])
        waiting: list[Entry] = []
        for kind, pairs in in_order(field, records, None):
            waiting += [(kind, *pair) for pair in pairs]
            whole = len(waiting) // PART * PART
            self._append(waiting[:whole])
            del waiting[:whole]
        self._append(waiting)

    def __len__(self) -> int:
        return sum(len(part.sequences) for part in self._parts)

    def between(self, low: Any, high: Any) -> Stretch:
        """The records in a range of values, to be read before anything changes."""
        first, last = bounds(low, high, None)
        start = self._place(first)
        return Stretch(self, self._field, start, max(start, self._place(last)))

    def part(self, start: int, stop: int, backwards: bool) -> list[int]:
        """Some of the records by their places in the order."""
        found: list[int] = []
        for sequences in self.parts(start, stop, backwards):
            found += sequences
        return found

    def parts(self, start: int, stop: int, backwards: bool) -> Iterator[array[int]]:
        """The same, bit by bit."""
        passed = 0
        for part in reversed(self._parts) if backwards else self._parts:
            size = len(part.sequences)
            if start < passed + size:
                sequences = part.sequences[::-1] if backwards else part.sequences
                yield sequences[max(start - passed, 0) : stop - passed]
            passed += size
            if passed >= stop:
                break

    def part_of(self, among: Bits, end: int, start: int, stop: int, backwards: bool) -> list[int]:
        """The same of some records only, whose sequences are below `end`.

        A short walk asks of each record whether it is meant; a long one looks at the flags of all.
        """
        near = islice(self._walk(backwards), end // FLAGS_PER_STEP)
        found = [*islice(filter(among.__contains__, near), start, stop)]
        if len(found) == stop - start:
            return found
        return self._far(among.flags(end), start, stop, backwards)

    def _far(self, flags: bytes, start: int, stop: int, backwards: bool) -> list[int]:
        found: list[int] = []
        passed = 0
        for part in reversed(self._parts) if backwards else self._parts:
            # No record has the sequence 0: with it, there are always several to get.
            chosen = itemgetter(*part.sequences, 0)(flags)
            size = sum(chosen)
            if start < passed + size:
                sequences = [*compress(part.sequences, chosen)]
                if backwards:
                    sequences.reverse()
                found += sequences[max(start - passed, 0) : stop - passed]
            passed += size
            if passed >= stop:
                break
        return found

    def _walk(self, backwards: bool) -> Iterator[int]:
        for part in reversed(self._parts) if backwards else self._parts:
            yield from reversed(part.sequences) if backwards else part.sequences

    def add(self, record: Record) -> None:
        """Take up a new record."""
        self._insert(self._entry(record))

    def add_all(self, records: Sequence[Record]) -> None:
        """Take up several new records."""
        entries = sorted(map(self._entry, records))
        if not self._lasts:
            self._set(entries)
        elif entries[0] > self._lasts[-1]:  # as times and numbers of what is new are
            last = self._parts[-1].entries
            if len(last) < PART:
                entries = [*last, *entries]
                del self._parts[-1], self._lasts[-1]
            self._append(entries)
        else:
            for entry in entries:
                self._insert(entry)

    def _insert(self, entry: Entry) -> None:
        lasts = self._lasts
        if not lasts:
            self._set([entry])
            return
        place = min(bisect_left(lasts, entry), len(lasts) - 1)
        part = self._writable(place)
        within = bisect_left(part.entries, entry)
        part.entries.insert(within, entry)
        part.sequences.insert(within, entry[2])
        if len(part.entries) > 2 * PART:
            entries = part.entries
            halves = [Part(half, self._owner) for half in (entries[:PART], entries[PART:])]
            self._parts[place : place + 1] = halves
            self._lasts[place : place + 1] = [half.entries[-1] for half in halves]
        else:
            self._lasts[place] = part.entries[-1]

    def remove(self, record: Record) -> None:
        """Forget a record."""
        entry = self._entry(record)
        place = bisect_left(self._lasts, entry)
        part = self._writable(place)
        within = bisect_left(part.entries, entry)
        del part.entries[within], part.sequences[within]
        if part.entries:
            self._lasts[place] = part.entries[-1]
        else:
            del self._parts[place], self._lasts[place]

    def remove_all(self, records: Sequence[Record], gone: Bits) -> None:
        """Forget many records, whose sequences these are."""
        if len(records) * FILTER_FROM < len(self):
            for record in records:
                self.remove(record)
        else:
            entries = (entry for part in self._parts for entry in part.entries)
            left = {record.sequence for record in records}.isdisjoint
            self._set([entry for entry in entries if left(entry[2:])])

    def replace(self, before: Record, after: Record) -> None:
        """Follow a record's change."""
        if before.get(self._field) != after.get(self._field):
            self.remove(before)
            self.add(after)

    def copy(self, owner: object) -> KeptOrder:
        """An order that its owner can write to, with the same contents."""
        order = KeptOrder.__new__(KeptOrder)
        order._field, order._owner = self._field, owner
        order._parts, order._lasts = self._parts[:], self._lasts[:]
        return order

    def pieces(self) -> Iterable[Any]:
        """What forks may share, to be freed piece by piece."""
        return self._parts

    def _set(self, entries: list[Entry]) -> None:
        self._parts: list[Part] = []
        self._lasts: list[Entry] = []
        self._append(entries)

    def _append(self, entries: list[Entry]) -> None:
        for start in range(0, len(entries), PART):
            part = Part(entries[start : start + PART], self._owner)
            self._parts.append(part)
            self._lasts.append(part.entries[-1])

    def _entry(self, record: Record) -> Entry:
        return (*sort_key(record.get(self._field), None), record.sequence)

    def _place(self, bound: tuple[Any, ...]) -> int:
        """How many entries lie before the bound."""
        place = bisect_left(self._lasts, bound)
        before = sum(len(part.sequences) for part in self._parts[:place])
        if place < len(self._parts):
            before += bisect_left(self._parts[place].entries, bound)
        return before

    def _writable(self, place: int) -> Part:
        part = self._parts[place]
        if part.owner is not self._owner:
            part = self._parts[place] = part.copy(self._owner)
        return part


class Stretch:
    """The records from one place of an order up to another."""

    __slots__ = ("_order", "_start", "_stop", "field")

    def __init__(self, order: KeptOrder, field: str, start: int, stop: int) -> None:
        self._order = order
        self.field = field
        self._start = start
        self._stop = stop

    def __len__(self) -> int:
        return self._stop - self._start

    def part(self, start: int, stop: int, backwards: bool) -> list[int]:
        """Some of them, counted from the front or, backwards, from the end."""
        if backwards:
            return self._order.part(self._stop - stop, self._stop - start, False)[::-1]
        return self._order.part(self._start + start, self._start + stop, False)

    def bits(self) -> Bits:
        """All of them."""
        if len(self) < MANY:
            return Bits.of(self._order.part(self._start, self._stop, False))
        return Bits.of_parts(self._order.parts(self._start, self._stop, False))
