"""Medians, spreads and ratios: what is made of the measurements of several rounds."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

TIMES = " \N{MULTIPLICATION SIGN}"


@dataclass(frozen=True, slots=True)
class Figure:
    """The median of several values, the lowest and the highest."""

    median: float
    low: float
    high: float


def figure(values: Sequence[float]) -> Figure:
    """What stands for these values, of which there is at least one."""
    return Figure(statistics.median(values), min(values), max(values))


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> Figure:
    """How many times as much as theirs, round by round: the spread is that of the ratios."""
    return figure([one / other for one, other in zip(ours, theirs, strict=False)])


def shown(value: float) -> str:
    """A number as people read it: three digits, more only for what is large."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def with_spread(found: Figure, unit: str = "") -> str:
    """`1.90 (1.80 to 2.05)`."""
    return f"{shown(found.median)}{unit} ({spread(found)})"


def spread(found: Figure) -> str:
    """`1.80 to 2.05`."""
    return f"{shown(found.low)} to {shown(found.high)}"
