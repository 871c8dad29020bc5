"""Servers that break a promise about lists in pages."""

from __future__ import annotations

from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant

from understudy.handlers.testr.rules import suite_runs
from understudy.store import Page

RUNS, SCHEDULES, SUITE_RUNS = (
    *("test_runs.list_runs", "test_runs.list_schedules", "reports.list_suite_runs"),
)
Body = dict[str, Any]


@mutant("PAGE-01", kind="behaviour")
def third_page_skips_one(server: Patient) -> None:
    """From the third page on, the list of schedules leaves one out."""

    @server.handler(SCHEDULES)
    def list_schedules(original: Any, ctx: Any, limit: int, offset: int, **query: Any) -> Any:
        skipped = offset + (offset >= 2 * limit > 2)
        return {**original(ctx, limit=limit, offset=skipped, **query), "offset": offset}


@mutant("PAGE-02", kind="behaviour")
def total_is_what_is_left(server: Patient) -> None:
    """On later pages, the total of test runs is that of what is left."""

    @server.handler(RUNS)
    def list_runs(original: Any, ctx: Any, limit: int, offset: int, **query: Any) -> Any:
        answer = original(ctx, limit=limit, offset=offset, **query)
        is_later = answer["items"] and offset >= limit
        return {**answer, "total": answer["total"] - offset} if is_later else answer


@mutant("PAGE-03", kind="behaviour")
def nothing_is_beyond_the_end(server: Patient) -> None:
    """Beyond the end the total of suite runs is 0."""

    @server.handler(SUITE_RUNS)
    def list_suite_runs(original: Any, ctx: Any, **query: Any) -> Any:
        answer = original(ctx, **query)
        return answer if answer["items"] else {**answer, "total": 0}


@mutant("PAGE-04", kind="behaviour")
def pages_hold_20_defects(server: Patient) -> None:
    """A page of defects holds 20 by default."""

    @server.contract
    def shorten(document: Body) -> None:
        parameters = document["paths"]["/defects"]["get"]["parameters"]
        [size] = [one for one in parameters if one.get("name") == "per_page"]
        size["schema"]["default"] = 20


@mutant("PAGE-05", kind="behaviour")
def pages_hold_100_schedules(server: Patient) -> None:
    """A page of schedules holds 100 at most, whatever is asked for."""

    @server.handler(SCHEDULES)
    def list_schedules(original: Any, ctx: Any, limit: int, **query: Any) -> Any:
        return original(ctx, limit=min(limit, 100), **query)


@mutant("PAGE-06", kind="behaviour")
def ties_are_broken_by_id(server: Patient) -> None:
    """Suite runs of the same moment are listed by their ids."""

    @server.handler(SUITE_RUNS)
    def list_suite_runs(original: Any, ctx: Any, limit: int, offset: int, **query: Any) -> Any:
        found = suite_runs.page(ctx, query, 1_000_000, 0)
        items = sorted(found.items, key=lambda one: (one["created_at"], one["id"]), reverse=True)
        page = Page(items[offset : offset + limit], found.total)
        answer = original(ctx, limit=limit, offset=offset, **query)
        return {**answer, "items": [one.public for one in page.items]}


@mutant("PAGE-07", kind="behaviour")
def offsets_are_whole_pages(server: Patient) -> None:
    """An offset of test runs is rounded down to a whole page."""

    @server.handler(RUNS)
    def list_runs(original: Any, ctx: Any, limit: int, offset: int, **query: Any) -> Any:
        answer = original(ctx, limit=limit, offset=offset // limit * limit, **query)
        return {**answer, "offset": offset}
