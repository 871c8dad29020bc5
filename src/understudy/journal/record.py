"""An exchange as JSON, in the form of the control contract."""

from __future__ import annotations

from typing import Any

from understudy.journal.decoding import Size
from understudy.journal.reading import Exchange

LEFT_OUT = "left_out"
"""Why a body is not there that nobody asked for."""


def as_json(exchange: Exchange, bodies: str = "all") -> dict[str, Any]:
    """All of it, or without bodies: `errors` has those of refusals only, `none` has none."""
    entry = exchange.entry
    length, answer_length = exchange.lengths
    request = _without_body(exchange.headers, length)
    if bodies == "all":
        request = _message(exchange.headers, exchange.shown_body, exchange.size)
    response = _without_body(exchange.answer_headers, answer_length)
    if bodies == "all" or (bodies == "errors" and entry.status >= 400):
        shown, size = exchange.shown_answer, exchange.answer_size
        response = _message(exchange.answer_headers, shown, size)
    return {
        "sequence": entry.sequence,
        "at": exchange.at,
        "received_at": exchange.received_at,
        "operation": exchange.operation,
        "method": entry.method,
        "path": exchange.path,
        "query": exchange.query,
        "user": exchange.user or None,
        "status": entry.status,
        "milliseconds": exchange.milliseconds,
        "request_id": exchange.request_id,
        "fault": exchange.fault,
        "warnings": exchange.warnings,
        "changes": [
            {"collection": one.collection, "id": one.id, "kind": one.kind, "fields": one.fields}
            for one in entry.changes
        ],
        "change_count": entry.change_count,
        "request": request,
        "response": response,
    }


def _without_body(headers: dict[str, str], length: int | None) -> dict[str, Any]:
    return _message(headers, None, Size(length, LEFT_OUT if length else None))


def _message(headers: dict[str, str], body: Any, size: Size) -> dict[str, Any]:
    return {"headers": headers, "body": body, "bytes": size.length, "omitted": size.omitted}
