"""Objects of a sandbox as tables, and one of them whole."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from understudy.cli.text import cut, faint, plain, table

Object = Mapping[str, Any]
WIDEST = 40
"""Characters of a cell."""

WIDTH = 120
"""Of the table, where there is no terminal."""

TITLES = ("title", "name", "email")
"""Fields that say what people call an object, and come before the others."""


def listing(answer: Any, offset: int, columns: Sequence[str] | None) -> Iterator[str]:
    """A page of objects in a table, and what it does not show."""
    found: Sequence[Object] = answer["objects"]
    if not found:
        yield "No object is like that."
        return
    yield from grid(found, columns)
    end = offset + len(found)
    if end < answer["total"]:
        yield faint(f"{offset + 1} to {end} of {answer['total']}; --offset {end} goes on.")


def grid(found: Sequence[Object], columns: Sequence[str] | None = None) -> Iterator[str]:
    """Objects in a table with these columns, or with those that find room."""
    names = columns or _columns(found)
    yield from table([[_cell(one.get(name)) for name in names] for one in found], names)
    hidden = [name for name in found[0] if name not in names]
    if hidden and not columns:
        yield faint(f"Not shown: {', '.join(hidden)}.")


def description(found: Object) -> Iterator[str]:
    """One object, field by field."""
    width = max(map(len, found), default=0)
    for name, value in found.items():
        first, *rest = _whole(value).splitlines() or [""]
        yield f"{click.style(f'{name:<{width}}', bold=True)}  {plain(first)}".rstrip()
        yield from (f"{'':<{width}}  {plain(line)}" for line in rest)


def named(found: Object) -> str:
    """An object's id, and what people call it."""
    title = next((found[name] for name in TITLES if isinstance(found.get(name), str)), None)
    return str(found.get("id")) + (f" ({plain(title)})" if title else "")


def _columns(found: Sequence[Object]) -> list[str]:
    """Those that say something and find room: the id, the title, then as they come."""
    telling = [
        name
        for name in found[0]
        if not name.startswith("_") and any(one.get(name) is not None for one in found)
    ]
    titles = [name for name in ("id", *TITLES) if name in telling]
    order = titles + [name for name in telling if name not in titles]
    room = shutil.get_terminal_size((WIDTH, 24)).columns + 2
    columns: list[str] = []
    for name in order:
        width = max(len(name), *(len(click.unstyle(_cell(one.get(name)))) for one in found)) + 2
        if width <= room or not columns:
            columns.append(name)
            room -= width
    return columns


def _cell(value: Any) -> str:
    if value is None:
        return faint("-")
    text = plain(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    return cut(text, WIDEST)


def _whole(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, indent=2 if value else None, ensure_ascii=False)
