"""The fixtures that rules ask for: personas, worlds, the suite."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from types import ModuleType

import pytest

from understudy.verify.persona import Persona
from understudy.verify.process import PROCESS, Process
from understudy.verify.scene import Scene
from understudy.verify.suite import Suite


@pytest.fixture(scope="session")
def process(pytestconfig: pytest.Config) -> Process:
    """What this process of the run works with."""
    return pytestconfig.stash[PROCESS]


@pytest.fixture(scope="session")
def suite(process: Process) -> Suite:
    """What all rules share."""
    return process.suite


@pytest.fixture
def anonymous(process: Process) -> Persona:
    """Nobody in particular, without a token."""
    return process.target.world.anonymous


@pytest.fixture
def account(process: Process) -> Persona:
    """An account that was registered for this rule."""
    return process.target.world.account()


@pytest.fixture
def scene(process: Process) -> Iterator[Scene]:
    """A world of this rule's own, whose time can be moved."""
    made = process.target.scene()
    yield made
    process.target.strike(made)


@pytest.fixture(scope="session")
def settings_owner(process: Process) -> Persona:
    """Somebody whose settings may be changed: one account for all rules, as none can be deleted."""
    return process.target.world.account()


def of_personas(names: Iterable[str]) -> ModuleType:
    """A plugin with a fixture for each persona."""
    made = ModuleType("personas")
    for name in names:
        setattr(made, name, pytest.fixture(name=name)(_persona(name)))
    return made


def _persona(name: str) -> Callable[[Process], Persona]:
    def persona(process: Process) -> Persona:
        return process.target.world.persona(name)

    return persona
