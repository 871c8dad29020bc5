"""The shortcuts of accounts, sessions and tokens, seen through the application's own API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jwt
import pytest

from understudy import contract, scenarios

Run = Callable[..., Any]
ADMIN, MEMBER = "admin@acme.test", "member@acme.test"


def status(world: Any, tokens: Any) -> int:
    """How the application's API takes an access token."""
    client = world.with_headers(Authorization=f"Bearer {tokens['access_token']}")
    code: int = client.get("/auth/me").status_code
    return code


def refresh(world: Any, tokens: Any) -> Any:
    return world.anonymous.post("/auth/refresh", json={"refresh_token": tokens["refresh_token"]})


class TestExpireAccessToken:
    def test_in_minutes(self, world: Any, shortcut: Run) -> None:
        tokens = world.login(ADMIN)
        answer = shortcut("expire-access-token", user=ADMIN, after="5m")
        assert answer["result"] == {
            "user": ADMIN,
            "at": "2026-01-26T09:05:00.000Z",
            "access_tokens": 1,
        }
        world.clock.advance(minutes=4, seconds=59.999)
        assert status(world, tokens) == 200
        world.clock.advance(seconds=0.001)
        assert status(world, tokens) == 401
        fresh = refresh(world, tokens)
        assert fresh.status_code == 200
        assert status(world, fresh.json()) == 200
        assert status(world, tokens) == 401
        world.clock.advance(minutes=59, seconds=59)
        assert status(world, fresh.json()) == 200

    def test_now(self, world: Any, shortcut: Run) -> None:
        world.sandbox.clock.advance(333)
        tokens = world.login(ADMIN)
        shortcut("expire-access-token", user=ADMIN)
        assert status(world, tokens) == 401
        assert status(world, refresh(world, tokens).json()) == 200

    def test_all_that_the_user_has_and_nobody_else_s(self, world: Any, shortcut: Run) -> None:
        first, second, other = world.login(ADMIN), world.login(ADMIN), world.login(MEMBER)
        renewed = refresh(world, first).json()
        answer = shortcut("expire-access-token", user=ADMIN)
        assert answer["result"]["access_tokens"] == 3
        assert answer["message"].endswith(f"3 access tokens of {ADMIN}.")
        assert [status(world, one) for one in (first, second, renewed)] == [401, 401, 401]
        assert status(world, other) == 200

    def test_a_token_that_comes_later_lives_its_hour(self, world: Any, shortcut: Run) -> None:
        world.login(ADMIN)
        shortcut("expire-access-token", user=ADMIN, after="5m")
        later = world.login(ADMIN)
        world.clock.advance(minutes=6)
        assert status(world, later) == 200

    def test_it_never_lives_longer(self, world: Any, shortcut: Run) -> None:
        tokens = world.login(ADMIN)
        shortcut("expire-access-token", user=ADMIN, after="5m")
        shortcut("expire-access-token", user=ADMIN, after="2h")
        world.clock.advance(minutes=5)
        assert status(world, tokens) == 401
        tokens = world.login(ADMIN)
        shortcut("expire-access-token", user=ADMIN, after="2h")
        world.clock.advance(hours=1)
        assert status(world, tokens) == 401

    def test_its_holder_is_told_nothing(self, world: Any, shortcut: Run) -> None:
        tokens = world.login(ADMIN)
        shortcut("expire-access-token", user=ADMIN, after="5m")
        renewed = refresh(world, tokens).json()
        assert renewed["expires_in"] == 3600
        claims = jwt.decode(renewed["access_token"], options={"verify_signature": False})
        assert claims["exp"] - claims["iat"] == 3600

    def test_who_is_not_logged_in_has_none(self, world: Any, shortcut: Run) -> None:
        answer = shortcut("expire-access-token", 409, user=ADMIN)
        assert answer["error"] == "not_logged_in"
        assert ADMIN in answer["message"]
        world.login(ADMIN)
        world.clock.advance(hours=1)
        shortcut("expire-access-token", 409, user=ADMIN)

    def test_it_is_kept_with_everything_else(self, world: Any, shortcut: Run) -> None:
        tokens = world.login(ADMIN)
        before = world.sandbox.store.snapshot()
        shortcut("expire-access-token", user=ADMIN)
        assert status(world, tokens) == 401
        world.sandbox.store.restore(before)
        assert status(world, tokens) == 200


class TestExpireSession:
    def test_in_minutes(self, world: Any, shortcut: Run) -> None:
        tokens = world.login(ADMIN)
        answer = shortcut("expire-session", user=ADMIN, after="5m")
        assert answer["result"] == {
            "user": ADMIN,
            "at": "2026-01-26T09:05:00.000Z",
            "sessions": 1,
        }
        world.clock.advance(minutes=4, seconds=59.999)
        renewed = refresh(world, tokens)
        assert renewed.status_code == 200
        assert status(world, tokens) == status(world, renewed.json()) == 200
        world.clock.advance(seconds=0.001)
        assert status(world, tokens) == status(world, renewed.json()) == 401
        assert refresh(world, renewed.json()).json()["error"] == "invalid_refresh_token"
        assert status(world, world.login(ADMIN)) == 200

    def test_now_and_nobody_else_s(self, world: Any, shortcut: Run) -> None:
        tokens, other = world.login(ADMIN), world.login(MEMBER)
        shortcut("expire-session", user=ADMIN)
        assert (status(world, tokens), refresh(world, tokens).status_code) == (401, 401)
        assert (status(world, other), refresh(world, other).status_code) == (200, 200)

    def test_it_never_lives_longer(self, world: Any, shortcut: Run) -> None:
        tokens = world.login(ADMIN)
        shortcut("expire-session", user=ADMIN, after="5m")
        shortcut("expire-session", user=ADMIN, after="50m")
        world.clock.advance(minutes=5)
        assert status(world, tokens) == 401

    def test_who_is_not_logged_in_has_none(self, world: Any, shortcut: Run) -> None:
        assert shortcut("expire-session", 409, user=ADMIN)["error"] == "not_logged_in"
        world.login(ADMIN)
        shortcut("expire-session", user=ADMIN)
        shortcut("expire-session", 409, user=ADMIN)


class TestEndSessions:
    def test_all_of_them_at_once(self, world: Any, shortcut: Run) -> None:
        first, second, other = world.login(ADMIN), world.login(ADMIN), world.login(MEMBER)
        answer = shortcut("end-sessions", user=ADMIN)
        assert answer == {
            "shortcut": "end-sessions",
            "message": f"Ended: 2 sessions of {ADMIN}.",
            "result": {"user": ADMIN, "sessions": 2},
        }
        for tokens in (first, second):
            assert (status(world, tokens), refresh(world, tokens).status_code) == (401, 401)
        assert status(world, other) == 200

    def test_there_may_be_none(self, shortcut: Run) -> None:
        assert shortcut("end-sessions", user=ADMIN)["result"]["sessions"] == 0


class TestSessions:
    def test_what_is_left_of_each(self, world: Any, shortcut: Run) -> None:
        tokens = world.login(ADMIN)
        world.clock.advance(minutes=50)
        refresh(world, tokens)
        world.login(MEMBER)
        [mine, other] = shortcut("sessions")["result"]["sessions"]
        assert [one["user"] for one in (mine, other)] == [ADMIN, MEMBER]
        assert [one["seconds"] for one in mine["access_tokens"]] == [600, 3600]
        assert mine["access_tokens"][0]["expires_at"] == "2026-01-26T10:00:00.000Z"
        assert mine["refresh_token"] == {
            "expires_at": "2026-01-26T17:50:00.000Z",
            "seconds": 8 * 3600,
        }
        assert (mine["created_at"], mine["ends_at"]) == ("2026-01-26T09:00:00.000Z", None)
        world.clock.advance(minutes=10)
        [mine] = shortcut("sessions", user=ADMIN)["result"]["sessions"]
        assert [one["seconds"] for one in mine["access_tokens"]] == [3000]

    def test_a_planned_end_is_the_end_of_its_tokens(self, world: Any, shortcut: Run) -> None:
        world.login(ADMIN)
        shortcut("expire-session", user=ADMIN, after="90s")
        [one] = shortcut("sessions")["result"]["sessions"]
        assert one["ends_at"] == "2026-01-26T09:01:30.000Z"
        assert one["access_tokens"][0]["seconds"] == one["refresh_token"]["seconds"] == 90

    def test_those_that_are_over_are_not_among_them(self, world: Any, shortcut: Run) -> None:
        world.login(ADMIN)
        world.clock.advance(hours=7, minutes=59)
        [one] = shortcut("sessions")["result"]["sessions"]
        assert (one["access_tokens"], one["refresh_token"]["seconds"]) == ([], 60)
        world.clock.advance(minutes=1)
        assert shortcut("sessions")["result"]["sessions"] == []
        world.login(ADMIN)
        shortcut("end-sessions", user=ADMIN)
        assert shortcut("sessions")["result"]["sessions"] == []

    def test_it_shows_no_token_and_changes_nothing(self, world: Any, shortcut: Run) -> None:
        tokens = world.login(ADMIN)
        before = world.sandbox.store.dump()
        shown = str(shortcut("sessions"))
        [session] = world.sandbox.store["sessions"].select().items
        secret = [tokens["access_token"], tokens["refresh_token"], session["refresh_id"]]
        assert not [one for one in (*secret, *session["access"]) if one in shown]
        assert world.sandbox.store.dump() == before


class TestAccounts:
    def test_switched_off_and_on(self, world: Any, shortcut: Run) -> None:
        tokens = world.login(ADMIN)
        answer = shortcut("switch-account", user=ADMIN, is_active=False)
        assert answer["message"] == f"{ADMIN} is switched off."
        assert (status(world, tokens), refresh(world, tokens).status_code) == (403, 401)
        shortcut("switch-account", user=ADMIN, is_active=True)
        assert status(world, tokens) == 200

    @pytest.mark.parametrize(
        ("user", "given", "organization"),
        [
            (ADMIN, {}, "Acme QA"),
            (ADMIN, {"organization_name": "Acme Ltd"}, "Acme Ltd"),
            ("admin@firstlogin.test", {}, "Firstlight Travel"),
        ],
    )
    def test_a_new_password_is_asked_for(
        self, world: Any, shortcut: Run, user: str, given: Any, organization: str
    ) -> None:
        shortcut("require-password-change", user=user, **given)
        answer = world.login(user)
        assert answer["must_change_password"] is True
        assert answer["organization_name"] == organization

    def test_until_it_was_changed(self, world: Any, shortcut: Run) -> None:
        shortcut("require-password-change", user=ADMIN)
        body = {"current_password": "Passw0rd!", "new_password": "Fresh1234"}
        assert world.client(ADMIN).post("/auth/change-password", json=body).status_code == 200
        assert world.login(ADMIN, "Fresh1234")["must_change_password"] is False


@pytest.mark.parametrize("user", ["ADMIN@acme.test", " admin@acme.test "])
def test_a_user_is_found_as_at_log_in(world: Any, shortcut: Run, user: str) -> None:
    world.login(ADMIN)
    assert shortcut("end-sessions", user=user)["result"] == {"user": ADMIN, "sessions": 1}


def test_a_plus_address_of_the_sandbox_will_do(world: Any, shortcut: Run) -> None:
    world.login(ADMIN)
    found = shortcut("end-sessions", user=f"admin+{world.name}@acme.test")
    assert found["result"] == {"user": ADMIN, "sessions": 1}
    answer = shortcut("end-sessions", 404, user="admin+elsewhere@acme.test")
    assert answer["error"] == "email_not_found"


@pytest.mark.parametrize(
    "name", ["expire-access-token", "expire-session", "end-sessions", "sessions"]
)
def test_an_unknown_user_is_404(shortcut: Run, name: str) -> None:
    answer = shortcut(name, 404, user="nobody@acme.test")
    assert answer["error"] == "email_not_found"
    assert answer["message"] == "No account has the e-mail nobody@acme.test."


@pytest.mark.parametrize("after", ["5", "m", "", "-5m", "5x", "soon", "36526d", 5])
def test_what_is_no_delay_is_422(world: Any, shortcut: Run, after: Any) -> None:
    tokens = world.login(ADMIN)
    answer = shortcut("expire-access-token", 422, user=ADMIN, after=after)
    assert [*answer["details"]] == ["after"]
    assert status(world, tokens) == 200


def test_a_session_knows_its_last_hundred_tokens(world: Any, shortcut: Run) -> None:
    first = tokens = world.login(ADMIN)
    for _ in range(99):
        second, tokens = tokens, refresh(world, tokens).json()
    assert status(world, first) == 200
    tokens = refresh(world, tokens).json()
    assert [status(world, one) for one in (first, second, tokens)] == [401, 200, 200]
    [session] = world.sandbox.store["sessions"].select().items
    assert len(session["access"]) == 100
    world.clock.advance(hours=1)
    refresh(world, tokens)
    [session] = world.sandbox.store["sessions"].select().items
    assert len(session["access"]) == 1


def test_a_scenario_may_have_sessions(world: Any, tmp_path: Any) -> None:
    file = tmp_path / "sessions.yaml"
    file.write_text(
        "scenario: sessions\ntitle: Sessions\ndescription: Two.\ncollections:\n"
        "  users:\n    admin: {email: a@b.test, password: Passw0rd!, about: The only one}\n"
        "  sessions:\n"
        "    plain: {user: admin, created_at: -2h}\n"
        "    far: {user: admin, created_at: '9999-12-31T23:00:00Z', ends_at: +1h,"
        " access: {0b6e6f0a-3a49-4c9e-8d2a-5f3b1c7d9e01: +30m}}\n"
    )
    scene = scenarios.load(contract.load("testr"), str(file))
    store = world.sandbox.store
    store.load({})
    scene.build(world.sandbox)
    [plain, far] = store["sessions"].select().items
    assert (plain["access"], plain["ends_at"], plain["ended_at"]) == ({}, None, None)
    assert plain["refresh_expires_at"] == "2026-01-26T15:00:00.000Z"
    assert far["access"] == {"0b6e6f0a-3a49-4c9e-8d2a-5f3b1c7d9e01": "2026-01-26T09:30:00.000Z"}
    assert far["ends_at"] == "2026-01-26T10:00:00.000Z"
    assert far["refresh_expires_at"] == "9999-12-31T23:59:59.999Z"
