"""One request of a window, from the first try to the last."""

from __future__ import annotations

from collections.abc import Callable

from .errors import Failure, Kind, answer_of
from .qt import QNetworkReply, QObject, QTimer, Signal
from .session import Session

Send = Callable[[str], QNetworkReply]
"""Sends the request with this access token."""

LONGEST_WAIT = 60.0
"""A 429 that asks for more seconds than this is a failure, and not waited for."""


class Call(QObject):
    """A request that shows the session's token; `succeeded` or `failed` follows.

    After a 401 it has the tokens refreshed and is sent a second time. After a 429 it waits as long
    as the server says. Whatever else fails is told, and `retry()` sends it again: that is for a
    person to decide, since what was sent may have been done although no answer came.

    under_way: where it puts itself until it has ended, because Qt keeps no Python object alive.
    """

    succeeded = Signal(object)
    """With the answer's JSON."""
    failed = Signal(object)
    """With the Failure."""
    waiting = Signal(float)
    """The server is busy; it is sent again after so many seconds."""

    def __init__(self, session: Session, send: Send, under_way: set[Call]) -> None:
        super().__init__()
        self._session = session
        self._send = send
        self._under_way = under_way
        self._token: str | None = None
        self._reply: QNetworkReply | None = None
        self._may_refresh = True
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._try)

    def retry(self) -> None:
        """Send it again; one that waits goes at once, one that is under way is left alone."""
        if self not in self._under_way:
            self.start()
        elif self._pause.isActive():
            self._pause.start(0)

    def start(self) -> None:
        """Send it for the first time."""
        self._under_way.add(self)
        self._may_refresh = True
        self._pause.start(0)  # not now: whoever made it has yet to listen

    def _try(self) -> None:
        self._token = self._session.access_token
        if self._token is None:
            self._fail(Failure(Kind.LOGIN, "Nobody is logged in."))
            return
        self._reply = self._send(self._token)
        self._reply.finished.connect(self._answered)

    def _answered(self) -> None:
        reply, self._reply = self._reply, None
        assert reply is not None
        reply.deleteLater()
        try:
            answer = answer_of(reply)
        except Failure as failure:
            self._refused(failure)
        else:
            self._under_way.discard(self)
            self.succeeded.emit(answer)

    def _refused(self, failure: Failure) -> None:
        wait = failure.retry_after
        if failure.kind is Kind.LOGIN and self._may_refresh and self._session.access_token:
            self._may_refresh = False
            self._refresh()
        elif failure.kind is Kind.BUSY and wait is not None and wait <= LONGEST_WAIT:
            self._pause.start(round(wait * 1000))
            self.waiting.emit(wait)
        else:
            self._session.report(failure)
            self._fail(failure)

    def _refresh(self) -> None:
        if self._token != self._session.access_token:  # another call had it refreshed already
            self._try()
            return
        self._session.refresh_ended.connect(self._refresh_ended)
        self._session.refresh()

    def _refresh_ended(self, failure: Failure | None) -> None:
        self._session.refresh_ended.disconnect(self._refresh_ended)
        if failure is not None:
            self._fail(failure)  # the session has told everybody else
        else:
            self._try()

    def _fail(self, failure: Failure) -> None:
        self._under_way.discard(self)
        self.failed.emit(failure)
