"""`understudy clock`."""

from __future__ import annotations

import re

import pytest


def test_bare_it_shows_the_time(done, s):
    ran = done("clock")
    assert re.fullmatch(
        r"2026-01-26T09:00:00.000Z, stands  \((\d+[wdhms]+)+ behind this machine\)\n", ran.out
    )
    assert done("clock", "show").out.startswith("2026-01-26T09:00:00.000Z, stands")


def test_real_time_needs_no_hint(done):
    ran = done("clock", "set", "real")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT.{12}Z, runs in real time\n", ran.out)


def test_a_time_ahead(done):
    ran = done("clock", "freeze", "8000-01-01T00:00:00Z")
    assert ran.out.startswith("8000-01-01T00:00:00.000Z, stands  (")
    assert ran.out.endswith(" ahead of this machine)\n")


def test_options_need_no_command(done):
    ran = done("clock", "--json")
    assert ran.json == {"now": "2026-01-26T09:00:00.000Z", "is_frozen": True, "factor": 0.0}


@pytest.mark.parametrize(
    ("arguments", "now", "factor"),
    [
        (["advance", "50m"], "2026-01-26T09:50:00.000Z", 0.0),
        (["advance", "8h1s"], "2026-01-26T17:00:01.000Z", 0.0),
        (["freeze"], "2026-01-26T09:00:00.000Z", 0.0),
        (["freeze", "2026-02-01T00:00:00+01:00"], "2026-01-31T23:00:00.000Z", 0.0),
        (["set", "2026-01-27T09:00:00Z"], "2026-01-27T09:00:00.000Z", 0.0),
    ],
)
def test_moves(done, s, arguments, now, factor):
    ran = done("clock", *arguments, "--json")
    assert ran.json == {"now": now, "is_frozen": True, "factor": factor}
    assert s.clock.show().text == now


@pytest.mark.parametrize(("arguments", "factor"), [(["run"], 1.0), (["run", "60"], 60.0)])
def test_run(done, s, arguments, factor):
    assert done("clock", *arguments, "--json").json["factor"] == factor
    assert s.clock.show().factor == factor


def test_run_tells_how_fast(done):
    assert ", runs 60 times as fast  (" in done("clock", "run", "60").out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ["advance", "soon"],
            "The request has missing or invalid fields. "
            "TIME: is not a length of time such as 50m, 1h30m or 500ms",
        ),
        (["set", "noon"], "TIME|real: is neither `real` nor a time such as 2026-01-26T09:00:00Z"),
        (["freeze", "noon"], "TIME: must be a time such as 2026-01-25T09:00:00Z"),
        (["run", "0"], "FACTOR: must be at least 0.001"),
        (["advance", "400000w"], "TIME: "),
        (["advance", "-5m"], "time does not go back so; use `understudy clock set`"),
        (["advance", "-5s"], "time does not go back so; use `understudy clock set`"),
        (["show", "-s", "nobody"], "There is no sandbox 'nobody'; "),
    ],
)
def test_refusals_change_nothing(refused, s, arguments, told):
    assert told in refused("clock", *arguments)
    assert s.clock.show().text == "2026-01-26T09:00:00.000Z"


@pytest.mark.parametrize("factor", ["nan", "inf", "fast"])
def test_a_factor_is_a_number(shell, factor):
    ran = shell("clock", "run", factor)
    assert ran.code == 2
    assert "Invalid value for '[FACTOR]': " in ran.err
    assert factor in ran.err.splitlines()[-1]
