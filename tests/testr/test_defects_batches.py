"""Batches of defects: they change everything or nothing."""

from __future__ import annotations

from typing import Any

import pytest

NOWHERE = "00000000-0000-4000-8000-000000000000"


def file(client: Any, **fields: Any) -> dict[str, Any]:
    response = client.post("/defects", json={"title": "A defect", **fields})
    assert response.status_code == 201, response.text
    return response.json()


def folder(client: Any, name: str = "A folder") -> str:
    response = client.post("/defects/folders", json={"name": name})
    assert response.status_code == 201, response.text
    return response.json()["id"]


def kept(world: Any) -> list[Any]:
    """Everything of this tag that the server holds."""
    names = ("defects", "defect_folders", "defect_filters")
    return [list(world.sandbox.store[name].select({}).items) for name in names]


def refused(response: Any, status: int, code: str, *fields: str) -> None:
    assert (response.status_code, response.json()["error"]) == (status, code), response.text
    assert sorted(response.json().get("details", {})) == sorted(fields)


@pytest.fixture
def admin(world: Any) -> Any:
    return world.client("admin@acme.test")


def test_a_batch_sets_every_given_field(world: Any, admin: Any) -> None:
    defects = [file(admin), file(admin, tags=["old"], owner="someone")]
    changes = {
        "status": "RESOLVED",
        "priority": "P2",
        "severity": "LOW",
        "type": "TASK",
        "owner": "member@acme.test",
        "tags": ["new"],
        "folder_id": folder(admin),
    }
    world.clock.advance(minutes=5)
    body = {"defect_ids": [defect["id"] for defect in defects], **changes}
    answer = admin.patch("/defects/batch", json=body)
    assert (answer.status_code, answer.json()) == (200, {"success": True, "updated_count": 2})
    for defect in defects:
        expected = {**defect, **changes, "updated_at": "2026-01-26T09:05:00.000Z"}
        assert admin.get(f"/defects/{defect['id']}").json() == expected


def test_a_batch_leaves_the_rest_alone(admin: Any) -> None:
    chosen, other = file(admin, owner="someone", tags=["a"]), file(admin)
    admin.patch("/defects/batch", json={"defect_ids": [chosen["id"]], "status": "CLOSED"})
    assert admin.get(f"/defects/{chosen['id']}").json() == {**chosen, "status": "CLOSED"}
    assert admin.get(f"/defects/{other['id']}").json() == other


def test_null_takes_away_owner_and_folder(admin: Any) -> None:
    defect = file(admin, owner="someone", folder_id=folder(admin))
    body = {"defect_ids": [defect["id"]], "owner": None, "folder_id": None}
    assert admin.patch("/defects/batch", json=body).status_code == 200
    changed = admin.get(f"/defects/{defect['id']}").json()
    assert changed == {**defect, "owner": None, "folder_id": None}


def test_an_id_given_twice_counts_once(admin: Any) -> None:
    ids = {"defect_ids": [file(admin)["id"]] * 2}
    updated = admin.patch("/defects/batch", json={**ids, "status": "CLOSED"})
    assert updated.json() == {"success": True, "updated_count": 1}
    deleted = admin.delete_with("/defects/batch", json=ids)
    assert deleted.json() == {"success": True, "deleted_count": 1}


def test_a_batch_with_one_unknown_id_changes_nothing(world: Any, admin: Any) -> None:
    ids = {"defect_ids": [file(admin)["id"], NOWHERE, file(admin)["id"]]}
    before = kept(world)
    refused(admin.patch("/defects/batch", json={**ids, "status": "CLOSED"}), 404, "not_found")
    refused(admin.delete_with("/defects/batch", json=ids), 404, "not_found")
    assert kept(world) == before


def test_a_batch_into_an_unknown_folder_changes_nothing(world: Any, admin: Any) -> None:
    body = {"defect_ids": [file(admin)["id"]], "status": "CLOSED", "folder_id": NOWHERE}
    before = kept(world)
    refused(admin.patch("/defects/batch", json=body), 404, "not_found")
    assert kept(world) == before


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, "body"),
        ({"colour": "red"}, "body"),
        ({"status": None}, "status"),
        ({"tags": None}, "tags"),
        ({"severity": "MAJOR"}, "severity"),
        ({"defect_ids": [], "status": "OPEN"}, "defect_ids"),
        ({"defect_ids": [NOWHERE] * 501, "status": "OPEN"}, "defect_ids"),
        ({"defect_ids": ["DEF-001"], "status": "OPEN"}, "defect_ids.0"),
    ],
)
def test_an_invalid_batch_update_changes_nothing(
    world: Any, admin: Any, changes: Any, wrong: str
) -> None:
    body = {"defect_ids": [file(admin)["id"]], **changes}
    before = kept(world)
    refused(admin.patch("/defects/batch", json=body), 422, "validation_error", wrong)
    assert kept(world) == before


def test_a_batch_deletes(admin: Any) -> None:
    gone, also_gone, stays = file(admin), file(admin), file(admin)
    ids = {"defect_ids": [gone["id"], also_gone["id"]]}
    answer = admin.delete_with("/defects/batch", json=ids)
    assert (answer.status_code, answer.json()) == (200, {"success": True, "deleted_count": 2})
    assert admin.get("/defects").json()["defects"] == [stays]
    refused(admin.get(f"/defects/{gone['id']}"), 404, "not_found")
    refused(admin.delete_with("/defects/batch", json=ids), 404, "not_found")


def test_a_batch_holds_500(admin: Any) -> None:
    ids = [file(admin)["id"] for _ in range(3)]
    answer = admin.patch("/defects/batch", json={"defect_ids": (ids * 167)[:500], "type": "TASK"})
    assert answer.json() == {"success": True, "updated_count": 3}


@pytest.mark.parametrize("body", [{}, {"defect_ids": []}, {"defect_ids": [NOWHERE] * 501}])
def test_an_invalid_batch_delete_deletes_nothing(world: Any, admin: Any, body: Any) -> None:
    file(admin)
    before = kept(world)
    refused(admin.delete_with("/defects/batch", json=body), 422, "validation_error", "defect_ids")
    assert kept(world) == before
