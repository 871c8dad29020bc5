"""What came nearest to a missing exchange: found without keeping others waiting."""

from __future__ import annotations

import asyncio
import random
import uuid

import pytest

from understudy.faults.matching import fits
from understudy.journal import likeness, pace
from understudy.journal.matching import Match, matching
from understudy.journal.nearest import nearest
from understudy.journal.verification import Bounds, verify_count, verify_order
from understudy.journal.waiting import wait


@pytest.fixture
def near(ring, note):
    """The nearest of all that the journal has."""
    return lambda match: asyncio.run(nearest(match, ring.after(0), note.reader))


def sequences(found):
    return [one.exchange.entry.sequence for one in found]


def test_the_nearest_come_first(near, note):
    note("GET", operation="auth.me", user="admin@acme.test")
    right_but_user = note(
        "POST", "/api/v1/defects", 201, operation="defects.create_defect", user="x"
    )
    right_but_more = note(
        "POST", "/api/v1/defects", 400, operation="defects.create_defect", user="x"
    )
    match = Match({"operation": "defects.create_defect", "user": "admin@acme.test", "status": 201})
    found = near(match)
    assert [one.exchange.entry for one in found] == [right_but_user.entry, right_but_more.entry]
    assert found[0].differences == ["user is x"]
    assert found[1].differences == ["status is 400", "user is x"]


def test_what_is_far_away_is_no_explanation(near, note):
    note("GET", operation="auth.me", user="admin@acme.test")
    note("POST", "/api/v1/defects", 201, operation="defects.create_defect", user="member@acme.test")
    match = Match({"operation": "defects.create_defect", "user": "admin@acme.test"})
    found = near(match)
    assert sequences(found) == [2]


def test_of_the_same_distance_the_newest_three(near, note):
    for _ in range(5):
        note()
    found = near(Match({"status": 404}))
    assert sequences(found) == [5, 4, 3]


@pytest.fixture
def crowd(note):
    """Three hundred calls with ids in their paths, as an application makes them."""
    dice = random.Random(7)
    for _ in range(300):
        kind = dice.choice(["defects", "variables", "reports", "test-runs"])
        note(path=f"/api/v1/{kind}/{uuid.UUID(int=dice.getrandbits(128))}", operation=None)


@pytest.mark.parametrize(
    "path",
    ["/api/v1/tset-plans/17", "/api/v1/test-plans/*", "/api/v1/test-plans/17/folders/tree", "/17"],
)
def test_one_in_a_crowd_is_found(near, note, crowd, path):
    meant = note(path="/api/v1/test-plans/17", operation=None).entry.sequence
    note(path="/api/v1/defects", operation=None)
    assert sequences(near(Match({"path": path, "status": 201})))[0] == meant


def test_few_are_compared_letter_by_letter(near, crowd, monkeypatch):
    compared = []
    closely = likeness._distance
    monkeypatch.setattr(
        likeness, "_distance", lambda *texts: compared.append(texts) or closely(*texts)
    )
    near(Match({"path": "/api/v1/" + "abc/" * 900}))
    assert 0 < len(compared) <= 40
    assert all(len(text) <= likeness.LONGEST for texts in compared for text in texts)


def test_a_match_that_only_tells_whether_compares_nothing(ring, note, crowd, monkeypatch):
    monkeypatch.setattr(likeness, "_distance", None)
    monkeypatch.setattr(likeness, "at_least", None)
    for wanted in ({"path": "/api/v1/*/x"}, {"path": "/nope"}, {"operation": "auth.me"}):
        assert not asyncio.run(matching(Match(wanted), ring.after(0), note.reader))


def test_the_look_at_each_is_never_too_strict():
    dice = random.Random(7)
    for _ in range(500):
        one, other = ("".join(dice.choices("abc/", k=dice.randint(1, 300))) for _ in range(2))
        least = likeness.at_least(one, other)
        assert 0 <= least <= likeness.distance(one, other) + 1e-9 <= 2 + 1e-9
    assert likeness.at_least("abc", "abc") == likeness.distance("abc", "abc") == 0
    assert likeness.at_least("abc", "xyz") == likeness.distance("abc", "xyz") == 2


def test_others_are_served_meanwhile(ring, note, crowd, monkeypatch):
    """Between any two exchanges, where a turn has no length."""
    monkeypatch.setattr(pace, "TURN", 0)
    missing = Match({"path": "/nope", "status": 500})
    works = [
        lambda: verify_count(ring, note.reader, missing, Bounds()),
        lambda: verify_order(ring, note.reader, [Match({}), missing]),
        lambda: wait(ring, note.reader, missing, 1, 0),
        lambda: matching(missing, ring.after(0), note.reader),
        lambda: nearest(missing, ring.after(0), note.reader),
    ]
    for work in works:
        assert asyncio.run(turns(work())) >= 300


async def turns(work):
    """How often others have their turn while something is done."""
    count, done = 0, asyncio.ensure_future(work)
    while not done.done():
        count += 1
        await asyncio.sleep(0)
    await done
    return count


def test_a_journal_is_shown_in_turns(own, world, monkeypatch):
    breaths = []

    async def breathe(self):
        breaths.append(1)

    for _ in range(10):
        world.anonymous.get("/nowhere")
    monkeypatch.setattr(pace.Pace, "breathe", breathe)
    asked = ["/journal", "/journal/har", "/journal/curl", "/journal/stream?since=0&seconds=0"]
    for path in asked:
        breaths.clear()
        assert own.get(path).status_code == 200
        assert len(breaths) >= (10 if "stream" in path else 20), path
    breaths.clear()
    assert own.post("/journal/wait", json={"match": {}, "count": 10}).status_code == 200
    assert len(breaths) >= 20


@pytest.mark.parametrize(
    "pattern",
    ["*a" * 60 + "*Z", "*" + "a" * 1900 + "b", "*" + "?a" * 900 + "b*Z", "*[a-b]" * 300 + "Z"],
)
def test_no_pattern_takes_long(pattern):
    """Where they could go back and begin anew, each of them would take for ever."""
    for text in ("a" * 4000, "ab" * 30_000, "a" * 60_000):
        assert not fits(pattern)(text)
