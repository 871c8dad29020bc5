"""The statistics of defects: the numbers above the list are those of the list."""

from __future__ import annotations

from collections import Counter
from typing import Any

from understudy.verify import MUST, Persona, holds, rule

from . import defects, make, moments
from .documented import documented

COUNTED = {f"by_{field}": field for field in defects.VALUES}


def _expected(made: list[defects.Body]) -> dict[str, Any]:
    """The statistics of just these defects."""
    counts: dict[str, Any] = {"total": len(made)}
    for name, field in COUNTED.items():
        found = Counter(one[field] for one in made)
        counts[name] = {value: found[value] for value in defects.VALUES[field]}
    return counts


@rule(
    "DSTA-01",
    MUST,
    "How many defects there are in all and by status, severity, priority and type",
    clauses=(
        "every value is present, zero included",
        "every value present, zero included",
        "How many defects there are, in all and by value",
    ),
)
def test_the_statistics_count_each_value(active: Persona) -> None:
    """The statistics count the defects in all and by each value, those without any included."""
    tag, made = defects.several(
        active,
        {"status": "CLOSED", "severity": "HIGH", "priority": "P1", "type": "TASK"},
        {"status": "CLOSED", "severity": "LOW", "priority": "P1", "type": "BUG"},
        {"status": "DEFERRED", "severity": "LOW", "priority": "P4", "type": "BUG"},
    )
    answer = active.call("defects.get_statistics", query={"tags": tag}).expect(200)
    found = documented(active, "DefectStatistics", answer)
    assert found == _expected(made), f"the counts must be {_expected(made)}, not {found}"


@rule("DSTA-02", MUST, "How many defects there are in all")
def test_each_way_of_counting_counts_all(active: Persona) -> None:
    """Without a filter, the counts of each property add up to the total."""
    make.defect(active)
    found = defects.counted(active)
    for name in COUNTED:
        added = sum(found[name].values())
        assert added == found["total"] > 0, f"{name} adds up to {added} of {found['total']} defects"


@rule(
    "DSTA-03",
    MUST,
    "Takes the filters of the list, and counts just what the list would list",
    clauses=("they take all filters of the list",),
    values=("status", "severity", "priority", "type", "folder_id", "search", "tags"),
)
def test_the_statistics_take_the_filters(active: Persona, value: str) -> None:
    """The statistics count what the list lists under the same filter."""
    text, folder = active.name("text"), make.defect_folder(active)
    wanted = {"status": "CLOSED", "severity": "LOW", "priority": "P4", "type": "TASK"}
    wanted |= {"folder_id": folder["id"], "search": text, "tags": text}
    fields: dict[str, Any] = {"search": {"summary": text}, "tags": {"tags": [text]}}
    tag, made = defects.several(active, fields.get(value, {value: wanted[value]}), {})
    query = {"tags": tag, value: wanted[value]}
    found = defects.counted(active, **query)
    assert found == _expected(made[:1]), f"one defect has this {value}, not {found['total']}"
    assert defects.total(active, **query) == 1, "the list must list the one that was counted"


@rule(
    "DSTA-04",
    MUST,
    "Takes the filters of the list",
    values=("date_from", "date_to"),
)
def test_the_statistics_take_the_dates(active: Persona, value: str) -> None:
    """The statistics count what was created within the dates."""
    tag, [defect] = defects.several(active, {})
    at = defect["created_at"]
    past = moments.shifted(at, 1 if value == "date_from" else -1)
    for time, expected in ((at, 1), (past, 0)):
        count = defects.counted(active, tags=tag, **{value: time})["total"]
        assert count == expected, f"{value}={time} must count {expected} defect created at {at}"


@rule("DSTA-05", MUST, "Takes the filters of the list")
def test_the_statistics_take_a_saved_filter(active: Persona) -> None:
    """The statistics count what a saved filter selects; a parameter beside it wins."""
    tag, made = defects.several(active, {"status": "CLOSED"}, {"status": "OPEN"}, {})
    saved = make.saved_filter(active, criteria={"tags": tag, "status": "CLOSED"})
    for query, expected in (({}, made[:1]), ({"status": "OPEN"}, made[1:])):
        found = defects.counted(active, filter_id=saved["id"], **query)
        assert holds(found, _expected(expected)), f"the filter with {query} selects {len(expected)}"


@rule("DSTA-06", MUST, "counts just what the list would list")
def test_the_statistics_stay_in_their_workspace(active: Persona, other_tenant: Persona) -> None:
    """The statistics do not count the defects of another workspace."""
    tag, made = defects.several(active, {})
    make.defect(other_tenant, tags=[tag])
    count = defects.counted(active, tags=tag)["total"]
    assert count == len(made), f"one defect of this workspace has the tag, not {count}"
