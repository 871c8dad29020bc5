"""A client of the running server: of this process's, and as of one that runs elsewhere."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import httpx
import pytest

import understudy
from understudy.client import Sandbox, Server

MONDAY = "2026-01-26T09:00:00.000Z"


@pytest.fixture(params=["in this process", "elsewhere"])
def anywhere(request, server) -> Iterator[Server]:
    if request.param == "in this process":
        yield server
        return
    with understudy.connect(server.url) as connected:
        yield connected


@pytest.fixture
def s(server) -> Iterator[Sandbox]:
    """A fresh sandbox, whose clock stands on a Monday."""
    with server.sandbox(clock=MONDAY) as made:
        yield made


@pytest.fixture
def names() -> Callable[[], str]:
    """Names that no other sandbox of the test has."""
    numbers = itertools.count(1)
    return lambda: f"client-{next(numbers)}"


@pytest.fixture
def login() -> Callable[..., httpx.Client]:
    """A client of a sandbox's API that is logged in."""

    def log_in(s: Sandbox, email: str = "admin@acme.test") -> httpx.Client:
        client = s.http()
        body = {"email": email, "password": "Passw0rd!"}
        answer = client.post("/auth/login", json=body).raise_for_status().json()
        client.headers["Authorization"] = f"Bearer {answer['access_token']}"
        return client

    return log_in
