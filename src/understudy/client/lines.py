"""Readable lines of what the server tells, one for each thing, for terminals and test reports."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from understudy.client import fault_words
from understudy.client.exchanges import Exchange
from understudy.client.records import ClockReading, Fault, SandboxInfo
from understudy.client.states import Comparison, Snapshot

LONGEST = 200
"""Characters of an address, a user or a note that are shown."""


def printable(text: str) -> str:
    """The text without control characters, which could move a cursor, and not too much of it."""
    shown = text if len(text) <= LONGEST else f"{text[:LONGEST]} …"
    return "".join(character if character.isprintable() else "?" for character in shown)


def exchange_line(exchange: Exchange) -> str:
    """`09:00:00.000  422     0.4 ms  POST    /api/v1/defects  defects.create_defect`, and after
    that who asked, why it was refused, the fault that hit it and what the contract warns of.
    """
    return "  ".join(exchange_parts(exchange))


def exchange_parts(exchange: Exchange) -> list[str]:
    """What an exchange's line is put together from: time, status, and the rest."""
    query = f"?{exchange.query}" if exchange.query else ""
    parts = [
        f"{exchange.at:%H:%M:%S}.{exchange.at.microsecond // 1000:03}",
        str(exchange.status or "---"),
        f"{exchange.milliseconds:7.1f} ms",
        f"{printable(exchange.method):<7} {printable(exchange.path + query)}",
        exchange.operation or "",
        printable(exchange.user or ""),
        printable(refusal(exchange)),
    ]
    if exchange.fault:
        parts.append(f"fault {exchange.fault.id}: {printable(exchange.fault.does)}")
    if exchange.warnings:
        parts.append(f"warning: {printable('; '.join(exchange.warnings))}")
    return [part for part in parts if part]


def refusal(exchange: Exchange) -> str:
    """`validation_error: title, severity`: the error of the answer, with the fields at fault, or
    else in words; nothing where it has none.
    """
    body = exchange.response.body
    if exchange.status < 400 or not isinstance(body, Mapping):
        return ""
    code, details = body.get("error"), body.get("details")
    if not isinstance(code, str):
        return ""
    told = ", ".join(map(str, details)) if details and isinstance(details, Mapping) else None
    message = told or body.get("message")
    return f"{code}: {message}" if isinstance(message, str) else code


def clock_line(reading: ClockReading) -> str:
    """`2026-01-26T09:00:00.000Z, stands`."""
    if reading.is_frozen:
        return f"{reading.text}, stands"
    pace = "in real time" if reading.factor == 1 else f"{reading.factor:g} times as fast"
    return f"{reading.text}, runs {pace}"


def sandbox_line(info: SandboxInfo) -> str:
    """`alice  from default, 171 objects, 12 exchanges, 1 fault, ` and then its time."""
    origin = info.forked_from or info.scenario
    counts = (
        counted(info.objects, "object"),
        counted(info.exchanges, "exchange"),
        counted(info.faults, "fault"),
    )
    return ", ".join((f"{info.name}  from {origin}", *counts, clock_line(info.clock)))


def snapshot_line(snapshot: Snapshot) -> str:
    """`before-the-import  312 objects, taken at 2026-01-26T09:00:00.000Z`."""
    taken = snapshot.raw["taken_at"]
    return f"{snapshot.name}  {counted(snapshot.objects, 'object')}, taken at {taken}"


def fault_line(fault: Fault) -> str:
    """`lost  defects.create_defect, once: closes the connection; seen 4, struck 1`"""
    calls, effects, state = fault_parts(fault)
    line = f"{fault.id}  {calls}: {effects}; {state}"
    return line + (f"  ({printable(fault.note)})" if fault.note else "")


def fault_parts(fault: Fault) -> tuple[str, str, str]:
    """Which calls a rule is about, what it does to them, and what it has done so far."""
    calls, effects = fault_words.calls(fault), fault_words.effects(fault.do)
    return printable(calls), printable(effects), fault_words.state(fault)


def comparison_lines(comparison: Comparison) -> Iterator[str]:
    """A line for each object that came (+), went (-) or changed (~), and one for each field."""
    for one in comparison.collections:
        yield from (f"+ {one.collection} {_named(new)}" for new in one.added)
        yield from (f"- {one.collection} {_named(old)}" for old in one.removed)
        for changed in one.changed:
            title = f"  {printable(changed.title)}" if changed.title else ""
            yield f"~ {one.collection} {changed.id}{title}"
            for field in changed.fields:
                before, after = _value(field.before), _value(field.after)
                yield f"    {field.field}: {before} → {after}"


def counted(count: int, noun: str) -> str:
    """`1 object`, `2 objects`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _named(thing: Mapping[str, Any]) -> str:
    titles: Iterable[Any] = (thing.get(name) for name in ("title", "name", "email"))
    title = next((f"  {printable(one)}" for one in titles if isinstance(one, str)), "")
    return f"{thing.get('id')}{title}"


def _value(value: Any) -> str:
    return printable(json.dumps(value, ensure_ascii=False))
