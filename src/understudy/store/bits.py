"""Sets of sequences as bitmaps: met, joined and counted thousands at a time.

A sequence is a small number, and most sets are dense; so a set is one whole number per chunk of
4,096 sequences. A copy shares the numbers, which never change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import compress

WIDTH = 12
CHUNK = 1 << WIDTH
"""So many sequences share a number."""
LOW = CHUNK - 1
"""What a sequence is within its chunk."""

WINDOW = 256
"""So many sequences are looked at together where a few are wanted."""
LOWEST = (1 << WINDOW) - 1

FEW = 24
"""Up to so many members are found bit by bit."""
MANY = 2_000
"""From so many sequences on, a set is made chunk by chunk."""
PORTION = 32_768
"""So many of them are looked through in one call."""

_NOTHING = bytes(CHUNK)
_ONE = ord("1")
_AS_FLAGS = bytes.maketrans(b"01", b"\0\1")


class Bits:
    """A set of sequences, which are in order by themselves."""

    __slots__ = ("_chunks",)

    def __init__(self, chunks: dict[int, int] | None = None) -> None:
        self._chunks: dict[int, int] = {} if chunks is None else chunks

    @classmethod
    def of(cls, sequences: Sequence[int]) -> Bits:
        """The set of these."""
        if len(sequences) >= MANY:
            starts = range(0, len(sequences), PORTION)
            return cls.of_parts(sequences[start : start + PORTION] for start in starts)
        chunks: dict[int, int] = {}
        for sequence in sequences:
            number = sequence >> WIDTH
            chunks[number] = chunks.get(number, 0) | 1 << (sequence & LOW)
        return cls(chunks)

    @classmethod
    def of_parts(cls, parts: Iterable[Sequence[int]]) -> Bits:
        """The set of all these."""
        chunks: dict[int, int] = {}
        digits = bytearray()
        for part in parts:
            missing = (max(part, default=0) | LOW) + 1 - len(digits)
            if missing > 0:
                digits += b"0" * missing
            for sequence in part:
                digits[sequence] = _ONE
        for start in range(0, len(digits), CHUNK):
            bits = int(digits[start : start + CHUNK][::-1], 2)
            if bits:
                chunks[start >> WIDTH] = bits
        return cls(chunks)

    def __len__(self) -> int:
        return sum(map(int.bit_count, self._chunks.values()))

    def __bool__(self) -> bool:
        return bool(self._chunks)

    def __contains__(self, sequence: int) -> bool:
        return bool(self._chunks.get(sequence >> WIDTH, 0) >> (sequence & LOW) & 1)

    def __iter__(self) -> Iterator[int]:
        for number, bits in sorted(self._chunks.items()):
            yield from _members(number << WIDTH, bits)

    def __and__(self, other: Bits) -> Bits:
        few, many = sorted((self._chunks, other._chunks), key=len)
        return Bits(
            {number: both for number, bits in few.items() if (both := bits & many.get(number, 0))}
        )

    def __or__(self, other: Bits) -> Bits:
        chunks = self._chunks.copy()
        for number, bits in other._chunks.items():
            chunks[number] = chunks.get(number, 0) | bits
        return Bits(chunks)

    def __sub__(self, other: Bits) -> Bits:
        chunks = self._chunks.copy()
        for number in self._chunks.keys() & other._chunks.keys():
            left = chunks[number] & ~other._chunks[number]
            if left:
                chunks[number] = left
            else:
                del chunks[number]
        return Bits(chunks)

    def copy(self) -> Bits:
        """A set of its own with the same members."""
        return Bits(self._chunks.copy())

    def add(self, sequence: int) -> None:
        """Take up a sequence."""
        number = sequence >> WIDTH
        self._chunks[number] = self._chunks.get(number, 0) | 1 << (sequence & LOW)

    def add_all(self, sequences: Iterable[int]) -> None:
        """Take up many sequences, which lie close together."""
        places: dict[int, list[int]] = {}
        for sequence in sequences:
            places.setdefault(sequence >> WIDTH, []).append(sequence & LOW)
        for number, within in places.items():
            lowest = min(within)
            bits = 0
            for place in within:  # short numbers, instead of one of 4,096 bits for each
                bits |= 1 << (place - lowest)
            self._chunks[number] = self._chunks.get(number, 0) | bits << lowest

    def discard(self, sequence: int) -> None:
        """Forget a sequence that is in it."""
        number = sequence >> WIDTH
        left = self._chunks[number] & ~(1 << (sequence & LOW))
        if left:
            self._chunks[number] = left
        else:
            del self._chunks[number]

    def part(self, start: int, stop: int, backwards: bool = False) -> list[int]:
        """Some of the members by their places: in order or, backwards, from the highest on."""
        found: list[int] = []
        passed = 0
        for number in sorted(self._chunks, reverse=backwards):
            bits = self._chunks[number]
            size = bits.bit_count()
            if start < passed + size:
                found += _some(number << WIDTH, bits, start - passed, stop - passed, backwards)
            passed += size
            if passed >= stop:
                break
        return found

    def chunks(self) -> list[tuple[int, int]]:
        """The number of each chunk that has members, in order, with its bits."""
        return sorted(self._chunks.items())

    def windows(self) -> Iterator[tuple[int, int]]:
        """The first sequence of each window that has members, in order, with the window's bits."""
        for number, bits in self.chunks():
            for first in range(number << WIDTH, number + 1 << WIDTH, WINDOW):
                if bits & LOWEST:
                    yield first, bits & LOWEST
                bits >>= WINDOW

    def flags(self, end: int) -> bytes:
        """For each sequence up to `end`, 1 if it is in the set, else 0."""
        chunks = self._chunks
        numbers = range((end >> WIDTH) + 1)
        return b"".join(
            flags(chunks[number]) if number in chunks else _NOTHING for number in numbers
        )


def flags(bits: int, size: int = CHUNK) -> bytes:
    """For so many bits, the lowest first, 1 for each that is set, else 0."""
    return f"{bits:0{size}b}"[::-1].encode().translate(_AS_FLAGS)


def _members(base: int, bits: int) -> list[int]:
    if bits.bit_count() > FEW:
        size = bits.bit_length()
        return list(compress(range(base, base + size), flags(bits, size)))
    members = []
    while bits:
        lowest = bits & -bits
        members.append(base + lowest.bit_length() - 1)
        bits ^= lowest
    return members


def _some(base: int, bits: int, start: int, stop: int, backwards: bool) -> list[int]:
    """Some members of a chunk by their places; only a part of it is looked at for a few."""
    if bits.bit_count() <= FEW:
        members = _members(base, bits)
        return (members[::-1] if backwards else members)[max(start, 0) : stop]
    found: list[int] = []
    passed = 0
    shifts = range(0, bits.bit_length(), WINDOW)
    for shift in reversed(shifts) if backwards else shifts:
        some = bits >> shift & LOWEST
        size = some.bit_count()
        if start < passed + size:
            members = _members(base + shift, some)
            if backwards:
                members.reverse()
            found += members[max(start - passed, 0) : stop - passed]
        passed += size
        if passed >= stop:
            break
    return found
