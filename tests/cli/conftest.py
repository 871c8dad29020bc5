"""The command line against the running server, in a sandbox of the test's own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from understudy.cli import understudy
from understudy.client import Sandbox

MONDAY = "2026-01-26T09:00:00.000Z"


class Ran(NamedTuple):
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def json(self):
        """The one JSON document on stdout."""
        return json.loads(self.out)


@pytest.fixture
def s(server) -> Iterator[Sandbox]:
    """A fresh sandbox, whose clock stands on a Monday."""
    with server.sandbox(name="shell", clock=MONDAY, seed="shell") as made:
        yield made


@pytest.fixture
def shell(server, s) -> Callable[..., Ran]:
    """Runs `understudy …` about this sandbox, as the environment says."""
    usual = {"UNDERSTUDY_URL": server.url, "UNDERSTUDY_SANDBOX": s.name, "COLUMNS": "120"}

    def run(*arguments, env=None, stdin=None) -> Ran:
        result = CliRunner().invoke(
            understudy, arguments, env={**usual, **(env or {})}, input=stdin
        )
        assert isinstance(result.exception, SystemExit | None), result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def done(shell) -> Callable[..., Ran]:
    """Runs a command that must succeed, and say nothing on stderr."""

    def run(*arguments, **options) -> Ran:
        ran = shell(*arguments, **options)
        assert (ran.code, ran.err) == (0, ""), ran
        return ran

    return run


@pytest.fixture
def refused(shell) -> Callable[..., str]:
    """Runs a command that must be refused, in one line; the line."""

    def run(*arguments, **options) -> str:
        ran = shell(*arguments, **options)
        assert (ran.code, ran.out) == (2, ""), ran
        [line] = ran.err.splitlines()
        start, _, told = line.partition("understudy: ")
        assert start == ""
        return told

    return run


@pytest.fixture
def application(s):
    """An HTTP client of the sandbox's API."""
    return s.http()


@pytest.fixture
def login(application) -> Callable[..., None]:
    """Logs in as the administrator of Acme; whatever more is said goes into the body."""

    def log_in(**more) -> None:
        body = {"email": "admin@acme.test", "password": "Passw0rd!", **more}
        answer = application.post("/auth/login", json=body)
        if answer.is_success:
            token = answer.json()["access_token"]
            application.headers["Authorization"] = f"Bearer {token}"

    return log_in
