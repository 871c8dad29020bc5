"""A sandbox's snapshots: all of its data under a name, to go back to and to compare with.

They share the records with the sandbox, and live in memory, as long as it does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from understudy import times
from understudy.state.errors import SnapshotExists, TooManySnapshots

if TYPE_CHECKING:
    from understudy.sandbox import Sandbox
    from understudy.store import Snapshot as StoreSnapshot
    from understudy.store.snapshot_file import SnapshotDraft

LIMIT = 50
"""So many snapshots a sandbox has at most."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A sandbox at one moment.

    `store_snapshot`: its data. `issued`: how many ids it had given. `clock`: a reading of its
    clock, which showed `millis`. `objects`: how many it held.
    """

    name: str
    store_snapshot: StoreSnapshot
    issued: int
    clock: dict[str, Any]
    millis: int
    objects: int

    @property
    def taken_at(self) -> str:
        """What the sandbox's clock showed, in the written form."""
        return times.to_text(self.millis)


class Snapshots:
    """The snapshots of one sandbox, oldest first."""

    __slots__ = ("_by_name", "_named")

    def __init__(self) -> None:
        self._by_name: dict[str, Snapshot] = {}
        self._named = 0

    def __len__(self) -> int:
        return len(self._by_name)

    def __iter__(self) -> Iterator[Snapshot]:
        return iter(self._by_name.values())

    def get(self, name: str) -> Snapshot:
        """The snapshot of that name. KeyError if there is none."""
        return self._by_name[name]

    def take(self, sandbox: Sandbox, name: str | None = None) -> Snapshot:
        """Keep what the sandbox holds now; without a name, as `snapshot-1` and so on.

        Raises SnapshotExists and TooManySnapshots.
        """
        if name in self._by_name:
            raise SnapshotExists(f"There is a snapshot {name!r} already.")
        if len(self._by_name) >= LIMIT:
            raise TooManySnapshots(
                f"The sandbox has {LIMIT} snapshots, as many as it may; delete one."
            )
        snapshot = _taken(sandbox, name or self._next_name())
        self._by_name[snapshot.name] = snapshot
        return snapshot

    async def restore(self, sandbox: Sandbox, name: str, *, clock: bool = False) -> Snapshot:
        """Have the sandbox hold again what it held, and give the ids that followed again; with
        `clock`, it is that time again. KeyError if there is no such snapshot.

        A large one is written first, while others are served; then all of it happens at once.
        """
        snapshot = self._by_name[name]
        async with sandbox.store.drafted(snapshot.store_snapshot) as draft:
            _restore(sandbox, snapshot, draft, clock=clock)
        return snapshot

    def remove(self, name: str) -> None:
        """Forget a snapshot. KeyError if there is none."""
        del self._by_name[name]

    def clear(self) -> None:
        """Forget all of them."""
        self._by_name.clear()
        self._named = 0

    def _next_name(self) -> str:
        while True:
            self._named += 1
            name = f"snapshot-{self._named}"
            if name not in self._by_name:
                return name


def _restore(
    sandbox: Sandbox, snapshot: Snapshot, draft: SnapshotDraft | None, *, clock: bool
) -> None:
    before = sandbox.clock.reading()
    if clock:
        sandbox.clock.take(snapshot.clock)
        sandbox.clock.set(snapshot.millis)
    try:
        sandbox.restore(snapshot.store_snapshot, snapshot.issued, draft)
    except BaseException:
        sandbox.clock.take(before)
        raise


def _taken(sandbox: Sandbox, name: str) -> Snapshot:
    store = sandbox.store
    return Snapshot(
        name=name,
        store_snapshot=store.snapshot(),
        issued=sandbox.ids.issued,
        clock=sandbox.clock.reading(),
        millis=sandbox.clock.millis(),
        objects=sum(len(store[key]) for key in store if not key.startswith("_")),
    )
