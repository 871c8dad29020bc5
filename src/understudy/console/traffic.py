"""What the application's traffic looks like: requests and latencies over time, and coverage."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import Blueprint, render_template
from markupsafe import Markup

from understudy.client import Sandbox
from understudy.client.exchanges import Coverage, OperationCoverage
from understudy.console.charts import Series, bars, lines
from understudy.console.control import sandbox
from understudy.console.measuring import CLASSES, Interval, intervals, percentile
from understudy.console.words import plural, span, took

pages = Blueprint("traffic", __name__, url_prefix="/sandboxes/<name>/traffic")

NO_ANSWER = "0"
MOST = 1000
"""So many exchanges a journal keeps at most."""


@dataclass(frozen=True)
class Chart:
    """A drawing, what it shows in words, and its numbers as a table."""

    title: str
    words: str
    svg: Markup
    names: list[tuple[str, str]]
    """The class of each colour, and what it stands for."""
    rows: list[list[str]]


@dataclass(frozen=True)
class Cell:
    """One status of one operation. kind: `seen`, `open` (documented, never seen), `odd` (seen, not
    documented) or `none`.
    """

    status: str
    count: int
    kind: str


@pages.get("/")
def index(name: str) -> str:
    """The page."""
    return render_template("traffic.html", **_shown(name))


@pages.get("/now")
def now(name: str) -> str:
    """What of it changes."""
    return render_template("traffic_now.html", **_shown(name))


def _shown(name: str) -> dict[str, Any]:
    s = sandbox(name)
    exchanges = s.journal.page(order="oldest", bodies="none", limit=MOST).exchanges
    found, length = intervals(exchanges)
    coverage = s.journal.coverage()
    statuses = _statuses(coverage)
    return {
        "name": name,
        "kept": len(exchanges),
        "charts": [_requests(found, length), _latencies(found, length, exchanges)],
        "coverage": coverage,
        "share": _share(coverage),
        "statuses": statuses,
        "groups": _groups(coverage, statuses),
        "never": [one for one in coverage.operations if not one.exchanges],
        "base_path": _base_path(s),
    }


def _requests(found: list[Interval], length: int) -> Chart:
    series = [
        Series(_class_name(each), f"s{each}", [one.counts[each] for one in found])
        for each in CLASSES
    ]
    totals = {each.name: int(sum(value or 0 for value in each.values)) for each in series}
    told = ", ".join(f"{count} {name}" for name, count in totals.items() if count)
    words = (
        f"{plural(sum(totals.values()), 'request')} in steps of {span(length)}: {told or 'none'}"
    )
    labels = [one.label for one in found]
    return Chart(
        "Requests over time",
        words,
        bars("Requests over time", words, labels, series),
        [(each.css, each.name) for each in series if totals[each.name]],
        [[one.label, *(str(one.counts[each]) for each in CLASSES)] for one in found if one.total],
    )


def _latencies(found: list[Interval], length: int, exchanges: Any) -> Chart:
    names = {"p50": "median", "p95": "95 of 100", "most": "slowest"}
    series = [
        Series(told, name, [getattr(one, name) for one in found]) for name, told in names.items()
    ]
    whole = [one.milliseconds for one in exchanges]
    middle, high = percentile(whole, 0.5), percentile(whole, 0.95)
    words = "none"
    if middle is not None and high is not None:
        words = f"Half of all within {took(middle)}, 95 of 100 within {took(high)}; "
        words += f"the slowest took {took(max(whole))}. In steps of {span(length)}"
    labels = [one.label for one in found]
    return Chart(
        "How long answers took",
        words,
        lines("How long answers took, in milliseconds", words, labels, series),
        [(each.css, each.name) for each in series],
        [
            [one.label, *(took(getattr(one, name)) for name in names)]
            for one in found
            if one.most is not None
        ],
    )


def _class_name(name: str) -> str:
    return "no answer" if name == CLASSES[-1] else name


def _statuses(coverage: Coverage) -> list[str]:
    """The columns: every status that is documented or was seen, no answer at all last."""
    found = {status for one in coverage.operations for status in (*one.documented, *one.statuses)}
    return [*sorted(found - {NO_ANSWER}), *sorted(found & {NO_ANSWER})]


def _groups(
    coverage: Coverage, statuses: list[str]
) -> list[tuple[str, list[tuple[OperationCoverage, list[Cell]]]]]:
    """The rows of the grid, by tag."""
    return [
        (tag, [(one, [_cell(one, status) for status in statuses]) for one in inside])
        for tag, inside in groupby(coverage.operations, lambda one: one.tag)
    ]


def _cell(one: OperationCoverage, status: str) -> Cell:
    count = one.statuses.get(status, 0)
    is_documented = status in one.documented
    if count:
        return Cell(status, count, "seen" if is_documented or status == NO_ANSWER else "odd")
    return Cell(status, 0, "open" if is_documented else "none")


def _share(coverage: Coverage) -> dict[str, int]:
    """How many operations were called, and how many of their documented answers were seen."""
    return {
        "called": coverage.called,
        "operations": len(coverage.operations),
        "documented": sum(len(one.documented) for one in coverage.operations),
        "seen": sum(
            status in one.statuses for one in coverage.operations for status in one.documented
        ),
        "elsewhere": sum(coverage.elsewhere.values()),
    }


def _base_path(s: Sandbox) -> str:
    return s.api_url.removeprefix(s.url)
