"""docs/performance.md: the part between its markers, the charts, and the JSON they come from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.drawings import drawings
from benchmarks.tables import written
from benchmarks.workloads import BY_NAME

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "performance.md"
FIGURES = DOCS / "performance.json"
CHARTS = DOCS / "performance"
BEGIN, END = "<!-- measured -->", "<!-- end -->"


def write(results: Mapping[str, Any]) -> None:
    """Write all three."""
    FIGURES.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", "utf-8")
    CHARTS.mkdir(exist_ok=True)
    drawn = drawings(results)
    for name, svg in drawn.items():
        (CHARTS / f"{name}.svg").write_text(svg, "utf-8")
    lines = [*written(results), *_shown_charts(drawn)]
    PAGE.write_text(between(PAGE.read_text("utf-8"), "\n".join(lines)), "utf-8")


def between(text: str, measured: str) -> str:
    """The page with this in place of what stands between its markers. Raises ValueError where they
    are missing.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"the page has no {BEGIN} with {END} after it")
    return f"{before}{BEGIN}\n\n{measured.strip()}\n\n{END}{after}"


def _shown_charts(names: Iterable[str]) -> Iterator[str]:
    yield from ("## Charts", "")
    for name in names:
        title = BY_NAME[name].title if name in BY_NAME else name
        yield from (f"![{title}](performance/{name}.svg)", "")
