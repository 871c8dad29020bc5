"""An export read from JSON fills a store as the same export read from YAML does."""

from __future__ import annotations

import pytest

from understudy import contract as contracts
from understudy import scenarios, times
from understudy.clock import Clock
from understudy.keyring import Keyring
from understudy.sandbox import Sandbox, store_schemas
from understudy.scenarios.export import stored_form
from understudy.scenarios.whole import Unusual, WholeScenario
from understudy.scenarios.writing import written
from understudy.store import Store

TESTR = contracts.load("testr")
MONDAY = times.parse("2026-01-26T09:00:00Z")
KEYRING = Keyring.random()


def filled(scenario):
    sandbox = Sandbox("", "0", Store(store_schemas(TESTR)), Clock(MONDAY), KEYRING)
    scenario.build(sandbox)
    return sandbox


@pytest.fixture
def state():
    scenario = scenarios.load(TESTR, "default")
    sandbox = filled(scenario)
    [parts] = stored_form(TESTR, sandbox.store, sandbox.ids.issued, scenario.accounts)
    return {"scenario": "x", "title": "X", **parts}


def opened(sandbox):
    """What a store holds, with what is sealed in plain text: it is sealed anew each time."""

    def plain(value):
        if isinstance(value, dict):
            return {name: plain(part) for name, part in value.items()}
        is_sealed = isinstance(value, str) and value.startswith("gAAAA")
        return sandbox.vault.decrypt(value) if is_sealed else value

    return plain(sandbox.store.dump()), sandbox.ids.issued


def test_it_is_the_same(state):
    fast = WholeScenario(TESTR, state)
    slow = scenarios.read(TESTR, "\n".join([*written(state), ""]))
    assert opened(filled(fast)) == opened(filled(slow))
    assert fast.accounts == slow.accounts
    assert len(fast.accounts) > 3


def change(state, **fields):
    next(iter(state["collections"]["defects"].values())).update(fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"severity": "DREADFUL"},
        {"created_at": "-2d"},
        {"folder": "nowhere"},
        {"unknown": 1},
        {"id": 7},
        {"title": None},
    ],
)
def test_what_is_not_so_is_left_to_the_other_reader(state, fields):
    change(state, **fields)
    with pytest.raises(Unusual):
        WholeScenario(TESTR, state)


@pytest.mark.parametrize(
    "change",
    [
        lambda it: it | {"title": " "},
        lambda it: it | {"stored": {"issued": -1}},
        lambda it: it | {"stored": {"more": 1}},
        lambda it: it | {"collections": {"x": {}}},
        lambda it: it | {"stored": {"numbers": {"defects": {"workspaces": {"none": 1}}}}},
    ],
)
def test_nor_is_a_part_that_is_not_so(state, change):
    with pytest.raises(Unusual):
        WholeScenario(TESTR, change(state))
