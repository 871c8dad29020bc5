"""Hypothesis under the suite's seed: the same inputs everywhere, and errors as they were raised."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from understudy.verify.findings import Broken, NotDemonstrated
from understudy.verify.properties import explore, play


def suite(effort="quick", seed=1, test="test_x"):
    return SimpleNamespace(seed=seed, effort=effort, test=test)


def machine(log, limit=None):
    class Counter(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            self.total = 0

        @initialize()
        def begin(self):
            log.append("begin")

        @rule(n=st.integers(0, 9))
        def add(self, n):
            log.append(n)
            self.total += n
            if limit is not None and self.total > limit:
                raise Broken("too much", rule="X-01")

        @rule(text=st.text(max_size=3))
        def say(self, text):
            log.append(text)

    return Counter


def played(limit=None, runs=4, **options):
    log = []
    play(suite(**options), machine(log, limit), runs=runs, steps=6)
    return log


def test_a_seed_gives_the_same_steps():
    assert played() == played()
    assert played() != played(seed=2)
    assert played() != played(test="test_y")


def test_the_profile_for_ci_changes_nothing():
    before, profile = played(), settings.get_current_profile_name()
    settings.load_profile("ci")
    try:
        assert played() == before
    finally:
        settings.load_profile(profile)


def test_there_are_as_many_runs_as_were_asked_for():
    assert played(runs=5).count("begin") == 5


def test_what_was_broken_comes_out_as_it_was_raised(capfd):
    with pytest.raises(Broken, match="too much") as caught:
        played(limit=5)
    assert caught.value.rule == "X-01"
    assert not hasattr(caught.value, "__notes__")
    assert capfd.readouterr() == ("", "")


def test_nothing_is_sent_after_a_failure_where_there_is_little_effort():
    log = []
    with pytest.raises(Broken):
        play(suite(), machine(log, 20), runs=50, steps=20)
    run = log[len(log) - log[::-1].index("begin") :]
    numbers = [one for one in run if isinstance(one, int)]
    assert sum(numbers) > 20 >= sum(numbers[:-1])


def test_with_more_effort_a_shorter_run_is_found():
    def longest(effort):
        log = []
        with pytest.raises(Broken):
            play(suite(effort), machine(log, 20), runs=50, steps=20)
        return log.count("begin")

    assert longest("quick") < longest("normal") < longest("deep")


def test_what_cannot_be_shown_is_no_failure_of_hypothesis():
    def check(value):
        raise NotDemonstrated("there is nothing to see")

    for effort in ("quick", "deep"):
        with pytest.raises(NotDemonstrated):
            explore(suite(effort), st.integers(), check, examples=5)


def test_exploring_gives_so_many_values_the_simplest_first():
    found = []
    explore(suite(), st.integers(0, 1000), found.append, examples=20)
    assert found[0] == 0
    assert len(found) == 20


def test_a_simpler_value_is_found_with_more_effort():
    def check(value):
        if value >= 1000:
            raise Broken(str(value))

    with pytest.raises(Broken, match=r"^1000$"):
        explore(suite("deep"), st.integers(0, 10**9), check, examples=50)


def test_other_modules_do_not_matter(tmp_path, monkeypatch):
    def found():
        values = []
        explore(suite(), st.integers(), values.append, examples=200)
        return values

    before = found()
    (tmp_path / "constants_of_mine.py").write_text("NUMBERS = [123456, 234567, 345678, 456789]\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "constants_of_mine", raising=False)
    __import__("constants_of_mine")
    assert found() == before


def test_nothing_is_left_in_the_working_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    explore(suite(), st.text(), lambda _: None, examples=5)
    assert [*tmp_path.iterdir()] == []
