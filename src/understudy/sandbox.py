"""A sandbox: one isolated world, with its own data, clock, ids, signing key, faults and journal."""

from __future__ import annotations

import re
from copy import copy
from typing import TYPE_CHECKING, Any

from understudy.beginnings import Beginning
from understudy.clock import Clock, stopwatch
from understudy.faults import Faults
from understudy.identity import Ids, RequestIds
from understudy.interventions import Interventions
from understudy.journal import Journal
from understudy.state.snapshots import Snapshots
from understudy.store import CollectionSchema
from understudy.tokens import TokenSigner
from understudy.turns import Turns

if TYPE_CHECKING:
    from understudy.contract.model import Contract
    from understudy.keyring import Keyring, Vault
    from understudy.scenes import Origin
    from understudy.store import Snapshot, Store
    from understudy.store.snapshot_file import SnapshotDraft

DEFAULT = "default"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")


def store_schemas(contract: Contract) -> list[CollectionSchema]:
    """What a sandbox's store keeps and finds, as the contract's collections say."""
    return [
        CollectionSchema(
            spec.name, spec.indexes, spec.orders, spec.texts, spec.partition, spec.ranks
        )
        for spec in contract.collections.values()
    ]


class Sandbox:
    """One isolated world.

    `scenario`: the name of what it was filled from; `origin`: that itself, where it is known.
    `seed`: of its new ids and its faults. `life`: grows when it begins anew under the same name,
    which makes the tokens of earlier lives invalid. `touched`: when it was last used, by the
    stopwatch. `begun_clock`: the reading of a clock that it was made with; None: the server's.
    `beginning`: how it was at first; `interventions`: what was done to it since, beside requests.
    `turns`: of those who put other data in place of all that it has, or take long to change some.
    """

    __slots__ = (
        "_keyring",
        "_usual_clock",
        "beginning",
        "begun_clock",
        "clock",
        "faults",
        "forked_from",
        "ids",
        "interventions",
        "journal",
        "life",
        "name",
        "origin",
        "request_ids",
        "restores",
        "scenario",
        "seed",
        "snapshots",
        "store",
        "tokens",
        "touched",
        "turns",
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
        usual_clock: Clock | None = None,
    ) -> None:
        self._keyring = keyring
        self._usual_clock = usual_clock or clock.copy()
        self.name = name
        self.seed = seed
        self.store = store
        self.clock = clock
        self.scenario = scenario
        self.forked_from = forked_from
        self.origin: Origin | None = None
        self.begun_clock = self._kept(clock)
        self.ids = Ids(seed)
        self.request_ids = RequestIds(seed, clock.millis())
        self.vault: Vault = keyring.vault
        self.faults = Faults(seed, clock)
        self.journal = Journal(clock)
        self.snapshots = Snapshots()
        self.touched = stopwatch()
        self.turns = Turns()
        self.restores = 0
        self.begin_life(life)
        self.ids.issued = store.saved_counter
        ids = self.ids  # not the sandbox, which would hold itself by this
        store.counter = lambda: ids.issued
        self.interventions = Interventions()
        self.beginning = Beginning.of(self)

    def begin_life(self, life: int) -> None:
        """Sign with a key of its own from now on: tokens of earlier lives are unknown."""
        self.life = life
        purpose = ("tokens", self.name) if life == 1 else ("tokens", self.name, str(life))
        self.tokens = TokenSigner(self.name, self._keyring.key(*purpose))

    def twin(self) -> Sandbox:
        """What a thread can work with meanwhile: data, ids and clock are its own, forked from
        these; all else is shared, and not for it to change.
        """
        twin = copy(self)
        twin.store, twin.clock = self.store.fork(), self.clock.copy()
        twin.ids = Ids(self.seed, self.ids.issued)
        return twin

    def mark_beginning(self) -> None:
        """Take what it holds now for what it began with."""
        self.interventions.clear()
        self.beginning = Beginning.of(self)

    def plain(self, user: str) -> str:
        """A user's name without the `+NAME` that leads into this sandbox."""
        local, at, domain = user.rpartition("@")
        name = f"+{self.name}"
        is_plus = local[-len(name) :].casefold() == name.casefold() and len(local) > len(name)
        return f"{local[: -len(name)]}{at}{domain}" if is_plus else user

    def new_token_id(self) -> str:
        """The next id, for a token: other than the ids of objects, it does not come again after the
        data went back to a snapshot, so that tokens which were given since then stay unknown.
        """
        made = self.ids.new()
        return self.ids.named("token", str(self.restores), made) if self.restores else made

    def restore(self, snapshot: Snapshot, issued: int, draft: SnapshotDraft | None) -> None:
        """Have the data of a snapshot again, and go on with ids from where it was taken. `draft`:
        where it is on the disk already.

        Raises OSError, and changes nothing, where that cannot be kept.
        """
        facts = {**self.facts(), "restores": self.restores + 1}
        self._have(snapshot, issued, facts, draft)
        self.restores += 1

    async def begin_anew(self, origin: Origin) -> None:
        """Be as something that is made of this origin, but sign with another key. Of a large one
        it is written first, while others are served; then all of it happens at once.

        Raises OSError, and changes nothing, where that cannot be kept.
        """
        store = origin.store
        snapshot, issued = store.snapshot(), store.saved_counter
        async with self.store.drafted(snapshot) as draft:
            self._begin_anew(origin, snapshot, issued, draft)

    def _begin_anew(
        self, origin: Origin, snapshot: Snapshot, issued: int, draft: SnapshotDraft | None
    ) -> None:
        clock, life = origin.clock.copy(), self.life + 1
        faults = Faults(self.seed, clock)
        origin.arm(faults)
        begun: dict[str, Any] = {
            "scenario": origin.name,
            "forked_from": origin.forked_from,
            "begun_clock": self._kept(clock) if origin.has_clock else None,
        }
        changed = {"clock": self._kept(clock), "faults": faults.as_list(), "life": life}
        self._have(snapshot, issued, {**self.facts(), **begun, **changed}, draft)
        self.origin, self.scenario = origin, origin.name
        self.forked_from, self.begun_clock = begun["forked_from"], begun["begun_clock"]
        self.clock.take(clock.reading())
        self.begin_life(life)
        self.faults.clear()
        self.faults.load(faults.as_list())
        self.snapshots.clear()
        self.journal.clear()
        self.mark_beginning()

    def facts(self) -> dict[str, Any]:
        """What a restart should find again besides the data."""
        return {
            "scenario": self.scenario,
            "seed": self.seed,
            "life": self.life,
            "restores": self.restores,
            "forked_from": self.forked_from,
            "clock": self._kept(self.clock),
            "begun_clock": self.begun_clock,
            "faults": self.faults.as_list(),
        }

    def remember(self) -> None:
        """Keep the facts with the data, where that is kept at all. To be called after each change
        of the clock and of the faults.
        """
        if self.store.is_kept:
            self.store.facts = self.facts()

    def recall(self, facts: dict[str, Any]) -> None:
        """Be again what was kept."""
        self.restores = facts.get("restores", 0)
        self.begun_clock = facts.get("begun_clock")
        if facts.get("clock"):
            self.clock.take(facts["clock"])
        self.faults.load(facts.get("faults", []))
        self.mark_beginning()

    def _have(
        self, snapshot: Snapshot, issued: int, facts: dict[str, Any], draft: SnapshotDraft | None
    ) -> None:
        before, self.ids.issued = self.ids.issued, issued
        try:
            self.store.restore(snapshot, facts if self.store.is_kept else None, draft)
        except BaseException:
            self.ids.issued = before
            raise

    def _kept(self, clock: Clock) -> dict[str, Any] | None:
        """The reading of a clock that was set; None for one that is as the server's own."""
        reading = clock.reading()
        return None if reading == self._usual_clock.reading() else reading
