"""The parts of bundles that need no server: what is shared, what differs, what is put in."""

from __future__ import annotations

import pytest

from understudy.bundles import BundleError, sharing
from understudy.bundles.comparing import MOST, differences
from understudy.bundles.standins import Filled


def exchange(body=None, status=200, headers=None, fault=None):
    return {"status": status, "fault": fault, "response": {"headers": headers or {}, "body": body}}


def told(old, new, slack=0):
    found = differences(exchange(old), exchange(new), slack)
    return [(one.path, one.old, one.new) for one in found]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": True}, [("body.a", 1, True)]),
        ({"a": 1}, {"a": 1.0}, []),
        ({"a": 1}, {"b": 1}, [("body.a", 1, "(absent)"), ("body.b", "(absent)", 1)]),
        ({"a": [1, 2]}, {"a": [1, 3]}, [("body.a[1]", 2, 3)]),
        ({"a": [1, 2]}, {"a": [1]}, [("body.a (items)", 2, 1)]),
        ({"a": {"b": None}}, {"a": {"b": 0}}, [("body.a.b", None, 0)]),
        ("text", None, [("body", "text", None)]),
    ],
)
def test_differences(old, new, expected):
    assert told(old, new) == expected


def test_of_different_statuses_nothing_else_is_told():
    found = differences(exchange({"a": 1}), exchange({"error": "x"}, 404), 0)
    assert [(one.path, one.old, one.new) for one in found] == [("status", 200, 404)]


def test_headers_and_faults_are_compared():
    old = exchange(headers={"retry-after": "1"}, fault={"id": "a", "does": "x"})
    new = exchange(headers={"retry-after": "2"})
    paths = [one.path for one in differences(old, new, 0)]
    assert paths == ["fault", "headers.retry-after"]


@pytest.mark.parametrize(("other", "is_same"), [("00.005Z", True), ("00.006Z", False)])
def test_times_may_be_as_far_apart_as_an_answer_took(other, is_same):
    then, now = "2026-01-26T09:00:00.000Z", f"2026-01-26T09:00:{other}"
    assert (told(then, now, 5) == []) is is_same


def test_no_more_differences_are_told_than_anybody_reads():
    assert len(told([*range(1000)], [*range(1, 1001)])) == MOST


def test_objects_that_did_not_change_are_there_once():
    first = {"a": {"x": {"n": 1}, "y": {"n": 2}, "gone": {"n": 3}}, "b": {"z": {}}, "c": {"q": {}}}
    state = {"a": {"x": {"n": 1}, "y": {"n": True}, "new": {}}, "b": {"z": {}}}
    found = sharing.told_by(state, first)
    assert found == {
        "a": {"order": ["x", "y", "gone"], "objects": {"y": {"n": 2}, "gone": {"n": 3}}},
        "c": {"order": ["q"], "objects": {"q": {}}},
    }
    assert sharing.restored(state, found) == first


def test_a_collection_that_was_empty_at_first_is_empty_again():
    state = {"a": {"x": {}}}
    found = sharing.told_by(state, {})
    assert sharing.restored(state, found) == {}


def test_an_object_that_nobody_has_is_told():
    with pytest.raises(BundleError, match="has not the object 'lost' of a"):
        sharing.restored({}, {"a": {"order": ["lost"], "objects": {}}})


@pytest.fixture
def request_():
    return {
        "sent": "json",
        "shown": {
            "path": "/a/***/b",
            "query": "x=1&token=***",
            "request": {
                "headers": {"authorization": "Bearer ***"},
                "body": {"list": [{"password": "***"}], "plain": "p"},
            },
        },
    }


@pytest.mark.parametrize(
    ("part", "at", "expected"),
    [
        ("header", ["authorization"], {"headers": {"authorization": "Bearer new/1"}}),
        ("path", [2], {"path": "/a/new%2F1/b"}),
        ("query", [1], {"query": "x=1&token=new%2F1"}),
        (
            "body",
            ["list", 0, "password"],
            {"json": {"list": [{"password": "new/1"}], "plain": "p"}},
        ),
    ],
)
def test_a_secret_is_put_in_its_place(request_, part, at, expected):
    filled = Filled(request_)
    filled.put(part, at, "new/1")
    for name, value in expected.items():
        assert getattr(filled, name) == value


@pytest.mark.parametrize(
    ("part", "at"),
    [
        ("header", []),
        ("path", ["x"]),
        ("path", [99]),
        ("query", []),
        ("body", ["list", 7, "password"]),
        ("body", ["plain", "inside"]),
        ("body", [0]),
    ],
)
def test_a_place_that_is_not_there_changes_nothing(request_, part, at):
    filled = Filled(request_)
    before = (dict(filled.headers), filled.path, filled.query, filled.body)
    filled.put(part, at, "new")
    assert (dict(filled.headers), filled.path, filled.query, filled.body) == before
