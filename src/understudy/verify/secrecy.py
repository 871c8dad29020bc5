"""What is secret in a run: what the contract says, and what the run itself was given."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import orjson

from understudy.contract import Contract, OperationSpec
from understudy.contract.refs import resolve
from understudy.contract.secret import HIDDEN
from understudy.journal.blanking import Blanking
from understudy.journal.secrets import secrets_of
from understudy.verify.exchange import Exchange

SHOWN = 20_000
"""So many characters of a body are shown."""

SHORTEST = 6
"""A known secret of fewer characters would blank half of a text by chance."""

TELLING = 8
"""A secret of fewer characters may stand in an answer by chance."""

OWN_HEADERS = frozenset(
    {"accept", "accept-encoding", "connection", "content-length", "host", "user-agent"}
)
"""Headers that curl, like any client, sends by itself."""


class Secrecy:
    """Shows exchanges without what is secret in them."""

    def __init__(self, contract: Contract) -> None:
        self._document = contract.document
        self._secrets = secrets_of(contract)
        self._operations = {one.operation_id: one for one in contract.operations}
        self._known: set[str] = set()
        self._longest_first: list[str] = []

    def learn(self, *secrets: str | None) -> None:
        """Blank these texts wherever they stand, from now on."""
        for one in secrets:
            if one and len(one) >= SHORTEST:
                self._known |= {one, json.dumps(one)[1:-1], quote(one, safe="")}
        self._longest_first = sorted(self._known, key=lambda one: (-len(one), one))

    def text(self, text: str) -> str:
        """A text without the secrets that are known, and without tokens."""
        for secret in self._longest_first:
            if secret in text:
                text = text.replace(secret, HIDDEN)
        return self._blanking(None).text(text) if "eyJ" in text else text

    def sent(self, exchange: Exchange) -> Iterator[str]:
        """The passwords and keys that a request holds (`format: password` in its schema), those
        that could not stand in an answer by chance.
        """
        found = self._operations.get(exchange.operation or "")
        if found is None or found.request_schema is None:
            return
        properties = resolve(found.request_schema, self._document).get("properties", {})
        body = exchange.sent_body()
        for name, value in body.items() if isinstance(body, dict) else ():
            schema = resolve(properties.get(name, {}), self._document)
            is_telling = isinstance(value, str) and len(value) >= TELLING and len(set(value)) > 4
            if is_telling and schema.get("format") == "password":
                yield value

    def shown(self, exchange: Exchange) -> dict[str, Any]:
        """An exchange as it goes into a report."""
        blanking = self._blanking(exchange.operation)
        return {
            "operation": exchange.operation,
            "method": exchange.method,
            "url": self._url(exchange.url, blanking),
            "request_headers": self._headers(exchange.request_headers, blanking),
            "request_body": self._request(exchange, blanking),
            "status": exchange.status,
            "reason": self.text(exchange.failure or exchange.reason) or None,
            "response_headers": self._headers(exchange.response_headers, blanking),
            "response_body": self._answer(exchange, blanking),
            "milliseconds": round(exchange.milliseconds, 2),
            "at": exchange.at,
        }

    def curl(self, exchange: Exchange) -> str:
        """A command line that sends it again; `$TOKEN` stands for the token."""
        blanking = self._blanking(exchange.operation)
        parts = ["curl -i -X", exchange.method, shlex.quote(self._url(exchange.url, blanking))]
        for name, value in exchange.request_headers.items():
            if name.lower() == "authorization":
                parts.append('-H "Authorization: Bearer $TOKEN"')
            elif name.lower() not in OWN_HEADERS:
                header = f"{name}: {self.text(blanking.header(name.lower(), value))}"
                parts.append(f"-H {shlex.quote(header)}")
        if exchange.request_content:
            parts.append(f"--data-raw {shlex.quote(self._request(exchange, blanking) or '')}")
        return " ".join(parts)

    def _blanking(self, operation: str | None) -> Blanking:
        found: OperationSpec | None = self._operations.get(operation or "")
        return Blanking(self._secrets.of(found))

    def _url(self, url: str, blanking: Blanking) -> str:
        address, sign, query = url.partition("?")
        return self.text(address + sign + (blanking.query(query) if query else ""))

    def _headers(self, headers: dict[str, str], blanking: Blanking) -> dict[str, str]:
        return {
            name: self.text(blanking.header(name.lower(), value)) for name, value in headers.items()
        }

    def _request(self, exchange: Exchange, blanking: Blanking) -> str | None:
        content = exchange.request_content
        try:
            body = blanking.request(orjson.loads(content), content)
        except orjson.JSONDecodeError:
            return self._text_of(content, blanking)
        return self._cut(orjson.dumps(body).decode())

    def _answer(self, exchange: Exchange, blanking: Blanking) -> str | None:
        content = exchange.response_content
        try:
            body = blanking.answer(orjson.loads(content), exchange.status or 0, content)
        except orjson.JSONDecodeError:
            return self._text_of(content, blanking)
        return self._cut(orjson.dumps(body).decode())

    def _text_of(self, content: bytes, blanking: Blanking) -> str | None:
        if not content:
            return None
        text = content[: SHOWN * 4].decode("utf-8", "backslashreplace")
        return self._cut(blanking.text(text))

    def _cut(self, text: str) -> str:
        text = self.text(text)
        return text if len(text) <= SHOWN else f"{text[:SHOWN]}… (cut)"
