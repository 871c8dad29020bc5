"""Ids that are random to look at and the same in every run with the same seed.

An id is the keyed hash of a counter, so the whole state of the generator is one number that the
store can keep: after a restart it goes on where it stopped, and never gives an id twice.
"""

from __future__ import annotations

from hashlib import blake2b


def as_uuid4(raw: bytes) -> str:
    """16 bytes, with the version and variant bits of a UUID v4 set, as text."""
    digits = raw.hex()
    variant = "89ab"[raw[8] & 3]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


class Ids:
    """A seeded stream of UUIDs. `issued` counts those given so far; setting it moves the stream."""

    __slots__ = ("_key", "issued")

    def __init__(self, seed: str, issued: int = 0) -> None:
        self._key = blake2b(seed.encode(errors="surrogateescape"), digest_size=32).digest()
        self.issued = issued

    def new(self) -> str:
        """The next id, a UUID v4."""
        self.issued += 1
        return as_uuid4(blake2b(b"%d" % self.issued, key=self._key, digest_size=16).digest())

    def named(self, *names: str) -> str:
        """The id that belongs to a name, the same however many were issued; scenarios name their
        objects so.
        """
        return as_uuid4(blake2b("\0".join(names).encode(), key=self._key, digest_size=16).digest())

    def secret(self, purpose: str) -> bytes:
        """32 bytes that only the seed's holder can know, one value for each purpose."""
        return blake2b(purpose.encode(), key=self._key, digest_size=32, person=b"secret").digest()


class RequestIds:
    """Ids for requests that bring none: short, readable in a log, and never the same twice.

    `started_at`: when the sandbox came to be, in milliseconds; it tells the runs of a server apart.
    """

    __slots__ = ("_given", "_prefix")

    def __init__(self, seed: str, started_at: int) -> None:
        self._prefix = Ids(seed).named("requests", str(started_at))[:8].encode()
        self._given = 0

    def new(self) -> bytes:
        """The next id, as a header carries it: `3f2a9c01-17`."""
        self._given += 1
        return b"%b-%d" % (self._prefix, self._given)
