"""What rules ask of answers: whether they give back what was sent, lead on, and please a second
judge.
"""

from __future__ import annotations

from types import SimpleNamespace

import orjson
import pytest

from understudy import contract as contracts
from understudy.verify.exchange import Exchange
from understudy.verify.likeness import is_given_back
from understudy.verify.links import NoSuchValue, links_of
from understudy.verify.second import second_judge

ID = "0b6e6f0a-3a49-4c9e-8d2a-5f3b1c7d9e01"
ME = {
    "user_id": ID, "id": ID, "email": "admin@acme.test", "username": "admin",
    "is_active": True, "is_paid": True,
}  # fmt: skip
JSON = "application/json"


@pytest.fixture(scope="module")
def contract():
    return contracts.load("testr")


@pytest.mark.parametrize(
    ("sent", "got"),
    [
        (1, 1.0),
        ("2026-01-25T10:00:00.123999+01:00", "2026-01-25T09:00:00.123Z"),
        (ID.upper(), ID),
        ({"a": [1, {"b": None}]}, {"a": [1, {"b": None, "more": 2}], "more": 1}),
        ([], []),
    ],
)
def test_what_counts_as_given_back(sent, got):
    assert is_given_back(sent, got)


@pytest.mark.parametrize(
    ("sent", "got"),
    [
        (1, True),
        (0, False),
        ("a", "A"),
        ("2026-01-25T10:00:00Z", "2026-01-25T09:00:00Z"),
        ("2026-99-99T10:00:00Z", "2026-99-99T10:00:00z"),
        ([1, 2], [2, 1]),
        ([1], [1, 1]),
        ({"a": 1}, {}),
        (None, 0),
    ],
)
def test_what_does_not(sent, got):
    assert not is_given_back(sent, got)


def exchange(status=200, body=ME, media=JSON):
    return Exchange(
        operation="auth.me", method="GET", url="http://127.0.0.1/api/v1/auth/me", path="/auth/me",
        request_headers={}, request_content=b"", at="", status=status,
        response_headers={"Content-Type": media},
        response_content=body if isinstance(body, bytes) else orjson.dumps(body),
    )  # fmt: skip


@pytest.mark.parametrize("body", [ME, {**ME, "more": 1}])
def test_the_second_judge_passes_what_is_documented(contract, body):
    assert second_judge(contract).problems(exchange(body=body)) == []


@pytest.mark.parametrize(
    "found",
    [
        exchange(body={**ME, "is_paid": "yes"}),
        exchange(body={**ME, "id": "none"}),
        exchange(body={}),
        exchange(status=202),
        exchange(media="text/html"),
        exchange(body=b"\xe4"),
    ],
    ids=["type", "format", "missing", "status", "media", "no UTF-8"],
)
def test_and_nothing_else(contract, found):
    assert second_judge(contract).problems(found)


def links(contract, operation_id):
    found = {one.operation_id: one for one in contract.operations}
    return {one.target.operation_id: one for one in links_of(contract, found[operation_id])}


def answer(body, request=None):
    sent = SimpleNamespace(request_content=orjson.dumps(request))
    return SimpleNamespace(body=body, exchange=sent)


def test_a_link_takes_its_values_from_the_answer(contract):
    found = links(contract, "test_plans.create_plan")
    made = answer({"id": ID})
    assert found["test_plans.get_plan"].follow({}, made) == {"query": {}, "plan_id": ID}
    assert found["test_runs.list_runs"].follow({}, made) == {"query": {"test_plan_id": ID}}
    assert found["test_plans.create_folder"].follow({}, made)["body"]["test_plan_id"] == ID


def test_a_link_takes_its_values_from_the_request(contract):
    found = links(contract, "test_runs.add_items")["test_runs.list_items"]
    assert found.follow({"run_id": ID}, answer({}))["run_id"] == ID
    found = links(contract, "defects.update_defects")["defects.get_defect"]
    assert found.follow({}, answer({}, {"defect_ids": [ID]}))["defect_id"] == ID


def test_a_link_without_its_value_says_so(contract):
    found = links(contract, "test_plans.list_plans")["test_plans.get_plan"]
    with pytest.raises(NoSuchValue, match="test_plans/0/id"):
        found.follow({}, answer({"test_plans": []}))
