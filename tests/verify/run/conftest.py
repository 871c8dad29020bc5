"""A server, and runs of the suite against it, as its own and as a stranger's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

import understudy
from understudy.server import RunningServer
from understudy.verify import spec
from understudy.verify.config.settings import Persona, Settings
from understudy.verify.report.model import Report
from understudy.verify.runner import verify

Verify = Callable[..., Report]


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    with understudy.run(scenario="default", seed="tests") as running:
        yield running


@pytest.fixture(scope="session")
def accounts() -> dict[str, Persona]:
    """The personas of the scenario, as a team would configure them."""
    return {
        name: Persona(one.account.email, one.account.password)
        for name, one in spec.load("testr").personas.items()
    }


@pytest.fixture
def verified(server: RunningServer) -> Verify:
    """A run of some rules against our own server, about which everything is found by itself."""

    def run(*rules: str, **settings: Any) -> Report:
        given = {"url": server.api_url, "seed": 1, "effort": "quick", **settings}
        report, _ = verify(Settings(**given), select=rules or None)
        return report

    return run


@pytest.fixture
def verified_as_stranger(verified: Verify, accounts: dict[str, Persona]) -> Verify:
    """The same against a server that nothing is known of but its accounts."""

    def run(*rules: str, **settings: Any) -> Report:
        return verified(*rules, **{"has_control": False, "personas": accounts, **settings})

    return run


@pytest.fixture(autouse=True)
def _nothing_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """These servers break the contract on purpose, and it is the suite that has to say so."""
    judging = httpx.Client.send
    monkeypatch.setattr(httpx.Client, "send", getattr(judging, "__wrapped__", judging))
