"""Long bodies in pieces: to join, copy or free one as a whole would be one long call, in which
nobody else has a turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

PORTION = 1024 * 1024
"""Bytes of a body that are sent at once."""


class Pieces:
    """A body of some megabytes. It is sent once: `portions` lets go of what it gives."""

    __slots__ = ("_pieces", "_size")

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = pieces
        self._size = sum(map(len, pieces))

    def __len__(self) -> int:
        """How many bytes it had at first."""
        return self._size

    def __bytes__(self) -> bytes:
        """What is left of it."""
        return b"".join(self._pieces)

    def portions(self) -> Iterator[bytes]:
        """Piece by piece."""
        self._pieces.reverse()
        while self._pieces:
            yield self._pieces.pop()


Payload = bytes | Pieces
"""A body that is sent."""


def portions(payload: Payload) -> Iterator[bytes]:
    """A body in portions."""
    if isinstance(payload, Pieces):
        yield from payload.portions()
    else:
        for start in range(0, len(payload), PORTION):
            yield payload[start : start + PORTION]


def beginning(payload: Payload, length: int) -> Payload:
    """So many bytes of a body, which is not sent any more itself."""
    pieces: list[bytes] = []
    for portion in portions(payload):
        pieces.append(portion[:length])
        length -= len(portion)
        if length <= 0:
            break
    return Pieces(pieces)


class Text:
    """JSON that is written bit by bit, in pieces of one portion to two, but for the last."""

    __slots__ = ("_pieces", "_size", "_waiting")

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._waiting: list[bytes] = []
        self._size = 0

    def add(self, parts: Iterable[bytes]) -> None:
        """Write these on."""
        for part in parts:
            self._waiting.append(part)
            self._size += len(part)
            if self._size >= PORTION:
                self._flush()

    def add_item(self, parts: Iterable[bytes]) -> None:
        """Write an item of a list on, or some that have their commas."""
        if self._pieces or self._waiting:
            self.add((b",",))
        self.add(parts)

    def pieces(self) -> list[bytes]:
        """All that was written."""
        if self._waiting:
            self._flush()
        return self._pieces

    def payload(self) -> Payload:
        """The same as a body."""
        pieces = self.pieces()
        return pieces[0] if len(pieces) == 1 else Pieces(pieces)

    def _flush(self) -> None:
        self._pieces.append(b"".join(self._waiting))
        self._waiting, self._size = [], 0
