"""A client of the control API."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from types import SimpleNamespace

import httpx
import pytest

from understudy import contract, times
from understudy.clock import Clock
from understudy.journal import Journal
from understudy.journal.reading import Reader
from understudy.keyring import Keyring
from understudy.pipeline.exchange import Reply, Request
from understudy.pipeline.known import Head
from understudy.sandbox import Sandbox
from understudy.store import Store

PLAIN_HTTP = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@pytest.fixture(scope="session")
def control(server) -> Iterator[httpx.Client]:
    """Paths below `/_control` of the server that all tests share."""
    with httpx.Client(base_url=f"{server.url}/_control", timeout=30, verify=PLAIN_HTTP) as client:
        yield client


@pytest.fixture
def own(control, world) -> httpx.Client:
    """Paths below the test's own sandbox."""
    with httpx.Client(
        base_url=f"{control.base_url}sandboxes/{world.name}", timeout=30, verify=PLAIN_HTTP
    ) as client:
        yield client


@pytest.fixture
def ring() -> Journal:
    """A journal without a server."""
    return Journal(Clock(times.parse("2026-01-26T09:00:00.000Z")))


@pytest.fixture(scope="session")
def served() -> contract.Contract:
    return contract.load()


@pytest.fixture
def note(ring, served):
    """Appends an exchange to the journal without a server, and reads it again."""
    operations = {one.operation_id: one for one in served.operations}
    sandbox = Sandbox("alone", "0", Store([]), Clock(), Keyring.random())
    reader = Reader(served, sandbox)

    def note(
        method="GET", path="/api/v1/auth/me", status=200, *, query="", headers=None, body=b"",
        operation="auth.me", user="", warnings=(), changes=(), strike=None, answer=b"",
        answer_headers=(), seconds=0.001,
    ):  # fmt: skip
        raw = {name.encode(): value.encode() for name, value in (headers or {}).items()}
        request = Request(method, path, (), query.encode(), Head(raw), body)
        request.operation = operations[operation] if operation else None
        request.context = SimpleNamespace(user_name=user, warnings=[*warnings])
        request.changes, request.strike = [*changes], strike
        ring.append(request, Reply(status, answer, [*answer_headers]), seconds)
        return reader.read(ring.get(ring.last))

    note.reader = reader
    return note
