"""A sandbox's journal, from afar: what the application asked and what it was answered."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Literal, Unpack

from understudy.client.arguments import (
    Filter,
    Match,
    Span,
    duration,
    filtered,
    given,
    matched,
    millis,
)
from understudy.client.connection import Connection, path_to
from understudy.client.errors import VerificationFailed
from understudy.client.exchanges import Coverage, Exchange, ExchangePage, Verification, Waited

__tracebackhide__ = True  # pytest shows the caller's line instead

Exchanges = list[Exchange]
COUNTS = ("exactly", "at_least", "at_most", "never")
PAGE = 1000
"""So many exchanges the server gives at once at most."""


class SandboxJournal:
    """Looks at a sandbox's exchanges, waits for them, and verifies them.

    What the methods take as `match` are the fields of `Match`, as `filters` those of `Filter`.
    """

    def __init__(self, connection: Connection, sandbox: str) -> None:
        self._connection = connection
        self._path = path_to("sandboxes", sandbox, "journal")

    def list(self, **filters: Unpack[Filter]) -> Exchanges:
        """The exchanges that the filters let through, the oldest first, as far as they are kept."""
        found: Exchanges = []
        query = {**filtered(filters), "order": "oldest", "limit": PAGE}
        while True:
            page = self._page(query)
            found += page
            if len(page) < PAGE:
                return found
            query["since"] = page[-1].sequence

    def tail(self, count: int = 20, **filters: Unpack[Filter]) -> Exchanges:
        """The last exchanges that the filters let through, the oldest of them first."""
        query = {**filtered(filters, "count"), "order": "newest", "limit": count}
        return self._page(query)[::-1]

    def page(
        self,
        *,
        order: Literal["newest", "oldest"] = "newest",
        bodies: Literal["all", "errors", "none"] = "all",
        limit: int = 100,
        offset: int = 0,
        **filters: Unpack[Filter],
    ) -> ExchangePage:
        """Some of the exchanges that the filters let through, after so many others.

        bodies: those of all, of answers of 400 and above, or of none, which is many times as fast.
        """
        query = filtered(filters, "order", "bodies", "limit", "offset")
        query |= {"order": order, "bodies": bodies, "limit": limit, "offset": offset}
        return ExchangePage.of(self._connection.call("GET", self._path, query=query))

    def get(self, sequence: int) -> Exchange:
        """One exchange. Raises ControlError if it is not kept."""
        return Exchange.of(self._connection.call("GET", self._path + path_to(sequence)))

    def clear(self) -> None:
        """Forget all exchanges; the sequence goes on."""
        self._connection.call("DELETE", self._path)

    def wait(self, *, count: int = 1, timeout: Span = 5.0, **match: Unpack[Match]) -> Exchanges:
        """The first `count` exchanges that match, as soon as they are there.

        timeout: how long to wait at most, of real time, up to a minute. Raises VerificationFailed
        when that is over.
        """
        told = matched(match, "count", "timeout")
        body = {"match": told, "count": count, "timeout": duration(timeout)}
        waits = millis(timeout) / 1000
        answer = Waited.of(
            self._connection.call("POST", f"{self._path}/wait", body=body, waits=waits)
        )
        if not answer.found:
            raise VerificationFailed(answer.message, answer)
        return [*answer.exchanges]

    def verify(
        self,
        *,
        exactly: int | None = None,
        at_least: int | None = None,
        at_most: int | None = None,
        never: bool = False,
        **match: Unpack[Match],
    ) -> Verification:
        """See that so many exchanges match, at least one unless told otherwise.

        `never` is `exactly=0`. Raises VerificationFailed, which tells what came nearest, and
        TypeError for `never` beside a count.
        """
        counts = given(exactly=exactly, at_least=at_least, at_most=at_most)
        if never and counts:
            raise TypeError(f"never is exactly=0: leave out {', '.join(counts)}")
        told = matched(match, *COUNTS)
        return self._verify({"match": told, **({"exactly": 0} if never else counts)})

    def verify_order(self, matches: Iterable[Match]) -> Verification:
        """See that these came one after the other, whatever lay between them.

        Raises VerificationFailed, which tells which of them did not.
        """
        return self._verify({"order": [matched(match) for match in matches]})

    def har(self, *, limit: int | None = None, **filters: Unpack[Filter]) -> dict[str, Any]:
        """The exchanges, or the first `limit` of them, as an HTTP archive (HAR 1.2)."""
        query = {**filtered(filters, "limit"), "limit": limit}
        archive: dict[str, Any] = self._connection.call("GET", f"{self._path}/har", query=query)
        return archive

    def curl(self, *, limit: int | None = None, **filters: Unpack[Filter]) -> str:
        """The requests, or the first `limit` of them, as lines for a shell; `$TOKEN` stands for the
        access token.
        """
        query = {**filtered(filters, "limit"), "limit": limit}
        return self._connection.text(f"{self._path}/curl", query)

    def coverage(self) -> Coverage:
        """How often each operation was called since the sandbox began or its journal was cleared,
        and what it was answered.
        """
        return Coverage.of(self._connection.call("GET", f"{self._path}/coverage"))

    def stream(
        self, *, limit: int | None = None, seconds: float | None = None, **filters: Unpack[Filter]
    ) -> Iterator[Exchange]:
        """Exchanges as they come; `since` begins with those that are there.

        It ends after `limit` exchanges, after `seconds` of real time, or with the sandbox.
        """
        query = {**filtered(filters, "limit", "seconds"), "limit": limit, "seconds": seconds}
        with self._connection.lines(f"{self._path}/stream", query) as lines:
            kind = ""
            for line in lines:
                name, _, value = line.partition(": ")
                if name == "event":
                    kind = value
                elif name == "data" and kind == "exchange":
                    yield Exchange.of(json.loads(value))

    def _page(self, query: dict[str, Any]) -> Exchanges:
        answer = self._connection.call("GET", self._path, query=query)
        return [Exchange.of(one) for one in answer["exchanges"]]

    def _verify(self, body: dict[str, Any]) -> Verification:
        answer = Verification.of(self._connection.call("POST", f"{self._path}/verify", body=body))
        if not answer.verified:
            raise VerificationFailed(answer.message, answer)
        return answer
