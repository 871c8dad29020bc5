"""Servers whose list of defects is in another order than it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant

from understudy.handlers.testr.rules.defects import VALUES

from .defects_tools import LIST, Body, Items, Select, selected, without


def ordered(items: Items, field: str, descending: bool) -> Items:
    """In the contract's order of a field; what is equal, the oldest first."""
    ranks: Sequence[str] = VALUES.get(field, ())

    def rank(one: Any) -> Any:
        return ranks.index(one[field]) if ranks else one[field]

    return sorted(sorted(items, key=lambda one: one["_number"]), key=rank, reverse=descending)


def sorts_by(query: Body, *fields: str) -> bool:
    """Whether the query itself asks for the order of one of these fields."""
    return query.get("sort_by") in fields


@mutant("DFIL-21", kind="behaviour")
def list_is_sorted_by_title(server: Patient) -> None:
    """Where nothing is said of the order, the list is sorted by title."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        is_told = {"sort_by", "sort_order", "filter_id"} & {*query}
        return select(query) if is_told else select({**query, "sort_by": "title"})

    selected(server, LIST, select)


@mutant("DFIL-22", kind="behaviour")
def statuses_sort_by_the_alphabet(server: Patient) -> None:
    """Statuses are sorted by the alphabet."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        found = select(query)
        if not sorts_by(query, "status"):
            return found
        is_descending = query.get("sort_order") != "asc"
        return sorted(found, key=lambda one: one["status"], reverse=is_descending)

    selected(server, LIST, select)


@mutant("DFIL-23", kind="behaviour")
def titles_sort_by_length(server: Patient) -> None:
    """Titles are sorted by their length."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        found = select(query)
        if not sorts_by(query, "title"):
            return found
        found.sort(key=lambda one: (len(one["title"]), one["_number"]))
        return found if query.get("sort_order") == "asc" else found[::-1]

    selected(server, LIST, select)


@mutant("DFIL-24", kind="behaviour")
def numbers_always_descend(server: Patient) -> None:
    """Sorted by number, the list begins with the highest, whatever the direction."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        return select(without(query, "sort_order") if sorts_by(query, "defect_number") else query)

    selected(server, LIST, select)


@mutant("DFIL-25", kind="behaviour")
def updates_do_not_sort(server: Patient) -> None:
    """Sorted by `updated_at`, the list is in the order of creation."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        is_asked = sorts_by(query, "updated_at")
        return select({**query, "sort_by": "created_at"} if is_asked else query)

    selected(server, LIST, select)


@mutant("DFIL-26", kind="behaviour")
def equal_defects_come_newest_first(server: Patient) -> None:
    """What is equal comes newest first in ascending order, and oldest first in descending."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        found = select(query)
        if not sorts_by(query, *VALUES):
            return found
        descending = ordered(found, query["sort_by"], True)
        return descending[::-1] if query.get("sort_order") == "asc" else descending

    selected(server, LIST, select)


@mutant("DFIL-27", kind="behaviour")
def equal_defects_come_oldest_first(server: Patient) -> None:
    """What is equal comes oldest first in descending order, too."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        found = select(query)
        if not sorts_by(query, *VALUES) or query.get("sort_order") == "asc":
            return found
        return ordered(found, query["sort_by"], True)

    selected(server, LIST, select)


@mutant("DFIL-28", kind="behaviour")
def direction_alone_does_nothing(server: Patient) -> None:
    """A direction without a field to sort by is passed over."""

    def select(select: Select, ctx: Any, query: Body) -> Items:
        is_alone = "sort_by" not in query and "filter_id" not in query
        return select(without(query, "sort_order") if is_alone else query)

    selected(server, LIST, select)
