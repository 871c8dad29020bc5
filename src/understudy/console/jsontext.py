"""JSON as people read it: indented, with the place of each value, and notes beside the lines."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')
LINE = re.compile(r'(\s*)("(?:[^"\\]|\\.)*")(: )(.*)', re.DOTALL)
HALF = re.compile(
    r"\\u[dD][89abAB]..(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..)\\u[dD][c-fC-F]..", re.DOTALL
)
"""An escape for a half of a character, the other half of which is not there."""
MOST_DIGITS = 1000
NO_JSON = ("NaN", "Infinity", "-Infinity")


@dataclass(slots=True)
class _Level:
    """An object or a list whose end has not come. part: the name or the index of what comes next;
    awaits_name: whether that is still to come.
    """

    is_list: bool
    part: str
    awaits_name: bool


def pretty(value: Any) -> str:
    """A value as indented JSON."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def parsed(text: str) -> Any:
    """The value of a JSON text. Raises json.JSONDecodeError, which knows the line."""

    def refuse(name: str) -> Any:
        raise json.JSONDecodeError(f"{name} is no JSON", text, text.index(name))

    def whole(digits: str) -> int:
        if len(digits) > MOST_DIGITS:
            raise json.JSONDecodeError("The number is too long", text, text.index(digits))
        return int(digits)

    try:
        value = json.loads(text, parse_constant=refuse, parse_int=whole)
        pretty(value).encode()
    except RecursionError:
        raise json.JSONDecodeError("It is nested too deeply", text, 0) from None
    except UnicodeEncodeError:
        at = HALF.search(text)
        told = "Half a character: it takes a pair of such escapes"
        raise json.JSONDecodeError(told, text, at.start() if at else 0) from None
    return value


def places(text: str) -> dict[str, int]:
    """The line of each value of a valid JSON text, by its dotted path (`steps.0.title`), the first
    line being 1.
    """
    found: dict[str, int] = {"": 1}
    levels: list[_Level] = []
    line, seen = 1, 0
    for match in TOKEN.finditer(text):
        line += text.count("\n", seen, match.start())
        seen = match.start()
        token = match.group()
        level = levels[-1] if levels else None
        if token in "}]":
            levels.pop()
        elif token == "," and level is not None:
            _go_on(level)
        elif token != ":":
            if level is not None and level.awaits_name:
                level.part, level.awaits_name = json.loads(token), False
            if level is not None:
                found.setdefault(".".join(one.part for one in levels), line)
            if token in "{[":
                levels.append(_Level(token == "[", "0", token == "{"))
    return found


def shown(value: Any, notes: Mapping[str, str] | None = None) -> Markup:
    """A value as indented JSON in HTML, one element for each line; those whose path has a note are
    marked, and tell it. A text is shown as it is.
    """
    if isinstance(value, str):
        return escape(value)
    text = pretty(value)
    marked = _lines_of(places(text), notes) if notes else {}
    lines = text.split("\n")
    return Markup("\n").join(
        _line(line, marked.get(number)) for number, line in enumerate(lines, 1)
    )


def line_of(found: Mapping[str, int], path: str) -> int:
    """The line of a path, or of the nearest one above it that is there."""
    while path and path not in found:
        path = path.rpartition(".")[0]
    return found.get(path, 1)


def _go_on(level: _Level) -> None:
    if level.is_list:
        level.part = str(int(level.part) + 1)
    else:
        level.awaits_name = True


def _lines_of(found: Mapping[str, int], notes: Mapping[str, str]) -> dict[int, str]:
    return {found[path]: note for path, note in notes.items() if path in found}


def _line(line: str, note: str | None) -> Markup:
    match = LINE.fullmatch(line)
    body = escape(line)
    if match:
        indent, name, colon, rest = match.groups()
        body = Markup('{}<span class="name">{}</span>{}{}').format(indent, name, colon, rest)
    if note is None:
        return body
    return Markup('<mark>{}</mark> <span class="note">← {}</span>').format(body, note)
