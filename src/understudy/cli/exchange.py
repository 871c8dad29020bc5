"""Exchanges of a journal, a line for each, or one in all its parts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import click

from understudy.cli.text import faint, indented, plain, table

SIGNS = {"added": ("+", "green"), "changed": ("~", "yellow"), "removed": ("-", "red")}
OMITTED = {
    "too_large": "the body is too large to be kept",
    "not_text": "the body is no text",
    "not_read": "the body was not read",
    "left_out": "the body was not asked for",
}

MOST_CHANGES = 100
"""So many changes an exchange tells of at most."""


def lines(exchanges: Iterable[Any]) -> Iterator[str]:
    """A line for each, with its number."""
    from understudy.client.exchanges import Exchange
    from understudy.client.lines import exchange_parts

    for one in map(Exchange.of, exchanges):
        time, status, *rest = exchange_parts(one)
        number = faint(f"{f'#{one.sequence}':>6}")
        yield "  ".join((number, time, click.style(status, fg=_colour(one.status)), *rest))


def description(raw: Any) -> Iterator[str]:
    """Its lines: who asked what, what changed, the request, the answer."""
    from understudy.client.exchanges import Exchange
    from understudy.client.lines import exchange_line

    exchange = Exchange.of(raw)
    yield click.style(f"#{exchange.sequence}  {exchange_line(exchange)}", bold=True)
    facts = [("at", raw["at"]), ("operation", exchange.operation or "none answers")]
    if exchange.request_id:
        facts.append(("request id", plain(exchange.request_id)))
    yield from indented(table(facts))
    yield from indented([*_changes(raw)])
    yield from ("", click.style("Request", bold=True), *_message(raw["request"]))
    answered = f"Answer {exchange.status}" if exchange.status else "No answer"
    yield from ("", click.style(answered, bold=True), *_message(raw["response"]))


def _colour(status: int) -> str:
    """Green where all is well, red where something broke."""
    if 100 <= status < 400:
        return "green"
    return "yellow" if 400 <= status < 500 else "red"


def _changes(raw: Any) -> Iterator[str]:
    for change in raw["changes"]:
        sign, colour = SIGNS[change["kind"]]
        fields = f": {', '.join(change['fields'])}" if change["fields"] else ""
        line = f"{sign} {change['collection']} {change['id']}{fields}"
        yield click.style(line, fg=colour)
    if len(raw["changes"]) == MOST_CHANGES:
        yield faint("… and perhaps more")


def _message(message: Any) -> Iterator[str]:
    for name, value in message["headers"].items():
        yield f"  {faint(f'{plain(name)}:')} {plain(value)}"
    body = message["body"]
    if message["omitted"]:
        yield from ("", f"  {faint(OMITTED.get(message['omitted'], message['omitted']))}")
    elif body is not None:
        text = body if isinstance(body, str) else json.dumps(body, indent=2, ensure_ascii=False)
        yield from ("", *indented([plain(line) for line in text.splitlines()]))
