"""The folders that test runs are filed in."""

from __future__ import annotations

from typing import Any

import pytest

UNKNOWN = "00000000-0000-4000-8000-000000000000"
MEMBER, VIEWER = "member@acme.test", "viewer@acme.test"
OTHER, EXPIRED = "admin@other.test", "admin@expired.test"
WRITES = [
    ("/test-run-tree/folders", {"name": "Folder"}),
    ("/test-run-tree/testruns", {"test_run_id": UNKNOWN, "folder_id": None}),
]


def tree(client: Any) -> Any:
    answer = client.get("/test-run-tree")
    assert answer.status_code == 200, answer.text
    return answer.json()


def make_folder(client: Any, name: str, parent_id: str | None = None) -> Any:
    body = {"name": name, "parent_folder_id": parent_id}
    answer = client.post("/test-run-tree/folders", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def make_run(client: Any, name: str = "Run") -> Any:
    plan = client.post("/test-plans", json={"name": "Plan"}).json()
    answer = client.post("/test-runs", json={"run_name": name, "test_plan_id": plan["id"]})
    assert answer.status_code == 201, answer.text
    return answer.json()


def place(client: Any, run_id: str, folder_id: str | None) -> Any:
    body = {"test_run_id": run_id, "folder_id": folder_id}
    return client.post("/test-run-tree/testruns", json=body)


def refused(answer: Any, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["error"]) == (status, code), answer.text


def shown(run: Any, folder_id: str | None) -> Any:
    names = ("id", "run_name", "run_number", "status", "created_at")
    return {**{name: run[name] for name in names}, "folder_id": folder_id}


def test_at_first_the_tree_is_empty(world: Any) -> None:
    assert tree(world.client()) == {"folders": [], "root_test_runs": []}


def test_a_folder_is_created(world: Any) -> None:
    folder = make_folder(world.client(), "Release 4.2")
    assert folder == {
        "id": folder["id"],
        "name": "Release 4.2",
        "parent_folder_id": None,
        "display_order": 0,
        "created_at": "2026-01-26T09:00:00.000Z",
    }
    assert tree(world.client())["folders"] == [
        {
            "id": folder["id"],
            "name": "Release 4.2",
            "parent_folder_id": None,
            "display_order": 0,
            "children": [],
            "test_runs": [],
        }
    ]


def test_the_parent_may_be_left_out(world: Any) -> None:
    answer = world.client().post("/test-run-tree/folders", json={"name": "Release"})
    assert (answer.status_code, answer.json()["parent_folder_id"]) == (201, None)


def test_folders_nest(world: Any) -> None:
    client = world.client()
    top = make_folder(client, "Top")
    middle = make_folder(client, "Middle", top["id"])
    bottom = make_folder(client, "Bottom", middle["id"])
    [shown_top] = tree(client)["folders"]
    [shown_middle] = shown_top["children"]
    [shown_bottom] = shown_middle["children"]
    assert shown_middle["parent_folder_id"] == top["id"]
    assert shown_bottom["id"] == bottom["id"]
    assert shown_bottom["children"] == []


def test_a_folder_is_the_last_of_its_siblings(world: Any) -> None:
    client = world.client()
    top = [make_folder(client, name) for name in ("B", "A", "C")]
    below = [make_folder(client, name, top[0]["id"]) for name in ("Y", "X")]
    assert [folder["display_order"] for folder in top + below] == [0, 1, 2, 0, 1]
    folders = tree(client)["folders"]
    assert [folder["name"] for folder in folders] == ["B", "A", "C"]
    assert [folder["name"] for folder in folders[0]["children"]] == ["Y", "X"]


def test_the_display_order_decides(world: Any) -> None:
    client = world.client()
    first, second = make_folder(client, "First"), make_folder(client, "Second")
    world.sandbox.store["test_run_folders"].change(first["id"], display_order=5)
    assert [folder["id"] for folder in tree(client)["folders"]] == [second["id"], first["id"]]
    assert make_folder(client, "Third")["display_order"] == 6


def test_folders_may_share_a_name(world: Any) -> None:
    names = [make_folder(world.client(), "Same")["name"] for _ in range(2)]
    assert [folder["name"] for folder in tree(world.client())["folders"]] == names


def test_a_folder_goes_down_to_level_50(world: Any) -> None:
    client, parent_id = world.client(), None
    for level in range(1, 51):
        parent_id = make_folder(client, f"Level {level}", parent_id)["id"]
    body = {"name": "Too deep", "parent_folder_id": parent_id}
    answer = client.post("/test-run-tree/folders", json=body)
    refused(answer, 422, "validation_error")
    assert list(answer.json()["details"]) == ["parent_folder_id"]
    assert world.sandbox.store["test_run_folders"].count({}) == 50
    tree(client)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": "x" * 256}, "name"),
        ({"name": None}, "name"),
        ({"name": "Folder", "parent_folder_id": "top"}, "parent_folder_id"),
    ],
)
def test_an_invalid_folder_is_422(world: Any, body: Any, field: str) -> None:
    answer = world.client().post("/test-run-tree/folders", json=body)
    refused(answer, 422, "validation_error")
    assert list(answer.json()["details"]) == [field]
    assert tree(world.client())["folders"] == []


def test_a_parent_must_be_in_the_workspace(world: Any) -> None:
    foreign = make_folder(world.client(OTHER), "Theirs")
    for parent_id in (UNKNOWN, foreign["id"]):
        body = {"name": "Folder", "parent_folder_id": parent_id}
        refused(world.client().post("/test-run-tree/folders", json=body), 404, "not_found")
    assert tree(world.client())["folders"] == []


def test_a_run_is_at_the_root_at_first(world: Any) -> None:
    run = make_run(world.client())
    assert tree(world.client())["root_test_runs"] == [shown(run, None)]


def test_a_run_is_put_into_a_folder(world: Any) -> None:
    client = world.client()
    run, folder = make_run(client), make_folder(client, "Release")
    answer = place(client, run["id"], folder["id"])
    assert answer.status_code == 200
    assert answer.json() == {"test_run_id": run["id"], "folder_id": folder["id"]}
    after = tree(client)
    assert after["root_test_runs"] == []
    assert after["folders"][0]["test_runs"] == [shown(run, folder["id"])]
    assert client.get(f"/test-runs/{run['id']}").json() == run


def test_a_run_is_in_one_folder_at_most(world: Any) -> None:
    client = world.client()
    run = make_run(client)
    folders = [make_folder(client, name) for name in ("One", "Two")]
    for folder in [*folders, folders[1]]:
        assert place(client, run["id"], folder["id"]).status_code == 200
    assert [len(folder["test_runs"]) for folder in tree(client)["folders"]] == [0, 1]
    assert world.sandbox.store["test_run_placements"].count({}) == 1


def test_null_puts_a_run_back_to_the_root(world: Any) -> None:
    client = world.client()
    run, folder = make_run(client), make_folder(client, "Release")
    place(client, run["id"], folder["id"])
    for _ in range(2):
        answer = place(client, run["id"], None)
        assert answer.status_code == 200
        assert answer.json() == {"test_run_id": run["id"], "folder_id": None}
    after = tree(client)
    assert [one["id"] for one in after["root_test_runs"]] == [run["id"]]
    assert after["folders"][0]["test_runs"] == []


def test_runs_come_newest_first(world: Any) -> None:
    client = world.client()
    folder = make_folder(client, "Release")
    for name in ("first", "second", "third"):
        place(client, make_run(client, name)["id"], folder["id"])
        world.clock.advance(minutes=1)
    runs = tree(client)["folders"][0]["test_runs"]
    assert [run["run_name"] for run in runs] == ["third", "second", "first"]


def test_the_tree_follows_the_runs(world: Any) -> None:
    client = world.client()
    run, folder = make_run(client), make_folder(client, "Release")
    place(client, run["id"], folder["id"])
    assert client.post(f"/test-runs/{run['id']}/start", json={}).status_code == 200
    assert tree(client)["folders"][0]["test_runs"][0]["status"] == "RUNNING"
    assert client.delete(f"/test-runs/{run['id']}").status_code == 200
    assert tree(client)["folders"][0]["test_runs"] == []
    assert world.sandbox.store["test_run_placements"].count({}) == 0


def test_what_is_organized_must_be_in_the_workspace(world: Any) -> None:
    client, other = world.client(), world.client(OTHER)
    run, folder = make_run(client), make_folder(client, "Release")
    foreign_run, foreign_folder = make_run(other), make_folder(other, "Theirs")
    for run_id, folder_id in [
        (UNKNOWN, folder["id"]),
        (UNKNOWN, None),
        (foreign_run["id"], folder["id"]),
        (foreign_run["id"], None),
        (run["id"], UNKNOWN),
        (run["id"], foreign_folder["id"]),
    ]:
        refused(place(client, run_id, folder_id), 404, "not_found")
    assert tree(client)["root_test_runs"] == [shown(run, None)]
    assert tree(other)["root_test_runs"] == [shown(foreign_run, None)]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["folder_id", "test_run_id"]),
        ({"test_run_id": UNKNOWN}, ["folder_id"]),
        ({"test_run_id": None, "folder_id": None}, ["test_run_id"]),
        ({"test_run_id": "run", "folder_id": 7}, ["folder_id", "test_run_id"]),
    ],
)
def test_an_invalid_placement_is_422(world: Any, body: Any, fields: list[str]) -> None:
    answer = world.client().post("/test-run-tree/testruns", json=body)
    refused(answer, 422, "validation_error")
    assert sorted(answer.json()["details"]) == fields


def test_a_body_that_is_no_json_is_400(world: Any) -> None:
    for path, _ in WRITES:
        headers = {"Content-Type": "application/json"}
        answer = world.client().post(path, content=b"{", headers=headers)
        refused(answer, 400, "malformed_json")


def test_workspaces_do_not_see_each_others_trees(world: Any) -> None:
    make_folder(world.client(MEMBER), "Ours")
    make_run(world.client(MEMBER))
    assert tree(world.client(OTHER)) == {"folders": [], "root_test_runs": []}
    assert tree(world.client(VIEWER)) == tree(world.client(MEMBER))


@pytest.mark.parametrize(("path", "body"), WRITES)
def test_a_viewer_may_not_write(world: Any, path: str, body: Any) -> None:
    refused(world.client(VIEWER).post(path, json=body), 403, "read_only")
    assert tree(world.client(VIEWER)) == {"folders": [], "root_test_runs": []}


@pytest.mark.parametrize(("path", "body"), WRITES)
def test_writing_needs_a_subscription_and_a_token(world: Any, path: str, body: Any) -> None:
    refused(world.client(EXPIRED).post(path, json=body), 402, "subscription_expired")
    refused(world.anonymous.post(path, json=body), 401, "unauthorized")


def test_reading_needs_a_subscription_and_a_token(world: Any) -> None:
    refused(world.client(EXPIRED).get("/test-run-tree"), 402, "subscription_expired")
    refused(world.anonymous.get("/test-run-tree"), 401, "unauthorized")
