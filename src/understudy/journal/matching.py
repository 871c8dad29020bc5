"""Which exchanges are meant, and in what another one differs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import unquote

from understudy.faults.matching import fits
from understudy.journal import bodies, likeness, remarks
from understudy.journal.decoding import ABSENT, text_of
from understudy.journal.entry import Entry
from understudy.journal.pace import Pace
from understudy.journal.reading import Exchange, Reader

MOST = 100
"""Differences of one body that are looked for."""


class Miss(NamedTuple):
    """One thing in which an exchange differs. `weight`: how much that counts; `texts`: what was
    wanted and what was found, where it counts as well how far they are apart.
    """

    weight: float
    told: str
    texts: tuple[str, str] | None = None

    @property
    def at_least(self) -> float:
        """What `distance` is not less than, in a fraction of its time."""
        return self.weight + (likeness.at_least(*self.texts) if self.texts else 0)

    @property
    def distance(self) -> float:
        """How much it counts in all."""
        return self.weight + (likeness.distance(*self.texts) if self.texts else 0)


Check = Callable[[Exchange, Any], Iterator[Miss]]


class Match:
    """The test of a match, in the form of the contract; None is the same as left out.

    `since`: only exchanges after the one of this sequence are meant.
    """

    def __init__(self, given: Mapping[str, Any]) -> None:
        wanted = {name: value for name, value in given.items() if value is not None}
        self.since: int = wanted.pop("since", 0)
        self.wanted = wanted
        self._checks = [(check, wanted[name]) for name, check in CHECKS.items() if name in wanted]

    def fits(self, exchange: Exchange) -> bool:
        """Whether this exchange is meant."""
        return next(self._misses(exchange), None) is None

    def misses(self, exchange: Exchange) -> list[Miss]:
        """Everything in which it differs."""
        return [*self._misses(exchange)]

    def _misses(self, exchange: Exchange) -> Iterator[Miss]:
        if exchange.entry.sequence <= self.since:
            yield Miss(1, f"it came before #{self.since + 1}")
        for check, wanted in self._checks:
            yield from check(exchange, wanted)


async def matching(match: Match, entries: Iterable[Entry], reader: Reader) -> list[Exchange]:
    """The exchanges that are meant."""
    found, pace = [], Pace()
    for entry in entries:
        exchange = reader.read(entry)
        if match.fits(exchange):
            found.append(exchange)
        await pace.breathe()
    return found


def _method(exchange: Exchange, wanted: str) -> Iterator[Miss]:
    if exchange.entry.method != wanted.upper():
        yield Miss(1, f"method is {exchange.entry.method}")


def _operation(exchange: Exchange, wanted: str) -> Iterator[Miss]:
    name = exchange.operation
    if name is None:
        yield Miss(4, "no operation answers it")
    elif not _fits(wanted)(name):
        yield Miss(2, f"operation is {name}", (wanted, name))


def _path(exchange: Exchange, wanted: str) -> Iterator[Miss]:
    path = unquote(exchange.entry.path)
    spellings = {exchange.entry.path, path, path.removeprefix(exchange.base_path)}
    if not any(map(_fits(wanted), spellings)):
        yield Miss(2, f"path is {exchange.path}", (wanted, path))


def _user(exchange: Exchange, wanted: str) -> Iterator[Miss]:
    if not exchange.is_by(wanted):
        yield Miss(1, f"user is {exchange.user}" if exchange.user else "nobody knows the user")


def _status(exchange: Exchange, wanted: str | int) -> Iterator[Miss]:
    status = exchange.entry.status
    text = str(wanted).lower()
    if str(status) != text and not (text.endswith("xx") and str(status // 100) == text[0]):
        yield Miss(1, f"status is {status}" if status else "no answer was sent")


def _has_fault(exchange: Exchange, wanted: bool) -> Iterator[Miss]:
    fault = exchange.entry.fault
    if (fault is not None) is not wanted:
        yield Miss(1, f"fault {fault[0]} hit it" if fault else "no fault hit it")


def _has_warnings(exchange: Exchange, wanted: bool) -> Iterator[Miss]:
    if remarks.has_warnings(exchange) is not wanted:
        yield Miss(1, f"the contract warns: {exchange.warnings[0]}" if not wanted else "no warning")


def _query(exchange: Exchange, wanted: Mapping[str, Any]) -> Iterator[Miss]:
    for name, value in wanted.items():
        given = exchange.parameters.get(name)
        if not given:
            yield Miss(0.5, f"query has no {name}")
        elif bodies.as_text(value) not in given:
            shown = exchange.blanking.parameter(name, given[-1])
            yield Miss(0.5, f"query {name} is {bodies.as_text(shown)!r}")


def _body(exchange: Exchange, wanted: Any) -> Iterator[Miss]:
    if exchange.body is not ABSENT:
        found = bodies.differences(wanted, exchange.body, exchange.shown_body)
        yield from (Miss(0.5, told) for told in islice(found, MOST))
    elif exchange.size.omitted:
        yield Miss(1, f"body is not there ({exchange.size.omitted})")
    elif not exchange.size.length:
        yield Miss(2, "there is no body")
    elif text_of(exchange.entry.body) != wanted:
        yield Miss(1, "body is not JSON")


def _text(exchange: Exchange, wanted: str) -> Iterator[Miss]:
    if not any(wanted.casefold() in text.casefold() for text in _texts(exchange)):
        yield Miss(1, f"nowhere in it is {exchange.blanking.text(wanted)!r}")


def _texts(exchange: Exchange) -> Iterator[str]:
    """What people see of it, the quick ones first; so nobody finds out a secret by asking."""
    yield f"{exchange.path}?{exchange.query}" if exchange.query else exchange.path
    yield unquote(exchange.path)
    yield exchange.user
    yield exchange.body_text
    yield exchange.answer_text


CHECKS: Mapping[str, Check] = {
    "method": _method,
    "operation": _operation,
    "status": _status,
    "has_fault": _has_fault,
    "has_warnings": _has_warnings,
    "path": _path,
    "user": _user,
    "query": _query,
    "body": _body,
    "text": _text,
}
"""The check of each thing that can be asked for, the quick ones first."""


@lru_cache(maxsize=256)
def _fits(pattern: str) -> Callable[[str], object]:
    return fits(pattern)
