"""Who is logged in, and the tokens, which are renewed before they end."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Self

from .errors import Failure, Kind, answer_of
from .qt import QNetworkReply, QObject, QTimer, Signal
from .transport import Transport

LEAD = 600.0
"""So many seconds before the access token's end it is refreshed: after 50 minutes of its 60."""
PAUSE = 30.0
"""After so many seconds a refresh that failed for the moment is tried again."""
LONGEST = 24 * 60 * 60.0
"""So many seconds after the last refresh at the latest: a QTimer holds no more than 24 days."""


@dataclass(frozen=True, repr=False)  # a token that is shown in a log is given away
class Tokens:
    """What a log-in and a refresh bring; `lives` is the access token's life in seconds."""

    access: str
    refresh: str
    lives: float

    @classmethod
    def of(cls, answer: dict[str, Any]) -> Self:
        """The tokens of an answer. Raises Failure where it holds none."""
        access, refresh = answer.get("access_token"), answer.get("refresh_token")
        lives = answer.get("expires_in")
        if not (isinstance(access, str) and isinstance(refresh, str) and isinstance(lives, int)):
            raise Failure(Kind.UNREACHABLE, "The server's answer holds no tokens.")
        return cls(access, refresh, lives)


class Session(QObject):
    """The log-in of the application: one for its whole life, which all windows listen to.

    lead: so many seconds before its end the access token is refreshed.
    """

    logged_in = Signal(object)
    """With the answer of the log-in: `username`, `is_paid`, `must_change_password`, …"""
    login_failed = Signal(object)
    """With the Failure: a wrong password, a closed account, or no network."""
    logged_out = Signal()
    login_required = Signal(str)
    """Ask for the password, once, with this explanation; keep what is open."""
    subscription_expired = Signal(str)
    """Show the dialog with this message."""
    unreachable = Signal(str)
    """Show that we are offline, and why."""
    refresh_ended = Signal(object)
    """There are new tokens: with None; there are not: with the Failure."""

    def __init__(
        self, transport: Transport, *, lead: float = LEAD, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._transport = transport
        self._lead = lead
        self._tokens: Tokens | None = None
        self._is_refreshing = False
        # A laptop that sleeps stops this timer, too: whoever gets a 401 refreshes as well.
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.refresh)

    @property
    def access_token(self) -> str | None:
        """What a request shows; None: nobody is logged in."""
        return self._tokens.access if self._tokens else None

    def login(self, email: str, password: str) -> None:
        """Log in; `logged_in` or `login_failed` follows."""
        body = {"email": email, "password": password}
        reply = self._transport.post("/auth/login", body)
        reply.finished.connect(partial(self._login_answered, reply))

    def logout(self) -> None:
        """Forget the tokens now; `logged_out` follows when the server knows, or cannot be told."""
        if self._tokens is None:
            self.logged_out.emit()
            return
        reply = self._transport.post("/auth/logout", {"refresh_token": self._tokens.refresh})
        reply.finished.connect(reply.deleteLater)
        reply.finished.connect(self.logged_out)
        self._keep(None)

    def refresh(self) -> None:
        """Get new tokens; `refresh_ended` follows.

        Only one refresh is ever under way: a refresh token is good for one use, and a second one
        ends the session.
        """
        if self._tokens is None or self._is_refreshing:
            return
        self._is_refreshing = True
        self._timer.stop()
        reply = self._transport.post("/auth/refresh", {"refresh_token": self._tokens.refresh})
        reply.finished.connect(partial(self._refresh_answered, reply, self._tokens))

    def report(self, failure: Failure) -> None:
        """Tell all windows what is not about one request alone."""
        if failure.kind is Kind.LOGIN and self._tokens:
            self._keep(None)
            self.login_required.emit(failure.message)
        elif failure.kind is Kind.SUBSCRIPTION:
            self.subscription_expired.emit(failure.message)
        elif failure.kind is Kind.UNREACHABLE:
            self.unreachable.emit(failure.message)

    def _login_answered(self, reply: QNetworkReply) -> None:
        reply.deleteLater()
        try:
            answer = answer_of(reply)
            self._keep(Tokens.of(answer))
        except Failure as failure:
            self.login_failed.emit(failure)
        else:
            self.logged_in.emit(answer)

    def _refresh_answered(self, reply: QNetworkReply, sent: Tokens) -> None:
        reply.deleteLater()
        if sent is not self._tokens:
            self.refresh_ended.emit(Failure(Kind.LOGIN, "That session has been left."))
            return
        self._is_refreshing = False
        try:
            self._keep(Tokens.of(answer_of(reply)))
        except Failure as failure:
            self._not_refreshed(failure)
        else:
            self.refresh_ended.emit(None)

    def _not_refreshed(self, failure: Failure) -> None:
        """After a 402 the old tokens stay good: `refresh()` again when the bill is paid."""
        if failure.may_pass:
            pause = PAUSE if failure.retry_after is None else failure.retry_after
            self._timer.start(round(pause * 1000))
        self.report(failure)
        self.refresh_ended.emit(failure)

    def _keep(self, tokens: Tokens | None) -> None:
        self._tokens = tokens
        self._is_refreshing = False
        self._timer.stop()
        if tokens:
            wait = tokens.lives - self._lead
            if wait <= 0:  # a life shorter than the lead: never in a circle without a pause
                wait = max(tokens.lives / 2, 0.5)
            self._timer.start(round(1000 * min(wait, LONGEST)))
