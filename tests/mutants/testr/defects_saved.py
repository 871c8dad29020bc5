"""Servers that break a promise about saved filters and their templates."""

from __future__ import annotations

from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant

from understudy import times
from understudy.handlers.testr import errors
from understudy.handlers.testr.rules import defect_filters

from .defects_tools import COUNT, EXPORT, LIST, RULES, Body, Items, Select, saved, selected, without


def unsaved(ctx: Any, query: Body, *names: str) -> Body:
    """The query with the criteria of its saved filter, some left out, in place of the filter."""
    return {**without(saved(ctx, query), *names), **without(query, "filter_id")}


@mutant("DFIL-29", kind="behaviour")
def saved_type_does_not_count(server: Patient) -> None:
    """The type in the criteria of a saved filter does not select."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        return select(unsaved(ctx, query, "type") if "type" in saved(ctx, query) else query)

    selected(server, LIST, select)


@mutant("DFIL-30", kind="behaviour")
def saved_dates_do_not_count(server: Patient) -> None:
    """The dates in the criteria of a saved filter do not select."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        names = {"date_from", "date_to"} & {*saved(ctx, query)}
        return select(unsaved(ctx, query, *names) if names else query)

    selected(server, LIST, select)


@mutant("DFIL-31", kind="behaviour")
def saved_order_does_not_count(server: Patient) -> None:
    """The order in the criteria of a saved filter does not sort the list."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        names = {"sort_by", "sort_order"} & {*saved(ctx, query)}
        return select(unsaved(ctx, query, *names) if names else query)

    selected(server, LIST, select)


@mutant("DFIL-32", kind="behaviour")
def saved_status_wins(server: Patient) -> None:
    """The status of a saved filter wins over the one given beside it."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        return select(without(query, "status") if "status" in saved(ctx, query) else query)

    selected(server, LIST, select)


@mutant("DFIL-33", kind="behaviour")
def empty_search_lifts_nothing(server: Patient) -> None:
    """An empty search beside a saved filter leaves its search as it is."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        is_empty = query.get("search") == "" and "filter_id" in query
        return select(without(query, "search") if is_empty else query)

    selected(server, LIST, select)


@mutant("DFIL-34", kind="status")
def unknown_filter_counts_all(server: Patient) -> None:
    """The statistics pass over a filter that does not exist."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        id = query.get("filter_id")
        is_known = id is None or ctx.store["defect_filters"].get(id) is not None
        return select(query if is_known else without(query, "filter_id"))

    selected(server, COUNT, select)


@mutant("DFIL-35", kind="isolation")
def filters_of_others_export(server: Patient) -> None:
    """The export takes the filters of other workspaces."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        found = ctx.store["defect_filters"].get(query.get("filter_id", ""))
        is_theirs = found is not None and found["_workspace_id"] != ctx.workspace["id"]
        return select(unsaved(ctx, query) if is_theirs else query)

    selected(server, EXPORT, select)


@mutant("DFIL-36", kind="behaviour")
def filters_select_for_their_owner_alone(server: Patient) -> None:
    """A filter that a colleague saved is 404."""
    owners: dict[str, str] = {}

    @server.handler("defects.create_filter")
    def create(original: Any, ctx: Any, body: Body) -> Any:
        answer, status = original(ctx, body)
        owners[answer["id"]] = ctx.user["id"]
        return answer, status

    def select(select: Select, ctx: Any, query: Body) -> Items:
        if owners.get(query.get("filter_id", ""), ctx.user["id"]) != ctx.user["id"]:
            raise errors.NotFound
        return select(query)

    selected(server, LIST, select)


@mutant("DFIL-37", kind="behaviour")
def filters_come_by_name(server: Patient) -> None:
    """Saved filters are listed by their names."""

    @server.handler("defects.list_filters")
    def list_filters(original: Any, ctx: Any) -> Any:
        return {"filters": sorted(original(ctx)["filters"], key=lambda one: one["name"])}


@mutant("DFIL-38", kind="persistence")
def criteria_are_kept_in_utc(server: Patient) -> None:
    """The times in criteria come back in UTC."""

    @server.wrap(f"{RULES}.defect_filters", "create_filter")
    def create(original: Any, sandbox: Any, fields: Body) -> Any:
        criteria = dict(fields["criteria"])
        for name in ("date_from", "date_to"):
            if "T" in criteria.get(name, ""):
                criteria[name] = times.normalise(criteria[name])
        return original(sandbox, {**fields, "criteria": criteria})


@mutant("DFIL-39", kind="status")
def page_size_is_dropped_from_criteria(server: Patient) -> None:
    """A `per_page` in criteria is passed over."""

    @server.request("defects.create_filter")
    def drop(request: Any) -> None:
        if isinstance(request.body, dict) and isinstance(request.body.get("criteria"), dict):
            request.body["criteria"].pop("per_page", None)


@mutant("DFIL-40", kind="behaviour")
def criteria_name_unknown_folders(server: Patient) -> None:
    """Criteria may name a folder that does not exist."""

    @server.wrap(f"{RULES}.defect_filters", "check_criteria")
    def check(original: Any, ctx: Any, criteria: Body) -> None:
        if ctx.store["defect_folders"].get(criteria.get("folder_id", "")) is not None:
            original(ctx, criteria)


@mutant("DFIL-41", kind="isolation")
def criteria_name_folders_of_others(server: Patient) -> None:
    """Criteria may name a folder of another workspace."""

    @server.wrap(f"{RULES}.defect_filters", "check_criteria")
    def check(original: Any, ctx: Any, criteria: Body) -> None:
        if ctx.store["defect_folders"].get(criteria.get("folder_id", "")) is None:
            original(ctx, criteria)


@mutant("DFIL-42", kind="behaviour")
def templates_have_new_ids(server: Patient) -> None:
    """Templates have other ids in each workspace."""

    @server.handler("defects.list_filter_templates")
    def templates(original: Any, ctx: Any) -> Any:
        start = ctx.workspace["id"][:8]
        return {
            "templates": [
                {**one, "id": start + one["id"][8:]} for one in original(ctx)["templates"]
            ]
        }


@mutant("DFIL-43", kind="status")
def criteria_sort_by_no_priority(server: Patient) -> None:
    """Criteria of a severity that sort by priority are refused."""

    @server.handler("defects.create_filter")
    def create(original: Any, ctx: Any, body: Body) -> Any:
        criteria = body["criteria"]
        if criteria.get("sort_by") == "priority" and criteria.get("severity") == "CRITICAL":
            raise errors.InvalidState
        return original(ctx, body)


@mutant("DFIL-44", kind="behaviour")
def templates_are_filters(server: Patient) -> None:
    """The id of a template will do for `filter_id`."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        for template in defect_filters.TEMPLATES:
            if template["id"] == query.get("filter_id"):
                return select({**template["criteria"], **without(query, "filter_id")})
        return select(query)

    selected(server, LIST, select)
