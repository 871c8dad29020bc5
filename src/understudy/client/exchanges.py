"""The records of a journal: exchanges, and what looking for them came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from understudy.client.answer import Answer


@dataclass(frozen=True, kw_only=True)
class Strike(Answer):
    """A fault that hit an exchange. id: the rule's. does: what it did, for people."""

    id: str
    does: str


@dataclass(frozen=True, kw_only=True)
class ObjectChange(Answer):
    """An object that a request `added`, `changed` or `removed`, and the fields that changed."""

    collection: str
    id: str
    kind: Literal["added", "changed", "removed"]
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Message(Answer):
    """What was sent in one direction. body: JSON where it was some, else text.

    bytes: how many it had; None where nobody counted. omitted: why the body is not shown.
    """

    headers: dict[str, str]
    body: Any
    bytes: int | None
    omitted: str | None


@dataclass(frozen=True, kw_only=True)
class Exchange(Answer):
    """A request and its answer; secrets are `***`.

    sequence: counts up from 1. at: when it was answered, by the sandbox's clock. received_at: when
    it was received, by the server's own. operation: None where none answers. status: 0 where a
    fault left no answer. milliseconds: how long it took, of real time. change_count: how many
    changes there were; `changes` has the first hundred.
    """

    sequence: int
    at: datetime
    received_at: datetime
    operation: str | None
    method: str
    path: str
    query: str
    user: str | None
    status: int
    milliseconds: float
    request_id: str | None
    fault: Strike | None
    warnings: tuple[str, ...]
    changes: tuple[ObjectChange, ...]
    change_count: int
    request: Message
    response: Message


@dataclass(frozen=True, kw_only=True)
class ExchangePage(Answer):
    """Some exchanges of those that were asked for. total: how many there are in all.

    last: the sequence of the journal's last exchange. lost: how many the journal keeps no longer.
    """

    exchanges: tuple[Exchange, ...]
    total: int
    last: int
    lost: int


@dataclass(frozen=True, kw_only=True)
class OperationCoverage(Answer):
    """How often an operation was called. statuses: status → how many were answered so, `0` being no
    answer at all. documented: the statuses that the contract documents.
    """

    operation: str
    tag: str
    method: str
    path: str
    summary: str
    documented: tuple[str, ...]
    exchanges: int
    statuses: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Coverage(Answer):
    """What of the served contract was called. called: how many of its operations.

    elsewhere: status → how many were answered so where no operation answers.
    """

    called: int
    exchanges: int
    operations: tuple[OperationCoverage, ...]
    elsewhere: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Near(Answer):
    """An exchange that was not meant, and in what it differs."""

    exchange: Exchange
    differences: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Verification(Answer):
    """Whether the journal holds what was expected. exchanges: the sequences of those that match.

    lost: how many exchanges the journal keeps no longer, so that nothing is certain of them.
    """

    verified: bool
    count: int
    message: str
    exchanges: tuple[int, ...]
    nearest: tuple[Near, ...]
    lost: int


@dataclass(frozen=True, kw_only=True)
class Waited(Answer):
    """What a wait came to."""

    found: bool
    message: str
    exchanges: tuple[Exchange, ...]
    nearest: tuple[Near, ...]
    lost: int
