"""Arguments of the form KEY=VALUE."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from understudy.errors import UsageError


def pairs(arguments: Iterable[str]) -> dict[str, str]:
    """The values by their keys. Raises UsageError for what is no KEY=VALUE, and for a key that
    comes twice.
    """
    found: dict[str, str] = {}
    for argument in arguments:
        key, equals, value = argument.partition("=")
        if not key or not equals:
            raise UsageError(f"{argument!r} is not KEY=VALUE")
        if key in found:
            raise UsageError(f"{key!r} is given twice")
        found[key] = value
    return found


def value(text: str) -> Any:
    """JSON where the text is some, else the text."""
    try:
        return json.loads(text, parse_constant=_no_json)
    except (ValueError, RecursionError):
        return text


def _no_json(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")
