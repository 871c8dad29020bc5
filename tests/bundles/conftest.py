"""Two servers with nothing in common but the contract, and an application that uses the first."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from typing import NamedTuple

import httpx
import pytest
from click.testing import CliRunner

import understudy
from understudy.cli import understudy as command_line
from understudy.client import Sandbox
from understudy.server import RunningServer

MONDAY = "2026-01-26T09:00:00.000Z"
ADMIN = "admin@acme.test"
PASSWORD = "Passw0rd!"


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
        return json.loads(self.out)


class App:
    """An application that is used in a sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.http = sandbox.http()

    def login(self, email: str = ADMIN, password: str = PASSWORD) -> httpx.Response:
        answer = self.http.post("/auth/login", json={"email": email, "password": password})
        if answer.is_success:
            self.use(answer.json()["access_token"])
        return answer

    def use(self, token: str) -> None:
        self.http.headers["Authorization"] = f"Bearer {token}"

    def defect(self, title: str) -> httpx.Response:
        return self.http.post("/defects", json={"title": title})


@pytest.fixture(scope="module")
def first() -> Iterator[RunningServer]:
    with understudy.run(scenario="default", clock=MONDAY, seed="first") as server:
        yield server


@pytest.fixture(scope="module")
def second() -> Iterator[RunningServer]:
    with understudy.run(scenario="empty") as server:
        yield server


@pytest.fixture
def s(first) -> Iterator[Sandbox]:
    """A fresh sandbox of the first server."""
    with first.sandbox(name="tuesday", seed="7") as made:
        yield made


@pytest.fixture
def app(s) -> App:
    return App(s)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "bug.understudy"


@pytest.fixture
def shell() -> Callable[..., Ran]:
    """Runs `understudy …`."""

    def run(*arguments, env=None) -> Ran:
        result = CliRunner().invoke(command_line, [*map(str, arguments)], env=env)
        assert isinstance(result.exception, SystemExit | None), result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def replayed(s, second, file, shell) -> Callable[..., Ran]:
    """Saves the sandbox, and replays it on the second server unless told otherwise."""

    def run(*arguments) -> Ran:
        s.save_bundle(file)
        return shell("replay", file, "--against", second.url, *arguments)

    return run


def parts(raw: bytes) -> dict[str, bytes]:
    """What is in the archive."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(members: dict[str, bytes]) -> bytes:
    """The archive of these members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return file.getvalue()
