"""Deleting objects, and what refers to them."""

from __future__ import annotations

import ssl

import httpx
import pytest

# The server speaks plain HTTP; httpx would load all root certificates for every client.
PLAIN_HTTP = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@pytest.fixture
def own_default(control):
    """Paths below a sandbox with the default scenario."""
    name = control.post("/sandboxes", json={"scenario": "default"}).json()["name"]
    with httpx.Client(
        base_url=f"{control.base_url}sandboxes/{name}", timeout=30, verify=PLAIN_HTTP
    ) as client:
        yield client
    control.delete(f"/sandboxes/{name}")


@pytest.fixture
def store(server, own_default):
    name = own_default.base_url.path.strip("/").rpartition("/")[2]
    return server.sandboxes.get(name).store


def ids(store, collection, **where) -> set[str]:
    return {record["id"] for record in store[collection].select(where).items}


def delete(client, collection, object_id, **params):
    answer = client.delete(f"/state/{collection}/{object_id}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


class TestAlone:
    def test_an_object_goes(self, own_default, store):
        (gone,) = [*ids(store, "integrations")][:1]
        assert delete(own_default, "integrations", gone) == {
            "removed": {"integrations": 1},
            "changed": {},
        }
        assert own_default.get(f"/state/integrations/{gone}").status_code == 404
        assert own_default.delete(f"/state/integrations/{gone}").status_code == 404

    def test_not_while_others_refer_to_it(self, own_default, store):
        user = store["users"].first({"email": "member@acme.test"})
        before = store.dump()
        answer = own_default.delete(f"/state/users/{user['id']}")
        assert (answer.status_code, answer.json()["error"]) == (409, "still_referenced")
        memberships = len(ids(store, "memberships", user_id=user["id"]))
        assert answer.json()["details"]["memberships"] == [f"{memberships} refers to it by user_id"]
        assert store.dump() == before
        assert (
            own_default.delete(f"/state/users/{user['id']}", params={"cascade": "false"}).json()
            == answer.json()
        )

    def test_all_of_them_are_counted(self, own_default, store):
        run = max(
            store["test_runs"],
            key=lambda run: len(ids(store, "test_run_items", test_run_id=run["id"])),
        )
        items = len(ids(store, "test_run_items", test_run_id=run["id"]))
        answer = own_default.delete(f"/state/test_runs/{run['id']}")
        assert items > 1
        assert answer.json()["details"]["test_run_items"] == [f"{items} refer to it by test_run_id"]

    def test_an_object_that_refers_to_itself_alone_goes(self, own_default, store):
        folder = next(each for each in store["defect_folders"])
        made = {**folder, "id": "0b6e6f0a-3a49-4c9e-8d2a-5f3b1c7d9e01"}
        with store.transaction():
            store["defect_folders"].insert({**made, "parent_id": made["id"]})
        assert delete(own_default, "defect_folders", made["id"])["removed"] == {"defect_folders": 1}


class TestCascade:
    def test_takes_what_cannot_be_without_it(self, own_default, store):
        run = next(
            run for run in store["test_runs"] if ids(store, "test_run_items", test_run_id=run["id"])
        )
        plan = store["test_plans"].get(run["test_plan_id"])
        cases = ids(store, "test_cases", test_plan_id=plan["id"])
        runs = ids(store, "test_runs", test_plan_id=plan["id"])
        items = {
            item["id"]
            for item in store["test_run_items"]
            if item["test_run_id"] in runs or item["test_case_id"] in cases
        }
        assert cases
        assert items
        before = {name: len(store[name]) for name in store}
        done = delete(own_default, "test_plans", plan["id"], cascade=True)
        after = {name: len(store[name]) for name in store}
        assert done["removed"] == {
            name: before[name] - after[name] for name in before if before[name] > after[name]
        }
        assert done["removed"]["test_plans"] == 1
        assert done["removed"]["test_cases"] == len(cases)
        assert done["removed"]["test_run_items"] == len(items)
        assert not ids(store, "test_cases", test_plan_id=plan["id"])

    def test_leaves_null_where_that_may_be(self, own_default, store):
        defect = next(each for each in store["defects"] if each["folder_id"])
        filed = ids(store, "defects", folder_id=defect["folder_id"])
        done = delete(own_default, "defect_folders", defect["folder_id"], cascade=True)
        assert done["changed"]["defects"] == len(filed)
        assert {store["defects"].get(each)["folder_id"] for each in filed} == {None}
        assert store["defects"].get(defect["id"]) == {**defect, "folder_id": None}

    def test_reaches_inside(self, own_default, store):
        defect = next(
            each
            for each in store["defects"]
            if each["test_context"] and each["test_context"]["test_case_id"] in store["test_cases"]
        )
        case_id = defect["test_context"]["test_case_id"]
        delete(own_default, "test_cases", case_id, cascade=True)
        left = store["defects"].get(defect["id"])["test_context"]
        assert left == {**defect["test_context"], "test_case_id": None}

    def test_takes_ids_out_of_lists(self, own_default, store):
        schedule = next(each for each in store["schedules"] if len(each["test_case_ids"]) > 1)
        gone, *left = schedule["test_case_ids"]
        done = delete(own_default, "test_cases", gone, cascade=True)
        assert done["changed"]["schedules"] >= 1
        assert store["schedules"].get(schedule["id"])["test_case_ids"] == left

    def test_takes_a_whole_tree_apart(self, own_default, store):
        child = next(each for each in store["test_plan_folders"] if each["parent_folder_id"])
        done = delete(own_default, "test_plan_folders", child["parent_folder_id"], cascade=True)
        assert done["removed"] == {"test_plan_folders": 1}
        assert store["test_plan_folders"].get(child["id"])["parent_folder_id"] is None

    def test_leaves_nothing_that_refers_to_what_is_gone(self, own_default, store, server):
        workspace = store["workspaces"].first({"name": "Acme QA"})
        done = delete(own_default, "workspaces", workspace["id"], cascade=True)
        assert len(done["removed"]) > 10
        for kind in server.app.kinds.values():
            for record in store[kind.name]:
                assert kind.stored.is_valid(record)
                for reference in kind.references:
                    for place, held in reference.held(record):
                        assert held in store[reference.target], (kind.name, place)

    def test_is_one_change(self, own_default, store, monkeypatch):
        """If it cannot be kept, nothing has happened."""
        plan = next(iter(store["test_plans"]))
        before = store.dump()

        def refuse(*_):
            raise OSError("the disk is full")

        monkeypatch.setattr(store.database.storage, "append", refuse)
        answer = own_default.delete(f"/state/test_plans/{plan['id']}", params={"cascade": True})
        assert answer.status_code == 500
        assert store.dump() == before
