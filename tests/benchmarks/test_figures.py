"""Medians, ratios, wrk's output, the aims, and the page that they are written to."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest
from benchmarks import aims, charts, page, wrk
from benchmarks.drawings import drawings
from benchmarks.figures import Figure, figure, ratio, shown, with_spread
from benchmarks.process import MeasurementError
from benchmarks.tables import written

COUNTS = {"connect": 0, "read": 0, "write": 0, "timeout": 0, "status": 0}
FOUND = {"requests": 3000, "micros": 2_000_000, "p50": 1500, "p99": 9000, "longest": 9999} | COUNTS


def printed(**changes: int) -> str:
    return f"Running 2s test\n  3000 requests\n{wrk.MARK} {json.dumps(FOUND | changes)}\n"


def results() -> dict[str, Any]:
    """Two rounds, in the shape that a run leaves."""

    def load(*rate: float) -> dict[str, list[float]]:
        return {"rate": list(rate), "p50": [1.0, 1.0], "p99": [2.0, 3.0]}

    operation = {"median": 0.5, "p99": 0.9, "longest": 1.0, "calls": 10}
    return {
        "format": 1,
        "machine": {"cores": "2"},
        "versions": {"wrk": "4"},
        "settings": {
            "rounds": 2,
            "seconds": 1,
            "warm": 1,
            "starts": 2,
            "calls": 10,
            "connections": 16,
        },
        "workloads": {
            "get": {"understudy": load(300, 200), "WireMock": load(100, 100), "a <b>": load(1, 2)}
        },
        "connections": {"get": {"1": {"understudy": load(1, 2)}}},
        "sizes": {"get": {"1000": load(100, 100), "100000": load(50, 100)}},
        "began": {"1000": {"seconds": 1.0, "memory": 10**8}},
        "starts": {
            "understudy": {"seconds": [1.0, 2.0], "memory": [10**8, 10**8]},
            "Prism": {"seconds": [2.0, 2.0], "memory": [10**8, 10**8]},
        },
        "defect": {"bytes": 2000},
        "scenario": {"1000": {"cold": 2.0, "kept": 1.0}},
        "inside": {"100000": {"objects": 100_001, "operations": {"fork": operation}}},
        "suite": {"seconds": 60, "rules": 600, "requests": 9000, "verdict": "kept"},
        "soak": {
            "requests": 10,
            "errors": 0,
            "seconds": 1,
            "kinds": {"all": {"p50_ms": 1, "p99_ms": 2, "max_ms": 3}},
            "memory": {"warm_mb": 80, "end_mb": 81},
            "crowd": [{"with": "nobody else", "p50_ms": 1, "p99_ms": 2, "max_ms": 3}],
            "is_well": True,
        },
        "errors": ["get, Prism: 1 of kind status"],
        "seconds": 60,
    }


def test_a_figure_is_the_median_with_its_spread() -> None:
    assert figure([3, 1, 2]) == Figure(2, 1, 3)
    assert with_spread(figure([1234.5, 20, 0.5]), " ms") == "20.0 ms (0.50 to 1,234)"


def test_a_ratio_is_made_within_a_round() -> None:
    assert ratio([300, 200], [100, 100]) == Figure(2.5, 2, 3)
    # The ratio of the medians would be 1: what slowed both down in the second round is no spread.
    assert ratio([200, 100], [100, 50]) == Figure(2, 2, 2)


@pytest.mark.parametrize(
    ("value", "text"), [(1234567, "1,234,567"), (12.34, "12.3"), (1.0, "1.00")]
)
def test_numbers_are_shown_with_three_digits(value: float, text: str) -> None:
    assert shown(value) == text


def test_what_wrk_prints_is_read() -> None:
    assert wrk.read(printed()) == wrk.Load(rate=1500, p50=1.5, p99=9.0)


@pytest.mark.parametrize("kind", wrk.ERRORS)
def test_any_failed_request_makes_a_measurement_worthless(kind: str) -> None:
    with pytest.raises(MeasurementError, match=f"2 of kind {kind} of 3000 requests failed"):
        wrk.read(printed(**{kind: 2}))


def test_a_measurement_without_answers_or_figures_is_none() -> None:
    with pytest.raises(MeasurementError, match="no request was answered"):
        wrk.read(printed(requests=0))
    with pytest.raises(MeasurementError, match="no figures: unable to connect"):
        wrk.read("unable to connect\n")


def test_the_aims_are_judged_by_the_median() -> None:
    rows = {row.figure: row for row in aims.rows(results())}
    faster = rows["GET one object, against WireMock"]
    assert (faster.found, faster.holds) == (Figure(2.5, 2, 3), True)
    flat = rows["time of GET one object, 100,000 defects against 1,000"]
    assert (flat.found, flat.holds) == (Figure(1.5, 1, 2), False)
    assert rows["start to first answer, against Prism"].found == Figure(0.75, 0.5, 1)
    assert rows["fork of a sandbox with 100,000 documents"].holds
    assert rows["memory of a stored defect"].found == Figure(2, 2, 2)


def test_an_aim_that_was_not_measured_neither_holds_nor_fails() -> None:
    assert {row.holds for row in aims.rows({})} == {None}


def test_a_page_keeps_what_stands_around_its_markers() -> None:
    text = f"before\n{page.BEGIN}\nold\n{page.END}\nafter\n"
    once = page.between(text, "new\n")
    assert once == f"before\n{page.BEGIN}\n\nnew\n\n{page.END}\nafter\n"
    assert page.between(once, "new") == once


@pytest.mark.parametrize("text", ["", page.BEGIN, f"{page.END} {page.BEGIN}"])
def test_a_page_without_markers_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="the page has no"):
        page.between(text, "new")


def test_our_own_page_has_its_markers() -> None:
    assert "new" in page.between(page.PAGE.read_text("utf-8"), "new")


def test_all_that_is_measured_is_on_the_page() -> None:
    told = "\n".join(written(results()))
    assert "| GET one object, against WireMock | ≥ 2" in told
    assert "| GET one | 250 (200 to 300) | 100 (100 to 100) |" in told
    assert "100,001 objects" in told
    assert "- get, Prism: 1 of kind status" in told


def test_every_table_has_as_many_cells_in_each_row() -> None:
    tables = "\n".join(written(results())).split("\n\n")
    for table in (one.splitlines() for one in tables if one.startswith("|")):
        assert {line.count("|") for line in table} == {table[0].count("|")}, table[0]


def test_a_page_of_nothing_tells_that_nothing_was_measured() -> None:
    kept = {name: results()[name] for name in ("machine", "versions", "settings", "seconds")}
    told = "\n".join(written(kept | {"errors": []}))
    assert "not measured" in told
    assert "## Side by side" not in told


def test_charts_are_well_formed_and_need_nothing_else() -> None:
    drawn = drawings(results())
    assert set(drawn) == {"get", "start", "sizes"}
    for svg in drawn.values():
        root = ElementTree.fromstring(svg)
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert "prefers-color-scheme: dark" in svg
        assert svg.count("http") == 1  # the name space
    assert "a &lt;b&gt;" in drawn["get"]


def test_labels_of_lines_that_end_at_one_place_do_not_cover_each_other() -> None:
    series = {name: [(1000.0, 1.0), (100_000.0, 1.0)] for name in ("GET", "POST", "page")}
    root = ElementTree.fromstring(charts.lines("title", "unit", series, 1.2))
    texts = root.iter("{http://www.w3.org/2000/svg}text")
    ends = [float(one.attrib["y"]) for one in texts if (one.text or "").endswith(": 1.00")]
    assert len(ends) == 3
    assert min(b - a for a, b in zip(sorted(ends), sorted(ends)[1:], strict=False)) >= 16
