"""What is wrong with what a rule does, whichever calls it is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from understudy.faults.delays import BOUNDS, NEEDED
from understudy.faults.strikes import body_of

Problem = tuple[str, str]

LARGEST = 64 * 1024
"""Bytes of a body that a rule brings."""

BODILESS = (204, 205, 304)
"""Statuses of answers that have no body."""

FRAMING = frozenset(
    ("connection", "content-length", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade")
)
OURS = frozenset(("content-type", "date", "x-request-id"))

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")


def effect_problems(do: Mapping[str, Any]) -> Iterator[Problem]:
    """Each field at fault, dotted, and why."""
    effects = [name for name in do if name != "delay"]
    if not do:
        yield "do", "does nothing; give it a delay or another effect"
    if len(effects) > 1:
        told = ", ".join(effects)
        yield "do", f"has several effects ({told}); besides a delay a rule has one"
    for name, options in do.items():
        for field, message in _CHECKS[name](options):
            yield f"do.{name}{field and '.'}{field}", message


def _delay(delay: Mapping[str, Any]) -> Iterator[Problem]:
    distribution = delay.get("distribution", "fixed")
    needed = NEEDED[distribution]
    for field in needed:
        if field not in delay:
            yield field, f"is required for a {distribution} delay"
    optional = BOUNDS if distribution in ("normal", "lognormal") else ()
    for field in delay.keys() - {"distribution", *needed, *optional}:
        yield field, f"is not for a {distribution} delay, which takes {', '.join(needed)}"
    if delay.get("min_ms", 0) > delay.get("max_ms", float("inf")):
        yield "max_ms", "must not be less than min_ms"


def _status(answer: Mapping[str, Any]) -> Iterator[Problem]:
    payload, _ = body_of(answer)
    if len(payload) > LARGEST:
        yield "body", f"must have at most {LARGEST} bytes"
    if payload and answer["status"] in BODILESS:
        yield "body", f"is not for {answer['status']}, which has none"
    names = [name.lower() for name in answer.get("headers", {})]
    for name in answer.get("headers", {}):
        message = _header_problem(name.lower(), names)
        if message:
            yield f"headers.{name}", message


def _header_problem(name: str, names: list[str]) -> str | None:
    if not _TOKEN.fullmatch(name):
        return "is not the name of a header"
    if name in FRAMING:
        return "frames the message, which is the server's to do; see connection"
    if name in OURS:
        return "is set by the server" + (" from content_type" if name == "content-type" else "")
    return "is there twice" if names.count(name) > 1 else None


def _off_contract(options: Mapping[str, Any]) -> Iterator[Problem]:
    if "field" in options and not options["kind"].endswith(("_field", "_type")):
        yield "field", f"is not for {options['kind']}, which is about the whole body"


def _connection(options: Mapping[str, Any]) -> Iterator[Problem]:
    kind = options["kind"]
    only = {"seconds": "hang", "bytes_per_second": "trickle"}
    for field in only.keys() & options.keys():
        if kind != only[field]:
            yield field, f"is not for {kind}, but for {only[field]}"
    if kind == "trickle" and "after_bytes" in options:
        yield "after_bytes", "is not for trickle, which sends the whole answer"
    if options.get("processed") is False and (kind == "trickle" or "after_bytes" in options):
        yield "processed", "must be true where a part of the answer is sent"


_CHECKS: dict[str, Callable[[Mapping[str, Any]], Iterator[Problem]]] = {
    "delay": _delay,
    "error": lambda options: iter(()),
    "status": _status,
    "rate_limit": lambda options: iter(()),
    "off_contract": _off_contract,
    "connection": _connection,
}
