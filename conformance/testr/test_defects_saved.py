"""Saved filters of defects and the templates for them."""

from __future__ import annotations

from typing import Any

from understudy.verify import MUST, Persona, Suite, rule

from . import defects, make, moments


def _save(p: Persona, **criteria: Any) -> str:
    """The id of a new filter with these criteria."""
    return str(make.saved_filter(p, criteria=criteria)["id"])


@rule(
    "DFIL-29",
    MUST,
    "`filter_id` applies the criteria of a saved filter",
    clauses=(
        "A saved filter whose criteria apply",
        "`filter_id` applies a saved filter's criteria",
    ),
)
def test_a_saved_filter_applies_each_criterion(active: Persona) -> None:
    """A saved filter selects what its criteria, given in a query, would select."""
    text, folder = active.name("text"), make.defect_folder(active)
    all_of = {"status": "CLOSED", "severity": "LOW", "priority": "P4", "type": "TASK"}
    all_of |= {"folder_id": folder["id"], "summary": text}
    others = [{name: all_of[name] for name in all_of if name != left} for left in all_of]
    tag, made = defects.several(active, all_of, *others)
    make.defect(active, **all_of)
    criteria = {name: all_of[name] for name in all_of if name != "summary"}
    filter_id = _save(active, tags=tag, search=text, **criteria)
    found = defects.ids(defects.listed(active, filter_id=filter_id))
    assert found == [made[0]["id"]], "only the defect that meets every criterion may be listed"


@rule("DFIL-30", MUST, "`filter_id` applies the criteria of a saved filter")
def test_a_saved_filter_applies_its_dates(active: Persona) -> None:
    """The dates of a saved filter select as those of a query."""
    tag, [defect] = defects.several(active, {})
    at = defect["created_at"]
    for dates, expected in (
        ({"date_from": at, "date_to": at}, 1),
        ({"date_from": moments.shifted(at, 1)}, 0),
        ({"date_to": moments.shifted(at, -1)}, 0),
    ):
        count = defects.total(active, tags=tag, filter_id=_save(active, **dates))
        assert count == expected, f"a filter of {dates} must select {expected} defect of {at}"


@rule("DFIL-31", MUST, "unless `sort_by`, `sort_order` or the saved filter say otherwise")
def test_a_saved_filter_sorts(active: Persona) -> None:
    """The order of a saved filter holds where the query asks for none."""
    name = active.name("title")
    tag, made = defects.several(active, *({"title": f"{name} {one}"} for one in "bca"))
    filter_id = _save(active, sort_by="title", sort_order="asc")
    expected = defects.ids(made[at] for at in (2, 0, 1))
    found = defects.ids(defects.listed(active, tags=tag, filter_id=filter_id))
    assert found == expected, "the filter sorts by title, ascending"
    found = defects.ids(defects.listed(active, tags=tag, filter_id=filter_id, sort_order="desc"))
    assert found == expected[::-1], "the query turns the filter's order around"


@rule(
    "DFIL-32",
    MUST,
    "a parameter given beside it wins over the saved one",
    clauses=(
        "A parameter given beside it wins over its criterion",
        "each parameter given beside it wins over the saved one of the same name",
    ),
)
def test_a_parameter_wins_over_its_criterion(active: Persona) -> None:
    """A parameter beside the filter takes the place of its criterion; the others still hold."""
    tag, made = defects.several(
        active,
        {"status": "OPEN", "priority": "P1"},
        {"status": "CLOSED", "priority": "P1"},
        {"status": "CLOSED", "priority": "P2"},
    )
    filter_id = _save(active, tags=tag, status="OPEN", priority="P1")
    found = defects.ids(defects.listed(active, filter_id=filter_id, status="CLOSED"))
    assert found == [made[1]["id"]], "the status is the query's, the priority the filter's"


@rule(
    "DFIL-33",
    MUST,
    "an empty `search` or `tags` lifts it",
    clauses=("`search=` or `tags=` without a value lifts that criterion",),
    values=("search", "tags"),
)
def test_an_empty_text_lifts_a_criterion(active: Persona, value: str) -> None:
    """An empty search, or empty tags, beside a filter lift its criterion."""
    folder = make.defect_folder(active)
    defect = make.defect(active, folder_id=folder["id"])
    filter_id = _save(active, folder_id=folder["id"], **{value: active.name("nowhere")})
    assert defects.total(active, filter_id=filter_id) == 0, "the criterion selects nothing"
    found = defects.ids(defects.listed(active, filter_id=filter_id, **{value: ""}))
    assert found == [defect["id"]], f"an empty {value} must lift the filter's"


@rule(
    "DFIL-34",
    MUST,
    "a filter that does not exist or is of another workspace is 404",
    clauses=(
        "A `filter_id` that does not exist or is of another workspace is 404.",
        "an unknown filter is 404",
    ),
    operations=defects.SELECTING,
)
def test_an_unknown_filter_is_404(active: Persona, suite: Suite, operation: Any) -> None:
    """A filter that does not exist is 404."""
    active.call(operation.operation_id, query={"filter_id": suite.unknown_id()}).refused(404)


@rule(
    "DFIL-35",
    MUST,
    "a filter that does not exist or is of another workspace is 404",
    operations=defects.SELECTING,
)
def test_a_strange_filter_is_404(active: Persona, other_tenant: Persona, operation: Any) -> None:
    """A filter of another workspace is 404."""
    theirs = _save(other_tenant, status="OPEN")
    active.call(operation.operation_id, query={"filter_id": theirs}).refused(404)


@rule("DFIL-36", MUST, "which all its users share", clauses=("they belong to the workspace",))
def test_filters_are_shared(active: Persona, colleague: Persona) -> None:
    """A filter that one user saved selects for the others of the workspace, too."""
    tag, made = defects.several(active, {"status": "CLOSED"}, {})
    saved = make.saved_filter(active, criteria={"tags": tag, "status": "CLOSED"})
    found = defects.ids(defects.listed(colleague, filter_id=saved["id"]))
    assert found == [made[0]["id"]], "a colleague must be able to use the filter"


@rule(
    "DFIL-37",
    MUST,
    "which all its users share, in the order of their creation",
    clauses=("Names need not be unique", "names need not be unique"),
)
def test_filters_come_in_the_order_of_creation(active: Persona) -> None:
    """Filters are listed in the order in which they were saved, those of one name, too."""
    first = make.saved_filter(active, criteria={"status": "OPEN"})
    made = [
        first,
        make.saved_filter(active, criteria={}),
        make.saved_filter(active, **_same(first)),
    ]
    answer = active.call("defects.list_filters").expect(200)
    found = [one["id"] for one in answer["filters"] if one["id"] in defects.ids(made)]
    assert found == defects.ids(made), "the filters must come in the order of their creation"


def _same(saved: defects.Body) -> dict[str, Any]:
    return {"name": saved["name"], "criteria": saved["criteria"]}


@rule(
    "DFIL-38",
    MUST,
    "they are given back as sent",
    clauses=("written as in a query and kept as sent", "Saves criteria under a name"),
)
def test_criteria_are_kept_as_sent(active: Persona) -> None:
    """The criteria of a filter come back as they were sent."""
    criteria = {"status": "OPEN", "tags": " b, a ,", "search": "", "date_to": "2026-01-26"}
    criteria |= {"date_from": "2026-01-25T10:00:00+05:00", "sort_by": "title", "sort_order": "asc"}
    saved = make.saved_filter(active, criteria=criteria)
    for one in (saved, *(each for each in defects.filters(active) if each["id"] == saved["id"])):
        assert one["criteria"] == criteria, f"the criteria must come back as sent: {criteria}"


@rule(
    "DFIL-39",
    MUST,
    "any other name, `filter_id` and the paging included, is 422",
    clauses=("Any other name is refused", "any other name is 422"),
    values=("filter_id", "page", "per_page", "colour"),
)
def test_other_criteria_are_refused(active: Persona, suite: Suite, value: str) -> None:
    """A criterion that is no selecting or sorting parameter of the list is refused."""
    criteria = {value: suite.unknown_id() if value == "filter_id" else 1}
    body = {"name": active.name("filter"), "criteria": criteria}
    active.call("defects.create_filter", body=body).refused(400, 422)


@rule(
    "DFIL-40",
    MUST,
    "A folder that is not in the workspace is 404",
    clauses=("a folder in them must be in the workspace (404)",),
)
def test_the_folder_of_a_filter_must_exist(active: Persona, suite: Suite) -> None:
    """A filter of a folder that does not exist is 404."""
    body = {"name": active.name("filter"), "criteria": {"folder_id": suite.unknown_id()}}
    active.call("defects.create_filter", body=body).refused(404)


@rule("DFIL-41", MUST, "A folder that is not in the workspace is 404")
def test_the_folder_of_a_filter_must_be_ours(active: Persona, other_tenant: Persona) -> None:
    """A filter of another workspace's folder is 404."""
    theirs = make.defect_folder(other_tenant)
    body = {"name": active.name("filter"), "criteria": {"folder_id": theirs["id"]}}
    active.call("defects.create_filter", body=body).refused(404)
