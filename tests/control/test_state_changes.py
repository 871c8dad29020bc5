"""Putting objects: checked against the contract, and nothing changes if one is refused."""

from __future__ import annotations

import pytest

NEW_ID = "0b6e6f0a-3a49-4c9e-8d2a-5f3b1c7d9e01"
OTHER_ID = "0b6e6f0a-3a49-4c9e-8d2a-5f3b1c7d9e02"


@pytest.fixture
def one_of(own):
    """The only object of a collection whose field is this."""

    def find(collection, field, value):
        found = own.get(f"/state/{collection}", params={"field": field, "value": value}).json()
        assert found["total"] == 1
        return found["objects"][0]

    return find


@pytest.fixture
def user(one_of) -> dict:
    return one_of("users", "email", "member@acme.test")


@pytest.fixture
def workspace(one_of) -> str:
    return one_of("workspaces", "name", "Acme QA")["id"]


@pytest.fixture
def folder(own, workspace):
    """Makes a folder for defects."""

    def make(name, parent_id=None):
        fields = {"name": name, "parent_id": parent_id, "_workspace_id": workspace}
        answer = own.post("/state/defect_folders", json=fields)
        assert answer.status_code == 201
        return answer.json()

    return make


@pytest.fixture(autouse=True)
def refusals_change_nothing(own, world):
    """Whatever is refused, the store is what it was."""
    send = own.send

    def watched(request, **options):
        before = world.sandbox.store.dump()
        answer = send(request, **options)
        assert answer.status_code < 400 or world.sandbox.store.dump() == before
        return answer

    own.send = watched
    yield
    own.send = send


def refused(answer, **details):
    """The answer is 422 with these details; dots are written as two underscores."""
    assert answer.status_code == 422, answer.text
    assert answer.json()["error"] == "validation_error"
    assert answer.json()["details"] == {
        name.replace("__", "."): [clause] for name, clause in details.items()
    }


class TestPut:
    def test_replaces_the_whole_object(self, own, world, user):
        answer = own.put(f"/state/users/{user['id']}", json={**user, "is_active": False})
        assert (answer.status_code, answer.json()) == (200, {**user, "is_active": False})
        assert own.get(f"/state/users/{user['id']}").json() == answer.json()
        login = {"email": "member@acme.test", "password": "Passw0rd!"}
        assert world.anonymous.post("/auth/login", json=login).status_code == 403

    def test_needs_no_id_in_the_body(self, own, user):
        body = {name: value for name, value in user.items() if name != "id"}
        assert own.put(f"/state/users/{user['id']}", json=body).json() == user

    def test_makes_an_object_with_a_new_id(self, own, workspace):
        body = {"name": "New", "parent_id": None, "_workspace_id": workspace}
        answer = own.put(f"/state/defect_folders/{NEW_ID}", json=body)
        assert answer.status_code == 201
        assert answer.json() == {**body, "id": NEW_ID}
        assert own.put(f"/state/defect_folders/{NEW_ID}", json=body).status_code == 200
        assert own.get("/state/defect_folders").json()["total"] == 1

    def test_names_every_field_at_fault(self, own, user):
        body = {**user, "id": NEW_ID, "email": "nobody", "is_active": "yes", "colour": "red"}
        del body["username"]
        refused(
            own.put(f"/state/users/{user['id']}", json=body),
            id="must be the id in the address, or be left out",
            email="must match ^[!-?A-~]+@[!-?A-~]+[.][!-?A-~]+$",
            is_active="must be true or false",
            colour="is not a known field",
            username="is required",
        )

    def test_checks_what_is_inside(self, own, workspace):
        fields = {
            "title": "x",
            "steps": [{"step_number": 1, "description": "Click"}],
            "_workspace_id": workspace,
        }
        defect = own.post("/state/defects", json=fields).json()
        step = {**defect["steps"][0], "step_number": 0, "colour": 1}
        answer = own.put(
            f"/state/defects/{defect['id']}",
            json={**defect, "steps": [defect["steps"][0], step]},
        )
        refused(
            answer,
            steps__1__step_number="must be at least 1",
            steps__1__colour="is not a known field",
        )

    def test_wants_the_server_s_own_fields_too(self, own, workspace):
        answer = own.put(f"/state/defect_folders/{NEW_ID}", json={"name": "x", "parent_id": None})
        refused(answer, _workspace_id="is required")
        fields = {"name": "Plan", "_workspace_id": workspace}
        plan = own.post("/state/test_plans", json=fields).json()
        del plan["_workspace_id"]
        refused(own.put(f"/state/test_plans/{plan['id']}", json=plan), _workspace_id="is required")

    def test_wants_an_id_as_the_contract_says(self, own, user):
        body = {name: value for name, value in user.items() if name != "id"}
        refused(
            own.put("/state/users/somebody", json={**body, "_password_hash": "x"}),
            id="must be a UUID",
        )

    def test_wants_an_object(self, own, user):
        for body, said in (("[]", "must be an object"), ("null", "must not be null")):
            answer = own.put(f"/state/users/{user['id']}", content=body, headers=JSON)
            refused(answer, body=said)
        refused(own.put(f"/state/users/{user['id']}"), body="is required")
        answer = own.put(f"/state/users/{user['id']}", content="{", headers=JSON)
        assert (answer.status_code, answer.json()["error"]) == (400, "malformed_json")

    def test_stores_times_in_the_written_form(self, own, user):
        body = {**user, "created_at": "2026-01-25t10:30:00.5+01:30"}
        answer = own.put(f"/state/users/{user['id']}", json=body)
        assert answer.json()["created_at"] == "2026-01-25T09:00:00.500Z"

    def test_of_an_unknown_collection(self, own):
        answer = own.put(f"/state/things/{NEW_ID}", json={})
        assert (answer.status_code, answer.json()["error"]) == (404, "no_such_collection")


JSON = {"Content-Type": "application/json"}


class TestReferences:
    def test_must_exist(self, own, workspace):
        body = {"name": "x", "parent_id": NEW_ID, "_workspace_id": OTHER_ID}
        refused(
            own.put(f"/state/defect_folders/{NEW_ID}", json={**body, "parent_id": OTHER_ID}),
            parent_id="is no id of defect_folders",
            _workspace_id="is no id of workspaces",
        )
        refused(
            own.post("/state/defect_folders", json=body),
            parent_id="is no id of defect_folders",
            _workspace_id="is no id of workspaces",
        )

    def test_inside_and_in_lists_must_exist(self, own, workspace, one_of):
        fields = {"title": "x", "test_context": {"test_case_id": NEW_ID, "test_run_id": None}}
        answer = own.post("/state/defects", json={**fields, "_workspace_id": workspace})
        refused(answer, test_context__test_case_id="is no id of test_cases")
        case = own.get("/state/test_cases", params={"limit": 1}).json()["objects"][0]
        fields = {
            "schedule_name": "Nightly",
            "test_plan_id": case["test_plan_id"],
            "test_case_ids": [case["id"], NEW_ID],
            "scheduled_datetime": "2026-02-01T00:00:00Z",
            "repeat_type": "DAILY",
        }
        refused(
            own.post("/state/schedules", json=fields), test_case_ids__1="is no id of test_cases"
        )

    def test_that_were_there_before_may_be_gone(self, own, world, user, workspace):
        fields = {"user_id": user["id"], "credential_type": "ai_api_key", "_encrypted_value": "x"}
        made = own.post("/state/user_credentials", json=fields).json()
        with world.sandbox.store.transaction():
            world.sandbox.store["users"].remove(user["id"])
        address = f"/state/user_credentials/{made['id']}"
        answer = own.put(address, json={**made, "credential_type": "azure_pat"})
        assert answer.status_code == 200
        answer = own.put(address, json={**made, "user_id": NEW_ID})
        refused(answer, user_id="is no id of users")

    def test_of_a_folder_never_lead_back_to_it(self, own, folder):
        top = folder("top")
        middle = folder("middle", top["id"])
        bottom = folder("bottom", middle["id"])
        for parent in (top, middle, bottom):
            answer = own.put(
                f"/state/defect_folders/{top['id']}", json={**top, "parent_id": parent["id"]}
            )
            refused(answer, parent_id="leads back to this object")
        moved = {**bottom, "parent_id": top["id"]}
        assert own.put(f"/state/defect_folders/{bottom['id']}", json=moved).json() == moved


class TestSecrets:
    @pytest.mark.parametrize("leave", ["hidden", "out"])
    def test_that_are_not_sent_stay(self, own, world, user, leave):
        body = dict(user)
        if leave == "out":
            del body["_password_hash"]
        answer = own.put(f"/state/users/{user['id']}", json={**body, "username": "new"})
        assert answer.json() == {**user, "username": "new"}
        assert world.login("member@acme.test")

    def test_that_are_new_are_sent_in_plain_text(self, own, world, user):
        body = {**user, "_password_hash": "N3wPassword"}
        assert own.put(f"/state/users/{user['id']}", json=body).json()["_password_hash"] == "***"
        stored = world.sandbox.store["users"].get(user["id"])["_password_hash"]
        assert stored.startswith("scrypt$")
        assert world.login("member@acme.test", "N3wPassword")
        own.put(f"/state/users/{user['id']}", json={**user, "_password_hash": "Another1"})
        own.put(f"/state/users/{user['id']}", json={**user, "_password_hash": stored})
        assert world.login("member@acme.test", "N3wPassword")

    def test_are_sealed_where_the_contract_says_so(self, own, world, workspace):
        fields = {"name": "token", "value": "first", "is_encrypted": True}
        made = own.post("/state/variables", json={**fields, "_workspace_id": workspace}).json()
        resolve = "/variables/resolve?names=token"
        assert world.client().get(resolve).json()["resolved"] == {"token": "first"}
        own.put(f"/state/variables/{made['id']}", json={**made, "_secret": "second"})
        assert world.client().get(resolve).json()["resolved"] == {"token": "second"}
        assert world.sandbox.store["variables"].get(made["id"])["_secret"] != "second"

    def test_of_a_new_object_cannot_be_left_hidden(self, own, user):
        body = {**user, "id": NEW_ID, "email": "x@acme.test"}
        refused(own.put(f"/state/users/{NEW_ID}", json=body), _password_hash="is required")

    def test_are_texts(self, own, user):
        body = {**user, "_password_hash": 7}
        refused(own.put(f"/state/users/{user['id']}", json=body), _password_hash="must be a string")
