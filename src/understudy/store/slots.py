"""Records by sequence, oldest first, in parts that forks share until one of them writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import compress
from typing import Any

from understudy.store.bits import CHUNK, FEW, LOW, WIDTH, Bits, flags
from understudy.store.record import Record


class Part(list[Record | None]):
    """A chunk of sequences. Only its `owner` may write to it; `size` counts what is there."""

    __slots__ = ("owner", "size")
    owner: object
    size: int


class Slots:
    """A record for each sequence, or none."""

    __slots__ = ("_owner", "_parts")

    def __init__(self, owner: object) -> None:
        self._owner = owner
        self._parts: dict[int, Part] = {}

    def __getitem__(self, sequence: int) -> Record:
        record = self._parts[sequence >> WIDTH][sequence & LOW]
        assert record is not None
        return record

    def __iter__(self) -> Iterator[Record]:
        for _, part in sorted(self._parts.items()):
            yield from (record for record in part if record is not None)

    def apart_from(self, other: Slots) -> Iterator[Record]:
        """What is in parts that the other one does not share."""
        for number, part in sorted(self._parts.items()):
            if other._parts.get(number) is not part:
                yield from (record for record in part if record is not None)

    def pieces(self) -> Iterable[Any]:
        """What forks may share, to be freed piece by piece."""
        return self._parts.values()

    def at(self, sequences: Sequence[int]) -> list[Record]:
        """The records of these sequences, all of which there are, in this order."""
        parts = self._parts
        # None of these places is empty.
        return [parts[each >> WIDTH][each & LOW] for each in sequences]  # type: ignore[misc]

    def of(self, found: Bits) -> list[Record]:
        """The records of these sequences, all of which there are."""
        records: list[Record] = []
        for some in self.parts_of(found):
            records += some
        return records

    def parts_of(self, found: Bits) -> Iterator[Iterable[Record]]:
        """The same, chunk by chunk: for who does not need a million of them at once."""
        for number, bits in found.chunks():
            part = self._parts[number]
            if bits.bit_count() > FEW:
                # None of these places is empty.
                yield compress(part, flags(bits))  # type: ignore[arg-type]
            else:
                yield _some(part, bits)

    def window(self, first: int, size: int) -> list[Record | None]:
        """What there is from a sequence on, within its chunk."""
        return self._parts[first >> WIDTH][first & LOW : (first & LOW) + size]

    def room(self, sequence: int) -> int:
        """How many records, from this sequence on, share a part."""
        return CHUNK - (sequence & LOW)

    def fill(self, records: Sequence[Record]) -> None:
        """Take up records of one part, whose sequences follow one another and all there are."""
        first = records[0].sequence
        part = self._writable(first >> WIDTH)
        part += [None] * ((first & LOW) - len(part))
        part += records
        part.size += len(records)

    def put(self, record: Record) -> None:
        """Take up a record, or put it in the place of the one with its sequence."""
        part = self._writable(record.sequence >> WIDTH)
        place = record.sequence & LOW
        if place >= len(part):
            part += [None] * (place + 1 - len(part))
        part.size += part[place] is None
        part[place] = record

    def drop(self, sequence: int) -> None:
        """Forget the record of this sequence."""
        number = sequence >> WIDTH
        part = self._writable(number)
        part[sequence & LOW] = None
        part.size -= 1
        if not part.size:
            del self._parts[number]

    def copy(self, owner: object) -> Slots:
        """One that its owner can write to; this one must not change any more."""
        slots = Slots(owner)
        slots._parts = self._parts.copy()
        return slots

    def _writable(self, number: int) -> Part:
        part = self._parts.get(number)
        if part is not None and part.owner is self._owner:
            return part
        own = self._parts[number] = Part(part or ())
        own.owner = self._owner
        own.size = 0 if part is None else part.size
        return own


def _some(part: Part, bits: int) -> list[Record]:
    records: list[Record | None] = []
    while bits:
        lowest = bits & -bits
        records.append(part[lowest.bit_length() - 1])
        bits ^= lowest
    return records  # type: ignore[return-value]  # none of these is empty
