"""A fault rule from the short texts of the options of `understudy fault add`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import click

from understudy import times
from understudy.cli import suggestions
from understudy.cli.delay import delay as read_delay
from understudy.cli.options import number
from understudy.cli.pairs import value
from understudy.errors import UsageError

Command = Callable[..., None]
Short = dict[str, Any]
"""Fields of `understudy.client.fault_rules.FaultRule`."""

METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
KINDS = (
    "missing_field",
    "wrong_type",
    "undocumented_field",
    "truncated",
    "malformed",
    "empty",
)
ENDS = ("close", "reset", "hang", "trickle")

EFFECTS = {
    "--error": "error",
    "--status": "status",
    "--rate-limit": "rate_limit",
    "--off-contract": "off_contract",
    "--connection": "connection",
}
"""What may happen besides a delay: the options, and what click calls them."""

PARTS = {
    "--status": {"--body": "body", "--content-type": "content_type", "--header": "headers"},
    "--off-contract": {"--field": "field"},
    "--connection": {
        "--after-bytes": "after_bytes",
        "--processed": "processed",
        "--bytes-per-second": "bytes_per_second",
        "--seconds": "seconds",
    },
}
"""Options that say more of another one."""

NAMES = {
    "do.status.body": "--body",
    "do.status.content_type": "--content-type",
    "do.status.headers": "--header",
    "do.off_contract.field": "--field",
    "do.connection.after_bytes": "--after-bytes",
    "do.connection.processed": "--processed",
    "do.connection.bytes_per_second": "--bytes-per-second",
    "do.connection.seconds": "--seconds",
    "do.rate_limit": "--rate-limit",
    "until.for": "--for",
}
"""Fields of a rule → the options, where the first part of a field's name does not lead there."""

ALIKE = (
    *("operation", "method", "path", "user", "every", "first", "after", "probability"),
    *("status", "content_type", "times", "lasting", "id", "note"),
)
"""Options that are fields as they are."""

OPTIONS = (
    click.option(
        "--operation",
        metavar="PATTERN",
        shell_complete=suggestions.operations,
        help="Calls of this operation, or of those that fit: 'defects.*'. `understudy contract "
        "show` lists them.",
    ),
    click.option(
        "--method",
        metavar="METHOD",
        type=click.Choice(METHODS, case_sensitive=False),
        help="Calls by this method.",
    ),
    click.option(
        "--path",
        metavar="PATTERN",
        help="Calls of this path, with the API's base path: '/api/v1/defects/*'.",
    ),
    click.option("--user", metavar="EMAIL", help="Calls of this user."),
    click.option(
        "--call", "calls", metavar="N", type=int, multiple=True, help="The Nth of them; repeatable."
    ),
    click.option("--every", metavar="N", type=int, help="Every Nth of them."),
    click.option("--first", metavar="N", type=int, help="The first N of them."),
    click.option("--after", metavar="N", type=int, help="Let N of them through before."),
    click.option(
        "--probability", metavar="P", type=number, help="Each with this probability, seeded."
    ),
    click.option(
        "--delay",
        metavar="TIME",
        help="Answer later: 300ms, 100ms..2s, lognormal:1500ms,sigma=0.8,max=10s or "
        "normal:1s,deviation=200ms.",
    ),
    click.option(
        "--error", metavar="STATUS[:CODE]", help="Answer an error that the contract documents."
    ),
    click.option("--status", metavar="N", type=int, help="Answer this, documented or not."),
    click.option(
        "--body",
        metavar="TEXT",
        help="With --status: what is sent; an object or a list in JSON is sent as that.",
    ),
    click.option("--content-type", metavar="TYPE", help="With --status: the media type."),
    click.option(
        "--header",
        "headers",
        metavar="NAME:VALUE",
        multiple=True,
        help="With --status: a header; repeatable.",
    ),
    click.option("--off-contract", type=click.Choice(KINDS), help="Break the form of the answer."),
    click.option(
        "--field", metavar="NAME", help="With --off-contract: which field, 'defects.0.title'."
    ),
    click.option("--connection", type=click.Choice(ENDS), help="Break the connection."),
    click.option(
        "--after-bytes",
        metavar="N",
        type=int,
        help="With --connection: so much of the answer is sent before.",
    ),
    click.option(
        "--processed/--not-processed",
        default=None,
        help="With --connection: whether the request is handled before.",
    ),
    click.option(
        "--bytes-per-second", metavar="N", type=int, help="With --connection trickle: how fast."
    ),
    click.option(
        "--seconds", metavar="N", type=number, help="With --connection hang: for how long."
    ),
    click.option(
        "--rate-limit", metavar="SECONDS", type=int, help="Answer 429 with this Retry-After."
    ),
    click.option("--times", metavar="N", type=int, help="End after N strikes."),
    click.option("--for", "lasting", metavar="TIME", help="End after so long, such as 5m."),
    click.option("--id", metavar="NAME", help="The rule's name; left out, the server makes one."),
    click.option("--note", metavar="TEXT", help="What the rule is for."),
)


def rule_options(command: Command) -> Command:
    """Give a command the options of a rule."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def rule(options: Mapping[str, Any]) -> dict[str, Any]:
    """The rule as the contract writes it. Raises UsageError for what cannot be read, and where
    nothing happens or too much.
    """
    from understudy.client import fault_rules

    _check_effects(options)
    _read("--for", times.duration, options["lasting"])
    fields: Any = {name: options[name] for name in ALIKE} | _effects(options)
    fields["calls"] = options["calls"] or None
    return fault_rules.rule(fields)


def _check_effects(options: Mapping[str, Any]) -> None:
    found = [option for option, name in EFFECTS.items() if options[name] is not None]
    if len(found) > 1:
        told = " and ".join(found)
        raise UsageError(f"{told} do not go together: besides a delay, one thing happens")
    for owner, parts in PARTS.items():
        given = next((part for part, name in parts.items() if options[name] not in (None, ())), "")
        if given and owner not in found:
            raise UsageError(f"{given} says more of {owner}, which is missing")
    if not found and options["delay"] is None:
        *rest, last = ("--delay", *EFFECTS)
        raise UsageError(f"say what happens: {', '.join(rest)} or {last}")


def _effects(options: Mapping[str, Any]) -> Short:
    return {
        "delay": _read("--delay", read_delay, options["delay"]),
        "error": _read("--error", _error, options["error"]),
        "off_contract": _with(options["off_contract"], options["field"]),
        "retry_after": options["rate_limit"],
        "connection": _connection(options),
        "body": _body(options["body"]),
        "headers": _headers(options["headers"]),
    }


def _read(option: str, read: Callable[[str], Any], text: str | None) -> Any:
    try:
        return None if text is None else read(text)
    except ValueError as error:
        raise UsageError(f"{option}: {error}") from None


def _error(text: str) -> Any:
    """`402`, `402:subscription_expired`."""
    status, colon, code = text.partition(":")
    if not status.isdecimal():
        raise ValueError(f"{text!r} is not STATUS or STATUS:CODE, such as 402")
    return (int(status), code) if colon else int(status)


def _with(kind: str | None, field: str | None) -> Any:
    return (kind, field) if field is not None else kind


def _body(text: str | None) -> Any:
    found = None if text is None else value(text)
    return found if isinstance(found, dict | list) else text


def _connection(options: Mapping[str, Any]) -> Short | None:
    names = ("after_bytes", "processed", "bytes_per_second", "seconds")
    more = {name: options[name] for name in names if options[name] is not None}
    if options["connection"] is None:
        return None
    return {"kind": options["connection"], **more}


def _headers(lines: Iterable[str]) -> dict[str, str] | None:
    headers = {}
    for line in lines:
        name, colon, text = line.partition(":")
        if not colon:
            raise UsageError(f"--header: {line!r} is not NAME: VALUE, such as 'Retry-After: 30'")
        headers[name.strip()] = text.strip()
    return headers or None
