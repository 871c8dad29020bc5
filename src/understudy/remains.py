"""What is left of a sandbox that was forgotten: its files, and what it held in memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from understudy.background import aside, beside
from understudy.store.freeing import dismantle, is_large

if TYPE_CHECKING:
    from understudy.store.rows import Rows


class Remains:
    """`held`: the data, which nobody else should hold any more; `remove`: removes the files."""

    def __init__(self, held: list[Rows], remove: Callable[[], None] | None) -> None:
        self._held = held
        self._remove = remove
        self._is_large = is_large(held)

    def clear(self) -> None:
        """Get rid of it."""
        if self._remove is not None:
            self._remove()
        if self._is_large:
            dismantle(self._held)

    async def cleared(self) -> None:
        """The same; if it takes long, nobody else waits."""
        if self._is_large:
            await aside(self.clear)
        else:
            self.clear()

    def clear_beside(self) -> None:
        """The same, and the caller does not wait either."""
        if self._is_large:
            beside(self.clear)
        else:
            self.clear()
