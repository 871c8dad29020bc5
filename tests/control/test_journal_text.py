"""Looking for a text in the exchanges, and exporting the first of them only."""

from __future__ import annotations

import pytest


@pytest.fixture
def visit(world):
    """1 log in, 2 make a defect, 3 look for one, 4 an address with a blank in it."""
    client = world.client()
    client.post("/defects", json={"title": "The log-in crashes", "tags": ["Beta"]})
    client.get("/defects", params={"search": "crashes"})
    client.get("/de fects")


def found(own, text, path="/journal"):
    answer = own.get(path, params={"text": text})
    assert answer.status_code == 200, answer.text
    return [one["sequence"] for one in answer.json()["exchanges"]][::-1]


@pytest.mark.parametrize(
    ("text", "sequences"),
    [
        ("LOG-IN CRASHES", [2, 3]),
        ('"tags":["beta"]', [2, 3]),
        ("search=", [3]),
        ("/de fects", [4]),
        ("%20", [4]),
        ("ADMIN@acme", [1, 2, 3, 4]),
        ("nowhere at all", []),
    ],
)
def test_where_a_text_stands(own, visit, text, sequences):
    assert found(own, text) == sequences


def test_a_secret_is_not_found_out(own, visit, world):
    assert found(own, "Passw0rd!") == []
    assert found(own, world.login("admin@acme.test")["access_token"][:40]) == []


def test_in_a_body_that_asks(own, visit):
    answer = own.post("/journal/verify", json={"match": {"text": "crashes"}, "exactly": 2})
    assert answer.json()["verified"]
    answer = own.post("/journal/verify", json={"match": {"text": "unheard of"}})
    assert "with the text 'unheard of'" in answer.json()["message"]
    assert "nowhere in it is 'unheard of'" in answer.json()["message"]


def test_an_empty_one_is_refused(own):
    assert own.get("/journal", params={"text": ""}).status_code == 400


def test_exports_of_the_first_exchanges(own, visit):
    entries = own.get("/journal/har", params={"since": 1, "limit": 2}).json()["log"]["entries"]
    assert [one["_sequence"] for one in entries] == [2, 3]
    script = own.get("/journal/curl", params={"since": 1, "limit": 1}).text
    assert [line[:5] for line in script.splitlines()] == ["# 1 r", "curl "]
    assert "/api/v1/defects" in script


@pytest.mark.parametrize("limit", ["0", "1001", "many"])
def test_a_limit_that_is_none(own, limit):
    assert own.get("/journal/curl", params={"limit": limit}).status_code == 400


@pytest.mark.parametrize(
    ("bodies", "shown"),
    [("all", [1, 2, 3, 4]), ("errors", [4]), ("none", [])],
)
def test_lists_without_bodies(own, visit, bodies, shown):
    whole = own.get("/journal", params={"order": "oldest"}).json()["exchanges"]
    listed = own.get("/journal", params={"order": "oldest", "bodies": bodies}).json()["exchanges"]
    for one, all_of_it in zip(listed, whole, strict=True):
        answer, known = one.pop("response"), all_of_it.pop("response")
        request, asked = one.pop("request"), all_of_it.pop("request")
        assert one == all_of_it
        assert answer["headers"] == known["headers"]
        assert answer["bytes"] == known["bytes"]
        assert (answer == known) is (one["sequence"] in shown)
        if bodies != "all":
            left_out = "left_out" if request["bytes"] else None
            assert (request["body"], request["omitted"]) == (None, left_out)
            assert request["headers"] == asked["headers"]


def test_bodies_of_no_such_kind(own):
    assert own.get("/journal", params={"bodies": "some"}).status_code == 400
