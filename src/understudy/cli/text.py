"""What commands print: aligned columns, short lengths of time, JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import click

Rows = Sequence[Sequence[str]]
UNITS = {"y": 31_536_000, "d": 86_400, "h": 3600, "m": 60, "s": 1}
"""Seconds of the units that people think in."""


def table(rows: Rows, heading: Sequence[str] = ()) -> list[str]:
    """Rows with aligned columns, below a heading if there is one; no lines for no rows. Cells may
    be coloured.
    """
    if not rows:
        return []
    titled = [[title and click.style(title, bold=True) for title in heading]] if heading else []
    cells = [*titled, *rows]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    return [
        "  ".join(_filled(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]


def indented(lines: Sequence[str]) -> list[str]:
    """The lines, two columns further to the right."""
    return [f"  {line}".rstrip() for line in lines]


def faint(text: str) -> str:
    """What is worth less attention than the rest."""
    return click.style(text, dim=True)


def plain(text: str) -> str:
    """A line without control characters, which could move a cursor."""
    return "".join(character if character.isprintable() else "?" for character in text)


def cut(text: str, longest: int) -> str:
    """As much of a text as there is room for, with a `…` where there is more."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def counted(count: int, noun: str) -> str:
    """`1 object`, `2 objects`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def short_time(seconds: float) -> str:
    """A length of time in its two largest units: `2d3h`, `50m`, `0s`."""
    rest, parts = round(seconds), []
    for unit, length in UNITS.items():
        count, rest = divmod(rest, length)
        parts += [f"{count}{unit}"] if count else []
    return "".join(parts[:2]) or "0s"


def written(answer: Any) -> str:
    """An answer as readable JSON."""
    return json.dumps(answer, indent=2, ensure_ascii=False)


def _filled(cell: str, width: int) -> str:
    return cell + " " * (width - _width(cell))


def _width(cell: str) -> int:
    return len(click.unstyle(cell))
