"""A bundle holds no secret but those that an export holds."""

from __future__ import annotations

import re

import pytest

from .conftest import PASSWORD, parts

UNKNOWN = (
    "Unheard-0f",
    "Never-Told-1",
    "Wr0ng-guess",
    "sk-live-0815",
    "jira-token-4711",
    "v4riable",
)
OWN = "Chos3n-by-myself"


@pytest.fixture
def bundle(app, s) -> bytes:
    """A bundle of a sandbox in which everything secret was said once."""
    tokens = [*secrets_of(app.login().json())]
    app.http.get("/auth/me")
    app.http.get("/auth/me", params={"access_token": tokens[0]})
    app.login(password="Wr0ng-guess")
    refreshed = app.http.post("/auth/refresh", json={"refresh_token": tokens[1]})
    tokens += secrets_of(refreshed.json())
    body = {"email": "new@here.test", "password": "Unheard-0f", "username": "new"}
    app.http.post("/auth/register", json=body)
    settings = {"ai_api_key": "sk-live-0815", "jira_api_token": "jira-token-4711"}
    app.http.put("/settings", json=settings)
    s.state.create("users", email="other@here.test", password="Never-Told-1")
    made = app.http.post(
        "/variables", json={"name": "SECRET", "value": "v4riable", "is_encrypted": True}
    )
    tokens += secrets_of(app.login("member@acme.test").json())
    change = {"current_password": PASSWORD, "new_password": OWN}
    assert app.http.post("/auth/change-password", json=change).is_success
    assert made.status_code < 500
    raw = s.save_bundle()
    text = b"\n".join(parts(raw).values())
    for token in tokens:
        assert token.encode() not in text
    return raw


def secrets_of(answer):
    return [answer[name] for name in ("access_token", "refresh_token") if name in answer]


def test_no_password_or_key_is_in_it(bundle):
    text = b"\n".join(parts(bundle).values())
    assert [one for one in (*UNKNOWN, OWN) if one.encode() in text] == []


def test_nothing_looks_like_a_token_or_like_a_sealed_value(bundle):
    text = b"\n".join(parts(bundle).values())
    assert re.findall(rb"eyJ[\w-]+\.[\w-]+", text) == []
    assert re.findall(rb"gAAAAAAAAA[\w-]{20,}", text) == []


def test_what_the_server_sealed_stays_with_it(bundle, first, s):
    text = b"\n".join(parts(bundle).values())
    store = first.sandboxes.named(s.name).store
    sealed = [
        record[field]
        for name, spec in first.app.contract.collections.items()
        for field, schema in spec.schema["properties"].items()
        for record in store[name]
        if schema.get("x-secret") == "sealed" and record[field]
    ]
    assert sealed
    assert [one for one in sealed if one.encode() in text] == []


def test_the_passwords_of_the_scenario_are_told_where_an_export_tells_them(bundle, s):
    members = parts(bundle)
    told = s.state.export().count(PASSWORD)
    assert members["state.json"].decode().count(PASSWORD) == told
    for name in ("journal.json", "interventions.json", "faults.json", "manifest.json"):
        assert PASSWORD.encode() not in members[name]


def test_a_bundle_is_not_compressed_beyond_reading(bundle):
    for name, text in parts(bundle).items():
        assert text.startswith((b"{", b"[")), name
