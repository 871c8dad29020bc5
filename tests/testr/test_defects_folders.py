"""Defect folders, saved filters and templates."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

NOWHERE = "00000000-0000-4000-8000-000000000000"
NOW = "2026-01-26T09:00:00.000Z"


@pytest.fixture
def admin(world: Any) -> Any:
    return world.client("admin@acme.test")


def folder(client: Any, name: str, parent_id: str | None = None) -> dict[str, Any]:
    response = client.post("/defects/folders", json={"name": name, "parent_id": parent_id})
    assert response.status_code == 201, response.text
    return response.json()


def refused(response: Any, status: int, code: str, *fields: str) -> None:
    assert (response.status_code, response.json()["error"]) == (status, code), response.text
    assert sorted(response.json().get("details", {})) == sorted(fields)


def test_folders_come_in_the_order_of_creation(world: Any, admin: Any) -> None:
    assert admin.get("/defects/folders").json() == {"folders": []}
    top = folder(admin, "Release 4")
    inner = folder(admin, "Log-in", top["id"])
    same = folder(admin, "Log-in", top["id"])
    assert top == {"id": top["id"], "name": "Release 4", "parent_id": None, "defect_count": 0}
    assert inner["parent_id"] == top["id"]
    assert admin.get("/defects/folders").json() == {"folders": [top, inner, same]}
    assert world.client("admin@other.test").get("/defects/folders").json() == {"folders": []}


def test_a_folder_counts_the_defects_filed_directly_in_it(admin: Any) -> None:
    top = folder(admin, "Release 4")
    inner = folder(admin, "Log-in", top["id"])
    defects = [
        admin.post("/defects", json={"title": "A defect", "folder_id": folder_id}).json()["id"]
        for folder_id in (top["id"], inner["id"], inner["id"], None)
    ]

    def counts() -> list[int]:
        return [one["defect_count"] for one in admin.get("/defects/folders").json()["folders"]]

    assert counts() == [1, 2]
    admin.patch("/defects/batch", json={"defect_ids": defects[1:2], "folder_id": top["id"]})
    assert counts() == [2, 1]
    admin.patch("/defects/batch", json={"defect_ids": defects[1:2], "folder_id": None})
    assert counts() == [1, 1]
    admin.delete_with("/defects/batch", json={"defect_ids": defects})
    assert counts() == [0, 0]


def test_a_parent_must_be_in_the_workspace(world: Any, admin: Any) -> None:
    theirs = folder(world.client("admin@other.test"), "Theirs")["id"]
    for parent_id in (NOWHERE, theirs):
        answer = admin.post("/defects/folders", json={"name": "Mine", "parent_id": parent_id})
        refused(answer, 404, "not_found")
    assert admin.get("/defects/folders").json() == {"folders": []}


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, "name"),
        ({"name": None}, "name"),
        ({"name": ""}, "name"),
        ({"name": "a" * 256}, "name"),
        ({"name": "A", "parent_id": "top"}, "parent_id"),
    ],
)
def test_an_invalid_folder_is_refused(admin: Any, body: Any, wrong: str) -> None:
    refused(admin.post("/defects/folders", json=body), 422, "validation_error", wrong)
    assert admin.get("/defects/folders").json() == {"folders": []}


def test_saved_filters_come_back_as_they_were_sent(world: Any, admin: Any) -> None:
    assert admin.get("/defects/filters").json() == {"filters": []}
    criteria = {
        "status": "OPEN",
        "severity": "HIGH",
        "priority": "P1",
        "type": "BUG",
        "tags": "login, crash",
        "folder_id": folder(admin, "Log-in")["id"],
        "search": "",
        "date_from": "2026-01-01",
        "date_to": "2026-01-31T12:00:00+01:00",
        "sort_by": "priority",
        "sort_order": "asc",
    }
    saved = []
    for given in (criteria, {}):
        answer = admin.post("/defects/filters", json={"name": "Crashes", "criteria": given})
        assert answer.status_code == 201, answer.text
        saved.append(answer.json())
        expected = {"id": saved[-1]["id"], "name": "Crashes", "criteria": given, "created_at": NOW}
        assert saved[-1] == expected
    assert admin.get("/defects/filters").json() == {"filters": saved}
    assert world.client("member@acme.test").get("/defects/filters").json() == {"filters": saved}
    assert world.client("admin@other.test").get("/defects/filters").json() == {"filters": []}


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, ["criteria", "name"]),
        ({"name": "A"}, ["criteria"]),
        ({"name": "A", "criteria": None}, ["criteria"]),
        ({"name": "", "criteria": {}}, ["name"]),
        ({"name": "A", "criteria": {"colour": "red"}}, ["criteria.colour"]),
        (
            {"name": "A", "criteria": {"page": 2, "per_page": 5}},
            ["criteria.page", "criteria.per_page"],
        ),
        ({"name": "A", "criteria": {"filter_id": NOWHERE}}, ["criteria.filter_id"]),
        ({"name": "A", "criteria": {"status": "NEW"}}, ["criteria.status"]),
        ({"name": "A", "criteria": {"status": None}}, ["criteria.status"]),
        ({"name": "A", "criteria": {"tags": ["a"]}}, ["criteria.tags"]),
        ({"name": "A", "criteria": {"date_to": "tomorrow"}}, ["criteria.date_to"]),
        ({"name": "A", "criteria": {"sort_by": "owner"}}, ["criteria.sort_by"]),
    ],
)
def test_an_invalid_filter_is_refused(admin: Any, body: Any, wrong: list[str]) -> None:
    refused(admin.post("/defects/filters", json=body), 422, "validation_error", *wrong)
    assert admin.get("/defects/filters").json() == {"filters": []}


def test_the_folder_of_a_filter_must_be_in_the_workspace(world: Any, admin: Any) -> None:
    theirs = folder(world.client("admin@other.test"), "Theirs")["id"]
    for folder_id in (NOWHERE, theirs):
        body = {"name": "A filter", "criteria": {"folder_id": folder_id}}
        refused(admin.post("/defects/filters", json=body), 404, "not_found")
    assert admin.get("/defects/filters").json() == {"filters": []}


def test_templates_are_the_same_everywhere_and_can_be_saved(world: Any, admin: Any) -> None:
    templates = admin.get("/defects/filter-templates").json()["templates"]
    other = world.client("solo@personal.test")
    assert other.get("/defects/filter-templates").json() == {"templates": templates}
    assert len(templates) >= 4
    assert len({UUID(template["id"]) for template in templates}) == len(templates)
    for template in templates:
        body = {"name": template["name"], "criteria": template["criteria"]}
        saved = admin.post("/defects/filters", json=body)
        assert saved.status_code == 201, saved.text
        query = {"filter_id": saved.json()["id"]}
        assert admin.get("/defects", params=query).status_code == 200
