"""Servers that are wrong about the filters and orders of the list of runs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant

from understudy import times
from understudy.errors import InvalidParameter

LIST = "test_runs.list_runs"
STATES = ("PENDING", "RUNNING", "COMPLETED", "FAILED", "CANCELLED")
Body = dict[str, Any]


def ask(server: Patient, edit: Callable[[Any, Body], Body]) -> None:
    """List what is asked for after `edit(ctx, query)`."""

    @server.handler(LIST)
    def runs(original: Any, ctx: Any, **query: Any) -> Any:
        return original(ctx, **edit(ctx, query))


def pick(
    server: Patient,
    without: tuple[str, ...],
    is_wanted: Callable[[Body, Body], bool],
) -> None:
    """Leave out these parameters, and list of what is found what `is_wanted(run, query)` says."""

    @server.handler(LIST)
    def runs(original: Any, ctx: Any, **query: Any) -> Any:
        if not any(query[name] for name in without):
            return original(ctx, **query)
        wide = {**query, **dict.fromkeys(without), "limit": 10_000, "offset": 0}
        found = [one for one in original(ctx, **wide)["items"] if is_wanted(one, query)]
        page = found[query["offset"] :][: query["limit"]]
        return {"items": page, "total": len(found), **paging(query)}


def sort(server: Patient, field: str, key: Callable[[Body], Any]) -> None:
    """Order by a field, on one page, by another key."""

    @server.handler(LIST)
    def runs(original: Any, ctx: Any, **query: Any) -> Any:
        found = original(ctx, **query)
        if query["sort_by"] != field:
            return found
        items = sorted(found["items"], key=key, reverse=query["sort_order"] == "desc")
        return {**found, "items": items}


def paging(query: Body) -> Body:
    """What a page says of itself."""
    return {"limit": query["limit"], "offset": query["offset"]}


def is_time(text: str | None) -> bool:
    """Whether a date filter is a time and no day."""
    return text is not None and len(text) > len("2026-01-25")


@mutant("RLST-01", kind="behaviour")
def newest_first_always(server: Patient) -> None:
    """By creation, runs are listed newest first, whatever direction is asked for."""
    ask(
        server,
        lambda ctx, query: (
            query | ({"sort_order": "desc"} if query["sort_by"] == "created_at" else {})
        ),
    )


@mutant("RLST-18", kind="behaviour")
def ranges_are_about_changes(server: Patient) -> None:
    """`from_date` and `to_date` compare the time of the last change."""

    def is_wanted(run: Body, query: Body) -> bool:
        low, high = query["from_date"], query["to_date"]
        from_then = not low or times.day_bounds(low)[0] <= run["updated_at"]
        return from_then and (not high or run["updated_at"] <= times.day_bounds(high)[1])

    pick(server, ("from_date", "to_date"), is_wanted)


@mutant("RLST-02", kind="behaviour")
def search_overrules_the_state(server: Patient) -> None:
    """With a search, the filter for a state is not looked at."""
    ask(server, lambda ctx, query: query | ({"status": None} if query["search"] else {}))


@mutant("RLST-03", kind="persistence")
def runs_of_a_deleted_plan_are_not_listed(server: Patient) -> None:
    """The filter for a plan that was deleted finds none of its runs."""

    @server.handler(LIST)
    def runs(original: Any, ctx: Any, **query: Any) -> Any:
        found = original(ctx, **query)
        if query["test_plan_id"] is None or query["test_plan_id"] in ctx.store["test_plans"]:
            return found
        return {**found, "items": [], "total": 0}


@mutant("RLST-04", kind="status")
def runs_of_an_unknown_plan_are_400(server: Patient) -> None:
    """The filter for a plan that never was is refused with 400."""

    @server.handler(LIST)
    def runs(original: Any, ctx: Any, **query: Any) -> Any:
        found = original(ctx, **query)
        plan_id = query["test_plan_id"]
        if plan_id and not found["items"] and plan_id not in ctx.store["test_plans"]:
            raise InvalidParameter
        return found


@mutant("RLST-05", kind="behaviour")
def failed_runs_are_completed(server: Patient) -> None:
    """The filter for COMPLETED runs lists those that FAILED as well."""

    def is_wanted(run: Body, query: Body) -> bool:
        wanted = ("COMPLETED", "FAILED") if query["status"] == "COMPLETED" else (query["status"],)
        return run["status"] in wanted

    pick(server, ("status",), is_wanted)


@mutant("RLST-06", kind="behaviour")
def end_of_a_range_is_left_out(server: Patient) -> None:
    """A run that was created at the very time of `to_date` is not listed."""

    def edit(ctx: Any, query: Body) -> Body:
        if not is_time(query["to_date"]):
            return query
        return query | {"to_date": times.to_text(times.parse(query["to_date"]) - 1)}

    ask(server, edit)


@mutant("RLST-07", kind="behaviour")
def beginning_of_a_range_is_a_whole_minute(server: Patient) -> None:
    """The seconds of `from_date` are not looked at."""

    def edit(ctx: Any, query: Body) -> Body:
        if not is_time(query["from_date"]):
            return query
        instant = times.parse(query["from_date"])
        return query | {"from_date": times.to_text(instant - instant % 60_000)}

    ask(server, edit)


@mutant("RLST-08", kind="behaviour")
def end_of_a_range_is_a_whole_minute(server: Patient) -> None:
    """The seconds of `to_date` are not looked at, and its whole minute is in the range."""

    def edit(ctx: Any, query: Body) -> Body:
        if not is_time(query["to_date"]):
            return query
        instant = times.parse(query["to_date"])
        return query | {"to_date": times.to_text(instant - instant % 60_000 + 59_999)}

    ask(server, edit)


@mutant("RLST-09", kind="behaviour")
def day_is_its_midnight(server: Patient) -> None:
    """A day as `to_date` is the first moment of it."""

    def edit(ctx: Any, query: Body) -> Body:
        day = query["to_date"]
        if day is None or is_time(day):
            return query
        return query | {"to_date": f"{day}T00:00:00.000Z"}

    ask(server, edit)


@mutant("RLST-10", kind="behaviour")
def offsets_of_ranges_are_cut_off(server: Patient) -> None:
    """A time with another offset in a range is taken for UTC."""

    def edit(ctx: Any, query: Body) -> Body:
        cut = {
            name: re.sub(r"[+-]\d\d:\d\d$", "Z", query[name])
            for name in ("from_date", "to_date")
            if is_time(query[name])
        }
        return query | cut

    ask(server, edit)


@mutant("RLST-11", kind="behaviour")
def search_minds_the_case(server: Patient) -> None:
    """A search finds only what is written with the same capital and small letters."""
    pick(server, ("search",), lambda run, query: query["search"] in run["run_name"])


@mutant("RLST-12", kind="behaviour")
def search_has_wildcards(server: Patient) -> None:
    """In a search `%` stands for any text and `_` for any character."""

    def is_wanted(run: Body, query: Body) -> bool:
        parts = {"%": ".*", "_": "."}
        pattern = "".join(parts.get(one, re.escape(one)) for one in query["search"])
        return re.search(pattern, run["run_name"], re.IGNORECASE) is not None

    pick(server, ("search",), is_wanted)


@mutant("RLST-13", kind="behaviour")
def empty_search_finds_nothing(server: Patient) -> None:
    """An empty text as a search finds no run."""

    @server.handler(LIST)
    def runs(original: Any, ctx: Any, **query: Any) -> Any:
        found = original(ctx, **query)
        return found if query["search"] != "" else {**found, "items": [], "total": 0}


@mutant("RLST-14", kind="behaviour")
def states_are_in_the_order_of_the_alphabet(server: Patient) -> None:
    """Ordered by status, runs come in the order of the alphabet."""
    sort(server, "status", lambda run: run["status"])


@mutant("RLST-15", kind="behaviour")
def capital_letters_come_first(server: Patient) -> None:
    """Ordered by name, capital letters come before all small ones."""
    sort(server, "run_name", lambda run: run["run_name"])


@mutant("RLST-16", kind="behaviour")
def ties_are_broken_by_id(server: Patient) -> None:
    """Runs of one status come in the order of their ids."""
    sort(server, "status", lambda run: (STATES.index(run["status"]), run["id"]))


@mutant("RLST-17", kind="behaviour")
def ascending_where_a_field_is_named(server: Patient) -> None:
    """An order by a field that is named is ascending where no direction is."""

    @server.request(LIST)
    def runs(request: Any) -> None:
        if "sort_by=" in request.query and "sort_order=" not in request.query:
            request.query += "&sort_order=asc"
