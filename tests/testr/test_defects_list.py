"""Which defects the list, the statistics and the export select, and in which order."""

from __future__ import annotations

from typing import Any

import pytest

NOWHERE = "00000000-0000-4000-8000-000000000000"

STAGE: list[dict[str, Any]] = [
    {
        "title": "banana",
        "status": "OPEN",
        "severity": "LOW",
        "priority": "P2",
        "tags": ["ui", "login"],
    },
    {"title": "Apple", "status": "OPEN", "severity": "CRITICAL", "type": "TASK", "summary": "Red"},
    {"title": "cherry", "status": "CLOSED", "severity": "HIGH", "priority": "P1", "tags": ["api"]},
    {"title": "Damson", "status": "DEFERRED", "type": "ENHANCEMENT", "description": "A red 50%"},
]
"""Filed in this order, ten minutes apart, the first on Monday, 26 January, at 9:00."""


@pytest.fixture
def admin(world: Any) -> Any:
    return world.client("admin@acme.test")


@pytest.fixture
def folder_id(admin: Any) -> str:
    return admin.post("/defects/folders", json={"name": "Fruit"}).json()["id"]


@pytest.fixture
def stage(world: Any, admin: Any, folder_id: str) -> Any:
    """The client for whom the four defects were filed, the third of them in a folder."""
    for fields in STAGE:
        body = {**fields, "folder_id": folder_id if fields["title"] == "cherry" else None}
        assert admin.post("/defects", json=body).status_code == 201
        world.clock.advance(minutes=10)
    return admin


def titles(client: Any, **query: Any) -> str:
    """The first letter of the title of each defect that a query lists, in order."""
    response = client.get("/defects", params=query)
    assert response.status_code == 200, response.text
    answer = response.json()
    assert answer["total"] == len(answer["defects"])
    return "".join(defect["title"][0] for defect in answer["defects"])


def save(client: Any, **criteria: Any) -> str:
    """The id of a new filter."""
    response = client.post("/defects/filters", json={"name": "A filter", "criteria": criteria})
    assert response.status_code == 201, response.text
    return response.json()["id"]


def ids_of(client: Any) -> list[str]:
    return [defect["id"] for defect in client.get("/defects").json()["defects"]]


def refused(response: Any, status: int, code: str, *fields: str) -> None:
    assert (response.status_code, response.json()["error"]) == (status, code), response.text
    assert sorted(response.json().get("details", {})) == sorted(fields)


def test_an_empty_list(admin: Any) -> None:
    answer = admin.get("/defects")
    assert answer.json() == {"defects": [], "total": 0, "page": 1, "per_page": 50}


def test_the_list_holds_whole_defects_newest_first(stage: Any) -> None:
    listed = stage.get("/defects").json()["defects"]
    assert [defect["defect_number"] for defect in listed] == [
        "DEF-004",
        "DEF-003",
        "DEF-002",
        "DEF-001",
    ]
    assert [stage.get(f"/defects/{defect['id']}").json() for defect in listed] == listed


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"status": "OPEN"}, "Ab"),
        ({"severity": "MEDIUM"}, "D"),
        ({"priority": "P3"}, "DA"),
        ({"type": "BUG"}, "cb"),
        ({"status": "OPEN", "type": "BUG"}, "b"),
        ({"status": "CLOSED", "type": "TASK"}, ""),
        ({"tags": "api"}, "c"),
        ({"tags": "login,api"}, "cb"),
        ({"tags": " ui , "}, "b"),
        ({"tags": "UI"}, ""),
        ({"tags": "log"}, ""),
        ({"tags": ","}, "DcAb"),
        ({"search": "RED"}, "DA"),
        ({"search": "erry"}, "c"),
        ({"search": "def-002"}, "A"),
        ({"search": "50%"}, "D"),
        ({"search": "5.%"}, ""),
        ({"search": "login"}, ""),
        ({"search": ""}, "DcAb"),
        ({"date_from": "2026-01-26T09:20:00Z"}, "Dc"),
        ({"date_to": "2026-01-26T09:10:00.000Z"}, "Ab"),
        ({"date_from": "2026-01-26T10:10:00+01:00", "date_to": "2026-01-26T09:20:00Z"}, "cA"),
        ({"date_from": "2026-01-26", "date_to": "2026-01-26"}, "DcAb"),
        ({"date_from": "2026-01-27"}, ""),
        ({"date_to": "2026-01-25"}, ""),
        ({"date_from": "2026-01-27", "date_to": "2026-01-25"}, ""),
        ({"folder_id": NOWHERE}, ""),
    ],
)
def test_filters(stage: Any, query: dict[str, str], expected: str) -> None:
    assert titles(stage, **query) == expected


def test_the_filter_by_folder(stage: Any, folder_id: str) -> None:
    assert titles(stage, folder_id=folder_id) == "c"


@pytest.mark.parametrize(
    ("sort_by", "ascending"),
    [
        ("created_at", "bAcD"),
        ("updated_at", "bAcD"),
        ("defect_number", "bAcD"),
        ("title", "AbcD"),
        ("status", "bAcD"),
        ("severity", "AcDb"),
        ("priority", "cbAD"),
        ("type", "bcDA"),
    ],
)
def test_orders(stage: Any, sort_by: str, ascending: str) -> None:
    assert titles(stage, sort_by=sort_by, sort_order="asc") == ascending
    assert titles(stage, sort_by=sort_by) == ascending[::-1]


def test_a_change_moves_the_order_by_updated_at(world: Any, stage: Any) -> None:
    last = stage.get("/defects", params={"search": "banana"}).json()["defects"][0]["id"]
    stage.patch("/defects/batch", json={"defect_ids": [last], "status": "CLOSED"})
    assert titles(stage, sort_by="updated_at") == "bDcA"
    assert titles(stage) == "DcAb"


def test_numbers_sort_by_value(world: Any, admin: Any) -> None:
    admin.post("/defects", json={"title": "First"})
    workspace_id = world.sandbox.store["defects"].first()["_workspace_id"]
    world.sandbox.store.raise_number("defects", workspace_id, 998)
    for title in ("The 999th", "The 1000th"):
        admin.post("/defects", json={"title": title})
    listed = admin.get("/defects", params={"sort_by": "defect_number"}).json()["defects"]
    assert [defect["defect_number"] for defect in listed] == ["DEF-1000", "DEF-999", "DEF-001"]


def test_pages_neither_drop_nor_repeat(admin: Any) -> None:
    for number in range(7):
        admin.post("/defects", json={"title": f"Defect {number}"})
    everything = ids_of(admin)
    query = {"per_page": 3, "sort_by": "severity"}
    pages = [admin.get("/defects", params={**query, "page": page}).json() for page in (1, 2, 3, 4)]
    assert [len(page["defects"]) for page in pages] == [3, 3, 1, 0]
    assert [(page["total"], page["page"], page["per_page"]) for page in pages] == [
        (7, 1, 3),
        (7, 2, 3),
        (7, 3, 3),
        (7, 4, 3),
    ]
    listed = [defect["id"] for page in pages for defect in page["defects"]]
    assert sorted(listed) == sorted(everything)


def test_the_last_page_there_can_be_is_empty(admin: Any) -> None:
    admin.post("/defects", json={"title": "A defect"})
    answer = admin.get("/defects", params={"page": 2147483647, "per_page": 200}).json()
    assert answer == {"defects": [], "total": 1, "page": 2147483647, "per_page": 200}


@pytest.mark.parametrize(
    "query",
    [
        {"page": "0"},
        {"page": "one"},
        {"per_page": "0"},
        {"per_page": "201"},
        {"status": "NEW"},
        {"severity": "MAJOR"},
        {"priority": "P5"},
        {"type": "bug"},
        {"folder_id": "fruit"},
        {"filter_id": "mine"},
        {"date_from": "yesterday"},
        {"date_to": "2026-13-01"},
        {"sort_by": "owner"},
        {"sort_order": "up"},
    ],
)
def test_an_invalid_parameter_is_named(admin: Any, query: dict[str, str]) -> None:
    refused(admin.get("/defects", params=query), 400, "invalid_parameter", *query)


def test_a_saved_filter_applies(stage: Any, folder_id: str) -> None:
    assert titles(stage, filter_id=save(stage, status="OPEN")) == "Ab"
    assert titles(stage, filter_id=save(stage, tags="ui,api", search="an")) == "b"
    assert titles(stage, filter_id=save(stage, folder_id=folder_id)) == "c"
    assert titles(stage, filter_id=save(stage, date_to="2026-01-26T09:00:00Z")) == "b"
    assert titles(stage, filter_id=save(stage, sort_by="title", sort_order="asc")) == "AbcD"
    assert titles(stage, filter_id=save(stage)) == "DcAb"


def test_explicit_parameters_win_over_a_saved_filter(stage: Any) -> None:
    saved = save(stage, status="OPEN", search="an", sort_by="title", sort_order="asc")
    assert titles(stage, filter_id=saved) == "b"
    assert titles(stage, filter_id=saved, search="") == "Ab"
    assert titles(stage, filter_id=saved, search="", sort_order="desc") == "bA"
    assert titles(stage, filter_id=saved, status="CLOSED") == ""
    assert titles(stage, filter_id=saved, status="CLOSED", search="c") == "c"


def test_an_unknown_filter_is_404(world: Any, stage: Any) -> None:
    theirs = save(world.client("admin@other.test"), status="OPEN")
    template = stage.get("/defects/filter-templates").json()["templates"][0]["id"]
    for path in ("/defects", "/defects/statistics", "/defects/export/json"):
        for filter_id in (NOWHERE, theirs, template):
            refused(stage.get(path, params={"filter_id": filter_id}), 404, "not_found")


def test_statistics_of_nothing(admin: Any) -> None:
    assert admin.get("/defects/statistics").json() == {
        "total": 0,
        "by_status": {"OPEN": 0, "IN_PROGRESS": 0, "RESOLVED": 0, "CLOSED": 0, "DEFERRED": 0},
        "by_severity": {"CRITICAL": 0, "HIGH": 0, "MEDIUM": 0, "LOW": 0},
        "by_priority": {"P1": 0, "P2": 0, "P3": 0, "P4": 0},
        "by_type": {"BUG": 0, "ENHANCEMENT": 0, "TASK": 0},
    }


def test_statistics_count_by_each_property(stage: Any) -> None:
    assert stage.get("/defects/statistics").json() == {
        "total": 4,
        "by_status": {"OPEN": 2, "IN_PROGRESS": 0, "RESOLVED": 0, "CLOSED": 1, "DEFERRED": 1},
        "by_severity": {"CRITICAL": 1, "HIGH": 1, "MEDIUM": 1, "LOW": 1},
        "by_priority": {"P1": 1, "P2": 1, "P3": 2, "P4": 0},
        "by_type": {"BUG": 2, "ENHANCEMENT": 1, "TASK": 1},
    }


@pytest.mark.parametrize(
    "query",
    [
        {"status": "OPEN"},
        {"severity": "HIGH"},
        {"priority": "P3"},
        {"type": "BUG"},
        {"tags": "ui,api"},
        {"search": "red"},
        {"date_from": "2026-01-26T09:10:00Z", "date_to": "2026-01-26T09:20:00Z"},
    ],
)
def test_statistics_and_export_take_the_filters_of_the_list(stage: Any, query: Any) -> None:
    for asked in (query, {"filter_id": save(stage, **query)}):
        listed = stage.get("/defects", params=asked).json()["defects"]
        assert 0 < len(listed) < 4
        counts = stage.get("/defects/statistics", params=asked).json()
        assert counts["total"] == sum(counts["by_status"].values()) == len(listed)
        assert stage.get("/defects/export/json", params=asked).json()["defects"] == listed


def test_the_filter_by_folder_of_statistics_and_export(stage: Any, folder_id: str) -> None:
    asked = {"folder_id": folder_id}
    assert stage.get("/defects/statistics", params=asked).json()["total"] == 1
    assert stage.get("/defects/export/json", params=asked).json()["total"] == 1


def test_the_export_is_a_file_named_after_the_day(stage: Any) -> None:
    response = stage.get("/defects/export/json")
    assert response.headers["content-disposition"] == (
        'attachment; filename="defects-2026-01-26.json"'
    )
    assert response.json() == {
        "exported_at": "2026-01-26T09:40:00.000Z",
        "total": 4,
        "defects": stage.get("/defects").json()["defects"],
    }


def test_the_export_is_not_paged(admin: Any) -> None:
    for number in range(51):
        admin.post("/defects", json={"title": f"Defect {number}"})
    exported = admin.get("/defects/export/json", params={"sort_order": "asc"}).json()
    assert (exported["total"], len(exported["defects"])) == (51, 51)
    assert exported["defects"][0]["defect_number"] == "DEF-001"


def test_a_plain_date_is_the_whole_day(world: Any, admin: Any) -> None:
    admin.post("/defects", json={"title": "Monday"})
    world.clock.advance(hours=14, minutes=59, seconds=59.999)
    token = world.login("admin@acme.test")["access_token"]
    client = world.with_headers(Authorization=f"Bearer {token}")
    client.post("/defects", json={"title": "End of Monday"})
    world.clock.advance(seconds=0.001)
    client.post("/defects", json={"title": "Tuesday"})
    assert titles(client, date_to="2026-01-26") == "EM"
    assert titles(client, date_from="2026-01-27") == "T"
