"""How often a name was a sandbox's: each life under it signs with another key."""

from __future__ import annotations

REMEMBERED = 10_000
"""Of more names than these only the longest life is remembered, for all of them."""
OTHERS = ""
"""Under it is that of the names that are not remembered one by one; no sandbox is called so."""


class Lives:
    """The lives that are over. `ended`: the number of the last one, by name."""

    def __init__(self, ended: dict[str, int]) -> None:
        self.ended = ended

    def next(self, name: str) -> int:
        """The number of the next life under this name, 1 for the first."""
        return max(self.ended.get(name, 0), self.ended.get(OTHERS, 0)) + 1

    def end(self, name: str, life: int) -> None:
        """This life is over: tokens of it must open no later one."""
        if len(self.ended) >= REMEMBERED:
            self.ended = {OTHERS: max(self.ended.values())}
        self.ended[name] = max(life, self.ended.get(OTHERS, 0))
