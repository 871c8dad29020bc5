"""Defects with folders, saved filters, statistics and export."""

from __future__ import annotations

from typing import Any

from understudy.context import Answer, Body, Context

from .rules import defect_filters, defects
from .rules.common import owned


def list_defects(ctx: Context, page: int, per_page: int, **query: Any) -> Answer:
    """Give one page of the defects."""
    found = defect_filters.select(ctx, query, offset=(page - 1) * per_page, limit=per_page)
    answer = {"defects": found.items, "total": found.total}
    return answer | {"page": page, "per_page": per_page}


def create_defect(ctx: Context, body: Body) -> Answer:
    """File a defect."""
    defects.check_references(ctx, body)
    defect = defects.create_defect(ctx.sandbox, {**body, "_workspace_id": ctx.workspace["id"]})
    return defect.public, 201


def get_defect(ctx: Context, defect_id: str) -> Answer:
    """Give one defect."""
    return owned(ctx, "defects", defect_id)


def update_defects(ctx: Context, body: Body) -> Answer:
    """Set the given fields on several defects, or on none."""
    changes = {name: value for name, value in body.items() if name != "defect_ids"}
    return {"success": True, "updated_count": defects.update_all(ctx, body["defect_ids"], changes)}


def delete_defects(ctx: Context, body: Body) -> Answer:
    """Delete several defects, or none."""
    return {"success": True, "deleted_count": defects.remove_all(ctx, body["defect_ids"])}


def get_statistics(ctx: Context, **query: Any) -> Answer:
    """Count the defects by their properties."""
    return defects.statistics(defect_filters.tally(ctx, query, defects.VALUES))


def list_folders(ctx: Context) -> Answer:
    """Give all folders, each with its number of defects."""
    found = ctx.store["defect_folders"].select({"_workspace_id": ctx.workspace["id"]})
    return {"folders": [defects.folder_answer(ctx, folder) for folder in found.items]}


def create_folder(ctx: Context, body: Body) -> Answer:
    """Make a folder."""
    if body.get("parent_id") is not None:
        owned(ctx, "defect_folders", body["parent_id"])
    folder = defects.create_folder(ctx.sandbox, {**body, "_workspace_id": ctx.workspace["id"]})
    return defects.folder_answer(ctx, folder), 201


def list_filters(ctx: Context) -> Answer:
    """Give all saved filters."""
    found = ctx.store["defect_filters"].select({"_workspace_id": ctx.workspace["id"]})
    return {"filters": found.items}


def create_filter(ctx: Context, body: Body) -> Answer:
    """Save a filter."""
    defect_filters.check_criteria(ctx, body["criteria"])
    fields = {**body, "_workspace_id": ctx.workspace["id"]}
    saved = defect_filters.create_filter(ctx.sandbox, fields)
    return saved.public, 201


def list_filter_templates(ctx: Context) -> Answer:
    """Give the ready-made criteria."""
    return {"templates": defect_filters.TEMPLATES}


def export_defects(ctx: Context, **query: Any) -> Answer:
    """Give all selected defects as a file."""
    found, now = defect_filters.select(ctx, query), ctx.now()
    answer = {"exported_at": now, "total": found.total, "defects": found.items}
    return answer, 200, {"Content-Disposition": f'attachment; filename="defects-{now[:10]}.json"'}
