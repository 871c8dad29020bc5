"""Which calls a rule strikes, and when it ends: matching, counting, chance, time."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from understudy.clock import Clock
from understudy.faults import Call, Faults

ANSWER = {"status": {"status": 503}}


def call(operation="defects.get_defect", method="GET", path="/api/v1/defects/1", user="Al@a.test"):
    known = operation and SimpleNamespace(spec=SimpleNamespace(operation_id=operation))
    return Call(known, method, path, lambda: user)


@pytest.fixture
def clock():
    return Clock(1_000_000)


@pytest.fixture
def faults(clock):
    return Faults("seed", clock)


def struck(faults, count, **fields):
    """The numbers of the calls, out of so many, that are struck."""
    return [number for number in range(1, count + 1) if faults.strike(call(**fields)) is not None]


@pytest.mark.parametrize(
    ("match", "fits"),
    [
        ({}, True),
        ({"operation": "defects.get_defect"}, True),
        ({"operation": "defects.*"}, True),
        ({"operation": "*.get_*"}, True),
        ({"operation": "defects.get"}, False),
        ({"operation": "Defects.*"}, False),
        ({"method": "GET"}, True),
        ({"method": "POST"}, False),
        ({"path": "/api/v1/defects/1"}, True),
        ({"path": "/api/*/[0-9]"}, True),
        ({"path": "/api/v1/defects"}, False),
        ({"user": "AL@A.TEST"}, True),
        ({"user": "al@*"}, False),
        ({"method": "GET", "operation": "defects.*", "user": "bo@a.test"}, False),
    ],
)
def test_a_rule_matches_what_fits_everything_it_names(faults, match, fits):
    faults.add({"id": "r", "match": match, "do": ANSWER})
    assert (faults.strike(call()) is not None) is fits
    assert faults.rules["r"].seen == fits


def test_a_path_that_no_operation_answers_is_matched_by_all_but_operations(faults):
    faults.add({"id": "operation", "match": {"operation": "*"}, "do": ANSWER})
    faults.add({"id": "all", "do": ANSWER})
    assert faults.strike(call(operation=None)).rule_id == "all"


def test_who_asks_is_found_out_only_for_a_rule_with_a_user_that_fits_otherwise(faults):
    def user():
        raise AssertionError("nobody wants to know")

    faults.add({"match": {"user": "al@a.test", "method": "POST"}, "do": ANSWER})
    faults.add({"do": ANSWER})
    assert faults.strike(Call(None, "GET", "/api/v1/defects", user)).rule_id == "fault-2"


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ({}, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
        ({"calls": [3]}, [3]),
        ({"calls": [2, 5, 99]}, [2, 5]),
        ({"every": 5}, [5, 10]),
        ({"first": 3}, [1, 2, 3]),
        ({"after": 10}, [11, 12]),
        ({"after": 2, "first": 3}, [3, 4, 5]),
        ({"after": 1, "every": 4}, [5, 9]),
        ({"first": 6, "every": 2}, [2, 4, 6]),
        ({"probability": 1}, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
    ],
)
def test_conditions_count_the_matching_calls_and_hold_together(faults, on, expected):
    faults.add({"id": "r", "match": {"method": "GET"}, "on": on, "do": ANSWER})
    assert struck(faults, 12) == expected
    assert not faults.strike(call(method="POST"))
    assert (faults.rules["r"].seen, faults.rules["r"].struck) == (12, len(expected))


def test_chance_is_seeded_for_each_rule_and_call(clock):
    def lucky(seed, rule_id, others=0):
        faults = Faults(seed, clock)
        for _ in range(others):
            faults.add({"on": {"probability": 0.5}, "do": {"delay": {"ms": 5}}})
        faults.add({"id": rule_id, "on": {"probability": 0.3}, "do": ANSWER})
        return [n for n in range(200) if (hit := faults.strike(call())) and hit.rule_id == rule_id]

    numbers = lucky("seed", "a")
    assert 40 < len(numbers) < 80
    assert lucky("seed", "a") == numbers
    assert lucky("seed", "a", others=3) == numbers
    assert lucky("seed", "b") != numbers
    assert lucky("another", "a") != numbers


def test_chance_goes_on_after_a_restart_as_if_there_had_been_none(clock):
    whole, broken = Faults("seed", clock), Faults("seed", clock)
    for faults in (whole, broken):
        faults.add({"on": {"probability": 0.5}, "do": ANSWER})
    expected = struck(whole, 60)
    before = struck(broken, 30)
    after = Faults("seed", clock)
    after.load(broken.as_list())
    assert before + [30 + number for number in struck(after, 30)] == expected
    assert after.as_list() == whole.as_list()


def test_the_first_rule_that_strikes_wins_and_every_matching_one_counts(faults):
    faults.add({"id": "second", "on": {"calls": [2]}, "do": ANSWER})
    faults.add({"id": "all", "do": {"status": {"status": 500}}})
    faults.add({"id": "last", "do": ANSWER})
    assert [faults.strike(call()).rule_id for _ in range(3)] == ["all", "second", "all"]
    counted = [(rule.id, rule.seen, rule.struck) for rule in faults.rules.values()]
    assert counted == [("second", 3, 1), ("all", 3, 2), ("last", 3, 0)]


def test_a_delay_goes_together_with_one_other_effect(faults):
    faults.add({"id": "slow", "do": {"delay": {"ms": 20}}})
    faults.add({"id": "slower", "do": {"delay": {"ms": 1000}}})
    assert (strike := faults.strike(call())).delay == 0.02
    assert (strike.rule_id, strike.does) == ("slow", "waits 20 ms")
    assert strike.reply(None) is None
    faults.add({"id": "down", "do": {**ANSWER, "delay": {"ms": 5}}})
    assert (strike := faults.strike(call())).delay == 0.025
    assert (strike.rule_id, strike.does) == ("down", "waits 25 ms, answers 503")
    assert [rule.struck for rule in faults.rules.values()] == [2, 0, 1]


def test_a_rule_ends_after_so_many_strikes(faults):
    rule = faults.add({"on": {"every": 2}, "until": {"times": 2}, "do": ANSWER})
    assert struck(faults, 10) == [2, 4]
    assert (rule.seen, rule.struck) == (4, 2)
    assert rule.shown(0)["has_ended"] is True


def test_a_rule_ends_by_the_clock_of_its_sandbox(faults, clock):
    rule = faults.add({"until": {"for": "10m"}, "do": ANSWER})
    clock.advance(599_999)
    assert faults.strike(call())
    assert rule.shown(clock.millis())["has_ended"] is False
    clock.advance(1)
    assert not faults.strike(call())
    shown = rule.shown(clock.millis())
    assert (shown["has_ended"], shown["seen"]) == (True, 1)
    assert shown["added_at"] == "1970-01-01T00:16:40.000Z"


def test_a_rule_that_is_switched_off_neither_counts_nor_strikes(faults):
    rule = faults.add({"id": "r", "on": {"calls": [3]}, "is_enabled": False, "do": ANSWER})
    assert struck(faults, 3) == []
    faults.update("r", {"is_enabled": True})
    assert struck(faults, 3) == [3]
    assert rule.seen == 3


def test_a_change_of_the_end_counts_from_when_the_rule_was_added(faults, clock):
    faults.add({"id": "r", "until": {"for": "1m"}, "do": ANSWER})
    clock.advance(90_000)
    assert not faults.strike(call())
    faults.update("r", {"until": {"for": "2m"}})
    assert faults.strike(call())
    clock.advance(30_000)
    assert not faults.strike(call())
    faults.update("r", {"until": {}})
    assert faults.strike(call())


@pytest.mark.parametrize(
    ("delay", "shortest", "longest"),
    [
        ({"ms": 7}, 7, 7),
        ({"distribution": "uniform", "min_ms": 10, "max_ms": 20}, 10, 20),
        ({"distribution": "normal", "mean_ms": 50, "deviation_ms": 400, "min_ms": 1}, 1, 600_000),
        ({"distribution": "normal", "mean_ms": 50, "deviation_ms": 400}, 0, 600_000),
        ({"distribution": "lognormal", "median_ms": 100, "sigma": 1, "max_ms": 300}, 1, 300),
        ({"distribution": "lognormal", "median_ms": 500_000, "sigma": 5}, 0, 600_000),
    ],
)
def test_delays_are_spread_as_their_distribution_says_and_bounded(faults, delay, shortest, longest):
    faults.add({"do": {"delay": delay}})
    delays = [round(faults.strike(call()).delay * 1000) for _ in range(400)]
    assert min(delays) >= shortest
    assert max(delays) <= longest
    assert (len(set(delays)) > 1) is (shortest != longest)


def test_half_of_the_lognormal_delays_are_below_their_median(faults):
    faults.add({"do": {"delay": {"distribution": "lognormal", "median_ms": 1500, "sigma": 0.5}}})
    delays = [faults.strike(call()).delay for _ in range(1000)]
    assert 450 < sum(delay < 1.5 for delay in delays) < 550


def test_ids_that_are_made_are_new_and_begin_again_when_all_rules_are_gone(faults):
    faults.add({"id": "fault-2", "do": ANSWER})
    assert [faults.add({"do": ANSWER}).id for _ in range(2)] == ["fault-1", "fault-3"]
    faults.remove("fault-3")
    assert faults.add({"do": ANSWER}).id == "fault-4"
    faults.clear()
    assert faults.add({"do": ANSWER}).id == "fault-1"
    with pytest.raises(KeyError):
        faults.add({"id": "fault-1", "do": ANSWER})
