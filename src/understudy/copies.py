"""What a sandbox begins with where it is a copy of another one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from understudy.clock import Clock

if TYPE_CHECKING:
    from understudy.faults import Faults
    from understudy.sandbox import Sandbox
    from understudy.scenarios.scenario import Account
    from understudy.state.snapshots import Snapshot
    from understudy.store import Store


@dataclass
class Copy:
    """What another sandbox held, at the time that it showed: a fork or a snapshot of it."""

    name: str
    clock: Clock
    forked_from: str | None
    faults: list[dict[str, Any]]
    store: Store
    has_clock: bool = True
    accounts: tuple[Account, ...] = ()

    @classmethod
    def of(cls, source: Sandbox) -> Copy:
        """The data, the time and the faults that another one has now."""
        faults, store = source.faults.as_list(), source.store.fork()
        return cls._made(source, source.clock.copy(), faults, store)

    @classmethod
    def of_snapshot(
        cls, source: Sandbox, snapshot: Snapshot, empty: Store, clock: Clock | None = None
    ) -> Copy:
        """The data of a snapshot of another one, and its time unless another is given."""
        empty.restore(snapshot.store_snapshot)
        empty.saved_counter = snapshot.issued
        return cls._made(source, clock or Clock.of(snapshot.clock), [], empty)

    def arm(self, faults: Faults) -> None:
        """A copy has no rules but those that it takes along."""

    async def prepared(self) -> Copy:
        """It is always ready."""
        return self

    @classmethod
    def _made(
        cls, source: Sandbox, clock: Clock, faults: list[dict[str, Any]], store: Store
    ) -> Copy:
        accounts = source.origin.accounts if source.origin else ()
        return cls(source.scenario, clock, source.name, faults, store, accounts=accounts)
