"""What can go wrong with a request, sorted by what the application does about it."""

from __future__ import annotations

import enum
import json
from collections.abc import Mapping
from typing import Any

from .qt import QNetworkReply, QNetworkRequest


class Kind(enum.Enum):
    """What the application does about a failure."""

    UNREACHABLE = enum.auto()
    """No answer, or one that is not the API's: show that we are offline, offer to try again."""
    LOGIN = enum.auto()
    """401: ask for the password."""
    SUBSCRIPTION = enum.auto()
    """402: show the dialog about the subscription."""
    REFUSED = enum.auto()
    """403: a limit is reached, or the role may not do this."""
    NOT_FOUND = enum.auto()
    """404: somebody else has deleted it."""
    INVALID = enum.auto()
    """400 and 422: mark the fields that `details` names."""
    BUSY = enum.auto()
    """429: try again after `retry_after` seconds."""
    SERVER = enum.auto()
    """500 and whatever else: say so, offer to try again."""


KINDS = {
    400: Kind.INVALID,
    401: Kind.LOGIN,
    402: Kind.SUBSCRIPTION,
    403: Kind.REFUSED,
    404: Kind.NOT_FOUND,
    422: Kind.INVALID,
    429: Kind.BUSY,
}


class Failure(Exception):
    """A request that did not succeed.

    message: for people. status: of HTTP, None without an answer. code: the API's own word, such as
    `subscription_expired`. details: field → what is wrong with it. retry_after: in seconds.
    """

    def __init__(
        self,
        kind: Kind,
        message: str,
        *,
        status: int | None = None,
        code: str = "",
        details: Mapping[str, list[str]] | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.status = status
        self.code = code
        self.details = dict(details or {})
        self.retry_after = retry_after

    @property
    def may_pass(self) -> bool:
        """Whether the same request can succeed later, with nothing changed."""
        return self.kind in (Kind.UNREACHABLE, Kind.BUSY, Kind.SERVER)


def answer_of(reply: QNetworkReply) -> dict[str, Any]:
    """The JSON object that a finished reply brought. Raises Failure for everything else."""
    status = reply.attribute(QNetworkRequest.Attribute.HttpStatusCodeAttribute)
    is_cut_off = reply.error() != QNetworkReply.NetworkError.NoError and (status or 0) < 400
    if is_cut_off:  # a timeout, a refused or lost connection, half an answer
        raise Failure(Kind.UNREACHABLE, f"The server cannot be reached: {reply.errorString()}.")
    try:
        answer = json.loads(bytes(reply.readAll().data()))
    except ValueError:
        answer = None
    if not isinstance(answer, dict):  # a proxy's page, a hotel's log-in, garbage
        raise Failure(
            Kind.UNREACHABLE,
            f"Something between here and the server answered in its place ({status}).",
            status=status,
            retry_after=_retry_after(reply),
        )
    if status >= 400:
        raise _refusal(status, answer, _retry_after(reply))
    return answer


def _refusal(status: int, answer: dict[str, Any], retry_after: float | None) -> Failure:
    details = answer.get("details")
    return Failure(
        KINDS.get(status, Kind.SERVER),
        str(answer.get("message") or f"The server answered {status}."),
        status=status,
        code=str(answer.get("error") or ""),
        details=details if isinstance(details, dict) else None,
        retry_after=retry_after,
    )


def _retry_after(reply: QNetworkReply) -> float | None:
    """In seconds; the header's other form, a date, is not one that this API uses."""
    text = bytes(reply.rawHeader("Retry-After").data())
    return float(text) if text.isdigit() else None
