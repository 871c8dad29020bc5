"""What somebody did to a sandbox through the control API, between the requests of the application.

The journal has the requests alone. Whoever wants to repeat them needs to know, too, that a
subscription was ended after the twelfth, and a fault added before the thirteenth.
"""

from __future__ import annotations

from typing import NamedTuple

MOST = 1000
"""So many are kept, the first ones: without them the later ones make no sense."""
LONGEST_BODY = 64 * 1024
"""Bytes of a body; what had a longer one is not kept."""
MOST_BYTES = 1024 * 1024
"""Bytes of all bodies and paths; what does not fit in any more is not kept."""


class Intervention(NamedTuple):
    """One request to the control API that changed a sandbox.

    `after`: the sequence of the last exchange before it. `millis`: when it was, by the sandbox's
    clock. `path`: below the sandbox's own, with the query, still percent-encoded.
    """

    after: int
    millis: int
    method: str
    path: str
    body: bytes


class Interventions:
    """Those of one sandbox since it began, the oldest first. `lost`: how many are not kept."""

    __slots__ = ("_size", "kept", "lost")

    def __init__(self) -> None:
        self.kept: list[Intervention] = []
        self.lost = 0
        self._size = 0

    def note(self, intervention: Intervention) -> None:
        """Keep one, if there is room for it."""
        length = len(intervention.body)
        size = self._size + length + len(intervention.path)
        if len(self.kept) < MOST and length <= LONGEST_BODY and size <= MOST_BYTES:
            self.kept.append(intervention)
            self._size = size
        else:
            self.lost += 1

    def clear(self) -> None:
        """Forget all of them."""
        self.kept.clear()
        self.lost = self._size = 0
