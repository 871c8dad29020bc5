"""`s.state`: what a sandbox holds."""

from __future__ import annotations

import pytest

import understudy


@pytest.fixture
def defect(s, login):
    made = login(s).post("/defects", json={"title": "It"})
    return made.raise_for_status().json()


def test_collections(s, defect):
    collections = {one.name: one for one in s.state.collections()}
    assert collections["defects"].count == 1
    assert "title" in collections["defects"].fields
    assert collections["users"].secrets


def test_objects_are_listed_page_by_page(s, monkeypatch):
    emails = [one["email"] for one in s.state.list("users")]
    assert "admin@acme.test" in emails
    monkeypatch.setattr("understudy.client.state.PAGE", 2)
    assert [one["email"] for one in s.state.list("users")] == emails
    assert len(emails) > 2


def test_objects_are_found(s):
    (admin,) = s.state.list("users", field="email", value="admin@acme.test")
    assert s.state.list("users", search="ADMIN@ACME")[0] == admin
    ordered = [one["email"] for one in s.state.list("users", order="-email")]
    assert ordered == sorted(ordered, reverse=True)
    assert s.state.list("users", field="is_active", value=True)
    with pytest.raises(understudy.ControlError) as raised:
        s.state.list("users", field="shoe_size", value=43)
    assert raised.value.status == 400


def test_an_object_is_got_changed_and_deleted(s, defect, login):
    found = s.state.get("defects", defect["id"])
    assert found["title"] == "It"
    assert s.state.put("defects", {**found, "title": "Changed"})["title"] == "Changed"
    assert login(s).get(f"/defects/{defect['id']}").json()["title"] == "Changed"
    assert s.state.delete("defects", defect["id"]).removed == {"defects": 1}
    with pytest.raises(understudy.ControlError) as raised:
        s.state.get("defects", defect["id"])
    assert (raised.value.status, raised.value.code) == (404, "no_such_object")


def test_an_object_is_made_of_some_of_its_fields(s, login):
    s.state.create("users", email="new@acme.test", password="Passw0rd!")
    assert login(s, "new@acme.test").get("/auth/me").json()["email"] == "new@acme.test"


def test_what_others_refer_to_goes_only_with_them(s, login):
    (admin,) = s.state.list("users", field="email", value="admin@acme.test")
    login(s)
    with pytest.raises(understudy.ControlError) as raised:
        s.state.delete("users", admin["id"])
    assert (raised.value.status, raised.value.code) == (409, "still_referenced")
    assert "sessions" in str(raised.value)
    assert s.state.delete("users", admin["id"], cascade=True).removed["sessions"] == 1


def test_what_the_contract_refuses_names_the_fields(s, defect):
    found = s.state.get("defects", defect["id"])
    with pytest.raises(understudy.ControlError) as raised:
        s.state.put("defects", {**found, "title": 3, "status": "NEVER"})
    assert {"title", "status"} <= raised.value.details.keys()
    assert s.state.get("defects", defect["id"]) == found
    with pytest.raises(ValueError, match="needs its id"):
        s.state.put("defects", {"title": "Without"})


def test_null_is_a_value(s, defect):
    found = s.state.get("defects", defect["id"])
    nullable = next(name for name, value in found.items() if value is None)
    assert s.state.put("defects", {**found, "title": "Same"})[nullable] is None


def test_snapshots(s, defect, login):
    before = s.state.snapshot("before")
    s.state.put("defects", {**s.state.get("defects", defect["id"]), "title": "Changed"})
    login(s).post("/defects", json={"title": "New"})
    comparison = s.state.compare(before)
    differences = {one.collection: one for one in comparison.collections}
    assert [one["title"] for one in differences["defects"].added] == ["New"]
    (changed,) = differences["defects"].changed
    assert changed.id == defect["id"]
    assert [(one.field, one.before, one.after) for one in changed.fields] == [
        ("title", "It", "Changed")
    ]
    after = s.state.snapshot()
    assert [one.name for one in s.state.snapshots()] == ["before", after.name]
    assert s.state.compare("before", after).collections == comparison.collections

    s.clock.advance("1h")
    assert s.state.restore("before").name == "before"
    assert s.state.get("defects", defect["id"])["title"] == "It"
    assert s.state.compare("before").is_empty
    assert s.clock.now() > before.taken_at
    s.state.restore(before, clock=True)
    assert s.clock.now() == before.taken_at

    s.state.delete_snapshot(after)
    assert [one.name for one in s.state.snapshots()] == ["before"]
    with pytest.raises(understudy.ControlError) as raised:
        s.state.restore(after)
    assert (raised.value.status, raised.value.code) == (404, "no_such_snapshot")


def test_an_export_makes_the_same_state_again(s, defect, server, tmp_path, login):
    file = tmp_path / "exported.yaml"
    file.write_text(s.state.export(), encoding="utf-8")
    with server.sandbox(file, clock=s.clock.now()) as again:
        assert again.state.get("defects", defect["id"]) == s.state.get("defects", defect["id"])
        assert again.show().objects == s.show().objects
