"""Creating objects as scenarios do; nothing changes if one is refused."""

from __future__ import annotations

import pytest

NEW_ID = "0b6e6f0a-3a49-4c9e-8d2a-5f3b1c7d9e01"


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


class TestCreate:
    def test_computes_what_is_left_out(self, own, world):
        body = {"email": "New.Person@acme.test", "password": "Passw0rd!"}
        answer = own.post("/state/users", json=body)
        assert answer.status_code == 201
        made = answer.json()
        assert made == {
            "id": made["id"],
            "email": "new.person@acme.test",
            "username": "new.person",
            "is_active": True,
            "must_change_password": False,
            "organization_name": None,
            "created_at": world.clock.now(),
            "_password_hash": "***",
        }
        assert own.get(f"/state/users/{made['id']}").json() == made
        assert world.login("new.person@acme.test")

    def test_takes_any_stored_field(self, own, workspace):
        fields = {
            "id": NEW_ID,
            "title": "Old one",
            "status": "CLOSED",
            "defect_number": "DEF-041",
            "created_at": "2020-02-29T12:00:00+02:00",
            "_workspace_id": workspace,
        }
        made = own.post("/state/defects", json=fields).json()
        assert made == {**made, **fields, "created_at": "2020-02-29T10:00:00.000Z"}
        fields = {"title": "Next", "_workspace_id": workspace}
        assert own.post("/state/defects", json=fields).json()["defect_number"] == "DEF-042"

    def test_names_every_field_at_fault(self, own, workspace):
        body = {"title": "", "status": "GONE", "colour": "red", "_workspace_id": workspace}
        refused(
            own.post("/state/defects", json=body),
            title="must not be empty",
            status="must be one of OPEN, IN_PROGRESS, RESOLVED, CLOSED, DEFERRED",
            colour="is not a known field",
        )

    @pytest.mark.parametrize(
        ("collection", "body", "missing"),
        [
            ("users", {"email": "x@acme.test"}, "password"),
            ("users", {"password": "x"}, "email"),
            ("user_settings", {}, "user_id"),
            ("test_runs", {"run_name": "x"}, "test_plan_id"),
        ],
    )
    def test_tells_what_is_needed(self, own, collection, body, missing):
        answer = own.post(f"/state/{collection}", json=body)
        refused(answer, **{missing: "is required to make one"})

    @pytest.mark.parametrize(
        ("collection", "body", "other"),
        [
            ("defects", {"title": "x"}, "folder_id"),
            ("defect_folders", {"name": "x"}, "parent_id"),
            ("test_run_folders", {"name": "x"}, "parent_folder_id"),
        ],
    )
    def test_tells_either_way_to_give_what_is_needed(self, own, collection, body, other):
        answer = own.post(f"/state/{collection}", json=body)
        refused(answer, _workspace_id=f"is required to make one (or {other})")

    def test_names_the_field_that_is_meant(self, own, workspace):
        body = {"title": "x", "workspace_id": workspace, "serverity": "HIGH", "xyz": 1}
        refused(
            own.post("/state/defects", json=body),
            workspace_id="is not a known field; is _workspace_id meant?",
            serverity="is not a known field; is severity meant?",
            xyz="is not a known field",
        )
        made = own.post("/state/defects", json={"title": "x", "_workspace_id": workspace}).json()
        whole = {**made, "titel": "y"}
        refused(
            own.put(f"/state/defects/{made['id']}", json=whole),
            titel="is not a known field; is title meant?",
        )

    def test_tells_that_a_secret_is_needed(self, own, user):
        body = {"user_id": user["id"], "credential_type": "ai_api_key", "_encrypted_value": "***"}
        answer = own.post("/state/user_credentials", json=body)
        refused(answer, _encrypted_value="is required to make one")

    def test_refuses_the_id_of_another(self, own, user):
        body = {"id": user["id"], "email": "x@acme.test", "password": "Passw0rd!"}
        answer = own.post("/state/users", json=body)
        assert (answer.status_code, answer.json()["error"]) == (409, "object_exists")

    def test_passes_the_api_s_refusals_on(self, own, user):
        body = {"email": user["email"], "password": "Passw0rd!"}
        answer = own.post("/state/users", json=body)
        assert answer.status_code == 409
        assert answer.json() == {
            "error": "email_taken",
            "message": "An account with this e-mail exists already.",
        }
        body = {"email": "x@acme.test", "password": "Passw0rd!", "must_change_password": True}
        refused(
            own.post("/state/users", json=body),
            organization_name="is required where must_change_password is true",
        )

    def test_refuses_what_would_not_be_whole(self, own, workspace):
        answer = own.post("/state/suite_runs", json={"_workspace_id": workspace})
        refused(answer, suite_name="is required", status="is required")

    def test_tells_when_a_factory_fails(self, own, workspace, caplog):
        body = {"name": "x", "_workspace_id": workspace, "is_encrypted": True, "value": None}
        answer = own.post("/state/variables", json=body)
        assert (answer.status_code, answer.json()["error"]) == (409, "cannot_be_made")
        assert answer.json()["message"].startswith(
            "rules.variables.create_variable makes no object of these fields: AttributeError: "
        )
        assert "Traceback" in caplog.text
