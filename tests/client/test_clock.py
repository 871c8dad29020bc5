"""`s.clock`: the time of a sandbox."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

import understudy

NINE = datetime(2026, 1, 26, 9, tzinfo=UTC)


def test_it_shows_the_time(s):
    assert s.clock.now() == NINE
    reading = s.clock.show()
    assert (reading.now, reading.text) == (NINE, "2026-01-26T09:00:00.000Z")
    assert (reading.is_frozen, reading.factor) == (True, 0.0)


@pytest.mark.parametrize(
    ("by", "units", "length"),
    [
        ("50m", {}, timedelta(minutes=50)),
        ("1h30m", {}, timedelta(minutes=90)),
        (timedelta(days=1, seconds=1), {}, timedelta(days=1, seconds=1)),
        (90, {}, timedelta(seconds=90)),
        (0, {"minutes": 50}, timedelta(minutes=50)),
        (0, {"days": 1, "hours": 2, "minutes": 3, "seconds": 4.5}, timedelta(seconds=93784.5)),
        ("1h", {"minutes": 1}, timedelta(minutes=61)),
        (0, {}, timedelta(0)),
        (None, {"minutes": 0}, timedelta(0)),
        (None, {"minutes": 50}, timedelta(minutes=50)),
    ],
)
def test_time_passes_at_once(s, by, units, length):
    assert s.clock.advance(by, **units).now == NINE + length
    assert s.clock.now() == NINE + length


def test_tokens_follow(s, login):
    client = login(s)
    s.clock.advance(minutes=59)
    assert client.get("/auth/me").status_code == 200
    s.clock.advance(minutes=1)
    assert client.get("/auth/me").status_code == 401


@pytest.mark.parametrize("to", ["2026-03-01T12:00:00Z", datetime(2026, 3, 1, 12, tzinfo=UTC)])
def test_it_is_set_and_goes_on_as_it_did(s, to):
    reading = s.clock.set(to)
    assert (reading.now, reading.is_frozen) == (datetime(2026, 3, 1, 12, tzinfo=UTC), True)


def test_it_runs_at_a_factor_and_is_frozen_again(s):
    assert (s.clock.run(60).factor, s.clock.show().is_frozen) == (60.0, False)
    assert s.clock.run().factor == 1.0
    stands = s.clock.freeze()
    assert (stands.is_frozen, s.clock.show()) == (True, stands)
    assert s.clock.freeze("2026-03-01T12:00:00+01:00").text == "2026-03-01T11:00:00.000Z"


def test_real_time(s):
    reading = s.clock.set("real")
    assert (reading.is_frozen, reading.factor) == (True, 0.0) or reading.factor == 1.0
    assert reading.now > NINE


def test_what_cannot_be_is_refused_and_changes_nothing(s):
    for move, field in (
        (lambda: s.clock.set("9999-01-01T00:00:00Z"), "to"),
        (lambda: s.clock.freeze("noon"), "at"),
        (lambda: s.clock.run(-1), "factor"),
    ):
        with pytest.raises(understudy.ControlError) as raised:
            move()
        assert raised.value.status == 422
        assert [*raised.value.details] == [field]
        assert field in str(raised.value)
    with pytest.raises(ValueError, match="length of time"):
        s.clock.advance("soon")
    with pytest.raises(TypeError, match="say how long: "):
        s.clock.advance()
    for back in ("-5m", -5, timedelta(minutes=-5)):
        with pytest.raises(ValueError, match=r"time does not go back so; use clock.set\(\)"):
            s.clock.advance(back)
    with pytest.raises(ValueError, match="does not go back"):
        s.clock.advance("1h", minutes=-5)
    assert s.clock.now() == NINE
