"""Which secrets of a journal are the same one, without telling any.

Wherever the journal blanks a value, the bundle has a number: the same number for the same value. So
a replay knows that the token of one request is that which the answer before gave, and puts its own
in its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, unquote_plus

import orjson

from understudy.contract.secret import HIDDEN
from understudy.journal.decoding import ABSENT, json_of
from understudy.journal.entry import unpacked
from understudy.journal.reading import Exchange

Found = tuple[str, list[str | int], str]
"""Where a secret is: the part of the exchange and the place in it; and the secret itself."""

BLANKED = HIDDEN.encode()


class Labels:
    """The numbers of the secrets of one journal. `passwords`: those that the bundle tells, and
    where it does.
    """

    def __init__(self, passwords: Mapping[str, dict[str, str]]) -> None:
        self._passwords = passwords
        self._numbers: dict[str, int] = {}

    def of(self, exchange: Exchange) -> list[dict[str, Any]]:
        """Where an exchange has secrets, and which they are."""
        return [self._labelled(*found) for found in _secrets(exchange)]

    def of_body(self, body: Any, shown: Any) -> list[dict[str, Any]]:
        """Where some JSON has secrets; `shown` is that, blanked."""
        return [self._labelled(*found) for found in _in_json("body", body, shown)]

    def _labelled(self, part: str, at: list[str | int], value: str) -> dict[str, Any]:
        number = self._numbers.setdefault(value, len(self._numbers))
        return {"part": part, "at": at, "label": number}

    def accounts(self) -> dict[str, dict[str, str]]:
        """The numbers of passwords that the bundle tells, each with the place where it does."""
        return {
            str(number): self._passwords[value]
            for value, number in self._numbers.items()
            if value in self._passwords
        }


def _secrets(exchange: Exchange) -> Iterator[Found]:
    entry = exchange.entry
    for name, value in unpacked(entry.headers).items():
        shown = exchange.headers.get(name.decode("latin-1"), "")
        if shown != HIDDEN and shown.endswith(f" {HIDDEN}"):
            value = value.partition(b" ")[2]
        if HIDDEN in shown and value != BLANKED:
            yield "header", [name.decode("latin-1")], value.decode("latin-1").strip()
    yield from _in_path(entry.path, exchange.path)
    yield from _in_query(entry.query.decode("latin-1"), exchange.query)
    if exchange.body is not ABSENT:
        yield from _in_json("body", exchange.body, exchange.shown_body)
    answer = json_of(entry.payload)
    if answer is not ABSENT:
        yield from _in_json("answer", answer, exchange.shown_answer)


def _in_path(path: str, shown: str) -> Iterator[Found]:
    for index, (raw, seen) in enumerate(zip(path.split("/"), shown.split("/"), strict=False)):
        if seen != raw:
            yield "path", [index], unquote(raw)


def _in_query(query: str, shown: str) -> Iterator[Found]:
    for index, (raw, seen) in enumerate(zip(query.split("&"), shown.split("&"), strict=False)):
        if seen != raw:
            yield "query", [index], unquote_plus(raw.partition("=")[2])


def _in_json(part: str, raw: Any, shown: Any) -> Iterator[Found]:
    """What is blanked, or a part of it; what is no text counts by its JSON."""
    waiting: list[tuple[list[str | int], Any, Any]] = [([], raw, shown)]
    for at, value, seen in waiting:
        if isinstance(seen, str) and seen != value:
            yield part, at, value if isinstance(value, str) else orjson.dumps(value).decode()
        elif isinstance(value, dict) and isinstance(seen, dict):
            both = [name for name in value if name in seen]
            waiting += [([*at, name], value[name], seen[name]) for name in both]
        elif isinstance(value, list) and isinstance(seen, list):
            pairs = zip(value, seen, strict=False)
            waiting += [([*at, index], *pair) for index, pair in enumerate(pairs)]
