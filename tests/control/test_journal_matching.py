"""Which exchanges a match means, and what is told of those that it does not mean."""

# ruff: noqa: RUF001  (the messages count with a multiplication sign)

from __future__ import annotations

import asyncio
import json

import pytest

from understudy.journal.matching import Match
from understudy.journal.verification import Bounds, verify_count, verify_order


@pytest.fixture
def exchange(note):
    body = {"title": "A crash", "severity": "HIGH", "tags": ["a", "b"], "steps": [{"n": 1, "x": 2}]}
    return note(
        "POST",
        "/api/v1/defects",
        201,
        query="page=2&tag=a&tag=b&flag=true",
        operation="defects.create_defect",
        user="admin@acme.test",
        body=json.dumps(body).encode(),
        warnings=["colour"],
    )


FITTING = [
    {},
    {"operation": "defects.create_defect"},
    {"operation": "defects.*"},
    {"operation": "*"},
    {"operation": "defects.create_defec?"},
    {"method": "POST"},
    {"method": "post"},
    {"path": "/api/v1/defects"},
    {"path": "/defects"},
    {"path": "/api/*"},
    {"path": "*fect[st]"},
    {"user": "admin@acme.test"},
    {"user": "Admin@Acme.test"},
    {"status": 201},
    {"status": "201"},
    {"status": "2xx"},
    {"status": "2XX"},
    {"has_warnings": True},
    {"has_fault": False},
    {"since": 0},
    {"query": {"page": 2}},
    {"query": {"page": "2", "tag": "a"}},
    {"query": {"tag": "b", "flag": True}},
    {"body": {}},
    {"body": {"title": "A crash"}},
    {"body": {"tags": ["a", "b"]}},
    {"body": {"steps": [{"n": 1}]}},
    {"user": None, "status": 201, "body": None},
]
MISSING = [
    ({"operation": "defects.delete_defects"}, "operation is defects.create_defect"),
    ({"operation": "defect.*"}, "operation is defects.create_defect"),
    ({"method": "GET"}, "method is POST"),
    ({"path": "/api/v1/defects/*"}, "path is /api/v1/defects"),
    ({"path": "/v1/defects"}, "path is /api/v1/defects"),
    ({"user": "member@acme.test"}, "user is admin@acme.test"),
    ({"status": 200}, "status is 201"),
    ({"status": "4xx"}, "status is 201"),
    ({"has_warnings": False}, "the contract warns: field 'colour' is not documented"),
    ({"has_fault": True}, "no fault hit it"),
    ({"since": 1}, "it came before #2"),
    ({"query": {"page": 3}}, "query page is '2'"),
    ({"query": {"flag": 1}}, "query flag is 'true'"),
    ({"query": {"sort": "x"}}, "query has no sort"),
    ({"body": {"title": "Another"}}, 'body.title is "A crash"'),
    ({"body": {"owner": None}}, "body has no owner"),
    ({"body": {"tags": ["a"]}}, "body.tags has 2 items, not 1"),
    ({"body": {"tags": ["b", "a"]}}, 'body.tags[0] is "a"; body.tags[1] is "b"'),
    ({"body": {"steps": [{"n": 2}]}}, "body.steps[0].n is 1"),
    ({"body": {"steps": [{"n": True}]}}, "body.steps[0].n is 1"),
    ({"body": {"severity": ["HIGH"]}}, 'body.severity is "HIGH"'),
    ({"body": {"steps": 1}}, 'body.steps is [{"n":1,"x":2}]'),
]  # fmt: skip


@pytest.mark.parametrize("match", FITTING, ids=str)
def test_fits(exchange, match):
    assert Match(match).fits(exchange)
    assert Match(match).misses(exchange) == []


@pytest.mark.parametrize(("match", "told"), MISSING, ids=str)
def test_misses(exchange, match, told):
    assert not Match(match).fits(exchange)
    assert "; ".join(miss.told for miss in Match(match).misses(exchange)) == told


def test_a_secret_is_compared_but_not_told(note):
    exchange = note(operation="auth.login", body=b'{"password": "Passw0rd!"}')
    assert Match({"body": {"password": "Passw0rd!"}}).fits(exchange)
    told = Match({"body": {"password": "hunter2"}}).misses(exchange)
    assert [miss.told for miss in told] == ["body.password is another one"]
    exchange = note(query="token=abc", operation="defects.list_defects")
    told = Match({"query": {"token": "x"}}).misses(exchange)
    assert [miss.told for miss in told] == ["query token is '***'"]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "there is no body"),
        ({"body": b"x" * 100_000}, "body is not there (too_large)"),
        ({"headers": {"content-length": "7"}}, "body is not there (not_read)"),
        ({"body": b"{"}, "body is not JSON"),
        ({"body": b"null"}, "body is null"),
    ],
)
def test_bodies_that_are_not_there(note, fields, told):
    assert [miss.told for miss in Match({"body": {"a": 1}}).misses(note(**fields))] == [told]


def test_a_text(note):
    assert Match({"body": "a=1"}).fits(note(body=b"a=1"))
    assert not Match({"body": "a=2"}).fits(note(body=b"a=1"))


def test_a_body_is_not_looked_through_for_ever(note):
    exchange = note(body=json.dumps({"n" * 30_000: {"a": 1, "b": 2}}).encode())
    wide = {f"field-{number}": 1 for number in range(5000)}
    assert len(Match({"body": wide}).misses(exchange)) == 100
    told = Match({"body": {"n" * 30_000: {"a": 2, "b": 3}}}).misses(exchange)
    assert all(len(miss.told) < 250 for miss in told)


def test_a_pattern_is_held_against_the_front_of_a_long_path(note):
    exchange = note(path="/api/v1/" + "x" * 5000 + "y", operation=None, status=404)
    assert Match({"path": "/api/v1/x*"}).fits(exchange)
    assert not Match({"path": "*y"}).fits(exchange)


def test_of_a_long_query_the_front_is_looked_at(note):
    exchange = note(query="a=1&" + "x&" * 10_000 + "b=1")
    told = Match({"query": {"a": 1, "b": 1}}).misses(exchange)
    assert [miss.told for miss in told] == ["query has no b"]


def test_where_nobody_is_known_and_nothing_answers(note):
    exchange = note(path="/api/v1/nope", status=404, operation=None)
    misses = Match({"user": "a@b.test", "operation": "x.y"}).misses(exchange)
    assert [miss.told for miss in misses] == ["no operation answers it", "nobody knows the user"]
    assert not Match({"operation": "*"}).fits(exchange)


def test_an_encoded_path(note):
    exchange = note(path="/api/v1/variables%2fa%20b", status=404, operation=None)
    for path in ("/api/v1/variables/a b", "/variables/a b", "*%2fa%20b"):
        assert Match({"path": path}).fits(exchange)


def verified(ring, note, match, *bounds):
    verdict = asyncio.run(verify_count(ring, note.reader, Match(match), Bounds(*bounds)))
    return verdict.verified, verdict.message


def test_counting(ring, note):
    note("POST", "/api/v1/defects", 201, operation="defects.create_defect", user="member@acme.test")
    note()
    note()
    me = {"operation": "auth.me"}
    assert verified(ring, note, me) == (True, "expected at least 1 × auth.me, saw 2: #2, #3.")
    assert verified(ring, note, me, 2, 2) == (True, "expected exactly 2 × auth.me, saw 2: #2, #3.")
    assert verified(ring, note, me, 1, 1) == (False, "expected exactly 1 × auth.me, saw 2: #2, #3.")
    assert verified(ring, note, me, 0, 0) == (False, "expected no auth.me, saw 2: #2, #3.")
    assert verified(ring, note, me, None, 1) == (
        False, "expected at most 1 × auth.me, saw 2: #2, #3.",
    )  # fmt: skip
    assert verified(ring, note, {}, 3, 5) == (
        True, "expected at least 3 and at most 5 × request, saw 3: #1, #2, #3.",
    )  # fmt: skip
    assert verified(ring, note, {"operation": "auth.logout"}, 0, 0)[0] is True
    missed = {"method": "post", "operation": "defects.create_defect", "user": "admin@acme.test"}
    assert verified(ring, note, missed, 1, 1) == (
        False,
        "expected exactly 1 × POST defects.create_defect by admin@acme.test, saw 0. Nearest:\n"
        "  #1 POST /api/v1/defects 201 by member@acme.test: user is member@acme.test",
    )


def test_counting_where_there_is_nothing(ring, note):
    assert verified(ring, note, {}, 1, 1) == (
        False, "expected exactly 1 × request, saw 0. The journal is empty.",
    )  # fmt: skip
    note()
    assert verified(ring, note, {"since": 1}, 1, 1) == (
        False, "expected exactly 1 × request, saw 0. Nothing came after #1.",
    )  # fmt: skip
    assert verified(ring, note, {}, 2, 2) == (
        False, "expected exactly 2 × request, saw 1: #1. All that came matches.",
    )  # fmt: skip


def test_all_words_of_a_match(ring, note):
    match = {
        "operation": "a.b", "path": "/x", "status": "4xx", "has_fault": True, "has_warnings": False,
        "query": {"a": 1, "token": "x"}, "body": {"password": "x", "b": None},
    }  # fmt: skip
    assert verified(ring, note, match)[1].startswith(
        "expected at least 1 × a.b at /x with status 4xx with a fault without a warning with query "
        'a=1&token=*** with body {"password":"***","b":null}, saw 0.'
    )


def test_what_was_dropped_leaves_a_doubt(ring, note):
    ring._most = 2
    for _ in range(5):
        note()
    match = Match({"status": 500})
    verdict = asyncio.run(verify_count(ring, note.reader, match, Bounds(0, 0)))
    assert (verdict.verified, verdict.lost) == (False, 3)
    assert verdict.message == (
        "expected no request with status 500, saw 0. The journal begins with #4; nothing is "
        "certain of the 3 exchanges before that. Clear the journal before, or say since when."
    )


def ordered(ring, note, *operations):
    order = [Match({"operation": operation}) for operation in operations]
    verdict = asyncio.run(verify_order(ring, note.reader, order))
    return verdict.verified, verdict.exchanges, verdict.message.split("\n")


@pytest.fixture
def visit(note):
    for operation in ("auth.login", "auth.me", "defects.list_defects", "auth.me", "auth.logout"):
        note(operation=operation)


def test_an_order(ring, note, visit):
    assert ordered(ring, note, "auth.login", "auth.me", "auth.logout") == (
        True,
        [1, 2, 5],
        [
            "expected 3 requests in this order, saw 3:",
            "  1. auth.login: #1",
            "  2. auth.me: #2",
            "  3. auth.logout: #5",
        ],
    )
    assert ordered(ring, note, "auth.me", "auth.me", "auth.*")[1] == [2, 4, 5]


def test_a_broken_order(ring, note, visit):
    assert ordered(ring, note, "auth.login", "auth.logout", "defects.list_defects", "auth.me") == (
        False,
        [1, 5],
        [
            "expected 4 requests in this order, saw 2:",
            "  1. auth.login: #1",
            "  2. auth.logout: #5",
            "  3. defects.list_defects: none after #5, only before: #3",
            "  4. auth.me: not looked for",
            "Nothing came after #5.",
        ],
    )
    verified, _, lines = ordered(ring, note, "auth.register")
    assert not verified
    assert lines[1] == "  1. auth.register: none"
    assert lines[2] == "Nearest:"


def test_the_greedy_choice_finds_every_order(ring, note):
    """Against all choices there are."""
    import itertools
    import random

    dice = random.Random(7)
    for _ in range(60):
        ring.clear()
        names = [dice.choice("abc") for _ in range(6)]
        for name in names:
            note(path=f"/{name}", operation=None)
        wanted = [dice.choice(["/a", "/b", "/[ab]", "*"]) for _ in range(3)]
        order = [Match({"path": path, "since": ring.last - 6}) for path in wanted]
        found = asyncio.run(verify_order(ring, note.reader, order)).verified
        exchanges = [note.reader.read(entry) for entry in ring.after(ring.last - 6)]
        assert found == any(
            all(match.fits(one) for match, one in zip(order, chosen, strict=True))
            for chosen in itertools.combinations(exchanges, 3)
        )
