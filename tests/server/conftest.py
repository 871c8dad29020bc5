"""`understudy serve` as a process of its own, which is gone when its test is over."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

SECONDS = 30
"""How long anything may take on a busy machine before it counts as never."""
COMMAND = (sys.executable, "-m", "understudy")


class Serve:
    """A running `understudy serve`. It listens on a free port unless told otherwise.

    `command`: what to run in place of `python -m understudy`.
    """

    def __init__(self, *options: str, command: tuple[str, ...] = COMMAND, **popen: Any) -> None:
        port = () if "--port" in options else ("--port", "0")
        self._process = subprocess.Popen(
            [*command, "serve", *port, *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONUTF8": "1"},
            **popen,
        )
        self._printed = {"stdout": "", "stderr": ""}
        self._news = threading.Condition()
        self._readers = [
            threading.Thread(target=self._read, args=(name,)) for name in self._printed
        ]
        for reader in self._readers:
            reader.start()

    def __enter__(self) -> Serve:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def stdout(self) -> str:
        return self._printed["stdout"]

    @property
    def stderr(self) -> str:
        return self._printed["stderr"]

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def api_url(self) -> str:
        """The API's address, once it is shown; by then the server accepts connections."""
        return self.wait_for(r"API +(http\S+)")[1]

    @property
    def url(self) -> str:
        return self.api_url.removesuffix("/api/v1")

    @contextmanager
    def client(self, email: str = "", password: str = "Passw0rd!") -> Iterator[httpx.Client]:
        """A client, logged in if an account is named."""
        with httpx.Client(base_url=self.api_url, timeout=SECONDS) as client:
            if email:
                body = {"email": email, "password": password}
                token = (
                    client.post("/auth/login", json=body).raise_for_status().json()["access_token"]
                )
                client.headers["Authorization"] = f"Bearer {token}"
            yield client

    def wait_for(self, pattern: str, *, after: int = 0) -> re.Match[str]:
        """The first match on stdout, from a place in it on. Fails with all that was printed."""
        deadline = time.monotonic() + SECONDS
        with self._news:
            while True:
                found = re.compile(pattern, re.MULTILINE).search(self.stdout, after)
                if found:
                    return found
                ended = not any(reader.is_alive() for reader in self._readers)
                if ended or not self._news.wait(deadline - time.monotonic()):
                    pytest.fail(f"{pattern!r} was not printed, but:\n{self.stdout}\n{self.stderr}")

    def ends(self) -> int:
        """Its exit code, once it has ended and everything it printed has been read."""
        code = self._process.wait(SECONDS)
        for reader in self._readers:
            reader.join(SECONDS)
        return code

    def stop(self, sent: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to stop; gives the exit code."""
        self.send(sent)
        return self.ends()

    def send(self, sent: signal.Signals) -> None:
        self._process.send_signal(sent)

    def kill(self) -> None:
        """End it at once, if it has not ended; nobody is left waiting for it."""
        self._process.kill()
        self.ends()
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe:
                pipe.close()

    def _read(self, name: str) -> None:
        pipe = getattr(self._process, name)
        for line in pipe:
            with self._news:
                self._printed[name] += line.decode(errors="backslashreplace")
                self._news.notify_all()
        with self._news:
            self._news.notify_all()


@pytest.fixture(scope="session")
def serve() -> type[Serve]:
    """`with serve("--scenario", "empty") as process:`."""
    return Serve


@pytest.fixture(scope="session")
def refused() -> Callable[..., str]:
    """What `understudy serve` says, on stderr alone, when it ends with exit code 2."""

    def run(*options: str) -> str:
        with Serve(*options) as process:
            assert process.ends() == 2, process.stdout + process.stderr
            assert process.stdout == ""
            return process.stderr

    return run
