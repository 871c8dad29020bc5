"""Large scenarios: taken from the cache they are the same, at another time; a bad file is none."""

from __future__ import annotations

from collections import deque

import pytest

from understudy import contract as contracts
from understudy import times, usercache
from understudy.clock import Clock
from understudy.keyring import Keyring
from understudy.sandbox import Sandbox, store_schemas
from understudy.scenarios import cache, load, parts
from understudy.store import Store

MONDAY = times.parse("2026-01-26T09:00:00Z")
LATER = MONDAY + times.duration("3d4h5m6s7ms")
STAGE = """\
scenario: many
title: Many
extends: empty
parameters: {defects: 5100}
collections:
  test_plans: {shop: {name: Shop, created_at: '2025-01-01T00:00:00Z'}}
  test_runs: {nightly: {test_plan: shop, run_name: Nightly, status: FAILED, created_at: -8h}}
  defects:
    bug-{n}:
      $count: ${defects}
      title: {$fake: sentence}
      severity: {$pick: {LOW: 5, HIGH: 1}}
      test_context: {$pick: [null, {test_run: nightly}]}
      created_at: {$between: [-60d, now]}
"""


@pytest.fixture(scope="module")
def testr():
    return contracts.load("testr")


@pytest.fixture
def stage(write):
    return write(STAGE)


@pytest.fixture
def kept(tmp_path):
    return cache.Cache(tmp_path / "cache")


@pytest.fixture
def built(testr, stage):
    def build(place, now=MONDAY, seed="0", **parameters):
        store = Store(store_schemas(testr))
        sandbox = Sandbox("", seed, store, Clock(now), Keyring.random())
        steps = []
        scenario = load(testr, stage, parameters)
        scenario.build(sandbox, lambda *step: steps.append(step), place)
        assert steps[-1] == (steps[-1][1], steps[-1][1], "")
        return store.dump(), sandbox.ids.issued, len(steps)

    return build


def files(kept):
    return [*kept._folder.glob("*")]


def test_the_second_time_it_is_taken_from_there(built, kept):
    first, issued, steps = built(kept)
    assert len(files(kept)) == 1
    again, issued_again, one_step = built(kept)
    assert (again, issued_again) == (first, issued)
    assert steps > 10
    assert one_step == 1


@pytest.mark.parametrize("now", [MONDAY, LATER, MONDAY - 1])
def test_times_are_those_of_whoever_loads(built, kept, now):
    built(kept)
    assert built(kept, now) == (*built(None, now)[:2], 1)


def test_more_times_than_are_remembered_at_once(built, kept, monkeypatch):
    plain = built(None)[:2]
    monkeypatch.setattr(parts, "REMEMBERED", 100)
    assert built(kept)[:2] == plain
    assert len(files(kept)) == 1, "each of them is known to follow the clock"
    assert built(kept) == (*plain, 1)


def test_another_seed_or_parameter_is_another_file(built, kept):
    built(kept)
    assert built(kept, seed="1")[0] == built(None, seed="1")[0]
    assert len(built(kept, defects=5200)[0]["defects"]) == 5200
    assert len(files(kept)) == 3


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content[: len(content) // 2],
        lambda content: content[:-5] + b"xxxxx",
        lambda content: b"",
        lambda content: b"understudy-scenario-0" + content[21:],
    ],
)
def test_a_file_that_is_not_whole_is_none(built, kept, spoil):
    first, _, _ = built(kept)
    [file] = files(kept)
    file.write_bytes(spoil(file.read_bytes()))
    again, _, steps = built(kept)
    assert again == first
    assert steps > 10
    assert built(kept)[2] == 1


def test_what_others_may_write_is_not_read(built, kept):
    built(kept)
    [file] = files(kept)
    file.chmod(0o666)
    if file.stat().st_mode & 0o022:
        assert built(kept)[2] > 10


def test_a_small_one_needs_none(testr, write, kept):
    scenario = load(testr, "empty")
    sandbox = Sandbox("", "0", Store(store_schemas(testr)), Clock(MONDAY), Keyring.random())
    scenario.build(sandbox, cache=kept)
    assert files(kept) == []


@pytest.mark.parametrize(
    "more",
    [
        "  schedules:\n    s: {test_plan: shop, schedule_name: S, scheduled_datetime: -3d,"
        " repeat_type: DAILY}\n",
        "  user_settings: [{user: admin, settings: {jira_api_token: secret}}]\n",
    ],
)
def test_what_would_not_be_the_same_later_is_not_kept(testr, write, kept, more):
    """A time that is worked out, and what only this server can open."""
    scenario = load(testr, write(STAGE + more))
    sandbox = Sandbox("", "0", Store(store_schemas(testr)), Clock(MONDAY), Keyring.random())
    scenario.build(sandbox, cache=kept)
    assert files(kept) == []


def test_the_oldest_go(kept):
    for number in range(cache.KEPT + 3):
        kept.write(str(number), 0, [b"1"])
    assert len(files(kept)) == cache.KEPT


def test_a_place_where_nothing_can_be_kept(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    nowhere = cache.Cache(tmp_path / "file")
    nowhere.write("x", 0, [b"1"])
    assert nowhere.read("x") is None


def test_where_it_is(monkeypatch, tmp_path):
    monkeypatch.setenv(usercache.VARIABLE, usercache.OFF)
    assert cache.usual() is None
    monkeypatch.setenv(usercache.VARIABLE, str(tmp_path))
    cache.usual().write("x", 7, [b"1", b"2"])
    assert cache.usual().read("x") == (7, deque([b"1", b"2"]))
