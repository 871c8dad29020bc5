"""What is left of a sandbox that was forgotten: its files, and what it held in memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from understudy.background import aside, beside
from understudy.store.freeing import dismantle, is_large, unshared

if TYPE_CHECKING:
    from understudy.store.rows import Rows


class Remains:
    """`held`: the data, which others may have as well; `remove`: removes the files, if any."""

    def __init__(self, held: list[Rows], remove: Callable[[], None] | None) -> None:
        self._held = held
        self._remove = remove
        self._has_large_files = remove is not None and is_large(held)

    def clear(self) -> None:
        """Get rid of it."""
        if self._remove is not None:
            self._remove()
        dismantle(self._held)

    async def cleared(self) -> None:
        """The same; if it takes long, nobody else waits. Nobody must hold the sandbox any more."""
        if self._takes_long():
            await aside(self.clear)
        else:
            self.clear()

    def clear_beside(self) -> None:
        """The same, and the caller does not wait either."""
        if self._takes_long():
            beside(self.clear)
        else:
            self.clear()

    def _takes_long(self) -> bool:
        self._held = unshared(self._held)
        return self._has_large_files or is_large(self._held)
