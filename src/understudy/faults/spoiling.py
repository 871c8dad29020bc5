"""Bodies that break the contract on purpose: a right one in, a wrong one out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import orjson

from understudy.pipeline.pieces import Payload, beginning

Allows = Callable[[Any], bool]
"""Whether the contract allows a body."""

Place = tuple[Any, "str | int", str]
"""An object or a list, the key or the index in it, and both as one dotted name."""

TRIES = 100
"""So many places are tried before a body counts as one with nothing to break."""

LONGEST = 2 * 1024 * 1024
"""Bytes of a body that is read, broken and written again."""

ADDED = "unexpected"
"""The name of a field that is added where none is asked for."""

_OTHERS: tuple[Any, ...] = (12345, "a text", True, [], {})
"""Values of which at least one is of another type than any that is documented."""


def spoil(
    payload: Payload, kind: str, field: str | None, allows: Allows, dice: Random
) -> tuple[Payload, str]:
    """The JSON of a body that breaks the contract, and in words what was done.

    `field`: the dotted name of the field at fault; None for a seeded choice. A body with nothing
    to break in this way is truncated, and so is a very long one.
    """
    if kind == "empty":
        return b"", "answers with an empty body"
    size = len(payload)
    if size > LONGEST:
        length = dice.randrange(1, size)
        why = "" if kind == "truncated" else ", which are too many to break otherwise"
        return beginning(payload, length), f"answers {length} of {size} bytes of JSON{why}"
    payload = bytes(payload)
    if kind in _TEXTS:
        return _TEXTS[kind](payload, dice)
    body = orjson.loads(payload)
    told = _BODIES[kind](body, field, allows, dice)
    if told is None:
        spoiled, cut = _truncated(payload, dice)
        return spoiled, f"{cut}, for want of a field to break"
    return orjson.dumps(body), told


def _missing_field(body: Any, field: str | None, allows: Allows, dice: Random) -> str | None:
    for holder, key, name in _chosen(body, field, dice):
        if isinstance(holder, dict):
            before = list(holder.items())
            del holder[key]
            if not allows(body):
                return f"answers without {name}"
            holder.clear()
            holder.update(before)
    return None


def _wrong_type(body: Any, field: str | None, allows: Allows, dice: Random) -> str | None:
    for holder, key, name in _chosen(body, field, dice):
        before = holder[key]
        for value in (_alike(before), *_OTHERS):
            holder[key] = value
            if not allows(body):
                return f"answers with {name} of the wrong type"
        holder[key] = before
    return None


def _undocumented_field(body: Any, field: str | None, allows: Allows, dice: Random) -> str | None:
    for holder, prefix, key in _openings(body, field, dice):
        if key not in holder:
            holder[key] = "a text"
            if not allows(body):
                return f"answers with {prefix}{key}, which is not documented"
            del holder[key]
    return None


def _alike(value: Any) -> Any:
    """What careless servers send in place of a value: numbers as text, and the like."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, list):
        return {}
    return [] if isinstance(value, dict) else 12345


def _chosen(body: Any, field: str | None, dice: Random) -> Iterator[Place]:
    """The place of a field, or places by chance."""
    if field is not None:
        found = _place(body, field)
        return iter([found] if found else [])
    return iter(_some([*_places(body)], dice))


def _openings(body: Any, field: str | None, dice: Random) -> list[tuple[dict[str, Any], str, str]]:
    """Objects to add a field to: each with its dotted name, and the new key."""
    if field is None:
        places = [("", body), *((f"{name}.", holder[key]) for holder, key, name in _places(body))]
        objects = [(value, name, ADDED) for name, value in places if isinstance(value, dict)]
        return _some(objects, dice)
    prefix, _, key = field.rpartition(".")
    place = _place(body, prefix) if prefix else None
    value = place[0][place[1]] if place else None if prefix else body
    return [(value, f"{prefix}." if prefix else "", key)] if isinstance(value, dict) else []


def _places(body: Any) -> Iterator[Place]:
    """Every field and item, those further out first."""
    waiting = [("", body)] if isinstance(body, (dict, list)) else []
    for prefix, holder in waiting:
        items = holder.items() if isinstance(holder, dict) else enumerate(holder)
        for key, value in items:
            yield holder, key, f"{prefix}{key}"
            if isinstance(value, (dict, list)):
                waiting.append((f"{prefix}{key}.", value))


def _place(body: Any, field: str) -> Place | None:
    """Where a dotted name leads to."""
    place: Place | None = None
    value = body
    for part in field.split("."):
        key = int(part) if isinstance(value, list) and part.isdecimal() else part
        if not _has(value, key):
            return None
        place, value = (value, key, field), value[key]
    return place


def _has(holder: Any, key: str | int) -> bool:
    if isinstance(holder, list):
        return isinstance(key, int) and key < len(holder)
    return isinstance(holder, dict) and key in holder


def _some(choices: list[Any], dice: Random) -> list[Any]:
    return dice.sample(choices, min(len(choices), TRIES))


def _truncated(payload: bytes, dice: Random) -> tuple[bytes, str]:
    length = dice.randrange(1, max(2, len(payload)))
    while _is_json(payload[:length]):  # the beginning of a number is one
        length -= 1
    told = f"answers {length} of {len(payload)} bytes of JSON"
    return payload[:length], told


def _malformed(payload: bytes, dice: Random) -> tuple[bytes, str]:
    """As careless servers write it; a comma at the end is wrong after any JSON."""
    attempts = [
        (payload[:-1] + b"," + payload[-1:], "a comma too many"),
        (payload.replace(b'"', b"'"), "single quotes"),
        (payload.replace(b":", b"=>", 1), "an arrow for a colon"),
    ]
    for spoiled, how in (*_some(attempts, dice), (payload + b",", "a comma at the end")):
        if not _is_json(spoiled):
            return spoiled, f"answers malformed JSON, with {how}"
    raise AssertionError("JSON with a comma at the end is JSON")


def _is_json(payload: bytes) -> bool:
    try:
        orjson.loads(payload)
    except orjson.JSONDecodeError:
        return False
    return True


_BODIES: dict[str, Callable[[Any, str | None, Allows, Random], str | None]] = {
    "missing_field": _missing_field,
    "wrong_type": _wrong_type,
    "undocumented_field": _undocumented_field,
}
_TEXTS: dict[str, Callable[[bytes, Random], tuple[bytes, str]]] = {
    "truncated": _truncated,
    "malformed": _malformed,
}
