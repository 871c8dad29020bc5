"""A dict in shards, so that forks share all of it but the shards they write to.

Extendible hashing: a key's shard is found by the last bits of its hash, a shard that is full is cut
in two by one bit more. It has no order.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

FULL = 1_024
"""So many keys a shard holds."""
SPARSE = 64
"""There is at most one shard to so many keys, even if their hashes are all alike."""


class Shard(dict[K, V]):
    """A part. Only its `owner` may write to it; its keys agree in `depth` bits of their hashes."""

    __slots__ = ("depth", "owner")
    depth: int
    owner: object


class Shards(Generic[K, V]):
    """A mapping whose copy costs as little as its shards are many."""

    __slots__ = ("_mask", "_owner", "_shards", "_size")

    def __init__(self, owner: object) -> None:
        self._owner = owner
        self._shards: list[Shard[K, V]] = [_shard(0, owner)]
        self._mask = 0
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[K]:
        """The keys, in no order."""
        for place, shard in enumerate(self._shards):
            if place < 1 << shard.depth:
                yield from shard

    def pieces(self) -> Iterable[Any]:
        """What forks may share, to be freed piece by piece."""
        return self._shards

    def get(self, key: K) -> V | None:
        """The value of a key, None if there is none."""
        return self._shards[hash(key) & self._mask].get(key)

    def __contains__(self, key: object) -> bool:
        return key in self._shards[hash(key) & self._mask]

    def put(self, key: K, value: V) -> None:
        """Set the value of a key."""
        shard = self._writable(hash(key))
        before = len(shard)
        shard[key] = value
        if len(shard) > before:
            self._size += 1
            if before >= FULL and len(self._shards) * SPARSE < self._size:
                self._split(hash(key), shard)

    def expect(self, size: int) -> None:
        """Be ready for so many keys, while there are none: no shard has to be cut for them."""
        while len(self._shards) * FULL < 2 * size:
            self._shards += [_shard(0, self._owner) for _ in self._shards]
        self._mask = len(self._shards) - 1
        for shard in self._shards:
            shard.depth = self._mask.bit_length()

    def fill(self, items: Sequence[tuple[K, V]]) -> None:
        """Set the values of new keys that were expected."""
        shards, mask = self._shards, self._mask
        for key, value in items:
            shards[hash(key) & mask][key] = value
        self._size += len(items)

    def drop(self, key: K) -> None:
        """Forget a key that is there."""
        del self._writable(hash(key))[key]
        self._size -= 1

    def let_go(self) -> None:
        """Come to an end, shard by shard: all of it at once would be one long call, during which no
        other thread can go on.
        """
        while self._shards:
            self._shards.pop()

    def copy(self, owner: object) -> Shards[K, V]:
        """One that its owner can write to; this one must not change any more."""
        shards: Shards[K, V] = Shards(owner)
        shards._shards = self._shards.copy()
        shards._mask = self._mask
        shards._size = self._size
        return shards

    def _writable(self, hashed: int) -> Shard[K, V]:
        shard = self._shards[hashed & self._mask]
        if shard.owner is self._owner:
            return shard
        own: Shard[K, V] = _shard(shard.depth, self._owner)
        own.update(shard)
        self._place(hashed, own)
        return own

    def _split(self, hashed: int, shard: Shard[K, V]) -> None:
        depth = shard.depth
        if 1 << depth == len(self._shards):
            self._shards += self._shards
            self._mask = len(self._shards) - 1
        halves: list[Shard[K, V]] = [_shard(depth + 1, self._owner) for _ in range(2)]
        for key, value in shard.items():
            halves[hash(key) >> depth & 1][key] = value
        low = hashed & ((1 << depth) - 1)
        self._place(low, halves[0])
        self._place(low | 1 << depth, halves[1])

    def _place(self, hashed: int, shard: Shard[K, V]) -> None:
        """Put a shard wherever the bits that its keys agree in lead to."""
        step = 1 << shard.depth
        for place in range(hashed & (step - 1), len(self._shards), step):
            self._shards[place] = shard


def _shard(depth: int, owner: object) -> Shard[K, V]:
    shard: Shard[K, V] = Shard()
    shard.depth = depth
    shard.owner = owner
    return shard
