"""The order of the list of defects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from understudy.verify import MUST, Persona, rule

from . import defects

Body = dict[str, Any]


def _check(p: Persona, tag: str, expected: Sequence[Body], **query: Any) -> None:
    """Raises where the list is not in this order."""
    found = [one["title"] for one in defects.listed(p, tags=tag, **query)]
    wanted = [one["title"] for one in expected]
    assert found == wanted, f"{query or 'without a word'} the order is {wanted}, not {found}"


@rule("DFIL-21", MUST, "The order is newest first")
def test_the_newest_comes_first(active: Persona) -> None:
    """The list is newest first where nothing else is asked for."""
    tag, made = defects.several(
        active, {"title": active.name("b")}, {"title": active.name("a")}, {}
    )
    _check(active, tag, made[::-1])


@rule(
    "DFIL-22",
    MUST,
    "statuses, severities, priorities and types in the order in which this contract lists them",
    clauses=("the last four in the order in which the contract lists their values",),
    values=tuple(defects.VALUES),
)
def test_values_sort_as_the_contract_lists_them(active: Persona, value: str) -> None:
    """Statuses, severities, priorities and types sort in the contract's order."""
    values = defects.VALUES[value]
    order = [*range(1, len(values), 2), *range(0, len(values), 2)]
    tag, made = defects.several(active, *({value: values[at]} for at in order))
    expected = [made[order.index(at)] for at in range(len(values))]
    _check(active, tag, expected, sort_by=value, sort_order="asc")


@rule("DFIL-23", MUST, "What defects can be sorted by", values=("title", "created_at"))
def test_titles_and_times_sort(active: Persona, value: str) -> None:
    """Titles sort by the alphabet, times by age."""
    name = active.name("title")
    titles = [f"{name} {letter}" for letter in "cadb"]
    tag, made = defects.several(active, *({"title": title} for title in titles))
    expected = sorted(made, key=lambda one: one["title"]) if value == "title" else made
    _check(active, tag, expected, sort_by=value, sort_order="asc")


@rule("DFIL-24", MUST, "Numbers sort by value", clauses=("numbers by value",))
def test_numbers_sort_by_value(active: Persona) -> None:
    """Sorted by number, defects come in the order of what their numbers say."""
    tag, made = defects.several(active, {}, {}, {})
    expected = sorted(made, key=defects.number)
    _check(active, tag, expected, sort_by="defect_number", sort_order="asc")
    whole = defects.listed(active, sort_by="defect_number", sort_order="asc")
    numbers = [defects.number(one) for one in whole]
    assert numbers == sorted(numbers), "DEF-1000 comes after DEF-999, and so on"


@rule("DFIL-25", MUST, "What defects can be sorted by")
def test_updates_move_a_defect(active: Persona) -> None:
    """Sorted by `updated_at`, the defect that was updated last is the last."""
    tag, made = defects.several(active, {}, {}, {})
    defects.touch(active, made[0], made[-1]["updated_at"])
    _check(active, tag, [*made[1:], made[0]], sort_by="updated_at", sort_order="asc")


@rule("DFIL-26", MUST, "ties are broken by creation", clauses=("ties by creation",))
def test_ties_are_broken_by_creation(active: Persona) -> None:
    """Defects that the order does not tell apart come in the order of their creation."""
    tag, made = defects.several(active, *({"severity": "LOW"} for _ in range(4)), {})
    _check(active, tag, [made[4], *made[:4]], sort_by="severity", sort_order="asc")


@rule(
    "DFIL-27",
    MUST,
    "`desc` is the exact reverse of `asc`",
    clauses=("The direction of the order; `desc` where neither this nor the saved filter says",),
    values=("severity", "title", "updated_at"),
)
def test_desc_is_the_reverse_of_asc(active: Persona, value: str) -> None:
    """Descending, which is the default, is the exact reverse of ascending, ties included."""
    title = active.name("title")
    tag, _ = defects.several(active, *({"title": title} for _ in range(3)), {"severity": "LOW"})
    ascending = defects.listed(active, tags=tag, sort_by=value, sort_order="asc")
    _check(active, tag, ascending[::-1], sort_by=value, sort_order="desc")
    found = defects.listed(active, tags=tag, sort_by=value)
    assert found == ascending[::-1], "without a direction the order is descending"


@rule("DFIL-28", MUST, "`created_at` where neither this nor the saved filter says")
def test_ascending_alone_is_oldest_first(active: Persona) -> None:
    """A direction alone is that of the time of creation."""
    tag, made = defects.several(active, {"title": active.name("b")}, {"title": active.name("a")})
    _check(active, tag, made, sort_order="asc")
