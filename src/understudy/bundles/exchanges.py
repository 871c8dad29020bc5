"""From the exchanges of a bundle to those of a journal.

A journal keeps bytes, and the bundle has what the journal showed of them: so the bytes are made of
that, and are blanked already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import orjson

from understudy import times
from understudy.bundles.errors import damaged
from understudy.journal.entry import Difference, Entry, packed
from understudy.journal.ring import FIXED

if TYPE_CHECKING:
    from understudy.contract.model import Contract, OperationSpec

JSON = b"application/json"


def entries(contract: Contract, journal: Mapping[str, Any]) -> list[Entry]:
    """The entries of the exchanges, in their sequence. Raises BundleError where that has gaps."""
    operations = {one.operation_id: one for one in contract.operations}
    found = [_entry(one, operations) for one in journal["exchanges"]]
    first = journal["last"] - len(found) + 1
    for sequence, entry in enumerate(found, first):
        if entry.sequence != sequence or sequence < 1:
            raise damaged(f"journal.json has exchange {entry.sequence} where {sequence} belongs")
    return found


def _entry(exchange: Mapping[str, Any], operations: Mapping[str, OperationSpec]) -> Entry:
    shown = exchange["shown"]
    request, response, fault = shown["request"], shown["response"], shown["fault"]
    body, payload = sent(exchange), _payload(response)
    kept = sum(len(part) for part in (body, payload) if isinstance(part, bytes))
    headers = dict(_encoded(request["headers"]))
    if shown["request_id"]:
        headers[b"x-request-id"] = shown["request_id"].encode()
    answer_headers = [*_encoded(response["headers"])]
    media = response["headers"].get("content-type", JSON.decode()).encode()
    return Entry(
        sequence=shown["sequence"],
        millis=_millis(shown["at"]),
        received=_millis(shown["received_at"]),
        seconds=shown["milliseconds"] / 1000,
        method=shown["method"],
        path=shown["path"],
        query=shown["query"].encode("latin-1", "replace"),
        headers=packed(headers),
        body=body,
        operation=operations.get(shown["operation"] or ""),
        user=shown["user"] or "",
        unknown=tuple(exchange["unknown"]),
        changes=tuple(
            Difference(one["collection"], one["id"], one["kind"], tuple(one["fields"]))
            for one in shown["changes"]
        ),
        change_count=shown["change_count"],
        fault=(fault["id"], fault["does"]) if fault else None,
        status=shown["status"],
        answer_headers=[pair for pair in answer_headers if pair[0] != b"content-type"],
        media=media,
        payload=payload,
        size=FIXED + kept + len(packed(headers)),
    )


def sent(exchange: Mapping[str, Any]) -> bytes | int | None:
    """The body of a request as the bundle has it; how long it was where it has it not."""
    request = exchange["shown"]["request"]
    if exchange["sent"] == "nothing":
        return request["bytes"] if request["omitted"] in ("too_large", "not_text") else b""
    if exchange["sent"] == "json":
        return orjson.dumps(request["body"])
    return str(request["body"] or "").encode()


def _payload(response: Mapping[str, Any]) -> bytes | int:
    if response["omitted"]:
        return response["bytes"] or 0
    if not response["bytes"]:
        return b""
    is_json = "json" in response["headers"].get("content-type", "")
    body = response["body"]
    return orjson.dumps(body) if is_json or not isinstance(body, str) else body.encode()


def _encoded(headers: Mapping[str, str]) -> Iterator[tuple[bytes, bytes]]:
    """The headers as bytes; one that cannot be a header is left out."""
    for name, value in headers.items():
        if "\n" not in f"{name}{value}":
            yield name.encode("latin-1", "replace"), value.encode("latin-1", "replace")


def _millis(text: str) -> int:
    try:
        return times.parse(text)
    except ValueError:
        raise damaged(f"{text!r} in journal.json is no time") from None
