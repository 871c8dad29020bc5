"""The list of suite runs: what it selects, and in which order."""

from __future__ import annotations

from typing import Any

from understudy.verify import MUST, Persona, rule

from . import make, moments
from .documented import documented

Body = dict[str, Any]


def _listed(p: Persona, **query: Any) -> list[Body]:
    """The suite runs that a query lists, in order."""
    answer = p.call("reports.list_suite_runs", query={"limit": 200, **query})
    found: list[Body] = documented(p, "SuiteRunList", answer.expect(200))["items"]
    return found


def _made(p: Persona, **fields: Any) -> Body:
    """A new suite run, as its creation answered it."""
    made: Body = documented(p, "SuiteRun", make.suite_run(p, **fields))
    return made


def _names(p: Persona, **query: Any) -> list[str]:
    """The names of the suite runs that a query lists."""
    return [one["suite_name"] for one in _listed(p, **query)]


@rule(
    "REP-12",
    MUST,
    "The suite runs of the workspace, newest first; ties are broken by creation",
    clauses=("newest first;",),
)
def test_the_newest_comes_first(active: Persona) -> None:
    """The list is newest first, and holds whole suite runs."""
    name = active.name("suite")
    made = [_made(active, suite_name=f"{name} {one}", tags=[one]) for one in "bca"]
    assert _listed(active, suite_name=name) == made[::-1], (
        "the suite runs must come as their creation answered them, the newest first"
    )


@rule("REP-13", MUST, "Only suite runs of this status", values=("PASSED", "FAILED", "ERROR"))
def test_a_status_selects(active: Persona, value: str) -> None:
    """A status selects the suite runs that ended so, and no other."""
    name = active.name("suite")
    for status in ("PASSED", "FAILED", "ERROR"):
        _made(active, suite_name=f"{name} {status}", status=status)
    found = _names(active, suite_name=name, status=value)
    assert found == [f"{name} {value}"], f"status={value} must select the one that ended so"


@rule(
    "REP-14",
    MUST,
    "`suite_name` matches a part of the name, whatever the case",
    clauses=(
        "Only suite runs whose suite's name contains this text, whatever the case",
        "`suite_name` (case-insensitive substring)",
    ),
)
def test_a_part_of_the_name_selects(active: Persona) -> None:
    """A part of its suite's name selects a suite run, whatever the case."""
    name = f"{active.name('suite')} Smoke 50% a_b"
    _made(active, suite_name=name)
    text = name[4:]
    for part, expected in ((text, 1), (text.lower(), 1), (text.upper(), 1), (f"{text}c", 0)):
        found = _names(active, suite_name=part)
        assert found == [name] * expected, f"suite_name={part} must find {expected} suite run"


@rule("REP-15", MUST, "Only suite runs whose suite's name contains this text")
def test_the_name_is_taken_as_it_is(active: Persona) -> None:
    """The characters % and _ stand for themselves."""
    name = active.name("suite")
    _made(active, suite_name=f"{name} acb")
    for text in (f"{name} a_b", f"{name}%b"):
        assert not _names(active, suite_name=text), f"no suite's name contains {text}"


@rule(
    "REP-16",
    MUST,
    "an empty text is no filter",
    clauses=("An empty text in `search`, `suite_name` or `tags` is no filter",),
)
def test_an_empty_name_is_no_filter(active: Persona) -> None:
    """An empty name selects everything."""
    run = _made(active)
    query = {"suite_name": "", "from_date": run["created_at"], "to_date": run["created_at"]}
    assert run in _listed(active, **query), "an empty suite_name must not filter"


@rule(
    "REP-17",
    MUST,
    "the dates are inclusive and compare `created_at`",
    clauses=(
        "Only suite runs created at this time or later",
        "Only suite runs created at this time or earlier",
        "`from_date`, `to_date` (inclusive, `created_at`)",
    ),
    values=("from_date", "to_date"),
)
def test_the_dates_are_inclusive(active: Persona, value: str) -> None:
    """The very time of its creation selects a suite run, a moment past it does not."""
    run = _made(active)
    name, at = run["suite_name"], run["created_at"]
    past = moments.shifted(at, 1 if value == "from_date" else -1)
    for time, expected in ((at, 1), (past, 0)):
        found = _names(active, suite_name=name, **{value: time})
        assert len(found) == expected, f"{value}={time} must select {expected} run of {at}"


@rule(
    "REP-18",
    MUST,
    "a date stands for its first instant",
    clauses=("a date stands for its last instant",),
)
def test_a_date_is_a_whole_day(active: Persona) -> None:
    """The day of its creation selects a suite run at either end, the days around it do not."""
    run = _made(active)
    before, today, after = (moments.day(run["created_at"], days) for days in (-1, 0, 1))
    for query, expected in (
        ({"from_date": today, "to_date": today}, 1),
        ({"from_date": after}, 0),
        ({"to_date": before}, 0),
    ):
        found = _names(active, suite_name=run["suite_name"], **query)
        assert len(found) == expected, f"{query} must select {expected} suite run of {today}"


@rule("REP-19", MUST, "The filters combine with AND", clauses=("combined with AND",))
def test_filters_combine_with_and(active: Persona) -> None:
    """Of several filters a suite run must meet each one."""
    name = active.name("suite")
    run = _made(active, suite_name=name, status="ERROR")
    _made(active, suite_name=name, status="PASSED")
    _made(active, status="ERROR")
    query = {"suite_name": name, "status": "ERROR", "from_date": run["created_at"]}
    assert _listed(active, **query) == [run], "only the one that meets every filter is listed"
    query["from_date"] = moments.shifted(run["created_at"], moments.DAY)
    assert _listed(active, **query) == [], "a date that it does not meet takes it away"
