"""Building a scenario in a sandbox that is thrown away: the last check of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from understudy.clock import Clock
from understudy.keyring import Keyring
from understudy.sandbox import Sandbox
from understudy.store import CollectionSchema, Store

if TYPE_CHECKING:
    from understudy.contract.model import Contract
    from understudy.scenarios.scenario import Scenario


def rehearse(
    contract: Contract, scenario: Scenario, *, clock: Clock | None = None, seed: str = "rehearsal"
) -> Sandbox:
    """A sandbox in memory that the scenario has filled. Raises UsageError like `Scenario.build`."""
    store = Store(
        CollectionSchema(spec.name, spec.indexes, spec.orders, spec.partition, spec.ranks)
        for spec in contract.collections.values()
    )
    sandbox = Sandbox("rehearsal", seed, store, clock or Clock(), Keyring.random())
    scenario.build(sandbox)
    return sandbox
