"""An exchange as JSON, in the form of the control contract."""

from __future__ import annotations

from typing import Any

from understudy.journal.decoding import Size
from understudy.journal.reading import Exchange


def as_json(exchange: Exchange) -> dict[str, Any]:
    """All of it."""
    entry = exchange.entry
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
        "request": _message(exchange.headers, exchange.shown_body, exchange.size),
        "response": _message(exchange.answer_headers, exchange.shown_answer, exchange.answer_size),
    }


def _message(headers: dict[str, str], body: Any, size: Size) -> dict[str, Any]:
    return {"headers": headers, "body": body, "bytes": size.length, "omitted": size.omitted}
