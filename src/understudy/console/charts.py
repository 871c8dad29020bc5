"""Charts as SVG: stacked bars and lines over time. Colours are the style sheet's, by class."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

WIDTH, HEIGHT = 720, 220
LEFT, RIGHT, TOP, BOTTOM = 52, 8, 10, 26
PLOT_WIDTH = WIDTH - LEFT - RIGHT
PLOT_HEIGHT = HEIGHT - TOP - BOTTOM
TICKS = 4
LABELS = 6
"""So many times at most are written below a chart."""


@dataclass(frozen=True)
class Series:
    """One colour of a chart. name: for people. css: its class. values: one for each interval; None
    where there is nothing.
    """

    name: str
    css: str
    values: Sequence[float | None]


def bars(title: str, description: str, labels: Sequence[str], series: Sequence[Series]) -> Markup:
    """Stacked bars, the first series at the bottom, over intervals with these labels."""
    totals = [sum(one.values[at] or 0 for one in series) for at in range(len(labels))]
    top = nice_top(max(totals, default=0))
    step = PLOT_WIDTH / max(1, len(labels))
    parts = [*_grid([top * part / TICKS for part in range(TICKS + 1)], top)]
    for at in range(len(labels)):
        below = 0.0
        for one in series:
            value = one.values[at] or 0
            if value:
                parts.append(_bar(at, step, below, value, top, one, labels[at]))
                below += value
    return _svg(title, description, [*parts, *_times(labels, step)])


def lines(title: str, description: str, labels: Sequence[str], series: Sequence[Series]) -> Markup:
    """Lines over intervals with these labels, on a scale of powers of ten."""
    values = [value for one in series for value in one.values if value is not None]
    low, high = _decades(values)
    step = PLOT_WIDTH / max(1, len(labels))

    def height(value: float) -> float:
        share = (math.log10(max(value, low)) - math.log10(low)) / math.log10(high / low)
        return TOP + PLOT_HEIGHT * (1 - share)

    marks = [low * 10**power for power in range(round(math.log10(high / low)) + 1)]
    parts = [_mark(height(one), _short(one)) for one in marks]
    for one in series:
        points = [
            None if value is None else (LEFT + (at + 0.5) * step, height(value))
            for at, value in enumerate(one.values)
        ]
        parts += _path(one, points, labels)
    return _svg(title, description, [*parts, *_times(labels, step)])


def nice_top(most: float) -> float:
    """The end of a scale that has room for the value, and TICKS whole parts."""
    if most <= TICKS:
        return TICKS
    power = 10 ** math.floor(math.log10(most))
    steps = (1, 2, 4, 6, 8, 10)
    return float(next(step * power for step in steps if step * power >= most))


def _decades(values: Sequence[float]) -> tuple[float, float]:
    """The powers of ten around the values, at least two of them."""
    positive = [value for value in values if value > 0] or [1]
    low = 10.0 ** max(-2, math.floor(math.log10(min(positive))))
    high = 10.0 ** math.ceil(math.log10(max(positive)))
    return low, max(high, low * 10)


def _grid(ticks: Sequence[float], top: float) -> Iterator[Markup]:
    for tick in ticks:
        yield _mark(TOP + PLOT_HEIGHT * (1 - tick / top), _short(tick))


def _mark(y: float, label: str) -> Markup:
    return Markup(
        '<line class="grid" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>'
        '<text class="tick" x="{}" y="{:.1f}" text-anchor="end">{}</text>'
    ).format(LEFT, WIDTH - RIGHT, y, y, LEFT - 6, y + 4, label)


def _bar(
    at: int, step: float, below: float, value: float, top: float, one: Series, label: str
) -> Markup:
    y = TOP + PLOT_HEIGHT * (1 - (below + value) / top)
    gap = min(2.0, step * 0.15)
    return Markup(
        '<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}">'
        "<title>{}</title></rect>"
    ).format(
        one.css,
        LEFT + at * step + gap / 2,
        y,
        step - gap,
        PLOT_HEIGHT * value / top,
        f"{label}: {_short(value)} × {one.name}",  # noqa: RUF001
    )


def _path(
    one: Series, points: Sequence[tuple[float, float] | None], labels: Sequence[str]
) -> Iterator[Markup]:
    """The line, interrupted where there is nothing, and a dot for each value."""
    drawn, pen = [], "M"
    for point in points:
        drawn += [] if point is None else [f"{pen}{point[0]:.1f} {point[1]:.1f}"]
        pen = "M" if point is None else "L"
    yield Markup('<path class="{}" d="{}"/>').format(f"line {one.css}", " ".join(drawn))
    for at, point in enumerate(points):
        if point is not None:
            told = f"{labels[at]}: {one.name} {_short(one.values[at] or 0)} ms"
            yield Markup(
                '<circle class="{}" cx="{:.1f}" cy="{:.1f}" r="2.5"><title>{}</title></circle>'
            ).format(one.css, *point, told)


def _times(labels: Sequence[str], step: float) -> Iterator[Markup]:
    every = max(1, math.ceil(len(labels) / LABELS))
    for at in range(0, len(labels), every):
        x = LEFT + (at + 0.5) * step
        yield Markup('<text class="tick" x="{:.1f}" y="{}" text-anchor="{}">{}</text>').format(
            x, HEIGHT - 8, "middle" if x < WIDTH - 40 else "end", labels[at]
        )


def _svg(title: str, description: str, parts: Sequence[Markup]) -> Markup:
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        "<title>{}</title><desc>{}</desc>{}</svg>"
    ).format(WIDTH, HEIGHT, f"{title}. {description}", title, description, Markup("").join(parts))


def _short(value: float) -> str:
    return f"{value:g}" if value < 1000 else f"{value / 1000:g}k"
