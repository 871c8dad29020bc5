"""Reading and writing long JSON piece by piece: one long call would keep all other threads waiting.

What is written is what orjson writes with an indent of two. What is read may be any JSON; where it
is not in that form, it is read in one piece.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

import orjson

PIECE = 1 << 18
"""Bytes that are read in one call, about; so many are written in one piece."""
LEVELS = 3
"""Down to this level, and in what is long, everything is written one by one."""
LONG = 256


def written(value: Any) -> Iterator[bytes]:
    """The JSON of a value, in pieces."""
    waiting: list[bytes] = []
    size = 0
    for part in _parts(value, 0):
        waiting.append(part)
        size += len(part)
        if size >= PIECE:
            yield b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)


def _parts(value: Any, level: int) -> Iterator[bytes]:
    margin = b"\n" + b"  " * level
    if not isinstance(value, dict | list) or not value:
        yield orjson.dumps(value)
    elif level >= LEVELS and len(value) < LONG:
        yield orjson.dumps(value, option=orjson.OPT_INDENT_2).replace(b"\n", margin)
    elif isinstance(value, dict):
        before = b"{" + margin + b"  "
        for name, part in value.items():
            yield before + orjson.dumps(name) + b": "
            yield from _parts(part, level + 1)
            before = b"," + margin + b"  "
        yield margin + b"}"
    else:
        before = b"[" + margin + b"  "
        for part in value:
            yield before
            yield from _parts(part, level + 1)
            before = b"," + margin + b"  "
        yield margin + b"]"


def read(text: bytes) -> Any:
    """The value of some JSON. Raises ValueError."""
    try:
        return _read(text, 0, len(text), 0)
    except ValueError:
        return orjson.loads(text)  # which tells what is wrong, if it is not just the form


def _read(text: bytes, begin: int, end: int, level: int) -> Any:
    """The value of a part of the text, which is written so deep. Each piece is read as an object or
    a list of its own, so that all together hold what the whole holds. Raises ValueError.
    """
    margin = b"\n" + b"  " * level
    ends = text[begin : begin + 1] + text[end - 1 : end]
    if end - begin <= PIECE or ends not in (b"{}", b"[]"):
        return orjson.loads(memoryview(text)[begin:end])
    starts = _starts(text, margin, begin, end)
    last = end - 1 - len(margin)
    if next(starts, None) != begin + 1 or text[last : end - 1] != margin:
        raise ValueError
    found: Any = {} if ends == b"{}" else []
    add = found.update if ends == b"{}" else found.extend
    first = before = begin + 1
    for start in chain(starts, (last,)):
        if start - first > PIECE and before > first:
            add(orjson.loads(ends[:1] + text[first : _comma(text, before)] + ends[1:]))
            first = before
        if start - first > PIECE:
            stop = start if start == last else _comma(text, start)
            add(_member(text, first + len(margin) + 2, stop, level + 1, ends == b"{}"))
            first = start
        before = start
    if first < last:
        add(orjson.loads(ends[:1] + text[first:last] + ends[1:]))
    return found


def _comma(text: bytes, start: int) -> int:
    """Where the comma is before a line."""
    if text[start - 1 : start] != b",":
        raise ValueError
    return start - 1


def _member(text: bytes, begin: int, end: int, level: int, is_named: bool) -> Any:
    """A long part of an object or of a list, as an object or a list of its own."""
    if not is_named:
        return [_read(text, begin, end, level)]
    value = text.find(b"\n", begin, end) - 1
    if value < 0:  # a text, in one line
        return orjson.loads(b"{" + text[begin:end] + b"}")
    name = orjson.loads(text[begin : value - 2])
    if text[value - 2 : value] != b": " or not isinstance(name, str):
        raise ValueError
    return {name: _read(text, value, end, level)}


def _starts(text: bytes, margin: bytes, begin: int, end: int) -> Iterator[int]:
    """Where lines begin that are indented by one level more than the margin, one by one."""
    pattern, width = re.compile(margin + rb"  (?=[^ \]}])"), len(margin) + 3
    for window in range(begin, end, PIECE):
        stop = window + PIECE
        for one in pattern.finditer(text, window, min(stop + width, end)):
            if one.start() < stop:
                yield one.start()
