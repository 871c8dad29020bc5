"""One request and its answer, as they went over the wire."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson


@dataclass(slots=True, eq=False)
class Exchange:
    """A request, and its answer once it is there (`status` None: none came, `failure` says why).

    operation: the one that was meant, None for none. path: below the base path, with the query.
    milliseconds: until the whole answer was there. at: when it was sent, UTC.
    """

    operation: str | None
    method: str
    url: str
    path: str
    request_headers: dict[str, str]
    request_content: bytes
    at: str
    status: int | None = None
    reason: str = ""
    response_headers: dict[str, str] = field(default_factory=dict)
    response_content: bytes = b""
    milliseconds: float = 0.0
    failure: str | None = None

    def body(self) -> Any:
        """The answer's JSON; None where it is none."""
        return _json(self.response_content)

    def sent_body(self) -> Any:
        """The request's JSON; None where it is none."""
        return _json(self.request_content)


def _json(content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
