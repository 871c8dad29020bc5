"""A walk through the client, without any window: it tells what happens and which signals come.

python -m examples.desktop_client http://127.0.0.1:8000/api/v1 --email admin+me@acme.test
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from types import TracebackType
from typing import Any

from . import Api, Call, Failure, Session, Transport
from .qt import QCoreApplication, QObject


class Walk(QObject):
    """Logs in, lists the defects, files one, and waits for refreshes."""

    def __init__(self, options: argparse.Namespace) -> None:
        super().__init__()
        self._begun = time.monotonic()
        self._refreshes = options.refreshes
        transport = Transport(options.url, timeout=options.timeout, parent=self)
        self._session = Session(transport, parent=self)
        self._api = Api(transport, self._session, parent=self)
        self._call: Call | None = None
        self._session.logged_in.connect(self._logged_in)
        self._session.login_failed.connect(self._stop)
        self._session.login_required.connect(lambda why: self._tell(f"log in again: {why}"))
        self._session.subscription_expired.connect(lambda why: self._tell(f"dialog: {why}"))
        self._session.unreachable.connect(lambda why: self._tell(f"offline: {why}"))
        self._session.refresh_ended.connect(self._refresh_ended)
        self._session.logged_out.connect(self._logged_out)
        self._session.login(options.email, options.password)

    def _logged_in(self, answer: dict[str, Any]) -> None:
        self._tell(f"logged in as {answer['username']}, tokens for {answer['expires_in']} s")
        self._follow(self._api.list_defects(status="OPEN"), self._listed)

    def _listed(self, page: dict[str, Any]) -> None:
        self._tell(f"{page['total']} open defects")
        call = self._api.create_defect("The card form loses its focus", severity="HIGH")
        self._follow(call, self._created)

    def _created(self, defect: dict[str, Any]) -> None:
        self._tell(f"filed {defect['defect_number']}")
        self._leave_when_done()

    def _refresh_ended(self, failure: Failure | None) -> None:
        self._refreshes -= 1
        self._tell(f"not refreshed: {failure}" if failure is not None else "refreshed")
        if self._call is None:
            self._leave_when_done()

    def _follow(self, call: Call, succeeded: Any) -> None:
        self._call = call
        call.succeeded.connect(self._call_ended)
        call.succeeded.connect(succeeded)
        call.failed.connect(self._stop)
        call.waiting.connect(lambda seconds: self._tell(f"busy, again in {seconds:g} s"))

    def _call_ended(self) -> None:
        self._call = None

    def _leave_when_done(self) -> None:
        if self._refreshes > 0:
            return
        self._session.logout()

    def _logged_out(self) -> None:
        self._tell("logged out")
        QCoreApplication.exit(0)

    def _stop(self, failure: Failure) -> None:
        self._tell(f"{failure.kind.name}: {failure}")
        QCoreApplication.exit(1)

    def _tell(self, text: str) -> None:
        print(f"{time.monotonic() - self._begun:5.1f} s  {text}", flush=True)


def stop(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    """Tell an exception and end: PySide6 would go on after one in a slot, PyQt6 would abort."""
    sys.__excepthook__(kind, error, traceback)
    QCoreApplication.exit(1)


def main() -> int:
    """Run the walk; 0 if all went well, 1 if not."""
    parser = argparse.ArgumentParser(prog="desktop_client", description="A walk, without windows.")
    parser.add_argument("url", help="such as http://127.0.0.1:8000/api/v1")
    parser.add_argument("--email", default="admin@acme.test")
    parser.add_argument("--password", default="Passw0rd!")
    parser.add_argument("--timeout", type=float, default=30, help="seconds without an answer")
    parser.add_argument("--refreshes", type=int, default=0, help="stay until after so many")
    options = parser.parse_args()
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Qt's loop would not let Ctrl-C through
    sys.excepthook = stop
    application = QCoreApplication(sys.argv[:1])
    walk = Walk(options)
    code = application.exec()
    walk.deleteLater()
    return code


if __name__ == "__main__":
    sys.exit(main())
