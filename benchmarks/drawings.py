"""Which charts there are, and what is on each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks import aims, charts
from benchmarks.figures import figure, ratio
from benchmarks.workloads import ALL, BY_NAME

GROWS = "search"
"""What takes longer the more there is to look through, by its nature: it would flatten the rest."""


def drawings(results: Mapping[str, Any]) -> dict[str, str]:
    """The charts by their names, as SVG, for what was measured."""
    drawn = {}
    for name in (one.name for one in ALL):
        of = results.get("workloads", {}).get(name)
        if of:
            rows = {server: figure(one["rate"]) for server, one in of.items()}
            ordered = dict(sorted(rows.items(), key=lambda row: -row[1].median))
            title = f"{BY_NAME[name].title}: requests a second"
            drawn[name] = charts.bars(
                title, "more is better; the line is the spread", ordered, aims.US
            )
    if results.get("starts"):
        rows = {name: figure(one["seconds"]) for name, one in results["starts"].items()}
        ordered = dict(sorted(rows.items(), key=lambda row: row[1].median))
        drawn["start"] = charts.bars(
            "Start to first answer", "seconds; less is better", ordered, aims.US
        )
    if results.get("sizes"):
        title = "Time of a request by the number of defects"
        drawn["sizes"] = charts.lines(
            title, "against that at the fewest", _times_by_size(results), 1.2
        )
    return drawn


def _times_by_size(results: Mapping[str, Any]) -> dict[str, list[tuple[float, float]]]:
    series = {}
    for workload, of in results["sizes"].items():
        if workload == GROWS:
            continue
        numbers = sorted(of, key=int)
        base = of[numbers[0]]["rate"]
        series[BY_NAME[workload].title] = [
            (float(size), ratio(base, of[size]["rate"]).median) for size in numbers
        ]
    return series
