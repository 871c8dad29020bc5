"""A sandbox: one isolated world, with its own data, clock, ids, signing key, faults and journal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from understudy.clock import Clock, stopwatch
from understudy.faults import Faults
from understudy.identity import Ids, RequestIds
from understudy.journal import Journal
from understudy.state.snapshots import Snapshots
from understudy.store import CollectionSchema
from understudy.tokens import TokenSigner

if TYPE_CHECKING:
    from understudy.contract.model import Contract
    from understudy.keyring import Keyring, Vault
    from understudy.scenes import Origin
    from understudy.store import Snapshot, Store

DEFAULT = "default"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")


def store_schemas(contract: Contract) -> list[CollectionSchema]:
    """What a sandbox's store keeps and finds, as the contract's collections say."""
    return [
        CollectionSchema(spec.name, spec.indexes, spec.orders, spec.partition, spec.ranks)
        for spec in contract.collections.values()
    ]


class Sandbox:
    """One isolated world.

    `scenario`: the name of what it was filled from; `origin`: that itself, where it is known.
    `seed`: of its new ids and its faults. `life`: grows when it begins anew under the same name,
    which makes the tokens of earlier lives invalid. `touched`: when it was last used, by the
    stopwatch.
    """

    __slots__ = (
        "_keyring",
        "clock",
        "faults",
        "forked_from",
        "ids",
        "journal",
        "life",
        "name",
        "origin",
        "request_ids",
        "scenario",
        "seed",
        "snapshots",
        "store",
        "tokens",
        "touched",
        "vault",
    )

    def __init__(
        self,
        name: str,
        seed: str,
        store: Store,
        clock: Clock,
        keyring: Keyring,
        *,
        scenario: str = "",
        life: int = 1,
        forked_from: str | None = None,
    ) -> None:
        self._keyring = keyring
        self.name = name
        self.seed = seed
        self.store = store
        self.clock = clock
        self.scenario = scenario
        self.forked_from = forked_from
        self.origin: Origin | None = None
        self.ids = Ids(seed)
        self.request_ids = RequestIds(seed, clock.millis())
        self.vault: Vault = keyring.vault
        self.faults = Faults(seed, clock)
        self.journal = Journal(clock)
        self.snapshots = Snapshots()
        self.touched = stopwatch()
        self.begin_life(life)
        self.ids.issued = store.saved_counter
        store.counter = lambda: self.ids.issued

    def begin_life(self, life: int) -> None:
        """Sign with a key of its own from now on: tokens of earlier lives are unknown."""
        self.life = life
        purpose = ("tokens", self.name) if life == 1 else ("tokens", self.name, str(life))
        self.tokens = TokenSigner(self.name, self._keyring.key(*purpose))

    def restore(self, snapshot: Snapshot, issued: int) -> None:
        """Have the data of a snapshot again, and go on with ids from where it was taken."""
        before, self.ids.issued = self.ids.issued, issued
        try:
            self.store.restore(snapshot)
        except BaseException:  # it could not be kept: nothing has changed
            self.ids.issued = before
            raise
        self.remember()

    def begin_anew(self, origin: Origin) -> None:
        """Be as it was when it was made, but sign with another key."""
        self.faults.clear()
        self.snapshots.clear()
        self.clock.take(origin.clock.reading())
        self.begin_life(self.life + 1)
        self.restore(origin.store.snapshot(), origin.store.saved_counter)
        self.journal.clear()

    def remember(self) -> None:
        """Keep with the data, where that is kept at all, what a restart should find again: how the
        clock was set, and the faults. To be called after each change of them.
        """
        if self.store.is_kept:
            self.store.facts = {
                "scenario": self.scenario,
                "seed": self.seed,
                "life": self.life,
                "forked_from": self.forked_from,
                "clock": self.clock.reading() if self.clock.was_moved else None,
                "faults": self.faults.as_list(),
            }

    def recall(self, facts: dict[str, Any]) -> None:
        """Be again what was kept."""
        if facts.get("clock"):
            self.clock.take(facts["clock"])
        self.faults.load(facts.get("faults", []))
