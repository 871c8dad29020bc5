"""Sets of sequences by a key: small ones as tuples, large ones as bitmaps, forks share them all."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Any

from understudy.store.bits import Bits
from understudy.store.shards import Shards

FEW = 96
"""So many sequences are a tuple; more are a bitmap."""


class Bucket(Bits):
    """A bitmap that only its `owner` may write to."""

    __slots__ = ("owner",)
    owner: object


class Groups:
    """Which sequences have which key."""

    __slots__ = ("_buckets", "_owner")

    def __init__(self, owner: object) -> None:
        self._owner = owner
        self._buckets: Shards[Hashable, tuple[int, ...] | Bucket] = Shards(owner)

    def __len__(self) -> int:
        return len(self._buckets)

    def __iter__(self) -> Iterator[Any]:
        """The keys, in no order."""
        return iter(self._buckets)

    def get(self, key: Hashable) -> Bits:
        """The sequences of a key. Only to be read."""
        bucket = self._buckets.get(key)
        return bucket if isinstance(bucket, Bits) else Bits.of(bucket or ())

    def first(self, key: Hashable) -> int | None:
        """The lowest sequence of a key, None if it has none."""
        bucket = self._buckets.get(key)
        if bucket is None:
            return None
        return bucket.part(0, 1)[0] if isinstance(bucket, Bits) else bucket[0]

    def add(self, key: Hashable, sequence: int) -> None:
        """Put a sequence to a key."""
        bucket = self._buckets.get(key)
        if isinstance(bucket, Bits):
            self._writable(key, bucket).add(sequence)
        elif bucket is None:
            self._buckets.put(key, (sequence,))
        elif sequence > bucket[-1] and len(bucket) < FEW:
            self._buckets.put(key, (*bucket, sequence))
        else:
            self.put(key, sorted((*bucket, sequence)))

    def add_all(self, key: Hashable, sequences: Sequence[int]) -> None:
        """Put several sequences to a key."""
        bucket = self._buckets.get(key)
        if type(bucket) is Bucket:
            self._writable(key, bucket).add_all(sequences)
        else:
            self.put(key, sorted((*(bucket or ()), *sequences)))

    def take(self, key: Hashable, sequence: int) -> None:
        """Take a sequence from its key."""
        bucket = self._buckets.get(key)
        if isinstance(bucket, Bits):
            own = self._writable(key, bucket)
            own.discard(sequence)
            if not own:
                self._buckets.drop(key)
        else:
            self.put(key, [each for each in bucket or () if each != sequence])

    def take_all(self, key: Hashable, gone: Bits) -> None:
        """Take all of these that it has from a key."""
        bucket = self._buckets.get(key)
        if isinstance(bucket, Bits):
            left = bucket - gone
            if left:
                self._set(key, left)
            else:
                self._buckets.drop(key)
        else:
            self.put(key, [each for each in bucket or () if each not in gone])

    def put(self, key: Hashable, sequences: Sequence[int]) -> None:
        """Let a key have these, in order, and no others."""
        if not sequences:
            self._buckets.drop(key)
        elif len(sequences) > FEW:
            self._set(key, Bits.of(sequences))
        else:
            self._buckets.put(key, tuple(sequences))

    def pieces(self) -> Iterable[Any]:
        """What forks may share, to be freed piece by piece."""
        return self._buckets.pieces()

    def copy(self, owner: object) -> Groups:
        """One that its owner can write to; this one must not change any more."""
        groups = Groups(owner)
        groups._buckets = self._buckets.copy(owner)
        return groups

    def _writable(self, key: Hashable, bucket: Bucket) -> Bucket:
        return bucket if bucket.owner is self._owner else self._set(key, bucket.copy())

    def _set(self, key: Hashable, bits: Bits) -> Bucket:
        bucket = Bucket(bits._chunks)
        bucket.owner = self._owner
        self._buckets.put(key, bucket)
        return bucket
