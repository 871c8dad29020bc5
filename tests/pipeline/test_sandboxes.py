"""Sandboxes as clients meet them: by the address they log in with, by their token, by a header."""

from __future__ import annotations

import httpx
import jwt
import pytest

import understudy


@pytest.fixture
def server():
    with understudy.run(scenario="empty", seed="sandboxes") as running:
        yield running


@pytest.fixture
def client(server):
    with httpx.Client(base_url=server.api_url) as client:
        yield client


def login(client, email, **headers):
    return client.post(
        "/auth/login", json={"email": email, "password": "Passw0rd!"}, headers=headers
    )


def bearer(answer):
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def defects(client, headers):
    return client.get("/defects", headers=headers).json()["total"]


def test_a_plus_address_logs_in_to_a_sandbox_of_its_own(client):
    plain, plus = login(client, "admin@acme.test"), login(client, "Admin+Nightly@acme.test")
    assert plus.status_code == 200
    assert plus.json()["email"] == "admin@acme.test"
    client.post("/defects", json={"title": "Only there"}, headers=bearer(plus))
    assert defects(client, bearer(plus)) == 1
    assert defects(client, bearer(plain)) == 0


def test_the_same_name_is_the_same_sandbox(client):
    client.post(
        "/defects", json={"title": "x"}, headers=bearer(login(client, "admin+one@acme.test"))
    )
    assert defects(client, bearer(login(client, "member+one@acme.test"))) == 1
    assert defects(client, bearer(login(client, "member+two@acme.test"))) == 0


def test_the_refresh_token_finds_its_sandbox(client):
    first = login(client, "admin+one@acme.test").json()
    second = client.post("/auth/refresh", json={"refresh_token": first["refresh_token"]})
    assert second.status_code == 200
    assert jwt.get_unverified_header(second.json()["access_token"])["kid"] == "one"
    client.post("/auth/logout", json={"refresh_token": second.json()["refresh_token"]})
    assert client.get("/auth/me", headers=bearer(second)).status_code == 401


def test_an_account_that_has_the_address_wins(server, client):
    client.post("/auth/register", json={"email": "admin+qa@acme.test", "password": "Passw0rd!"})
    answer = login(client, "admin+qa@acme.test")
    assert answer.json()["email"] == "admin+qa@acme.test"
    assert server.sandboxes.get("qa") is None


def test_what_is_refused_makes_no_sandbox(server, client):
    wrong = {"email": "admin+one@acme.test", "password": "wrong"}
    assert client.post("/auth/login", json=wrong).status_code == 401
    stale = {"Authorization": "Bearer stale", "X-Understudy-Sandbox": "two"}
    assert client.get("/auth/me", headers=stale).status_code == 401
    assert len(server.sandboxes) == 1


def test_an_address_of_nobody_makes_no_sandbox(server, client):
    assert login(client, "nobody+one@acme.test").status_code == 401
    assert server.sandboxes.get("one") is None


@pytest.mark.parametrize("name", ["", "_x", "a b", "ä", "x" * 64])
def test_a_plus_that_names_no_sandbox_is_part_of_the_address(server, client, name):
    assert login(client, f"admin+{name}@acme.test").status_code == 401
    assert len(server.sandboxes) == 1


def test_a_forgotten_password_stays_in_its_sandbox(client):
    email = "member+one@acme.test"
    assert (
        client.post("/auth/forgot-password/verify-email", json={"email": email}).status_code == 200
    )
    body = {"email": email, "new_password": "Fresh1234"}
    assert client.post("/auth/forgot-password/reset", json=body).status_code == 200
    assert login(client, "member+one@acme.test").status_code == 401
    assert login(client, "member@acme.test").status_code == 200


def test_a_header_names_the_sandbox_of_a_request_without_a_token(client):
    answer = login(client, "admin@acme.test", **{"X-Understudy-Sandbox": "by-header"})
    assert jwt.get_unverified_header(answer.json()["access_token"])["kid"] == "by-header"


def test_a_token_is_unknown_in_another_sandbox_that_the_header_names(client):
    one = bearer(login(client, "admin+one@acme.test"))
    client.post("/defects", json={"title": "x"}, headers=one)
    for name, status in (("one", 200), ("two", 401), ("default", 401)):
        answer = client.get("/defects", headers={**one, "X-Understudy-Sandbox": name})
        assert answer.status_code == status


def test_the_header_wins_over_the_address(client):
    body = {"email": "admin+one@acme.test", "password": "Passw0rd!"}
    refused = client.post("/auth/login", json=body, headers={"X-Understudy-Sandbox": "two"})
    assert refused.status_code == 401
    same = client.post("/auth/login", json=body, headers={"X-Understudy-Sandbox": "one"})
    assert same.status_code == 200


def test_the_header_wins_over_the_refresh_token(client):
    first = login(client, "admin+one@acme.test").json()
    body = {"refresh_token": first["refresh_token"]}
    refused = client.post("/auth/refresh", json=body, headers={"X-Understudy-Sandbox": "two"})
    assert refused.status_code == 401
    assert client.post("/auth/refresh", json=body).status_code == 200


def test_a_header_that_cannot_name_a_sandbox_is_400(client):
    answer = login(client, "admin@acme.test", **{"X-Understudy-Sandbox": "../etc"})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_sandbox_name")


def test_their_number_is_limited(server, client):
    for number in range(server.sandboxes.limit):
        server.sandboxes.open(f"s{number}")
    answer = login(client, "admin+onemore@acme.test")
    assert (answer.status_code, answer.json()["error"]) == (400, "too_many_sandboxes")
    assert login(client, "admin+s1@acme.test").status_code == 200


def test_new_ids_differ_from_sandbox_to_sandbox(client):
    ids = set()
    for name in ("one", "two", "three"):
        headers = bearer(login(client, f"admin+{name}@acme.test"))
        ids.add(client.post("/defects", json={"title": "x"}, headers=headers).json()["id"])
    assert len(ids) == 3


def test_clocks_are_apart(server, client):
    one, two = (
        bearer(login(client, "admin+one@acme.test")),
        bearer(login(client, "admin+two@acme.test")),
    )
    server.sandboxes.get("one").clock.advance(3600 * 1000)
    assert client.get("/auth/me", headers=one).status_code == 401
    assert client.get("/auth/me", headers=two).status_code == 200


def test_a_deleted_sandboxs_tokens_are_unknown(server, client):
    headers = bearer(login(client, "admin+one@acme.test"))
    server.sandboxes.delete("one")
    assert client.get("/auth/me", headers=headers).status_code == 401
