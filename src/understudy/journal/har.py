"""Exchanges as an HTTP archive (HAR 1.2), which browsers and proxies show.

http://www.softwareishard.com/blog/har-12-spec/ has the form; fields of one's own begin with an
underscore.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from understudy.journal.decoding import Size
from understudy.journal.reading import Exchange

VERSION = "HTTP/1.1"
PHRASES = {int(status): status.phrase for status in HTTPStatus}
UNKNOWN = -1
"""What HAR writes where nobody measured."""

Pairs = list[dict[str, str]]


def archive(entries: list[dict[str, Any]], version: str) -> dict[str, Any]:
    """The archive of these entries; `version` is Understudy's own."""
    creator = {"name": "understudy", "version": version}
    return {"log": {"version": "1.2", "creator": creator, "entries": entries}}


def url(exchange: Exchange) -> str:
    """Where the request went, by its own Host header."""
    host = exchange.headers.get("host", "127.0.0.1")
    query = f"?{exchange.query}" if exchange.query else ""
    return f"http://{host}{exchange.path}{query}"


def entry(exchange: Exchange) -> dict[str, Any]:
    """The entry of an exchange."""
    took = exchange.milliseconds
    return {
        "startedDateTime": exchange.received_at,
        "time": took,
        "request": _request(exchange),
        "response": _response(exchange),
        "cache": {},
        "timings": {"send": 0, "wait": took, "receive": 0},
        "_sequence": exchange.entry.sequence,
        "_sandbox_time": exchange.at,
        "_operation": exchange.operation,
        "_user": exchange.user or None,
        "_fault": exchange.fault,
        "_warnings": exchange.warnings,
    }


def _request(exchange: Exchange) -> dict[str, Any]:
    query = parse_qsl(exchange.query, keep_blank_values=True)
    sent = {}
    if exchange.size.length and not exchange.size.omitted:
        media = exchange.headers.get("content-type", "")
        sent["postData"] = {"mimeType": media, "text": exchange.body_text}
    return {
        "method": exchange.entry.method,
        "url": url(exchange),
        "httpVersion": VERSION,
        "cookies": [],
        "headers": _pairs(exchange.headers),
        "queryString": [{"name": name, "value": value} for name, value in query],
        **sent,
        "headersSize": UNKNOWN,
        "bodySize": _length(exchange.size),
    }


def _response(exchange: Exchange) -> dict[str, Any]:
    status, headers = exchange.entry.status, exchange.answer_headers
    length, reason = _length(exchange.answer_size), exchange.answer_size.omitted
    shown = {"comment": reason} if reason else {"text": exchange.answer_text}
    return {
        "status": status,
        "statusText": PHRASES.get(status, ""),
        "httpVersion": VERSION,
        "cookies": [],
        "headers": _pairs(headers),
        "content": {
            "size": length,
            "mimeType": headers.get("content-type", ""),
            **(shown if length else {}),
        },
        "redirectURL": headers.get("location", ""),
        "headersSize": UNKNOWN,
        "bodySize": length,
    }


def _pairs(headers: Mapping[str, str]) -> Pairs:
    return [{"name": name, "value": value} for name, value in headers.items()]


def _length(size: Size) -> int:
    return UNKNOWN if size.length is None else size.length
