"""All that is wrong with a scenario, in one go.

Loading stops with what a file says wrongly, building with the first object that a factory refuses.
Here each object is made for itself, also next to others that are wrong: what they say too much and
what they lack is told together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import yaml

from understudy.clock import Clock
from understudy.errors import UsageError
from understudy.keyring import Keyring
from understudy.pipeline.hooks import Hooks
from understudy.sandbox import Sandbox, store_schemas
from understudy.scenarios.building import MANY, is_stored_right, refusal
from understudy.scenarios.files import opened
from understudy.scenarios.layers import read_layers
from understudy.scenarios.parts import Part, Times, World, parts_of
from understudy.scenarios.problems import Problems
from understudy.scenarios.reading import Reading
from understudy.scenarios.rehearsal import rehearse
from understudy.scenarios.scenario import Scenario
from understudy.store import Store

if TYPE_CHECKING:
    from understudy.contract.model import Contract
    from understudy.scenarios.drafts import Draft
    from understudy.scenarios.made import Key


def check(
    contract: Contract, name_or_path: str, parameters: Mapping[str, Any] | None = None
) -> tuple[int | None, list[str]]:
    """How many objects a scenario makes, None where it makes none, and a line for each mistake."""
    try:
        content, shown, path, find, given = opened(contract, name_or_path, parameters)
        problems = Problems(shown)
        layers = read_layers(content, shown, path, find, problems)
        reading = Reading(contract, layers, given, problems)
        if problems and reading.counters is None:
            _Trial(contract, reading, problems).run()
        problems.check()
        scenario = Scenario(contract, content, shown, path, find=find, parameters=given)
        rehearse(contract, scenario)
    except UsageError as error:
        return None, str(error).splitlines()
    return sum(scenario.counts().values()), []


class _Trial:
    """Makes each object of a file in which something is wrong, as far as it can be made."""

    def __init__(self, contract: Contract, reading: Reading, problems: Problems) -> None:
        self._reading = reading
        self._problems = problems
        self._hooks = Hooks(contract)
        store = Store(store_schemas(contract))
        self._sandbox = Sandbox("check", "check", store, Clock(), Keyring.random())
        self._world = World(reading.cast, self._sandbox.ids, self._sandbox.seed)
        self._texts = Times(self._sandbox.clock.millis())
        self._told: set[yaml.Node] = set()
        self._failed: set[Key] = set()

    def run(self) -> None:
        """Tell what the objects lack."""
        for turn, draft in enumerate(self._reading.drafts, 1):
            owners = (self._reading.cast.owner(key) for key in draft.links())
            if any(one is None or one.key in self._failed for one in owners):
                self._failed.add(draft.key)
                continue
            for part in self._parts(draft, turn):
                if not self._make(part):
                    self._failed.add(draft.key)
                    break

    def _parts(self, draft: Draft, turn: int) -> Iterable[Part]:
        """Its objects; of very many the first ones show what they are like."""
        try:
            parts = parts_of(draft, self._world, turn)
            return [part for part, _ in zip(parts, range(MANY), strict=False)]
        except Exception:  # what is wrong with it was told, and may have any consequence
            return []

    def _make(self, part: Part) -> bool:
        draft, store = part.draft, self._sandbox.store
        fields: dict[str, Any] = {}
        heard = Problems(self._problems.file)
        is_wanting = False
        try:
            fields = part.filled(self._texts)
            with store.transaction():
                self._hooks.resolve(draft.spec.factory)(self._sandbox, fields)
        except Exception as error:  # a factory may raise anything for what is wrong
            is_wanting = refusal(heard, draft, fields, error)
        else:
            if is_stored_right(heard, draft, store[part.collection].get(part.id)):
                return True
        # Of an object that was told already, only what it lacks is news.
        if draft.node not in self._told and (is_wanting or draft.node not in self._reading.wrong):
            self._told.add(draft.node)
            self._problems.take(heard)
        return False
