"""Which exchanges of a journal are meant: the options, and what they say to the server."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from understudy.cli import suggestions
from understudy.cli.pairs import pairs
from understudy.errors import UsageError

Command = Callable[..., None]
Filters = dict[str, Any]

NAMES = (
    *("operation", "method", "path", "user", "status"),
    *("has_warnings", "has_fault", "text", "since"),
)

OPTIONS = (
    click.option(
        "--operation",
        metavar="PATTERN",
        shell_complete=suggestions.operations,
        help="Of this operation, or of those that fit: 'defects.*'. `understudy contract show` "
        "lists them.",
    ),
    click.option("--method", metavar="METHOD", help="By this method."),
    click.option(
        "--path", metavar="PATTERN", help="Of this path, or of those that fit: '/defects/*'."
    ),
    click.option("--user", metavar="EMAIL", help="Of this user."),
    click.option(
        "--status", metavar="STATUS", help="Answered so: 402, 4xx, or 0 where nothing was sent."
    ),
    click.option(
        "--has-warnings/--no-warnings",
        default=None,
        help="Whether the contract warns of them.",
    ),
    click.option("--has-fault/--no-fault", default=None, help="Whether a fault struck them."),
    click.option("--text", metavar="TEXT", help="With this text in the address or in a body."),
    click.option("--since", metavar="N", type=int, help="Only those after the one of this number."),
)

INSIDE = (
    click.option(
        "--query",
        metavar="KEY=VALUE",
        multiple=True,
        help="With this query parameter; repeatable.",
    ),
    click.option("--body", metavar="JSON", help="With this in the request's JSON, however deep."),
)
"""What looks into the request."""


most_option = click.option(
    "-n",
    "--lines",
    "count",
    metavar="N",
    type=click.IntRange(1, 1000),
    help="So many exchanges at most, the oldest.",
)


def filter_options(command: Command) -> Command:
    """Give a command the options of a filter, which `filters` reads."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def match_options(command: Command) -> Command:
    """Give a command the options of a filter that looks into the request, which `matched` reads."""
    for option in reversed((*OPTIONS, *INSIDE)):
        command = option(command)
    return command


def filters(options: Mapping[str, Any]) -> Filters:
    """The filter of query parameters."""
    return {name: options[name] for name in NAMES if options[name] is not None}


def matched(options: Mapping[str, Any]) -> Filters:
    """The filter of a request's body. Raises UsageError for what cannot be read."""
    match = filters(options)
    if options["query"]:
        match["query"] = pairs(options["query"])
    if options["body"] is not None:
        match["body"] = _json(options["body"])
    return match


def step(text: str) -> Filters:
    """A filter in a few words, each known by its look: `POST /defects 4xx admin@acme.test` or
    `auth.login`. Raises UsageError for two words of a kind.
    """
    match: Filters = {}
    for word in text.split():
        name = _kind(word)
        if name in match:
            raise UsageError(f"{text!r} has two words for the {name}: {match[name]} and {word}")
        match[name] = word
    return match


def ordered(steps: Sequence[str], match: Filters) -> list[Filters]:
    """The filters of steps; what `match` says is said of each of them."""
    return [{**match, **step(text)} for text in steps]


def _kind(word: str) -> str:
    if word.startswith("/"):
        return "path"
    if "@" in word:
        return "user"
    if re.fullmatch(r"0|[1-5](\d\d|xx|XX)", word):
        return "status"
    return "method" if word.isalpha() and word.isupper() else "operation"


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f'--body: is no JSON such as \'{{"title": "x"}}\': {error}') from None
