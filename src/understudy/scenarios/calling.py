"""How a scenario with parameters is called in one word: `large-workspace?defects=5000`.

A sandbox remembers what it began with by that word, and a kept state does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote

from understudy.errors import UsageError
from understudy.scenarios.substituting import written


def called(name: str, parameters: Mapping[str, str]) -> str:
    """The name with the parameters, in the order of their names."""
    told = "&".join(f"{one}={quote(parameters[one], safe=':/')}" for one in sorted(parameters))
    return f"{name}?{told}" if told else name


def parted(word: str) -> tuple[str, dict[str, str]]:
    """The name, and the parameters. Raises UsageError where there are none after a `?`."""
    name, mark, told = word.partition("?")
    if not mark:
        return name, {}
    try:
        return name, dict(parse_qsl(told, keep_blank_values=True, strict_parsing=True))
    except ValueError:
        raise UsageError(f"{word!r} does not end with parameters, ?name=value&name=value") from None


def with_parameters(word: str, parameters: Mapping[str, Any]) -> str:
    """The word with further parameters, which count before those that it has. Raises like
    `parted`.
    """
    name, given = parted(word)
    return called(name, {**given, **{one: written(value) for one, value in parameters.items()}})
