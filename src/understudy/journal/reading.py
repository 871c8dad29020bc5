"""An exchange as it is read: decoded, named, explained, and without secrets."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import orjson

from understudy import times
from understudy.journal import remarks
from understudy.journal.blanking import Blanking, without_tokens
from understudy.journal.decoding import ABSENT, Size, json_of, kept, shortened, size_of, text_of
from understudy.journal.entry import unpacked
from understudy.journal.secrets import secrets_of

if TYPE_CHECKING:
    from understudy.contract.model import Contract
    from understudy.journal.entry import Entry
    from understudy.sandbox import Sandbox

Identify = Callable[["Sandbox", str, Any], str]
"""The name of who asks, by the access token, which may be empty, and the body of a request; empty
where nobody knows.
"""

LONGEST = 200
"""Characters of an address in a line."""

LONGEST_NAME = 320
"""Characters of a user's name that are shown."""

LONGEST_QUERY = 16 * 1024
"""Bytes of a query that are taken apart."""

LONGEST_HEADER = 10_000
"""Characters of a header that are shown."""

FORM = "application/x-www-form-urlencoded"

OURS = ("x-request-id",)
"""Headers that the server adds to a request which has none."""


class Reader:
    """Reads what the journal of a sandbox keeps, by the contract that is served."""

    def __init__(
        self, contract: Contract, sandbox: Sandbox, identify: Identify | None = None
    ) -> None:
        self.sandbox = sandbox
        self.base_path = contract.base_path
        self.secrets = secrets_of(contract)
        self.identify = identify

    @property
    def blanking(self) -> Blanking:
        """What hides everything that may be a secret in any operation."""
        return Blanking(self.secrets.of(None))

    def read(self, entry: Entry) -> Exchange:
        """What an entry says."""
        return Exchange(entry, self)


class Exchange:
    """One exchange. Only `body` and `parameters` are as they were sent; the rest is blanked."""

    def __init__(self, entry: Entry, reader: Reader) -> None:
        self.entry = entry
        self._reader = reader

    @property
    def operation(self) -> str | None:
        """The operation's id."""
        return self.entry.operation.operation_id if self.entry.operation is not None else None

    @property
    def base_path(self) -> str:
        """Where the served API begins."""
        return self._reader.base_path

    @cached_property
    def blanking(self) -> Blanking:
        """What hides its secrets."""
        return Blanking(self._reader.secrets.of(self.entry.operation))

    @cached_property
    def user(self) -> str:
        """Who asked; where the request was refused before that was known, who seems to ask."""
        seen = self.entry.user or self._reader.sandbox.plain(self._identified())
        return without_tokens(seen)[:LONGEST_NAME]

    def is_by(self, user: str) -> bool:
        """Whether this is who asked, or the address by which they come into the sandbox."""
        return self.user.casefold() == self._reader.sandbox.plain(user).casefold()

    def _identified(self) -> str:
        if self._reader.identify is None:
            return ""
        scheme, _, token = self._header(b"authorization").partition(" ")
        given = token.strip() if scheme.lower() == "bearer" else ""
        body = None if self.body is ABSENT else self.body
        return self._reader.identify(self._reader.sandbox, given, body)

    @cached_property
    def body(self) -> Any:
        """The JSON of the request as it was sent, or ABSENT."""
        return json_of(self.entry.body)

    @cached_property
    def parameters(self) -> dict[str, list[str]]:
        """The values of each parameter as they were sent; of a long query, those at its front."""
        query = self.entry.query[:LONGEST_QUERY].decode("latin-1")
        return parse_qs(query, keep_blank_values=True)

    @cached_property
    def path(self) -> str:
        """The path, still percent-encoded."""
        return self.blanking.path(self.entry.path)

    @cached_property
    def query(self) -> str:
        """The query, still percent-encoded."""
        return self.blanking.query(self.entry.query.decode("latin-1"))

    @cached_property
    def shown_body(self) -> Any:
        """The body of the request for people: its JSON, else its text; None where it has none."""
        if self.body is not ABSENT:
            return self.blanking.request(self.body, kept(self.entry.body))
        text = text_of(self.entry.body)
        is_form = self._header(b"content-type").startswith(FORM)
        blank = self.blanking.query if is_form else self.blanking.text
        return blank(text) if text else None

    @cached_property
    def shown_answer(self) -> Any:
        """The same of the answer."""
        if self._answer is not ABSENT:
            return self.blanking.answer(self._answer, self.entry.status, kept(self.entry.payload))
        text = text_of(self.entry.payload)
        return self.blanking.text(text) if text else None

    @property
    def body_text(self) -> str:
        """The body of the request as it was sent, but for secrets and white space."""
        return _written(self.body, self.shown_body)

    @property
    def answer_text(self) -> str:
        """The same of the answer."""
        return _written(self._answer, self.shown_answer)

    @cached_property
    def _answer(self) -> Any:
        return json_of(self.entry.payload)

    @cached_property
    def size(self) -> Size:
        """How long the request's body was."""
        return size_of(self.entry.body, self.body, self._sent)

    @cached_property
    def answer_size(self) -> Size:
        """How long the answer's body was."""
        return size_of(self.entry.payload, self._answer, {})

    @property
    def lengths(self) -> tuple[int | None, int | None]:
        """How long both bodies were, without a look into them."""
        return _length(self.entry.body), _length(self.entry.payload)

    @cached_property
    def _sent(self) -> dict[bytes, bytes]:
        return unpacked(self.entry.headers)

    @cached_property
    def headers(self) -> dict[str, str]:
        """Those of the request."""
        decoded = {name.decode("latin-1"): value for name, value in self._sent.items()}
        return {
            name: self._shown_header(name, value)
            for name, value in decoded.items()
            if name not in OURS
        }

    @cached_property
    def answer_headers(self) -> dict[str, str]:
        """Those of the answer, but for those that every answer has."""
        found: dict[str, str] = {}
        if self.entry.payload:
            found["content-type"] = self.entry.media.decode("latin-1")
        for raw, value in self.entry.answer_headers:
            name = raw.decode("latin-1").lower()
            shown = self._shown_header(name, value)
            found[name] = shown if name not in found else f"{found[name]}, {shown}"
        return found

    @property
    def request_id(self) -> str | None:
        """The id of the request, the client's own or the server's."""
        return without_tokens(self._header(b"x-request-id")) or None

    @cached_property
    def warnings(self) -> list[str]:
        """What the contract does not know of the request."""
        return remarks.warnings(self)

    @property
    def fault(self) -> dict[str, str] | None:
        """The fault that hit it: the rule's id and what it did."""
        fault = self.entry.fault
        return {"id": fault[0], "does": shortened(fault[1], 1000)} if fault is not None else None

    @property
    def milliseconds(self) -> float:
        """How long it took."""
        return round(self.entry.seconds * 1000, 3)

    @property
    def at(self) -> str:
        """When it was answered, by the sandbox's clock."""
        return times.to_text(self.entry.millis)

    @property
    def received_at(self) -> str:
        """When it was received, by the machine's clock."""
        return times.to_text(self.entry.received)

    @property
    def line(self) -> str:
        """All of it in a few words: `#12 POST /api/v1/defects 201 by admin@acme.test`."""
        query = f"?{self.query}" if self.query else ""
        by = f" by {self.user}" if self.user else ""
        where = shortened(f"{self.path}{query}", LONGEST)
        status = self.entry.status or "without an answer"
        return f"#{self.entry.sequence} {self.entry.method} {where} {status}{by}"

    def _shown_header(self, name: str, value: bytes) -> str:
        return shortened(self.blanking.header(name, value.decode("latin-1")), LONGEST_HEADER)

    def _header(self, name: bytes) -> str:
        return self._sent.get(name, b"").decode("latin-1")


def _length(raw: bytes | int | None) -> int | None:
    return len(raw) if isinstance(raw, bytes) else raw


def _written(body: Any, shown: Any) -> str:
    return (shown or "") if body is ABSENT else orjson.dumps(shown).decode()
