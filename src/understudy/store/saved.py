"""Where a server's stores survive the process, as the sandboxes need it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from understudy.store.store import Store


class SavedStores(Protocol):
    """Where stores survive the process."""

    def names(self) -> list[str]:
        """The sandboxes that earlier runs left."""

    def open(self, name: str) -> Store:
        """The store of one of them."""

    def adopt(self, name: str, store: Store) -> None:
        """Keep a new store under this name from now on."""

    async def adopt_aside(self, name: str, store: Store) -> None:
        """The same, without keeping anybody else waiting; nobody may change the store meanwhile."""

    def forget(self, name: str) -> Callable[[], None]:
        """Forget a store in one step; what it gives is to be called, and removes the rest."""

    def read_lives(self) -> dict[str, int]:
        """How many lives each name has had whose sandbox is gone."""

    def write_lives(self, lives: dict[str, int]) -> None:
        """Keep that."""

    def close(self) -> None:
        """Finish writing."""
