"""What is left on the disk of a sandbox that was forgotten."""

from __future__ import annotations

from collections.abc import Callable

from understudy.background import aside, beside


class Remains:
    """`remove`: removes the files; None where nothing was kept. `takes_long`: there is much."""

    def __init__(self, remove: Callable[[], None] | None, *, takes_long: bool) -> None:
        self._remove = remove
        self._takes_long = takes_long

    def clear(self) -> None:
        """Get rid of it."""
        if self._remove is not None:
            self._remove()

    async def cleared(self) -> None:
        """The same; if it takes long, nobody else waits."""
        if self._takes_long:
            await aside(self.clear)
        else:
            self.clear()

    def clear_beside(self) -> None:
        """The same, and the caller does not wait either."""
        if self._takes_long:
            beside(self.clear)
        else:
            self.clear()
