"""How mutants change what is done with defects: what is filed, and what is selected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from tests.mutants.patient import Patient

from understudy.store import Page

RULES = "understudy.handlers.testr.rules"
LIST, COUNT, EXPORT = "defects.list_defects", "defects.get_statistics", "defects.export_defects"

Body = dict[str, Any]
Items = list[Any]
Select = Callable[[Mapping[str, Any]], Items]


def filed(server: Patient, change: Callable[[Any, Body], Body]) -> None:
    """Change what is filed: `change(ctx, body)` gives what takes the place of the request."""

    @server.handler("defects.create_defect")
    def create(original: Any, ctx: Any, body: Body) -> Any:
        return original(ctx, change(ctx, body))


def selected(server: Patient, operation: str, change: Callable[[Select, Any, Body], Items]) -> None:
    """Change what an operation selects: `change(select, ctx, query)` gives all of it, in its order;
    `select(query)` is what the healthy server gives.
    """

    @server.wrap(f"{RULES}.defect_filters", "select")
    def select(
        original: Any, ctx: Any, query: Any, *, offset: int = 0, limit: int | None = None
    ) -> Page:
        if ctx.operation.operation_id != operation:
            page: Page = original(ctx, query, offset=offset, limit=limit)
            return page
        asked = {name: value for name, value in query.items() if value is not None}
        items = change(lambda other: original(ctx, other).items, ctx, asked)
        return Page(items[offset : None if limit is None else offset + limit], len(items))

    @server.wrap(f"{RULES}.defect_filters", "tally")
    def tally(original: Any, ctx: Any, query: Any, fields: Any) -> Any:
        if ctx.operation.operation_id != operation:
            return original(ctx, query, fields)
        items = import_module(f"{RULES}.defect_filters").select(ctx, query).items
        return {field: Counter(item[field] for item in items) for field in fields}


def without(query: Mapping[str, Any], *names: str) -> Body:
    """A query without these parameters."""
    return {name: value for name, value in query.items() if name not in names}


def saved(ctx: Any, query: Mapping[str, Any]) -> Any:
    """The criteria of the saved filter that a query names; none where it names none."""
    found = ctx.store["defect_filters"].get(query.get("filter_id", ""))
    return {} if found is None else found["criteria"]


def updated(server: Patient, change: Callable[[Any, Any, Body], Body]) -> None:
    """Change what a batch sets: `change(ctx, defect, fields)` gives what is set on this defect."""

    @server.wrap(f"{RULES}.defects", "update_all")
    def update(original: Any, ctx: Any, defect_ids: Any, changes: Body) -> Any:
        before = [ctx.store["defects"].get(one) for one in dict.fromkeys(defect_ids)]
        count = original(ctx, defect_ids, changes)
        for defect in before:
            now = {"updated_at": ctx.now(), **change(ctx, defect, changes)}
            ctx.store["defects"].replace(defect["id"], {**defect, **now})
        return count


def everywhere(ctx: Any, **conditions: Any) -> Items:
    """The defects of all workspaces that meet the conditions, the newest first."""
    found: Items = ctx.store["defects"].select(conditions, order=("created_at", "desc")).items
    return found
