"""Where a server's stores survive the process, as the sandboxes need it."""

from __future__ import annotations

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

    def delete(self, name: str) -> None:
        """Forget a store."""

    def read_lives(self) -> dict[str, int]:
        """How many lives each name has had whose sandbox is gone."""

    def write_lives(self, lives: dict[str, int]) -> None:
        """Keep that."""

    def close(self) -> None:
        """Finish writing."""
