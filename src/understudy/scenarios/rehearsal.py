"""Building a scenario in a sandbox that is thrown away: the last check of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from understudy.clock import Clock
from understudy.keyring import Keyring
from understudy.sandbox import Sandbox, store_schemas
from understudy.store import Store

if TYPE_CHECKING:
    from understudy.contract.model import Contract
    from understudy.scenarios.scenario import Scenario


def rehearse(
    contract: Contract, scenario: Scenario, *, clock: Clock | None = None, seed: str = "rehearsal"
) -> Sandbox:
    """A sandbox in memory that the scenario has filled. Raises UsageError like `Scenario.build`."""
    store = Store(store_schemas(contract))
    sandbox = Sandbox("rehearsal", seed, store, clock or Clock(), Keyring.random())
    scenario.build(sandbox)
    return sandbox
