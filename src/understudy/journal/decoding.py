"""From the bytes of a body to its JSON or its text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from understudy.nesting import is_too_deep

ABSENT = object()
"""The JSON of a body that is none, or is not there; null is a value."""

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Characters that no text has, and that would move a terminal's cursor."""


def shortened(text: str, length: int) -> str:
    """A text without the end of an overlong one."""
    return text if len(text) <= length else f"{text[:length]}…"


def kept(raw: bytes | int | None) -> bytes | None:
    """The bytes of a body, if they were kept."""
    return raw if isinstance(raw, bytes) else None


def json_of(raw: bytes | int | None) -> Any:
    """The JSON of a body, or ABSENT; what is nested too deep is taken for text."""
    if not raw or not isinstance(raw, bytes):
        return ABSENT
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return ABSENT
    return ABSENT if is_too_deep(raw, value) else value


def text_of(raw: bytes | int | None) -> str | None:
    """The text of a body; None where it was not kept, or is no text."""
    if not isinstance(raw, bytes):
        return None
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return None
    return None if CONTROL.search(text) else text


class Size(NamedTuple):
    """How long a body was, None where nobody counted, and why it is not shown, if it is not."""

    length: int | None
    omitted: str | None


def size_of(raw: bytes | int | None, body: Any, headers: Mapping[bytes, bytes]) -> Size:
    """The size of a body with this JSON, which was sent with these headers."""
    declared = headers.get(b"content-length", b"0")
    told = int(declared) if declared.isdigit() else 0
    if not isinstance(raw, bytes):
        return Size(raw or told or None, "too_large")
    if raw:
        is_shown = body is not ABSENT or text_of(raw) is not None
        return Size(len(raw), None if is_shown else "not_text")
    if told or b"transfer-encoding" in headers:
        return Size(told or None, "not_read")
    return Size(0, None)
