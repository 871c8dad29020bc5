"""Exchanges as an HTTP archive (HAR 1.2), which browsers and proxies show.

The journal's archive is made from what a server saw; this one from what a client did.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from understudy.journal.har import UNKNOWN, VERSION, Pairs
from understudy.verify.report.model import Exchange

NO_ANSWER = 0
"""The status of a request that nobody answered, as browsers write it."""


def chunks(exchanges: Iterable[Exchange], version: str) -> Iterator[str]:
    """The archive, an entry at a time: there may be many. version: Understudy's own."""
    creator = json.dumps({"name": "understudy", "version": version})
    yield f'{{"log": {{"version": "1.2", "creator": {creator}, "entries": ['
    separator = "\n"
    for exchange in exchanges:
        # Characters beyond ASCII are escaped: half a one has no other form.
        yield separator + json.dumps(entry(exchange))
        separator = ",\n"
    yield "\n]}}\n"


def entry(exchange: Exchange) -> dict[str, Any]:
    """The entry of an exchange."""
    took = exchange["milliseconds"]
    no_answer = exchange["reason"] if exchange["status"] is None else None
    return {
        "startedDateTime": exchange["at"],
        "time": took,
        "request": _request(exchange),
        "response": _response(exchange),
        "cache": {},
        "timings": {"send": 0, "wait": took, "receive": 0},
        "_operation": exchange["operation"],
        **({"_error": no_answer} if no_answer else {}),
    }


def _request(exchange: Exchange) -> dict[str, Any]:
    url, headers, body = exchange["url"], exchange["request_headers"], exchange["request_body"]
    query = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    data = {"mimeType": _header(headers, "content-type"), "text": body}
    return {
        "method": exchange["method"],
        "url": url,
        "httpVersion": VERSION,
        "cookies": [],
        "headers": _pairs(headers),
        "queryString": [{"name": name, "value": value} for name, value in query],
        **({"postData": data} if body is not None else {}),
        "headersSize": UNKNOWN,
        "bodySize": 0 if body is None else UNKNOWN,
    }


def _response(exchange: Exchange) -> dict[str, Any]:
    headers, body = exchange["response_headers"], exchange["response_body"]
    status, length = exchange["status"], _header(headers, "content-length")
    return {
        "status": NO_ANSWER if status is None else status,
        "statusText": "" if status is None else exchange["reason"] or "",
        "httpVersion": VERSION,
        "cookies": [],
        "headers": _pairs(headers),
        "content": {
            "size": len((body or "").encode("utf-8", "surrogatepass")),
            "mimeType": _header(headers, "content-type"),
            **({} if body is None else {"text": body}),
        },
        "redirectURL": _header(headers, "location"),
        "headersSize": UNKNOWN,
        "bodySize": int(length) if length.isdecimal() else UNKNOWN,
    }


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((value for key, value in headers.items() if key.lower() == name), "")


def _pairs(headers: Mapping[str, str]) -> Pairs:
    return [{"name": name, "value": value} for name, value in headers.items()]
