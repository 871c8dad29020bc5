"""Servers whose statistics and exports do not fit the list of defects."""

from __future__ import annotations

from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant

from .defects_tools import COUNT, EXPORT, Body, Items, Select, everywhere, saved, selected, without


@mutant("DSTA-01", kind="behaviour")
def deferred_defects_count_as_open(server: Patient) -> None:
    """DEFERRED defects are counted as OPEN."""

    @server.handler(COUNT)
    def count(original: Any, ctx: Any, **query: Any) -> Any:
        answer = original(ctx, **query)
        found = answer["by_status"]
        moved = {"OPEN": found["OPEN"] + found["DEFERRED"], "DEFERRED": 0}
        return {**answer, "by_status": {**found, **moved}}


@mutant("DSTA-02", kind="behaviour")
def types_of_closed_defects_do_not_count(server: Patient) -> None:
    """Where all defects are counted, the types leave the closed ones out."""

    @server.handler(COUNT)
    def count(original: Any, ctx: Any, **query: Any) -> Any:
        answer = original(ctx, **query)
        if any(value is not None for value in query.values()):
            return answer
        closed = original(ctx, **{**query, "status": "CLOSED"})["by_type"]
        by_type = {name: number - closed[name] for name, number in answer["by_type"].items()}
        return {**answer, "by_type": by_type}


@mutant("DSTA-03", kind="behaviour")
def statistics_overlook_the_priority(server: Patient) -> None:
    """The statistics do not take the filter by priority."""
    selected(server, COUNT, lambda select, ctx, query: select(without(query, "priority")))


@mutant("DSTA-04", kind="behaviour")
def statistics_have_no_end(server: Patient) -> None:
    """The statistics do not take `date_to`."""
    selected(server, COUNT, lambda select, ctx, query: select(without(query, "date_to")))


@mutant("DSTA-05", kind="behaviour")
def saved_statuses_win(server: Patient) -> None:
    """The statistics take the status of a saved filter, whatever is asked for beside it."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        return select(without(query, "status") if saved(ctx, query).get("status") else query)

    selected(server, COUNT, select)


@mutant("DSTA-06", kind="isolation")
def statistics_count_everywhere(server: Patient) -> None:
    """The statistics of a tag count the defects of all workspaces."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        if {*query} != {"tags"}:
            return select(query)
        return [one for one in everywhere(ctx) if {*query["tags"].split(",")} & {*one["tags"]}]

    selected(server, COUNT, select)


@mutant("DEXP-01", kind="schema")
def file_is_named_after_another_day(server: Patient) -> None:
    """The export's file is named after the first day of its year."""

    @server.handler(EXPORT)
    def export(original: Any, ctx: Any, **query: Any) -> Any:
        answer, status, _ = original(ctx, **query)
        name = f'attachment; filename="defects-{ctx.now()[:4]}-01-01.json"'
        return answer, status, {"Content-Disposition": name}


@mutant("DEXP-02", kind="behaviour")
def export_is_a_page(server: Patient) -> None:
    """The export ends after 50 defects."""

    @server.handler(EXPORT)
    def export(original: Any, ctx: Any, **query: Any) -> Any:
        answer, status, headers = original(ctx, **query)
        return {**answer, "defects": answer["defects"][:50]}, status, headers


@mutant("DEXP-03", kind="behaviour")
def export_does_not_search(server: Patient) -> None:
    """The export does not take `search` beside other filters."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        return select(without(query, "search") if len(query) > 1 else query)

    selected(server, EXPORT, select)


@mutant("DEXP-04", kind="behaviour")
def export_always_descends(server: Patient) -> None:
    """The export does not take `sort_order`."""
    selected(server, EXPORT, lambda select, ctx, query: select(without(query, "sort_order")))


@mutant("DEXP-05", kind="behaviour")
def export_turns_the_saved_order(server: Patient) -> None:
    """With a saved filter, the export is in the opposite order."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        found = select(query)
        return found[::-1] if saved(ctx, query) else found

    selected(server, EXPORT, select)


@mutant("DEXP-06", kind="behaviour")
def export_is_of_midnight(server: Patient) -> None:
    """`exported_at` is the beginning of the day."""

    @server.handler(EXPORT)
    def export(original: Any, ctx: Any, **query: Any) -> Any:
        answer, status, headers = original(ctx, **query)
        return {**answer, "exported_at": f"{ctx.now()[:10]}T00:00:00.000Z"}, status, headers


@mutant("DEXP-07", kind="isolation")
def export_takes_defects_of_others(server: Patient) -> None:
    """The export of a tag holds the defects of all workspaces."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        if {*query} != {"tags"}:
            return select(query)
        return [one for one in everywhere(ctx) if {*query["tags"].split(",")} & {*one["tags"]}]

    selected(server, EXPORT, select)
