"""Looking at what a sandbox holds: collections, lists, single objects."""

from __future__ import annotations

import pytest

ADMIN = "admin@acme.test"


@pytest.fixture
def workspace(own) -> str:
    """The id of a team's workspace."""
    found = own.get("/state/workspaces", params={"field": "name", "value": "Acme QA"}).json()
    assert found["total"] == 1
    return found["objects"][0]["id"]


@pytest.fixture
def numbered(own, workspace) -> list[dict]:
    """Three defects, oldest first."""
    given = [
        {"title": "banana", "status": "OPEN", "tags": ["ui", "db"], "owner": "ann"},
        {"title": "Apple", "status": "CLOSED", "tags": ["ui"]},
        {"title": "cherry crash", "status": "OPEN", "is_auto_generated": True},
    ]
    answers = [
        own.post("/state/defects", json={**fields, "_workspace_id": workspace}) for fields in given
    ]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    return [answer.json() for answer in answers]


def titles(own, **params) -> list[str]:
    answer = own.get("/state/defects", params=params)
    assert answer.status_code == 200, answer.text
    assert answer.json()["total"] == len(answer.json()["objects"])
    return [one["title"] for one in answer.json()["objects"]]


class TestCollections:
    def test_are_those_of_the_contract(self, own, world):
        listed = own.get("/state").json()["collections"]
        counts = {one["name"]: one["count"] for one in listed}
        assert list(counts) == list(world.server.app.contract.collections)
        assert counts["users"] == len(world.sandbox.store["users"]) > 0
        assert counts["sessions"] == 0

    def test_tell_their_fields_references_and_secrets(self, own):
        listed = {one["name"]: one for one in own.get("/state").json()["collections"]}
        assert listed["memberships"] == {
            "name": "memberships",
            "description": None,
            "count": 8,
            "fields": ["id", "user_id", "workspace_id", "role", "created_at"],
            "references": {"user_id": "users", "workspace_id": "workspaces"},
            "secrets": [],
        }
        assert listed["users"]["secrets"] == ["_password_hash"]
        assert listed["defects"]["references"]["test_context.test_case_id"] == "test_cases"
        assert listed["defects"]["description"]

    def test_what_the_server_keeps_for_itself_is_none(self, own, numbered):
        assert own.get("/state/_counters").json()["error"] == "no_such_collection"


class TestUnknown:
    def test_sandbox(self, control):
        answer = control.get("/sandboxes/nobodys/state")
        assert (answer.status_code, answer.json()["error"]) == (404, "no_such_sandbox")
        assert control.get("/sandboxes/nobodys/state/users").status_code == 404

    def test_collection_is_told_with_what_was_meant(self, own):
        answer = own.get("/state/user")
        assert answer.status_code == 404
        assert answer.json() == {
            "error": "no_such_collection",
            "message": "There is no collection 'user'; did you mean 'users'?",
        }

    @pytest.mark.parametrize("method", ["GET", "DELETE"])
    def test_object(self, own, method):
        answer = own.request(method, "/state/users/0b6e6f0a-3a49-4c9e-8d2a-5f3b1c7d9e01")
        assert answer.status_code == 404
        assert answer.json() == {
            "error": "no_such_object",
            "message": "There is no object with this id in users.",
        }


class TestList:
    def test_is_oldest_first(self, own, numbered):
        assert titles(own) == ["banana", "Apple", "cherry crash"]

    def test_comes_in_pages(self, own, numbered):
        page = own.get("/state/defects", params={"limit": 1, "offset": 1}).json()
        assert page == {"objects": [numbered[1]], "total": 3}
        assert own.get("/state/defects", params={"offset": 3}).json()["objects"] == []

    def test_is_of_all_workspaces(self, own, numbered):
        all_workspaces = own.get("/state/workspaces").json()["objects"]
        others = [each["id"] for each in all_workspaces if each["name"] != "Acme QA"]
        own.post("/state/defects", json={"title": "elsewhere", "_workspace_id": others[0]})
        assert titles(own) == ["banana", "Apple", "cherry crash", "elsewhere"]
        assert titles(own, order="-title") == ["elsewhere", "cherry crash", "banana", "Apple"]

    @pytest.mark.parametrize(
        ("order", "expected"),
        [
            ("title", ["Apple", "banana", "cherry crash"]),
            ("-title", ["cherry crash", "banana", "Apple"]),
            ("status", ["banana", "cherry crash", "Apple"]),
            ("-_number", ["cherry crash", "Apple", "banana"]),
        ],
    )
    def test_is_ordered_by_any_field(self, own, numbered, order, expected):
        assert titles(own, order=order) == expected

    @pytest.mark.parametrize(
        ("params", "expected"),
        [
            ({"field": "status", "value": "OPEN"}, ["banana", "cherry crash"]),
            ({"field": "_number", "value": "2"}, ["Apple"]),
            ({"field": "is_auto_generated", "value": "true"}, ["cherry crash"]),
            ({"field": "tags", "value": "db"}, ["banana"]),
            ({"field": "owner"}, ["Apple", "cherry crash"]),
            ({"field": "owner", "value": ""}, []),
            ({"field": "owner", "value": "ann", "search": "crash"}, []),
            ({"search": "CRASH"}, ["cherry crash"]),
            ({"search": "def-00"}, ["banana", "Apple", "cherry crash"]),
            ({"search": ""}, ["banana", "Apple", "cherry crash"]),
        ],
    )
    def test_is_of_those_asked_for(self, own, numbered, params, expected):
        assert titles(own, **params) == expected

    def test_finds_an_object_by_a_part_of_its_id(self, own, numbered):
        assert titles(own, search=numbered[1]["id"][5:30]) == ["Apple"]

    @pytest.mark.parametrize(
        ("params", "details"),
        [
            (
                {"field": "stat", "value": "x", "order": "-nothing"},
                {
                    "field": ["is no field of defects; did you mean 'status'?"],
                    "order": [
                        "is no field of defects; there are: id, defect_number, title, summary, "
                        "description, type, severity, priority, status, tags, owner, folder_id, …"
                    ],
                },
            ),
            ({"value": "x"}, {"field": ["is required where a value is given"]}),
            ({"field": "_number", "value": "two"}, {"value": ["must be an integer"]}),
            ({"field": "_number", "value": "true"}, {"value": ["must be an integer"]}),
            ({"field": "_number", "value": "[" * 900}, {"value": ["must be an integer"]}),
            (
                {"field": "is_auto_generated", "value": "1"},
                {"value": ["must be true or false"]},
            ),
            (
                {"field": "test_context", "value": "x"},
                {"value": ["cannot be met: the field is an object"]},
            ),
        ],
    )
    def test_refuses_what_makes_no_sense(self, own, params, details):
        answer = own.get("/state/defects", params=params)
        assert answer.status_code == 400
        assert answer.json()["error"] == "invalid_parameter"
        assert answer.json()["details"] == details


class TestSecrets:
    def test_are_not_shown(self, own, world):
        user = own.get("/state/users", params={"field": "email", "value": ADMIN}).json()
        user_id = user["objects"][0]["id"]
        stored = world.sandbox.store["users"].get(user_id)
        assert user["objects"] == [{**stored, "_password_hash": "***"}]
        assert own.get(f"/state/users/{user_id}").json() == user["objects"][0]
        assert stored["_password_hash"] != "***"

    def test_that_are_null_are_null(self, own, workspace):
        fields = {"name": "open", "value": "1", "_workspace_id": workspace}
        assert own.post("/state/variables", json=fields).json()["_secret"] is None
        fields |= {"name": "closed", "is_encrypted": True}
        assert own.post("/state/variables", json=fields).json()["_secret"] == "***"

    def test_cannot_be_found_out_by_asking(self, own):
        for params in ({"field": "_password_hash", "value": "x"}, {"order": "_password_hash"}):
            answer = own.get("/state/users", params=params)
            assert answer.status_code == 400
            assert [*answer.json()["details"].values()] == [["is a secret"]]
        assert own.get("/state/users", params={"search": "scrypt$"}).json()["total"] == 0
