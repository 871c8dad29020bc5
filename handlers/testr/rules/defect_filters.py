"""Which defects a query selects, with the criteria of saved filters, and templates for these.

Criteria are the parameters of the list of defects that select and sort, written as in a query. A
query and a saved filter meet parameter by parameter: what the query gives wins, and an empty text
there lifts the saved criterion.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from understudy.store.query import Contains, HasAny

from .common import owned, time_range

if TYPE_CHECKING:
    from understudy.context import Context
    from understudy.sandbox import Sandbox
    from understudy.store import Page, Record

EXACT = ("status", "severity", "priority", "type", "folder_id")
SORTED_AS = {"defect_number": "_number"}

TEMPLATES: list[Mapping[str, Any]] = [
    {
        "id": "4b1f0c52-93d7-4e6a-8a15-c0d2e7f91b01",
        "name": "Open defects",
        "description": "Everything that nobody has taken up yet, newest first.",
        "criteria": {"status": "OPEN"},
    },
    {
        "id": "4b1f0c52-93d7-4e6a-8a15-c0d2e7f91b02",
        "name": "In progress",
        "description": "What is being worked on, the latest change first.",
        "criteria": {"status": "IN_PROGRESS", "sort_by": "updated_at", "sort_order": "desc"},
    },
    {
        "id": "4b1f0c52-93d7-4e6a-8a15-c0d2e7f91b03",
        "name": "Open and critical",
        "description": "Open defects of the highest severity, the most urgent first.",
        "criteria": {
            "status": "OPEN",
            "severity": "CRITICAL",
            "sort_by": "priority",
            "sort_order": "asc",
        },
    },
    {
        "id": "4b1f0c52-93d7-4e6a-8a15-c0d2e7f91b04",
        "name": "Awaiting verification",
        "description": "Resolved defects that are not closed yet, the latest change first.",
        "criteria": {"status": "RESOLVED", "sort_by": "updated_at", "sort_order": "desc"},
    },
    {
        "id": "4b1f0c52-93d7-4e6a-8a15-c0d2e7f91b05",
        "name": "Deferred",
        "description": "What was put off, the worst first.",
        "criteria": {"status": "DEFERRED", "sort_by": "severity", "sort_order": "asc"},
    },
]
"""The ready-made criteria, the same in every workspace; their ids never change."""


def create_filter(sandbox: Sandbox, fields: Mapping[str, Any]) -> Record:
    """Save criteria under a name."""
    return sandbox.store["defect_filters"].insert(
        {
            "id": fields.get("id") or sandbox.ids.new(),
            "name": fields["name"],
            "criteria": fields["criteria"],
            "created_at": fields.get("created_at") or sandbox.clock.now(),
            "_workspace_id": fields["_workspace_id"],
        }
    )


def check_criteria(ctx: Context, criteria: Mapping[str, Any]) -> None:
    """Raises NotFound for criteria with a folder that is not in the workspace."""
    if "folder_id" in criteria:
        owned(ctx, "defect_folders", criteria["folder_id"])


def select(
    ctx: Context, query: Mapping[str, Any], *, offset: int = 0, limit: int | None = None
) -> Page:
    """The defects of the active workspace that a query selects; by default newest first.

    Raises NotFound for an unknown `filter_id`.
    """
    asked = _with_saved_criteria(ctx, query)
    sort_by = asked.get("sort_by", "created_at")
    return ctx.store["defects"].select(
        _conditions(ctx, asked),
        search=_search(ctx, asked),
        order=(SORTED_AS.get(sort_by, sort_by), asked.get("sort_order", "desc")),
        offset=offset,
        limit=limit,
    )


def tally(
    ctx: Context, query: Mapping[str, Any], fields: Iterable[str]
) -> Mapping[str, Mapping[str, int]]:
    """By field, how many of the defects that a query selects have which value.

    Raises NotFound for an unknown `filter_id`.
    """
    asked = _with_saved_criteria(ctx, query)
    return ctx.store["defects"].tally(fields, _conditions(ctx, asked), search=_search(ctx, asked))


def _with_saved_criteria(ctx: Context, query: Mapping[str, Any]) -> Mapping[str, Any]:
    given = {name: value for name, value in query.items() if value is not None}
    if "filter_id" not in given:
        return given
    saved: Mapping[str, Any] = owned(ctx, "defect_filters", given["filter_id"])["criteria"]
    return {**saved, **given}


def _search(ctx: Context, asked: Mapping[str, Any]) -> Contains | None:
    fields = ctx.store["defects"].schema.texts
    return Contains(asked["search"], fields) if asked.get("search") else None


def _conditions(ctx: Context, asked: Mapping[str, Any]) -> dict[str, Any]:
    conditions = {field: asked[field] for field in EXACT if field in asked}
    conditions["_workspace_id"] = ctx.workspace["id"]
    created = time_range(asked, "date_from", "date_to")
    if created:
        conditions["created_at"] = created
    tags = [part.strip() for part in asked.get("tags", "").split(",")]
    if any(tags):
        conditions["tags"] = HasAny([*filter(None, tags)])
    return conditions
