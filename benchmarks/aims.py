"""What the design aims at, row by row, and whether a run's results hold it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.figures import TIMES, Figure, figure, ratio

MEGABYTE = 1e6
US = "understudy"
FASTER = {
    "get": (("WireMock", 2.0), ("Prism", 8.0), ("bare uvicorn", 0.6)),
    "post": (("WireMock", 1.3), ("Prism", 6.0)),
}
TITLES = {"get": "GET one object", "post": "POST one object, stored", "list": "first list page"}
FLAT = ("get", "post", "list")
FEW, MANY, AT_MOST = "1000", "100000", 1.2
PAGES = (("filtered, sorted page", 2.0), ("substring search", 60.0))
WORLDS = ("fork", "snapshot", "reset")
WORLD_LIMITS = {FEW: 1.0, MANY: 10.0}


@dataclass(frozen=True, slots=True)
class Row:
    """One figure and its aim: `limit` is the least, or the most where `is_most`. `found` is None
    where it was not measured.
    """

    figure: str
    limit: float
    unit: str
    found: Figure | None
    is_most: bool = False

    @property
    def holds(self) -> bool | None:
        """Whether the median is where it should be; None where nothing was measured."""
        if self.found is None:
            return None
        if self.is_most:
            return self.found.median <= self.limit
        return self.found.median >= self.limit


def rows(results: Mapping[str, Any]) -> list[Row]:
    """All of them, in the design's order."""
    return [
        *_rates(results),
        *_sizes(results),
        *_handler(results),
        *_worlds(results),
        *_start(results),
    ]


def _rates(results: Mapping[str, Any]) -> Iterator[Row]:
    for workload, others in FASTER.items():
        measured = results.get("workloads", {}).get(workload, {})
        for other, least in others:
            found = None
            if US in measured and other in measured:
                found = ratio(measured[US]["rate"], measured[other]["rate"])
            yield Row(f"{TITLES[workload]}, against {other}", least, TIMES, found)


def _sizes(results: Mapping[str, Any]) -> Iterator[Row]:
    for workload in FLAT:
        measured = results.get("sizes", {}).get(workload, {})
        found = None
        if FEW in measured and MANY in measured:
            # A server that is never idle takes the inverse of its rate for each request.
            found = ratio(measured[FEW]["rate"], measured[MANY]["rate"])
        title = f"time of {TITLES[workload]}, 100,000 defects against 1,000"
        yield Row(title, AT_MOST, TIMES, found, is_most=True)


def _handler(results: Mapping[str, Any]) -> Iterator[Row]:
    for name, most in PAGES:
        found = _inside(results, MANY, name)
        yield Row(f"{name} over 100,000 defects, in the server", most, " ms", found, is_most=True)


def _worlds(results: Mapping[str, Any]) -> Iterator[Row]:
    for size in (MANY, FEW):
        for name in WORLDS:
            title = f"{name} of a sandbox with {int(size):,} documents"
            found = _inside(results, size, name)
            yield Row(title, WORLD_LIMITS[size], " ms", found, is_most=True)


def _inside(results: Mapping[str, Any], size: str, name: str) -> Figure | None:
    one = results.get("inside", {}).get(size, {}).get("operations", {}).get(name)
    return Figure(one["median"], one["median"], one["p99"]) if one else None


def _start(results: Mapping[str, Any]) -> Iterator[Row]:
    starts = results.get("starts", {})
    found = memory = None
    if US in starts and "Prism" in starts:
        found = ratio(starts[US]["seconds"], starts["Prism"]["seconds"])
    if US in starts:
        memory = figure([one / MEGABYTE for one in starts[US]["memory"]])
    yield Row("start to first answer, against Prism", 1.0, TIMES, found, is_most=True)
    yield Row("memory at the start", 120, " MB", memory, is_most=True)
    defect = results.get("defect")
    each = figure([defect["bytes"] / 1000]) if defect else None
    yield Row("memory of a stored defect", 3, " KB", each, is_most=True)
