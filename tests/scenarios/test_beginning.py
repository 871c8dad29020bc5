"""The clock and the faults of a scenario: what a file may say, and what a sandbox begins with."""

from __future__ import annotations

import pytest

import understudy
from understudy import contract as contracts
from understudy import times
from understudy.clock import Clock
from understudy.errors import UsageError
from understudy.scenarios import load

NOW = times.parse("2026-01-26T09:00:00Z")
HEAD = "scenario: scene\ntitle: A scene\n"
FULL = """\
extends: empty
parameters: {status: 402}
clock: {at: '2030-05-06T07:08:09Z', factor: 60}
faults:
  - {id: broke, match: {path: /defects, method: POST}, do: {error: {status: '${status}'}}}
  - plan: outage
"""


@pytest.fixture(scope="module")
def testr():
    return contracts.load("testr")


@pytest.fixture
def begun(testr, write):
    def beginning(text):
        return load(testr, write(HEAD + text)).beginning

    return beginning


@pytest.mark.parametrize(
    ("clock", "at", "factor"),
    [
        ("{}", 0, 1.0),
        ("{at: '2030-05-06T07:08:09Z'}", times.parse("2030-05-06T07:08:09Z") - NOW, 0.0),
        ("{at: -2d}", -2 * times.UNITS["d"], 0.0),
        ("{at: +1h, factor: 60}", times.UNITS["h"], 60.0),
        ("{at: +1h, is_frozen: false}", times.UNITS["h"], 1.0),
        ("{is_frozen: true}", 0, 0.0),
        ("{factor: 2}", 0, 2.0),
    ],
)
def test_clocks(begun, clock, at, factor):
    usual = Clock(NOW)
    usual.run(1.0)
    made = begun(f"clock: {clock}\n").clock(usual)
    assert made.factor == factor
    assert abs(made.millis() - usual.millis() - at) < 60_000


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("clock: {now: x}", "3: a clock has no 'now'; there are: at, is_frozen, factor"),
        ("clock: {at: soon}", "3: the clock has the time 'soon'; write now, -2d, *"),
        ("clock: {at: '9500-01-01T00:00:00Z'}", "3: the clock's time * is far off; *"),
        ("clock: {is_frozen: maybe}", "3: 'is_frozen' is neither true nor false; *"),
        ("clock: {factor: 0}", "3: the clock has the factor 0; write a number from 0.001 *"),
        ("clock: {is_frozen: true, factor: 2}", "3: a clock that stands has no factor; *"),
        ("faults: {}", "3: 'faults' is no list; *"),
        ("faults: [{plan: outrage}]", "3: there is no plan 'outrage' of faults; *outage*"),
        ("faults: [{plan: outage, on: {}}]", "3: a plan has its own rules; *"),
        ("faults: [3]", "3: a fault is no rule; *"),
        ("faults:\n  - {du: {}}", "4: the fault's du is not right; it is not a known field"),
        ("faults:\n  - do:\n      error: {status: 299}", "5: the fault's do.error.status is not*"),
        ("faults:\n  - {do: {error: {status: 402}}, match: {operation: defect}}", "4: the fau*"),
        ("faults:\n  - {id: x, do: {status: {status: 500}}}\n  - {id: x, do: {delay: {ms: 5}}}",
         "5: there is a fault 'x' already, in line 4; *"),
    ],
)  # fmt: skip
def test_mistakes(begun, text, told):
    with pytest.raises(UsageError) as caught:
        begun(f"{text}\n")
    line = str(caught.value).splitlines()[0]
    begin, _, _ = told.partition("*")
    assert line.startswith(f"stage.yaml:{begin}")


@pytest.fixture
def stage(write, tmp_path):
    return tmp_path / write(HEAD + FULL, "scene.yaml")


def test_a_sandbox_begins_with_them_and_goes_back_to_them(stage):
    with understudy.run(scenario=stage, parameters={"status": 404}) as server:
        with server.sandbox() as s:
            assert s.clock.show().text.startswith("2030-05-06T07:")
            assert s.clock.show().factor == 60
            assert [one.id for one in s.faults.list()] == ["broke", "outage-1"]
            assert s.faults.list()[0].do == {"error": {"status": 404}}
            s.faults.clear()
            s.clock.freeze("2031-01-01T00:00:00Z")
            s.reset()
            assert s.clock.show().text.startswith("2030-05-06T07:")
            assert [one.id for one in s.faults.list()] == ["broke", "outage-1"]
            with s.fork() as fork:
                assert len(fork.faults.list()) == 2
            assert s.show().scenario == "scene?status=404"
        with server.sandbox("empty") as other:
            assert other.faults.list() == []
            assert not other.clock.show().text.startswith("2030")


def test_a_clock_that_is_given_wins(stage):
    with understudy.run(scenario=stage, clock="2026-01-26T09:00:00Z") as server:
        assert server.attach().clock.show().text == "2026-01-26T09:00:00.000Z"
    time = "2027-01-01T00:00:00.000Z"
    with understudy.run(scenario=stage) as server, server.sandbox(clock=time) as s:
        assert s.clock.show().is_frozen
        s.reset()
        assert s.clock.show().text == time


def test_a_kept_state_knows_its_scenario_with_the_parameters(stage, tmp_path):
    state = tmp_path / "state"
    with understudy.run(scenario=stage, parameters={"status": 404}, state=state) as server:
        server.attach().faults.clear()
    with understudy.run(state=state) as server:
        s = server.attach()
        assert (s.show().scenario, s.faults.list()) == ("scene?status=404", [])
        s.reset()
        assert s.faults.list()[0].do == {"error": {"status": 404}}
        assert s.clock.show().text.startswith("2030-05-06T07:")
