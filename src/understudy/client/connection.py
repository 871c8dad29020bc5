"""HTTP to one server: each call is one request below `/_control`, and its JSON comes back."""

from __future__ import annotations

import ipaddress
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import quote, urlsplit

from understudy.client.errors import ControlError, Unreachable
from understudy.errors import UsageError

if TYPE_CHECKING:
    import httpx

__tracebackhide__ = True  # pytest shows the caller's line instead

BASE_PATH = "/_control"
CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 30.0
"""How long an answer may take, beside what a call itself waits for."""
BUILD_SECONDS = 600.0
"""How much longer one may take for which a scenario is made."""
DATA_SECONDS = 300.0
"""How much longer one may take that is about a whole file."""

TOKEN_REQUIRED = "control_token_required"
"""The code of a refusal for want of the control token."""

HOW_TO_START = "start one with `understudy serve`, or with `understudy.run()` in Python"
HOW_TO_SHOW_TOKEN = "give it to `understudy.connect(url, token)`, or in UNDERSTUDY_CONTROL_TOKEN"


def path_to(*parts: str | int) -> str:
    """The path of these parts, each as it must be written in an address. Raises UsageError for a
    part that would lead elsewhere.
    """
    for part in parts:
        if part in ("", ".", ".."):
            raise UsageError(f"{part!r} names nothing")
    return "".join(f"/{quote(str(part), safe='')}" for part in parts)


class Connection:
    """The way to a server's control API. Threads may share it.

    url: `http://HOST:PORT`. token: the control token of a server beyond loopback. agent: who asks,
    as the server is told. Raises UsageError for what is no such address, or cannot be a token.
    """

    def __init__(self, url: str, token: str | None = None, agent: str | None = None) -> None:
        self.url = _checked(url)
        if token and not (token.isascii() and token.isprintable()):
            raise UsageError("a control token is of printable ASCII characters")
        self._token = token
        self._agent = agent
        self._lock = threading.Lock()
        self._http: httpx.Client | None = None

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        waits: float = 0.0,
    ) -> Any:
        """The answer's JSON; parameters that are None are left out.

        waits: seconds that the server itself may take, on top of the usual. Raises ControlError,
        Unreachable.
        """
        answer = self._sent(method, path, query, body, waits)
        try:
            return answer.json()
        except ValueError:
            raise self._stranger(answer.status_code) from None

    def data(
        self, path: str, *, send: bytes | None = None, query: Mapping[str, Any] | None = None
    ) -> bytes:
        """The bytes that GET gives or, where there is something to send, that POST does. Raises
        like `call`.
        """
        method = "GET" if send is None else "POST"
        return self._sent(method, path, query, content=send, waits=DATA_SECONDS).content

    def text(self, path: str, query: Mapping[str, Any] | None = None) -> str:
        """What GET gives where that is no JSON. Raises like `call`."""
        return self._sent("GET", path, query).text

    @contextmanager
    def lines(self, path: str, query: Mapping[str, Any] | None = None) -> Iterator[Iterator[str]]:
        """The lines of an answer that goes on for as long as the block. Raises like `call`."""
        import httpx

        try:
            with self._client().stream(
                "GET", BASE_PATH + path, params=_given(query), timeout=_timeout(None)
            ) as answer:
                if answer.is_error:
                    answer.read()
                self._check(answer)
                yield answer.iter_lines()
        except httpx.TransportError as error:
            self._fail(error)

    def http(self, base_url: str, headers: Mapping[str, str]) -> httpx.Client:
        """An HTTP client that reaches this server, too, as an application would."""
        import httpx

        is_plain = self.url.startswith("http:")
        return httpx.Client(
            base_url=base_url,
            headers=dict(headers),
            timeout=_timeout(0.0),
            # All root certificates would be loaded for each client, even where none is looked at.
            verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if is_plain else True,
            trust_env=not _is_loopback(self.url),
        )

    def close(self) -> None:
        """Close what is open; the next call opens it again."""
        with self._lock:
            client, self._http = self._http, None
        if client is not None:
            client.close()

    def _client(self) -> httpx.Client:
        with self._lock:
            if self._http is None:
                headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
                if self._agent:
                    headers["User-Agent"] = self._agent
                self._http = self.http(self.url, headers)
            return self._http

    def _sent(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        waits: float = 0.0,
        content: bytes | None = None,
    ) -> httpx.Response:
        import httpx

        try:
            answer = self._client().request(
                method,
                BASE_PATH + path,
                params=_given(query),
                json=body,
                content=content,
                headers=None if content is None else {"content-type": "application/zip"},
                timeout=_timeout(waits),
            )
        except httpx.TransportError as error:
            self._fail(error)
        self._check(answer)
        return answer

    def _fail(self, error: httpx.TransportError) -> NoReturn:
        """Where no answer came, say so in one line."""
        import httpx

        told = f"the connection broke: {error}"
        if isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout)):
            told = f"no server answers there; {HOW_TO_START}"
        elif isinstance(error, httpx.TimeoutException):
            told = "the server's answer takes too long"
        raise Unreachable(self.url, told) from None

    def _check(self, answer: httpx.Response) -> None:
        if answer.is_success:
            return
        refusal: Any = None
        with suppress(ValueError):
            refusal = answer.json()
        if not isinstance(refusal, dict) or not {"error", "message"} <= refusal.keys():
            raise self._stranger(answer.status_code)
        code, message = refusal["error"], refusal["message"]
        if code == TOKEN_REQUIRED:
            fault = "is not the right one" if self._token else "is missing"
            message = f"{self.url}: the control token {fault}; {HOW_TO_SHOW_TOKEN}"
        raise ControlError(answer.status_code, code, message, refusal.get("details"))

    def _stranger(self, status: int) -> ControlError:
        told = f"what answers at {self.url} is no Understudy: status {status}"
        return ControlError(status, "not_understudy", told)


def _checked(url: str) -> str:
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address or parts.query or parts.fragment or parts.path.strip("/"):
        raise UsageError(f"{url!r} is no server's address such as http://127.0.0.1:8000")
    return url.rstrip("/")


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _given(values: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (values or {}).items() if value is not None}


def _timeout(waits: float | None) -> httpx.Timeout:
    import httpx

    reads = None if waits is None else ANSWER_SECONDS + waits
    return httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS, read=reads)
