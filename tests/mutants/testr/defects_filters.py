"""Servers whose list of defects selects otherwise than it is asked to."""

from __future__ import annotations

import re
from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant

from understudy import times
from understudy.handlers.testr import errors

from .defects_tools import EXPORT, LIST, Body, Items, Select, everywhere, selected, without

OFFSET = re.compile(r"[+-]\d\d:\d\d$")


@mutant("DFIL-01", kind="schema")
def lists_leave_screenshots_out(server: Patient) -> None:
    """The list shows no screenshots."""

    @server.answer(LIST)
    def leave_out(answer: Any) -> None:
        for defect in answer.body.get("defects", ()):
            defect["screenshots"] = []


@mutant("DFIL-02", kind="isolation")
def tags_select_everywhere(server: Patient) -> None:
    """Tags select the defects of all workspaces."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        found = select(query)
        if {*query} != {"tags"}:
            return found
        tags = {*query["tags"].split(",")}
        return [one for one in everywhere(ctx) if tags & {*one["tags"]}] or found

    selected(server, LIST, select)


@mutant("DFIL-03", kind="behaviour")
def resolved_are_closed_as_well(server: Patient) -> None:
    """The status RESOLVED selects the CLOSED defects, too."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        found = select(query)
        if query.get("status") != "RESOLVED":
            return found
        both = {one["id"] for one in [*found, *select({**query, "status": "CLOSED"})]}
        return [one for one in select(without(query, "status")) if one["id"] in both]

    selected(server, LIST, select)


@mutant("DFIL-04", kind="behaviour")
def defect_is_listed_for_each_tag(server: Patient) -> None:
    """A defect with two of the tags asked for is listed twice."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        tags = {*query.get("tags", "").split(",")}
        return [one for one in select(query) for _ in range(len(tags & {*one["tags"]}) or 1)]

    selected(server, LIST, select)


@mutant("DFIL-05", kind="behaviour")
def blanks_belong_to_tags(server: Patient) -> None:
    """Tags are asked for with the blanks around them."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        tags = query.get("tags", "").split(",")
        return [
            one
            for one in select(query)
            if not any(tags) or {*tags} & {*one["tags"]} or "filter_id" in query
        ]

    selected(server, LIST, select)


@mutant("DFIL-06", kind="behaviour")
def tags_overlook_case(server: Patient) -> None:
    """Tags are found whatever their case."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        found = select(query)
        tags = {tag.strip().lower() for tag in query.get("tags", "").split(",")} - {""}
        if found or not tags:
            return found
        rest = select(without(query, "tags"))
        return [one for one in rest if tags & {tag.lower() for tag in one["tags"]}]

    selected(server, LIST, select)


@mutant("DFIL-07", kind="behaviour")
def whole_text_may_be_a_tag(server: Patient) -> None:
    """A tag with a comma in it is found."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        found, tags = select(query), query.get("tags", "")
        if found or "," not in tags:
            return found
        return [one for one in select(without(query, "tags")) if tags in one["tags"]]

    selected(server, LIST, select)


@mutant("DFIL-08", kind="behaviour")
def folders_select_what_is_below(server: Patient) -> None:
    """A folder selects the defects of its sub-folders, too."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        if "folder_id" not in query:
            return select(query)
        below = ctx.store["defect_folders"].select({"parent_id": query["folder_id"]}).items
        folders = {query["folder_id"], *(one["id"] for one in below)}
        rest = select(without(query, "folder_id"))
        return [one for one in rest if one["folder_id"] in folders]

    selected(server, LIST, select)


@mutant("DFIL-09", kind="status")
def export_of_an_unknown_folder_is_404(server: Patient) -> None:
    """An export from a folder that does not exist is 404."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        folder_id = query.get("folder_id")
        if folder_id is not None and ctx.store["defect_folders"].get(folder_id) is None:
            raise errors.NotFound
        return select(query)

    selected(server, EXPORT, select)


@mutant("DFIL-10", kind="isolation")
def folders_select_everywhere(server: Patient) -> None:
    """A folder of another workspace selects what is filed there."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        found = select(query)
        if {*query} != {"folder_id"}:
            return found
        return found or everywhere(ctx, folder_id=query["folder_id"])

    selected(server, LIST, select)


@mutant("DFIL-11", kind="behaviour")
def descriptions_are_not_searched(server: Patient) -> None:
    """A text that is in the description alone is not found."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        text = query.get("search", "").casefold()
        fields = ("defect_number", "title", "summary")
        return [
            one
            for one in select(query)
            if any(text in (one[field] or "").casefold() for field in fields)
        ]

    selected(server, LIST, select)


@mutant("DFIL-12", kind="behaviour")
def owners_are_searched(server: Patient) -> None:
    """A text is looked for in the owner, too."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        found, text = select(query), query.get("search", "")
        if found or not text:
            return found
        return [one for one in select(without(query, "search")) if text in (one["owner"] or "")]

    selected(server, LIST, select)


@mutant("DFIL-13", kind="behaviour")
def underscore_is_any_character(server: Patient) -> None:
    """In a search the character _ stands for any other."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        text = query.get("search", "")
        if "_" not in text:
            return select(query)
        pattern = re.compile(re.escape(text).replace("_", "."), re.IGNORECASE)
        rest = select(without(query, "search"))
        return [one for one in rest if pattern.search(f"{one['title']} {one['summary']}")]

    selected(server, LIST, select)


@mutant("DFIL-14", kind="behaviour")
def empty_search_finds_nothing(server: Patient) -> None:
    """An empty search selects nothing."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        return select(query) if query.get("search") != "" or "filter_id" in query else []

    selected(server, LIST, select)


@mutant("DFIL-15", kind="behaviour")
def severity_lifts_the_priority(server: Patient) -> None:
    """Beside a severity the priority does not count."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        if "severity" in query and "filter_id" not in query:
            return select(without(query, "priority"))
        return select(query)

    selected(server, LIST, select)


@mutant("DFIL-16", kind="behaviour")
def open_range_leaves_its_end_out(server: Patient) -> None:
    """A `date_to` without a `date_from` is exclusive."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        end = query.get("date_to", "")
        found = select(query)
        if "T" not in end or "date_from" in query:
            return found
        return [one for one in found if one["created_at"] != times.normalise(end)]

    selected(server, LIST, select)


@mutant("DFIL-17", kind="behaviour")
def dates_are_of_the_update(server: Patient) -> None:
    """`date_from` is compared with `updated_at`."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        if "date_from" not in query:
            return select(query)
        begin = times.day_bounds(query["date_from"])[0]
        rest = select(without(query, "date_from"))
        return [one for one in rest if one["updated_at"] >= begin]

    selected(server, LIST, select)


@mutant("DFIL-18", kind="behaviour")
def last_day_is_left_out(server: Patient) -> None:
    """A day as `date_to` stands for its first instant."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        found, end = select(query), query.get("date_to", "")
        return [one for one in found if "T" in end or not end or one["created_at"][:10] < end]

    selected(server, LIST, select)


@mutant("DFIL-19", kind="behaviour")
def offsets_are_overlooked(server: Patient) -> None:
    """A time with an offset is taken for one in UTC."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        dates = {
            name: OFFSET.sub("Z", query[name]) for name in ("date_from", "date_to") if name in query
        }
        return select({**query, **dates})

    selected(server, LIST, select)


@mutant("DFIL-20", kind="status")
def time_without_offset_is_utc(server: Patient) -> None:
    """A time without an offset is taken for one in UTC."""

    @server.request(LIST)
    def complete(request: Any) -> None:
        request.query = re.sub(r"(T\d\d%3A\d\d%3A\d\d)(?=&|$)", r"\1Z", request.query)
