"""Texts from elsewhere, made fit to be shown: answers may hold anything."""

from __future__ import annotations

import json
import re
import shlex

_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, besides tabs and line ends
    r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # they change the direction of what follows
    r"\ud800-\udfff\ufffe\uffff]"  # no UTF-8 and no XML has these
)

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s"\[\]{},:]+')
_OPENING, _CLOSING = frozenset("[{"), frozenset("]}")
_DEEPEST = 40
"""JSON that is nested deeper stays as it is: most of it would be blanks."""


def visible(text: str) -> str:
    r"""A text whose control characters are written out: `\u001b`. Tabs and line ends stay."""
    return _INVISIBLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def one_line(text: str) -> str:
    """A text on one line, each gap of it one blank."""
    return visible(" ".join(text.split()))


def indented(text: str) -> str:
    """JSON with one member a line, each value as it was sent; any other text as it is."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return text
    shown, depth, before = [], 0, ""
    tokens = _TOKEN.findall(text)
    for token, after in zip(tokens, [*tokens[1:], ""], strict=True):
        depth += (token in _OPENING) - (token in _CLOSING)
        if depth > _DEEPEST:
            return text
        if token in _CLOSING and before not in _OPENING:
            shown.append(_new_line(depth))
        shown.append(": " if token == ":" else token)
        if token == "," or (token in _OPENING and after not in _CLOSING):
            shown.append(_new_line(depth))
        before = token
    return "".join(shown)


def address(url: str, base_url: str) -> str:
    """Where a request went, below the target's base URL."""
    base = base_url.rstrip("/")
    return url[len(base) :] if url.startswith(f"{base}/") else url


def argument(text: str) -> str:
    """A text as one argument of a command."""
    return shlex.quote(one_line(text))


def _new_line(depth: int) -> str:
    return "\n" + "  " * depth
