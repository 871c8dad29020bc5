"""Where in a request the contract's warnings belong."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from understudy.client.exchanges import Exchange

WARNING = re.compile(r"(field|query parameter) (.+) is not documented", re.DOTALL)
NOTE = "not documented"


class Parameter(NamedTuple):
    """A parameter of the query. note: what the contract warns of."""

    name: str
    value: str
    note: str


def parameters(one: Exchange) -> list[Parameter]:
    """The query, taken apart."""
    unknown = {name for kind, name in _warned(one) if kind == "query parameter"}
    return [
        Parameter(name, value, NOTE if name in unknown else "")
        for name, value in parse_qsl(one.query, keep_blank_values=True)
    ]


def places(one: Exchange) -> dict[str, str]:
    """The dotted paths of the fields that the contract does not know → what is to be said."""
    return {name: NOTE for kind, name in _warned(one) if kind == "field"}


def others(one: Exchange) -> list[str]:
    """The warnings that belong to no field and no parameter."""
    return [text for text in one.warnings if not WARNING.fullmatch(text)]


def _warned(one: Exchange) -> Iterator[tuple[str, str]]:
    for text in one.warnings:
        match = WARNING.fullmatch(text)
        if match:
            yield match[1], _unquoted(match[2])


def _unquoted(quoted: str) -> str:
    """The name that the warning has in quotes."""
    try:
        name: Any = ast.literal_eval(quoted)
    except (ValueError, SyntaxError):
        return quoted
    return str(name)
