"""Settings travel as JSON and keep their secrets to themselves."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from understudy.verify.config.settings import Persona, Settings, Waiver

FULL = Settings(
    url="https://staging.example.com/api/v1",
    seed=7,
    file=Path("verify.toml"),
    control_token="s3cret-1",
    has_control=False,
    personas={"active": Persona("a@example.com", "s3cret-2", "s3cret-3", "s3cret-4")},
    waivers=(Waiver("AUTH-01", None, "later", date(2026, 12, 31), 9),),
    headers={"X-Gateway-Key": "s3cret-5"},
    ca_file=Path("ca.pem"),
    client_certificate=Path("client.pem"),
    client_key=Path("client.key"),
    proxy="http://u:s3cret-6@proxy.local:3128",
    rate=2.5,
    features_off=frozenset({"time", "register"}),
    disabled_rules={"AUTH-02": "the gateway"},
    set_up=("python", "seed.py"),
    tear_down=("python", "undo.py"),
    levels=("must",),
    tags=("auth",),
    replay=Path("last.json"),
)


def test_json_holds_all_of_it():
    assert Settings.from_json(FULL.to_json()) == FULL
    least = Settings(url="http://127.0.0.1:8000", seed=0)
    assert Settings.from_json(least.to_json()) == least


def test_a_repr_shows_no_secret():
    assert "s3cret" in FULL.to_json()
    assert "s3cret" not in repr(FULL)


def test_what_is_usual(settings):
    found = Settings(url="http://127.0.0.1:8000", seed=0)
    assert (found.profile, found.effort, found.workers) == ("full", "normal", 1)
    assert found.levels == ("must", "should", "may")
    assert found.contract
