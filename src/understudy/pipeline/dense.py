"""JSON that takes long, read in a thread: portion by portion, so that no call is long.

A portion ends behind a comma. What is open there is closed for orjson to read the portion as a text
of its own, and opened again for the next one: so each is read, or refused, as in the whole.
"""

from __future__ import annotations

from secrets import token_hex
from typing import Any

import orjson

from understudy.background import drop

MANY = 50_000
"""More commas than these take long: it is the number of values that takes the time, ..."""
LONG = 1_000_000
"""... up to so many bytes, which may all be of one text."""
PORTION = 100_000
"""Bytes that are read in one go."""
CUT_OFF = 64
"""So near to where a text was cut off, what is wrong with it may be no more than that."""

MARK, INNER = token_hex(16), token_hex(16)
"""Names that no text has: of what stands at both ends of a portion, and of what is open in what is
open.
"""
STRING = b'"%b"' % MARK.encode()
AROUND = {"[": b"[", "{": b'{"%b":' % INNER.encode()}
FIRST = {"[": b"[" + STRING, "{": b"{" + STRING + b":0"}
LAST = {"[": STRING, "{": STRING + b":0"}
CLOSING = {"[": b"]", "{": b"}"}
KINDS = {"[": list, "{": dict}
ALL_BUT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


def takes_long(raw: bytes) -> bool:
    """Whether to read it does."""
    return len(raw) > MANY and (len(raw) > LONG or raw.count(b",") > MANY)


def loads(raw: bytes) -> Any:
    """What `orjson.loads` gives, or raises."""
    try:
        raw.decode()
    except UnicodeDecodeError:
        return orjson.loads(raw)
    reading = _Reading(raw)
    try:
        reading.go_on()
        while reading.start < len(raw):
            reading.go_on()
    except orjson.JSONDecodeError:
        reading.let_go()
        raise
    return reading.value


class _Reading:
    """A text that has been read up to `start`, and what it came to so far."""

    def __init__(self, raw: bytes) -> None:
        self.start = 0
        self.value: Any = None
        self._raw = raw
        self._open = ""
        """The brackets that are open there."""
        self._spine: list[Any] = []
        """What they opened, outermost first."""

    def go_on(self) -> None:
        """Read the next portion. Raises orjson.JSONDecodeError."""
        end = _end(self._raw, self.start)
        text = self._raw[self.start : end]
        is_last = end == len(self._raw)
        kept, opened = (0, "") if is_last else self._changed(text)
        still_open = self._open[:kept] + opened
        tail = b"" if is_last else _tail(still_open)
        try:
            part = orjson.loads(_head(self._open) + text + tail)
        except orjson.JSONDecodeError:
            raise self._error() from None
        self._take(part)
        if not is_last:
            del self._spine[kept:]
            self._follow(opened)
        self._open, self.start = still_open, end

    def let_go(self) -> None:
        """Forget what was read."""
        box = [self.value]
        self.value, self._spine = None, []
        drop(box)

    def _changed(self, text: bytes) -> tuple[int, str]:
        """How many of the open brackets a portion leaves open, and which others it opens."""
        closed, opened = _unmatched(text)
        kept = len(self._open) - closed
        if kept < 0 or not kept + len(opened) or opened.strip("[{"):
            raise self._error()
        return kept, opened

    def _take(self, part: Any) -> None:
        """Put what was read where it belongs."""
        if not self._spine:
            self.value = part
        innermost = len(self._spine) - 1
        for depth, holder in enumerate(self._spine):
            if isinstance(holder, list):
                inner = part.pop(0)
                holder.extend(part)
            else:
                inner = part.pop(MARK if depth == innermost else INNER)
                holder.update(part)
            part = inner

    def _follow(self, opened: str) -> None:
        """Find what was opened and not closed, and take the mark away where the portion ended."""
        holder = self._spine[-1] if self._spine else [self.value]
        self._spine += _marked(holder, opened) or ()
        innermost = self._spine[-1]
        if isinstance(innermost, list):
            innermost.pop()
        else:
            innermost.pop(MARK, None)

    def _error(self) -> orjson.JSONDecodeError:
        """What orjson says of the whole text, where what comes next is wrong."""
        raw, start, head = self._raw, self.start, _head(self._open)
        size, comma = PORTION, 0
        while comma >= 0:
            size *= 2
            comma = raw.find(b",", start + size)
            text = raw[start:comma] if comma >= 0 else raw[start:]
            try:
                orjson.loads(head + text)
            except orjson.JSONDecodeError as error:
                left = len((head + text).decode()) - error.pos
                if comma < 0 or left > CUT_OFF:
                    at = len(raw[:start].decode()) + error.pos - len(head)
                    return orjson.JSONDecodeError(error.msg, raw.decode(), at)
        raise AssertionError("a portion was refused, and the whole was not")


def _end(raw: bytes, start: int) -> int:
    """Where a portion ends: behind a comma that is in no string, or with the text."""
    text = raw[start : start + PORTION].rstrip(b"\\")
    at = start + len(text)
    if _without_escapes(text).count(b'"') % 2:
        at = _end_of_string(raw, at)
    while True:
        comma = raw.find(b",", at)
        if comma < 0:
            return len(raw)
        quote = raw.find(b'"', at, comma)
        if quote < 0:
            return comma + 1
        at = _end_of_string(raw, quote + 1)


def _end_of_string(raw: bytes, at: int) -> int:
    """Where a string ends that one is in."""
    while True:
        quote = raw.find(b'"', at)
        if quote < 0:
            return len(raw)
        first = quote
        while first > at and raw[first - 1] == ord("\\"):
            first -= 1
        if (quote - first) % 2 == 0:
            return quote + 1
        at = quote + 1


def _without_escapes(text: bytes) -> bytes:
    """Without what might be taken for the end of a string."""
    return text.replace(b"\\\\", b"").replace(b'\\"', b"")


def _unmatched(text: bytes) -> tuple[int, str]:
    """How many brackets a text closes that it did not open, and those that it leaves open."""
    outside = b"".join(_without_escapes(text).split(b'"')[::2])
    brackets = outside.translate(None, ALL_BUT_BRACKETS)
    length = -1
    while len(brackets) != length:
        length = len(brackets)
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")
    opened = brackets.lstrip(b"]}")
    return len(brackets) - len(opened), opened.decode()


def _head(brackets: str) -> bytes:
    """What stands before a portion in which these are open: a first value in the innermost."""
    if not brackets:
        return b""
    return b"".join([*(AROUND[one] for one in brackets[:-1]), FIRST[brackets[-1]], b","])


def _tail(brackets: str) -> bytes:
    """What stands behind one that leaves these open: a last value in the innermost."""
    return LAST[brackets[-1]] + b"".join(CLOSING[one] for one in reversed(brackets))


def _marked(holder: Any, opened: str) -> list[Any] | None:
    """The last values in each other that these brackets opened; None where there is no mark in the
    innermost. In an object, where a name comes twice, the last value may stand anywhere.
    """
    if not opened:
        return [] if MARK in (holder[-1:] if isinstance(holder, list) else holder) else None
    for value in holder[-1:] if isinstance(holder, list) else reversed(holder.values()):
        if type(value) is KINDS[opened[0]]:
            inner = _marked(value, opened[1:])
            if inner is not None:
                return [value, *inner]
    return None
