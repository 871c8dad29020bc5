"""Charts as SVG: bars with their spread, and lines over a logarithmic axis. All is in the file: no
script, no font, nothing from elsewhere; the colours follow the reader's light or dark preference.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from benchmarks.figures import Figure, shown, with_spread

WIDTH, LEFT, RIGHT, TOP = 760, 190, 190, 56
BAR, GAP = 18, 10
PLOT = WIDTH - LEFT - RIGHT
HEIGHT = 260
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600; font-size: 15px }
.small { font-size: 12px; fill: #57606a }
.ground { fill: #ffffff }
.axis { stroke: #d0d7de; stroke-width: 1 }
.spread { stroke: #1f2328; stroke-width: 1.5 }
.c0 { fill: #0969da; stroke: #0969da } .c1 { fill: #8c959f; stroke: #8c959f }
.c2 { fill: #1a7f37; stroke: #1a7f37 } .c3 { fill: #9a6700; stroke: #9a6700 }
.c4 { fill: #8250df; stroke: #8250df } .c5 { fill: #cf222e; stroke: #cf222e }
.line { fill: none; stroke-width: 2 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .small { fill: #9198a1 } .ground { fill: #0d1117 }
  .axis { stroke: #3d444d } .spread { stroke: #e6edf3 }
  .c0 { fill: #4493f8; stroke: #4493f8 } .c1 { fill: #767f89; stroke: #767f89 }
  .c2 { fill: #3fb950; stroke: #3fb950 } .c3 { fill: #d29922; stroke: #d29922 }
  .c4 { fill: #ab7df8; stroke: #ab7df8 } .c5 { fill: #f85149; stroke: #f85149 }
}"""


def bars(title: str, unit: str, rows: Mapping[str, Figure], ours: str) -> str:
    """A bar for each name, with the lowest and the highest value as a line across its end; `ours`
    begins the names that stand out.
    """
    scale = PLOT / max(one.high for one in rows.values())
    drawn = []
    for number, (name, one) in enumerate(rows.items()):
        y = TOP + number * (BAR + GAP)
        middle = y + BAR / 2
        colour = "c0" if name.startswith(ours) else "c1"
        drawn += [
            _text(LEFT - 8, middle + 4, name, anchor="end"),
            f'<rect class="{colour}" x="{LEFT}" y="{y}" width="{max(one.median * scale, 1):.1f}" '
            f'height="{BAR}" rx="2"/>',
            _line(LEFT + one.low * scale, middle, LEFT + one.high * scale, middle, "spread"),
            _text(
                LEFT + one.high * scale + 8,
                middle + 4,
                with_spread(one),
                style="small",
            ),
        ]
    return _document(title, unit, TOP + len(rows) * (BAR + GAP) + 6, drawn)


def lines(
    title: str, unit: str, series: Mapping[str, Sequence[tuple[float, float]]], limit: float
) -> str:
    """A line for each name over a logarithmic axis of x; `limit` is drawn across."""
    points = [point for one in series.values() for point in one]
    xs = sorted({x for x, _ in points})
    top = max(limit, *(y for _, y in points)) * 1.1
    first, last = math.log10(xs[0]), math.log10(xs[-1])

    def place(x: float, y: float) -> tuple[float, float]:
        along = (math.log10(x) - first) / ((last - first) or 1)
        return LEFT / 2 + along * (WIDTH - RIGHT - LEFT / 2), TOP + (1 - y / top) * (HEIGHT - TOP)

    drawn = [_line(*place(xs[0], y), *place(xs[-1], y), "axis") for y in (0, limit)]
    drawn.append(_text(LEFT / 2 - 8, place(xs[0], limit)[1] + 4, shown(limit), "end", "small"))
    drawn += [_text(place(x, 0)[0], HEIGHT + 18, f"{x:,.0f}", "middle", "small") for x in xs]
    ends = _apart([place(*one[-1])[1] for one in series.values()])
    for number, (name, one) in enumerate(series.items()):
        colour = f"c{number % 6}"
        at = [place(*point) for point in one]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
        drawn.append(f'<polyline class="{colour} line" style="fill: none" points="{path}"/>')
        drawn += [f'<circle class="{colour}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in at]
        drawn.append(_text(at[-1][0] + 10, ends[number] + 4, f"{name}: {shown(one[-1][1])}"))
    return _document(title, unit, HEIGHT + 30, drawn)


def _apart(heights: Sequence[float], least: float = 16) -> list[float]:
    """The same heights, moved down where labels would cover each other."""
    placed = [0.0] * len(heights)
    last = -math.inf
    for number in sorted(range(len(heights)), key=lambda one: heights[one]):
        last = placed[number] = max(heights[number], last + least)
    return placed


def _document(title: str, unit: str, height: float, drawn: Sequence[str]) -> str:
    size = f'width="{WIDTH}" height="{height:.0f}" viewBox="0 0 {WIDTH} {height:.0f}"'
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title">',
        f'<title id="title">{escape(title)}: {escape(unit)}</title>',
        f"<style>{STYLE}\n</style>",
        f'<rect class="ground" width="{WIDTH}" height="{height:.0f}"/>',
        _text(16, 24, title, style="title"),
        _text(16, 42, unit, style="small"),
    ]
    return "\n".join([*head, *drawn, "</svg>"]) + "\n"


def _text(x: float, y: float, text: str, anchor: str = "start", style: str = "label") -> str:
    where = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{style}"'
    return f"<text {where}>{escape(text)}</text>"


def _line(x1: float, y1: float, x2: float, y2: float, style: str) -> str:
    places = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line class="{style}" {places}/>'
