"""`Guest`: the one place where requests leave, and where the manners of a good guest are kept."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import httpx

from understudy import clock, times
from understudy.errors import UsageError
from understudy.verify.answer import Answer
from understudy.verify.exchange import Exchange
from understudy.verify.findings import Broken, Disabled, TargetGone

if TYPE_CHECKING:
    from understudy.verify.config.settings import Settings
    from understudy.verify.ledger import Ledger
    from understudy.verify.suite import Suite

__tracebackhide__ = True

TOO_MANY = 429
LONGEST_WAIT = 60.0
"""Seconds: a server that asks for more patience than this is not waited for."""

SAFE = ("GET", "HEAD", "OPTIONS")
TRIES = 3
GONE = 3
"""So many requests in a row without any connection, and the target is gone."""


class Guest:
    """Sends requests to one world: the target itself, or a sandbox of it.

    ledger: None where everything is the run's own. Raises Broken where no answer comes, TargetGone
    where nothing is there any more, Disabled for what a read-only run does not send.
    """

    def __init__(
        self, suite: Suite, client: httpx.Client, headers: Mapping[str, str], ledger: Ledger | None
    ) -> None:
        self._suite = suite
        self._client = client
        self._headers = dict(headers)
        self._next = 0.0
        self._pace = threading.Lock()
        self._refused_in_a_row = 0
        self.ledger = ledger
        self.moved = 0.0

    def seconds(self) -> float:
        """Seconds of this world's time, since some moment: those that passed, and those that a rule
        let pass.
        """
        return clock.stopwatch() + self.moved

    def send(
        self,
        operation: str | None,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        content: bytes = b"",
        honours_retry_after: bool = True,
    ) -> Answer:
        """The answer to one request. path: below the base path, with the query, ready to send."""
        self.check(operation, method, path)
        if self.ledger is not None and method not in SAFE:
            self.ledger.check(operation, path, content)
        for left in reversed(range(TRIES)):
            exchange = self._sent(operation, method, path, {**self._headers, **headers}, content)
            wait = _retry_after(exchange) if honours_retry_after and left else None
            if wait is None:
                break
            self._suite.book.waited += wait
            _pause(wait)
        answer = Answer(exchange, self._suite)
        self._suite.judge(answer)
        return answer

    def check(self, operation: str | None, method: str, path: str) -> None:
        """Raises Disabled for what a read-only run does not send."""
        if self._suite.settings.read_only and not self._suite.is_reading(operation, method):
            raise Disabled(f"--read-only: {method} {path.partition('?')[0]} is not sent")

    def _sent(
        self,
        operation: str | None,
        method: str,
        path: str,
        headers: Mapping[str, str],
        content: bytes,
    ) -> Exchange:
        self._keep_pace()
        request = self._client.build_request(
            method, self._suite.settings.url + path, headers=dict(headers), content=content or None
        )
        exchange = Exchange(
            operation=operation,
            method=method,
            url=str(request.url),
            path=path,
            request_headers=dict(request.headers),
            request_content=content,
            at=times.to_text(clock.real_millis()),
        )
        began = clock.stopwatch()
        try:
            response = self._client.send(request)
        except httpx.RequestError as error:
            exchange.milliseconds = (clock.stopwatch() - began) * 1000
            exchange.failure = _told(error)
            self._suite.book.add(exchange)
            self._count_refusals(error)
            raise Broken(
                f"{method} {path} got no answer: {exchange.failure}",
                expected="an answer",
                exchange=exchange,
            ) from None
        self._refused_in_a_row = 0
        exchange.milliseconds = (clock.stopwatch() - began) * 1000
        exchange.status = response.status_code
        exchange.reason = response.reason_phrase
        exchange.response_headers = dict(response.headers)
        exchange.response_content = response.content
        self._suite.book.add(exchange)
        return exchange

    def _count_refusals(self, error: httpx.RequestError) -> None:
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
            self._refused_in_a_row += 1
            if self._refused_in_a_row >= GONE:
                raise TargetGone(f"{self._suite.settings.url}: {_told(error)}") from None

    def _keep_pace(self) -> None:
        settings = self._suite.settings
        if settings.rate is None:
            return
        with self._pace:  # some rules ask from several threads
            now = clock.stopwatch()
            wait = self._next - now
            # Each worker gets its share.
            self._next = max(now, self._next) + settings.workers / settings.rate
        _pause(wait)


def make_client(settings: Settings) -> httpx.Client:
    """A client as the settings ask for it. It follows no redirects, keeps no cookies. Raises
    UsageError for certificates that cannot be read.
    """
    is_local = urlsplit(settings.url).hostname in ("127.0.0.1", "::1", "localhost")
    return httpx.Client(
        headers={"Accept": "application/json"},
        timeout=settings.timeout,
        verify=_tls(settings),
        proxy=settings.proxy,
        trust_env=settings.proxy is None and not is_local,
        limits=httpx.Limits(max_connections=8, max_keepalive_connections=8),
    )


def query_string(query: Mapping[str, Any]) -> str:
    """A query as it is sent; lists repeat their name, true and false are JSON's."""
    pairs = [
        (name, _text(value))
        for name, values in query.items()
        for value in (values if isinstance(values, list | tuple) else [values])
    ]
    return f"?{urlencode(pairs)}" if pairs else ""


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _tls(settings: Settings) -> ssl.SSLContext:
    if settings.url.startswith("http:"):
        # All root certificates would be loaded, even where none is looked at.
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context = ssl.create_default_context(cafile=_file(settings.ca_file))
        if not settings.verify_tls:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        if settings.client_certificate is not None:
            context.load_cert_chain(settings.client_certificate, _file(settings.client_key))
    except (OSError, ssl.SSLError) as error:
        names = [settings.ca_file, settings.client_certificate, settings.client_key]
        files = ", ".join(str(one) for one in names if one is not None)
        raise UsageError(f"{files}: {error.strerror or error}") from None
    return context


def _file(path: Path | None) -> str | None:
    return None if path is None else str(path)


def _retry_after(exchange: Exchange) -> float | None:
    """Seconds that the server asks to wait; None where it does not, or for too long."""
    asked = exchange.response_headers.get("retry-after", "")
    if exchange.status not in (TOO_MANY, 503) or not asked:
        return None
    seconds = float(asked) if asked.isdecimal() else _until(asked)
    return seconds if seconds is not None and seconds <= LONGEST_WAIT else None


def _until(date: str) -> float | None:
    """Seconds until an HTTP date; None for what is none."""
    try:
        return max(0.0, parsedate_to_datetime(date).timestamp() - clock.real_millis() / 1000)
    except ValueError:
        return None


def _told(error: httpx.RequestError) -> str:
    if isinstance(error, httpx.TimeoutException):
        return f"time-out ({type(error).__name__})"
    return str(error) or type(error).__name__


def _pause(seconds: float) -> None:
    if seconds > 0:
        threading.Event().wait(seconds)
