"""A sandbox with a scene in it, and the application's requests to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from understudy.client import Sandbox

ADMIN, MEMBER, VIEWER = "admin@acme.test", "member@acme.test", "viewer@acme.test"
MONDAY = "2026-01-26T09:00:00.000Z"


class Stage:
    """A sandbox in which a scenario begins, on a Monday at nine, by a clock that stands."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.clock, self.faults, self.shortcuts = sandbox.clock, sandbox.faults, sandbox.shortcuts
        self.app = sandbox.http()

    def login(self, email: str = ADMIN, password: str = "Passw0rd!") -> dict[str, Any]:
        """The answer of a log-in that must succeed; `app` sends its token from then on."""
        answer = self.app.post("/auth/login", json={"email": email, "password": password})
        assert answer.status_code == 200, answer.text
        self.use(answer.json())
        return answer.json()

    def use(self, tokens: dict[str, Any]) -> None:
        """Send this access token from now on."""
        self.app.headers["Authorization"] = f"Bearer {tokens['access_token']}"

    def refresh(self, tokens: dict[str, Any]) -> httpx.Response:
        return self.app.post("/auth/refresh", json={"refresh_token": tokens["refresh_token"]})

    def get(self, path: str, **query: Any) -> Any:
        """The answer to what must be readable."""
        answer = self.app.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, **fields: Any) -> dict[str, Any]:
        """What was created."""
        answer = self.app.post(path, json=fields)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def add_case(self, plan_id: str) -> int:
        """The status of adding a test case."""
        body = {"test_plan_id": plan_id, "name": "One more"}
        return self.app.post("/test-cases", json=body).status_code


Begin = Callable[..., Stage]


@pytest.fixture
def begin(server: Any) -> Iterator[Begin]:
    """Begins a scenario in a sandbox of its own, with parameters by name."""
    with ExitStack() as opened:

        def make(scenario: str, **parameters: Any) -> Stage:
            made = server.sandbox(scenario, seed=7, clock=MONDAY, parameters=parameters)
            return Stage(opened.enter_context(made))

        yield make
