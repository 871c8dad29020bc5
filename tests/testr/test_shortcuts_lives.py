"""How long tokens live that a scene gives another life, by a shortcut and by a scenario."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jwt
import pytest

import understudy
from understudy.errors import UsageError

Run = Callable[..., Any]
ADMIN, MEMBER = "admin@acme.test", "member@acme.test"


def lives(answer: Any) -> tuple[int, int, int]:
    """`expires_in`, and the lives in the claims of the access token and of the refresh token."""
    claims = [
        jwt.decode(answer[name], options={"verify_signature": False})
        for name in ("access_token", "refresh_token")
    ]
    access, refresh = (one["exp"] - one["iat"] for one in claims)
    return answer["expires_in"], access, refresh


def status(world: Any, tokens: Any) -> int:
    client = world.with_headers(Authorization=f"Bearer {tokens['access_token']}")
    code: int = client.get("/auth/me").status_code
    return code


def refresh(world: Any, tokens: Any) -> Any:
    return world.anonymous.post("/auth/refresh", json={"refresh_token": tokens["refresh_token"]})


class TestShortenAccessTokens:
    def test_the_refresh_of_an_application_comes_after_five_seconds(
        self, world: Any, shortcut: Run
    ) -> None:
        answer = shortcut("shorten-access-tokens", lasting="605s")
        assert answer["result"] == {"user": None, "expires_in": 605}
        assert answer["message"] == "New access tokens of all users live 605 seconds."
        tokens = world.login(ADMIN)
        assert lives(tokens) == (605, 605, 8 * 3600)
        ten_minutes_before = tokens["expires_in"] - 600
        world.clock.advance(seconds=ten_minutes_before)
        renewed = refresh(world, tokens).json()
        assert lives(renewed) == (605, 605, 8 * 3600)
        world.clock.advance(seconds=599.999)
        assert status(world, tokens) == 200
        world.clock.advance(seconds=0.001)
        assert (status(world, tokens), status(world, renewed)) == (401, 200)
        world.clock.advance(seconds=5)
        assert status(world, renewed) == 401

    def test_what_is_there_keeps_its_hour(self, world: Any, shortcut: Run) -> None:
        tokens = world.login(ADMIN)
        shortcut("shorten-access-tokens", lasting="1s")
        world.clock.advance(minutes=59, seconds=59)
        assert status(world, tokens) == 200
        assert lives(refresh(world, tokens).json())[0] == 1

    def test_of_one_user(self, world: Any, shortcut: Run) -> None:
        answer = shortcut("shorten-access-tokens", user=ADMIN, lasting="1s")
        assert answer["message"] == f"New access tokens of {ADMIN} live 1 second."
        assert answer["result"] == {"user": ADMIN, "expires_in": 1}
        assert [world.login(one)["expires_in"] for one in (ADMIN, MEMBER)] == [1, 3600]

    def test_for_all_means_whoever_had_another_life_too(self, world: Any, shortcut: Run) -> None:
        shortcut("shorten-access-tokens", user=ADMIN, lasting="5m")
        shortcut("shorten-access-tokens", lasting="10m")
        assert [world.login(one)["expires_in"] for one in (ADMIN, MEMBER)] == [600, 600]
        shortcut("shorten-access-tokens", user=ADMIN, lasting="24h")
        assert [world.login(one)["expires_in"] for one in (ADMIN, MEMBER)] == [86400, 600]

    def test_an_hour_undoes_it(self, world: Any, shortcut: Run) -> None:
        shortcut("shorten-access-tokens", lasting="10s")
        shortcut("shorten-access-tokens", lasting="1h")
        assert lives(world.login(ADMIN)) == (3600, 3600, 8 * 3600)

    def test_an_account_of_later_is_no_exception(self, world: Any, shortcut: Run) -> None:
        shortcut("shorten-access-tokens", lasting="15m")
        who = {"email": "new@acme.test", "password": "Passw0rd!"}
        assert world.anonymous.post("/auth/register", json=who).status_code == 201
        assert world.login(**who)["expires_in"] == 900

    @pytest.mark.parametrize(
        "lasting", ["0s", "500ms", "1s500ms", "24h1s", "2d", "999999w", "605", "", "soon", 605]
    )
    def test_what_cannot_be_told_is_422(self, world: Any, shortcut: Run, lasting: Any) -> None:
        before = world.sandbox.store.dump()
        answer = shortcut("shorten-access-tokens", 422, lasting=lasting)
        assert [*answer["details"]] == ["lasting"]
        assert world.sandbox.store.dump() == before

    def test_it_needs_a_length_and_a_user_that_there_is(self, shortcut: Run) -> None:
        assert shortcut("shorten-access-tokens", 422)["details"] == {"lasting": ["is required"]}
        answer = shortcut("shorten-access-tokens", 404, user="nobody@acme.test", lasting="1m")
        assert answer["error"] == "email_not_found"

    def test_it_goes_back_with_everything_else(self, world: Any, shortcut: Run) -> None:
        before = world.sandbox.store.snapshot()
        shortcut("shorten-access-tokens", lasting="1m")
        world.sandbox.store.restore(before)
        assert world.login(ADMIN)["expires_in"] == 3600


HEAD = """\
scenario: short
title: Short lives
collections:
  users:
    admin: {email: admin@acme.test, password: Passw0rd!, about: The one}
    other: {email: other@acme.test, password: Passw0rd!, about: The other}
  token_lives:
"""


def write(tmp_path: Any, entries: str) -> str:
    file = tmp_path / "short.yaml"
    file.write_text(HEAD + entries, encoding="utf-8")
    return str(file)


class TestInAScenario:
    def test_of_everybody_and_of_one(self, tmp_path: Any) -> None:
        entries = (
            "    - {access_seconds: 605, refresh_seconds: 1200}\n"
            "    - {user: other, access_seconds: 5}\n"
        )
        with (
            understudy.run(scenario=write(tmp_path, entries), clock="2026-01-26T09:00:00Z") as run,
            run.sandbox() as sandbox,
        ):
            app = sandbox.http()

            def log_in(email: str) -> Any:
                body = {"email": email, "password": "Passw0rd!"}
                return app.post("/auth/login", json=body).json()

            tokens = log_in(ADMIN)
            assert lives(tokens) == (605, 605, 1200)
            assert lives(log_in("other@acme.test")) == (5, 5, 1200)
            body = {"refresh_token": tokens["refresh_token"]}
            sandbox.clock.advance(seconds=1200)
            assert app.post("/auth/refresh", json=body).status_code == 401

    def test_a_session_ends_however_often_it_is_refreshed(self, tmp_path: Any) -> None:
        file = write(tmp_path, "    - {session_seconds: 90}\n")
        body = {"email": ADMIN, "password": "Passw0rd!"}
        with (
            understudy.run(scenario=file, clock="2026-01-26T09:00:00Z") as run,
            run.sandbox() as sandbox,
        ):
            app = sandbox.http()

            def renew(token: str) -> Any:
                return app.post("/auth/refresh", json={"refresh_token": token})

            tokens = app.post("/auth/login", json=body).json()
            assert lives(tokens) == (3600, 3600, 8 * 3600)
            sandbox.clock.advance("89s999ms")
            tokens = renew(tokens["refresh_token"]).json()
            sandbox.clock.advance("1ms")
            bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
            assert app.get("/auth/me", headers=bearer).status_code == 401
            assert renew(tokens["refresh_token"]).status_code == 401
            assert app.post("/auth/login", json=body).status_code == 200

    @pytest.mark.parametrize(
        ("entries", "line", "said"),
        [
            ("    - {access_seconds: 0}\n", 8, "access_seconds = 0"),
            ("    - {access_seconds: 86401}\n", 8, "access_seconds = 86401"),
            ("    - {access_seconds: 10m}\n", 8, 'access_seconds = "10m"'),
            ("    - {}\n    - {refresh_seconds: 5}\n", 9, "is left out twice"),
            ("    - {user: other}\n    - {user: other}\n", 9, "has token lives already"),
        ],
    )
    def test_what_is_wrong_is_told(self, tmp_path: Any, entries: str, line: int, said: str) -> None:
        file = write(tmp_path, entries)
        with pytest.raises(UsageError) as refused, understudy.run(scenario=file):
            pass
        assert f"{file}:{line}: " in str(refused.value)
        assert said in str(refused.value)
