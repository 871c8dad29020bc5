"""Comparing a snapshot with another one, and with what the sandbox holds now."""

from __future__ import annotations

import pytest

NOTHING = {"added": 0, "removed": 0, "changed": 0}


@pytest.fixture
def workspace(own) -> str:
    found = own.get("/state/workspaces", params={"field": "name", "value": "Acme QA"}).json()
    return found["objects"][0]["id"]


@pytest.fixture
def variable(own, workspace):
    """Makes a variable."""

    def make(name, **fields):
        body = {"name": name, "value": "1", "_workspace_id": workspace, **fields}
        answer = own.post("/state/variables", json=body)
        assert answer.status_code == 201
        return answer.json()

    return make


@pytest.fixture
def recording(own):
    """Makes a recording, whose data may be anything."""
    case = own.get("/state/test_cases", params={"limit": 1}).json()["objects"][0]

    def make(data):
        body = {"test_case_id": case["id"], "recording_data": data}
        answer = own.post("/state/test_recordings", json=body)
        assert answer.status_code == 201
        return answer.json()

    return make


@pytest.fixture
def put(own):
    def put(collection, body):
        answer = own.put(f"/state/{collection}/{body['id']}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return put


@pytest.fixture
def compare(own):
    def compare(name, **params):
        answer = own.get(f"/snapshots/{name}/compare", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return compare


def take(own, name):
    assert own.post("/snapshots", json={"name": name}).status_code == 201


def test_nothing_has_changed(own, compare):
    take(own, "start")
    assert compare("start") == {"from": "start", "to": None, "counts": NOTHING, "collections": []}


def test_objects_are_added_removed_and_changed(own, compare, variable, put):
    gone, changed, same = variable("gone"), variable("changed"), variable("same")
    take(own, "start")
    own.delete(f"/state/variables/{gone['id']}")
    after = put("variables", {**changed, "value": "2"})
    put("variables", same)
    added = variable("added")
    assert compare("start") == {
        "from": "start",
        "to": None,
        "counts": {"added": 1, "removed": 1, "changed": 1},
        "collections": [
            {
                "collection": "variables",
                "counts": {"added": 1, "removed": 1, "changed": 1},
                "added": [added],
                "removed": [gone],
                "changed": [
                    {
                        "id": after["id"],
                        "title": "changed",
                        "fields": [{"field": "value", "before": "1", "after": "2"}],
                    }
                ],
            }
        ],
    }


def test_what_the_api_does_shows(own, compare, world):
    client = world.client()
    take(own, "start")
    client.post("/defects", json={"title": "One"})
    found = compare("start")["collections"]
    assert [(one["collection"], one["counts"]["added"]) for one in found] == [("defects", 1)]


def test_another_snapshot_is_compared_with(own, compare, variable):
    take(own, "start")
    first = variable("first")
    take(own, "later")
    variable("second")
    forth, back = compare("start", to="later"), compare("later", to="start")
    assert (forth["from"], forth["to"]) == ("start", "later")
    assert forth["collections"][0]["added"] == [first] == back["collections"][0]["removed"]
    assert forth["counts"] == {**NOTHING, "added": 1}
    assert back["counts"] == {**NOTHING, "removed": 1}
    assert compare("later", to="later")["counts"] == NOTHING


def test_collections_come_in_the_contract_s_order(own, compare, variable, recording, world):
    take(own, "start")
    variable("x")
    recording(1)
    found = [one["collection"] for one in compare("start")["collections"]]
    assert found == ["test_recordings", "variables"]


class TestLimit:
    def test_bounds_the_objects_but_not_the_counts(self, own, compare, variable, put, recording):
        variables = [variable(f"old_{number}") for number in range(3)]
        take(own, "start")
        for one in variables[1:]:
            put("variables", {**one, "value": "2"})
        own.delete(f"/state/variables/{variables[0]['id']}")
        recording(1)
        variable("new_1")
        for limit in range(6):
            found = compare("start", limit=limit)
            assert found["counts"] == {"added": 2, "removed": 1, "changed": 2}
            assert [one["counts"] for one in found["collections"]] == [
                {"added": 1, "removed": 0, "changed": 0},
                {"added": 1, "removed": 1, "changed": 2},
            ]
            listed = [
                len(one[kind])
                for one in found["collections"]
                for kind in ("added", "removed", "changed")
            ]
            assert sum(listed) == min(limit, 5)

    def test_is_a_thousand_at_most(self, own):
        take(own, "start")
        answer = own.get("/snapshots/start/compare", params={"limit": 1001})
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_parameter")


class TestFields:
    @pytest.mark.parametrize(
        ("before", "after", "fields"),
        [
            ({"a": 1}, {"a": 2}, [{"field": ".a", "before": 1, "after": 2}]),
            ({"a": 1}, {"b": 1}, [{"field": ".a", "before": 1}, {"field": ".b", "after": 1}]),
            ({"a": None}, {}, [{"field": ".a", "before": None}]),
            ({"a": True}, {"a": 1}, [{"field": ".a", "before": True, "after": 1}]),
            ({"a": 1}, {"a": 1.0}, [{"field": ".a", "before": 1, "after": 1.0}]),
            ({"a": {"b": [1]}}, {"a": {"b": 1}}, [{"field": ".a.b", "before": [1], "after": 1}]),
            ([1, 2], [1, 3], [{"field": ".1", "before": 2, "after": 3}]),
            ([1, {"a": 1}], [1, {"a": 2}], [{"field": ".1.a", "before": 1, "after": 2}]),
            ([1, 2], [2], [{"field": "", "before": [1, 2], "after": [2]}]),
            ({}, [], [{"field": "", "before": {}, "after": []}]),
            ({"a": 1, "b": 2}, {"b": 2, "a": 1}, None),
        ],
    )
    def test_are_told_as_deep_as_they_differ(
        self, own, compare, recording, put, before, after, fields
    ):
        made = recording(before)
        take(own, "start")
        put("test_recordings", {**made, "recording_data": after})
        found = compare("start")
        if fields is None:
            assert found["counts"] == NOTHING
            return
        (changed,) = found["collections"][0]["changed"]
        assert (changed["id"], changed["title"]) == (made["id"], None)
        assert changed["fields"] == [
            {**one, "field": f"recording_data{one['field']}"} for one in fields
        ]

    def test_that_are_very_many_are_told_as_one(self, own, compare, recording, put):
        data = {str(number): 1 for number in range(1001)}
        made = recording({**data, "0": 0, "same": 1})
        take(own, "start")
        put("test_recordings", {**made, "recording_data": {**data, "1": 2, "same": 1}})
        assert len(compare("start")["collections"][0]["changed"][0]["fields"]) == 2
        other = dict.fromkeys(data, 3)
        put("test_recordings", {**made, "recording_data": other})
        (field,) = compare("start")["collections"][0]["changed"][0]["fields"]
        assert (field["field"], field["after"]) == ("recording_data", other)

    def test_with_very_long_names_are_told_by_their_beginning(self, own, compare, recording, put):
        made = recording({"x" * 2000: 1})
        take(own, "start")
        put("test_recordings", {**made, "recording_data": {"x" * 2000: 2}})
        (field,) = compare("start")["collections"][0]["changed"][0]["fields"]
        assert field["field"] == "recording_data"


class TestSecrets:
    def test_are_told_to_have_changed_and_nothing_else(self, own, compare, variable, put, world):
        closed = variable("closed", is_encrypted=True)
        opened = variable("opened")
        take(own, "start")
        put("variables", {**closed, "_secret": "n3w"})
        put("variables", {**opened, "_secret": "n3w", "is_encrypted": True, "value": None})
        first, second = compare("start")["collections"][0]["changed"]
        assert first["fields"] == [{"field": "_secret", "before": "***", "after": "***"}]
        assert second["fields"][-1] == {"field": "_secret", "before": None, "after": "***"}
        stored = {record["_secret"] for record in world.sandbox.store["variables"]}
        text = own.get("/snapshots/start/compare").text
        assert not any(secret in text for secret in stored if secret)

    def test_of_objects_that_are_listed_are_hidden(self, own, compare, variable):
        gone = variable("gone", is_encrypted=True)
        take(own, "start")
        own.delete(f"/state/variables/{gone['id']}")
        variable("new", is_encrypted=True)
        (found,) = compare("start")["collections"]
        assert [one["_secret"] for one in (*found["added"], *found["removed"])] == ["***", "***"]
