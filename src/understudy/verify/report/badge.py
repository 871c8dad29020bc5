"""The verdict as a badge, an SVG of one line."""

from __future__ import annotations

from xml.sax.saxutils import escape

from understudy.cli.text import counted
from understudy.verify.report import facts
from understudy.verify.report.model import Report
from understudy.verify.report.text import one_line

COLOURS = {"kept": "#1a7f37", "broken": "#cf222e", "incomplete": "#8a5b00"}
CHARACTER = 6.6
"""The width of one of them on average, in pixels; `textLength` makes it true."""

MARGIN = 8

IMAGE = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" aria-label="{said}">
<title>{said}</title>
<clipPath id="round"><rect width="{width}" height="20" rx="3"/></clipPath>
<g clip-path="url(#round)">
<rect width="{split}" height="20" fill="#555"/>
<rect x="{split}" width="{rest}" height="20" fill="{colour}"/>
</g>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
<text x="{margin}" y="14" textLength="{left_length}">{left}</text>
<text x="{right_at}" y="14" textLength="{right_length}">{right}</text>
</g>
</svg>
"""


def text(report: Report) -> str:
    """The image."""
    left = one_line(f"{report['contract']['name']} contract")
    right = _verdict(report)
    split, rest = (round(len(half) * CHARACTER) + 2 * MARGIN for half in (left, right))
    return IMAGE.format(
        width=split + rest,
        split=split,
        rest=rest,
        margin=MARGIN,
        right_at=split + MARGIN,
        left_length=split - 2 * MARGIN,
        right_length=rest - 2 * MARGIN,
        colour=COLOURS[report["verdict"]],
        left=escape(left),
        right=escape(right),
        said=escape(f"{left}: {right}", {'"': "&quot;"}),
    )


def _verdict(report: Report) -> str:
    counts = report["counts"]
    if report["verdict"] == "kept":
        return f"kept ({counted(counts['passed'], 'rule')})"
    if report["verdict"] == "incomplete":
        return "incomplete"
    wrong = counts["failed"] or counts["suite_error"] or len(facts.expired(report))
    return f"broken ({wrong})" if wrong else "broken"
