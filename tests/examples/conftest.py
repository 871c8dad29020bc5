"""The desktop client against a sandbox of its own; Qt's event loop runs until a signal comes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from understudy.client import Sandbox
from understudy.server import RunningServer

sys.path.append(str(Path(__file__).parents[2]))  # examples/ is no part of the package
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

ADMIN = "admin@acme.test"
PATIENCE = 10_000
"""After so many milliseconds a signal is held to be missing."""


class Desktop:
    """The client without windows: `events` has the signals that windows listen to, in order."""

    def __init__(self, sandbox: Sandbox, **options: Any) -> None:
        from examples.desktop_client import Api, Session, Transport

        self._sandbox = sandbox
        url = options.pop("url", sandbox.api_url)
        self._transport = Transport(url, timeout=10)
        self.session = Session(self._transport, **options)
        self.api = Api(self._transport, self.session)
        self.events: list[str] = []
        for name in ("logged_in", "login_failed", "login_required"):
            self._record(name)
        for name in ("subscription_expired", "unreachable", "logged_out"):
            self._record(name)

    def _record(self, name: str) -> None:
        getattr(self.session, name).connect(lambda *_: self.events.append(name))

    def login(self, email: str = ADMIN, password: str = "Passw0rd!") -> Any:
        """The answer, or the Failure."""
        return self.after(
            lambda: self.session.login(self._sandbox.address(email), password),
            self.session.logged_in,
            self.session.login_failed,
        )

    def refresh(self) -> Any:
        """None, or the Failure."""
        return self.after(self.session.refresh, self.session.refresh_ended)

    def outcome(self, call: Any) -> Any:
        """What a call ends with: the answer, or the Failure."""
        return self.outcomes(call)[0]

    def outcomes(self, *calls: Any) -> list[Any]:
        """What these calls end with, in their order."""
        ended: dict[Any, Any] = {}
        with self._loop() as loop:
            for call in calls:

                def end(value: Any, call: Any = call) -> None:
                    ended[call] = value
                    if len(ended) == len(calls):
                        loop.quit()

                call.succeeded.connect(end)
                call.failed.connect(end)
        assert len(ended) == len(calls), f"not all have ended; so far: {self.events}"
        return [ended[call] for call in calls]

    def retry(self, call: Any) -> Any:
        call.retry()
        return self.outcome(call)

    def after(self, act: Callable[[], object], *signals: Any) -> Any:
        """What the first of these signals brings that comes once this is done."""
        came: list[Any] = []
        with self._loop() as loop:
            for one in signals:
                one.connect(lambda value=None: (came.append(value), loop.quit()))
            act()
        assert came, f"no signal came; so far: {self.events}"
        return came[0]

    @contextmanager
    def _loop(self) -> Iterator[Any]:
        """Runs Qt's event loop at the end of the block, until somebody quits it."""
        from PySide6.QtCore import QEventLoop, QTimer

        loop, guard = QEventLoop(), QTimer()
        guard.timeout.connect(loop.quit)
        guard.start(PATIENCE)
        yield loop
        loop.exec()
        guard.stop()

    def wait_for_answers(self, *, seconds: float) -> None:
        """From now on so long."""
        from PySide6.QtNetwork import QNetworkAccessManager

        (manager,) = self._transport.findChildren(QNetworkAccessManager)
        manager.setTransferTimeout(round(seconds * 1000))

    def waits(self) -> int:
        """In how many milliseconds the session refreshes; -1: it will not."""
        from PySide6.QtCore import QTimer

        (timer,) = self.session.findChildren(QTimer)
        return timer.interval() if timer.isActive() else -1


@pytest.fixture(scope="session", autouse=True)
def application() -> Any:
    """Qt, or else the tests are skipped."""
    reason = "the desktop client needs PySide6: pip install '.[examples]'"
    pytest.importorskip("PySide6.QtNetwork", reason=reason, exc_type=ImportError)
    from PySide6.QtCore import QCoreApplication

    return QCoreApplication.instance() or QCoreApplication([])


@pytest.fixture
def box(server: RunningServer) -> Iterator[Sandbox]:
    with server.sandbox("empty") as made:
        yield made


@pytest.fixture
def make(box: Sandbox) -> Callable[..., Desktop]:
    """Makes a client with these options: `lead`, `url`."""
    return lambda **options: Desktop(box, **options)


@pytest.fixture
def desktop(make: Callable[..., Desktop]) -> Desktop:
    """A client whose user is logged in."""
    made = make()
    made.login()
    made.events.clear()
    return made
