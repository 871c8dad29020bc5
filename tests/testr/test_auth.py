"""Accounts, sessions and tokens: what each of the eight operations promises, and each of its
refusals.
"""

from __future__ import annotations

import jwt
import pytest

PASSWORD = "Passw0rd!"
FRESH = "Fresh1234"


def claims(token):
    return jwt.decode(token, options={"verify_signature": False})


def refresh(world, token):
    return world.anonymous.post("/auth/refresh", json={"refresh_token": token})


def with_token(world, token):
    return world.with_headers(Authorization=f"Bearer {token}")


class TestLogin:
    def test_gives_tokens_and_the_profile(self, world):
        answer = world.login("admin@acme.test")
        assert answer["expires_in"] == 3600
        assert answer["email"] == "admin@acme.test"
        assert answer["username"] == "admin"
        assert answer["is_active"] is True
        assert answer["is_paid"] is True
        assert [(one["name"], one["role"]) for one in answer["workspaces"]] == [
            ("Acme QA", "ADMIN")
        ]
        assert answer["must_change_password"] is False
        assert "organization_name" not in answer

    def test_claims_are_those_of_the_contract(self, world):
        answer = world.login("admin@acme.test")
        access, renewal = claims(answer["access_token"]), claims(answer["refresh_token"])
        assert set(access) == {"sub", "email", "type", "sid", "jti", "iat", "exp"} == set(renewal)
        assert (access["type"], renewal["type"]) == ("access", "refresh")
        assert access["sub"] == answer["user_id"]
        assert access["sid"] == renewal["sid"]
        assert access["jti"] != renewal["jti"]
        assert access["exp"] - access["iat"] == 3600
        assert renewal["exp"] - renewal["iat"] == 8 * 3600
        assert jwt.get_unverified_header(answer["access_token"])["alg"] == "HS256"

    @pytest.mark.parametrize("email", ["ADMIN@acme.test", "  admin@ACME.test "])
    def test_the_email_is_trimmed_and_its_case_does_not_matter(self, world, email):
        assert world.login(email, PASSWORD)["email"] == "admin@acme.test"

    def test_wrong_email_and_wrong_password_look_the_same(self, world):
        nobody = world.anonymous.post(
            "/auth/login", json={"email": "nobody@acme.test", "password": PASSWORD}
        )
        wrong = world.anonymous.post(
            "/auth/login", json={"email": "admin@acme.test", "password": "wrong"}
        )
        assert nobody.status_code == wrong.status_code == 401
        assert nobody.json() == wrong.json()
        assert wrong.json()["error"] == "invalid_credentials"

    def test_an_inactive_account_is_403(self, world):
        body = {"email": "inactive@acme.test", "password": PASSWORD}
        response = world.anonymous.post("/auth/login", json=body)
        assert (response.status_code, response.json()["error"]) == (403, "account_inactive")

    def test_an_inactive_account_with_a_wrong_password_is_401(self, world):
        body = {"email": "inactive@acme.test", "password": "wrong"}
        assert world.anonymous.post("/auth/login", json=body).status_code == 401

    def test_an_expired_subscription_logs_in_unpaid(self, world):
        assert world.login("admin@expired.test")["is_paid"] is False

    def test_personal_mode_has_no_team_workspaces(self, world):
        answer = world.login("solo@personal.test")
        assert answer["workspaces"] == []
        assert answer["is_paid"] is False

    def test_a_first_login_tells_the_organization(self, world):
        answer = world.login("admin@firstlogin.test")
        assert answer["must_change_password"] is True
        assert answer["organization_name"]

    def test_every_missing_field_is_named(self, world):
        response = world.anonymous.post("/auth/login", json={})
        assert response.status_code == 422
        assert set(response.json()["details"]) == {"email", "password"}

    def test_a_stale_token_in_the_header_does_not_matter(self, world):
        client = with_token(world, "stale")
        body = {"email": "admin@acme.test", "password": PASSWORD}
        assert client.post("/auth/login", json=body).status_code == 200


class TestRegister:
    def test_makes_an_account_in_personal_mode(self, world):
        body = {"email": "New.Person@acme.test", "password": FRESH}
        response = world.anonymous.post("/auth/register", json=body)
        assert response.status_code == 201
        assert response.json()["email"] == "new.person@acme.test"
        assert response.json()["username"] == "new.person"
        answer = world.login("new.person@acme.test", FRESH)
        assert answer["user_id"] == response.json()["id"]
        assert answer["workspaces"] == []
        limits = with_token(world, answer["access_token"]).get("/workspace/limits").json()
        assert limits == {
            "max_test_cases": 100,
            "current_test_cases": 0,
            "can_add_more": True,
            "is_unlimited": False,
        }

    def test_the_email_is_trimmed(self, world):
        body = {"email": " Spaces@acme.test\n", "password": FRESH}
        assert (
            world.anonymous.post("/auth/register", json=body).json()["email"] == "spaces@acme.test"
        )

    @pytest.mark.parametrize(
        "email", ["", "@", "a@b", "a b@c.test", "a@b@c.test", "a@b.test, c@d.test"]
    )
    def test_what_is_no_email_is_422(self, world, email):
        response = world.anonymous.post("/auth/register", json={"email": email, "password": FRESH})
        assert (response.status_code, list(response.json()["details"])) == (422, ["email"])

    def test_a_taken_email_is_400_whatever_its_case(self, world):
        body = {"email": "ADMIN@acme.test", "password": FRESH}
        response = world.anonymous.post("/auth/register", json=body)
        assert (response.status_code, response.json()["error"]) == (400, "email_taken")

    @pytest.mark.parametrize(
        "password", ["Sh0rt", "nouppercase1", "NOLOWERCASE1", "NoDigitsHere", ""]
    )
    def test_the_password_rule(self, world, password):
        response = world.anonymous.post(
            "/auth/register", json={"email": "a@b.test", "password": password}
        )
        assert response.status_code == 422
        assert list(response.json()["details"]) == ["password"]

    def test_every_invalid_field_is_named(self, world):
        response = world.anonymous.post(
            "/auth/register", json={"email": "no address", "password": "x"}
        )
        assert response.status_code == 422
        assert set(response.json()["details"]) == {"email", "password"}

    def test_the_password_is_stored_hashed(self, world):
        world.anonymous.post("/auth/register", json={"email": "a@b.test", "password": FRESH})
        user = world.sandbox.store["users"].first({"email": "a@b.test"})
        assert FRESH not in str(dict(user))
        assert user["_password_hash"].startswith("scrypt$")


class TestRefresh:
    def test_gives_two_new_tokens_with_full_lives(self, world):
        first = world.login("admin@acme.test")
        world.clock.advance(minutes=50)
        response = refresh(world, first["refresh_token"])
        assert response.status_code == 200
        second = response.json()
        assert second["expires_in"] == 3600
        assert second["access_token"] != first["access_token"]
        assert second["refresh_token"] != first["refresh_token"]
        assert (
            claims(second["refresh_token"])["exp"] - claims(first["refresh_token"])["exp"]
            == 50 * 60
        )

    def test_the_earlier_access_token_lives_until_it_expires(self, world):
        first = world.login("admin@acme.test")
        world.clock.advance(minutes=50)
        refresh(world, first["refresh_token"])
        client = with_token(world, first["access_token"])
        assert client.get("/auth/me").status_code == 200
        world.clock.advance(minutes=10)
        assert client.get("/auth/me").status_code == 401

    def test_replaying_a_used_token_ends_the_session(self, world):
        first = world.login("admin@acme.test")
        second = refresh(world, first["refresh_token"]).json()
        replay = refresh(world, first["refresh_token"])
        assert (replay.status_code, replay.json()["error"]) == (401, "invalid_refresh_token")
        assert refresh(world, second["refresh_token"]).status_code == 401
        assert with_token(world, second["access_token"]).get("/auth/me").status_code == 401

    def test_replaying_a_used_token_that_has_expired_ends_the_session_too(self, world):
        first = world.login("admin@acme.test")
        world.clock.advance(hours=7, minutes=59)
        second = refresh(world, first["refresh_token"]).json()
        world.clock.advance(minutes=2)
        assert refresh(world, first["refresh_token"]).status_code == 401
        assert with_token(world, second["access_token"]).get("/auth/me").status_code == 401

    def test_an_expired_token_that_was_not_used_ends_nothing(self, world):
        one = world.login("admin@acme.test")
        world.clock.advance(hours=8)
        assert refresh(world, one["refresh_token"]).status_code == 401
        session = world.sandbox.store["sessions"].get(claims(one["refresh_token"])["sid"])
        assert session["ended_at"] is None

    def test_a_chain_of_refreshes_outlives_eight_hours(self, world):
        token = world.login("admin@acme.test")["refresh_token"]
        for _ in range(3):
            world.clock.advance(hours=7)
            response = refresh(world, token)
            assert response.status_code == 200
            token = response.json()["refresh_token"]

    def test_eight_hours_end_the_refresh_token(self, world):
        token = world.login("admin@acme.test")["refresh_token"]
        world.clock.advance(hours=8)
        assert refresh(world, token).status_code == 401

    def test_one_second_before_eight_hours_it_is_good(self, world):
        token = world.login("admin@acme.test")["refresh_token"]
        world.clock.advance(hours=8, seconds=-1)
        assert refresh(world, token).status_code == 200

    def test_an_expired_subscription_is_402_and_uses_nothing_up(self, world):
        token = world.login("admin@expired.test")["refresh_token"]
        for _ in range(2):
            response = refresh(world, token)
            assert (response.status_code, response.json()["error"]) == (402, "subscription_expired")

    def test_an_access_token_does_not_refresh(self, world):
        assert refresh(world, world.login("admin@acme.test")["access_token"]).status_code == 401

    @pytest.mark.parametrize("token", ["garbage", "a.b.c", "ü"])
    def test_garbage_is_401(self, world, token):
        assert refresh(world, token).status_code == 401

    def test_a_missing_token_is_422(self, world):
        response = world.anonymous.post("/auth/refresh", json={})
        assert response.status_code == 422
        assert list(response.json()["details"]) == ["refresh_token"]


class TestLogout:
    def test_ends_the_session_and_leaves_the_others(self, world):
        one, other = world.login("admin@acme.test"), world.login("admin@acme.test")
        response = world.anonymous.post(
            "/auth/logout", json={"refresh_token": one["refresh_token"]}
        )
        assert response.json() == {"success": True}
        assert with_token(world, one["access_token"]).get("/auth/me").status_code == 401
        assert refresh(world, one["refresh_token"]).status_code == 401
        assert with_token(world, other["access_token"]).get("/auth/me").status_code == 200

    @pytest.mark.parametrize("token", ["garbage", "a.b.c", "", "x" * 3000])
    def test_is_200_for_any_text(self, world, token):
        response = world.anonymous.post("/auth/logout", json={"refresh_token": token})
        assert response.status_code == 200

    def test_is_idempotent(self, world):
        body = {"refresh_token": world.login("admin@acme.test")["refresh_token"]}
        assert [world.anonymous.post("/auth/logout", json=body).status_code for _ in range(2)] == [
            200,
            200,
        ]

    def test_an_earlier_refresh_token_of_the_session_ends_it_too(self, world):
        first = world.login("admin@acme.test")
        second = refresh(world, first["refresh_token"]).json()
        world.anonymous.post("/auth/logout", json={"refresh_token": first["refresh_token"]})
        assert refresh(world, second["refresh_token"]).status_code == 401

    def test_an_expired_refresh_token_of_the_session_ends_it_too(self, world):
        first = world.login("admin@acme.test")
        world.clock.advance(hours=7, minutes=59)
        second = refresh(world, first["refresh_token"]).json()
        world.clock.advance(minutes=2)
        world.anonymous.post("/auth/logout", json={"refresh_token": first["refresh_token"]})
        assert with_token(world, second["access_token"]).get("/auth/me").status_code == 401

    def test_an_access_token_ends_nothing(self, world):
        answer = world.login("admin@acme.test")
        world.anonymous.post("/auth/logout", json={"refresh_token": answer["access_token"]})
        assert with_token(world, answer["access_token"]).get("/auth/me").status_code == 200

    def test_a_malformed_body_is_refused(self, world):
        assert world.anonymous.post("/auth/logout", json={"refresh_token": 7}).status_code == 422


class TestMe:
    def test_tells_the_profile(self, world):
        answer = world.login("member@acme.test")
        assert with_token(world, answer["access_token"]).get("/auth/me").json() == {
            "user_id": answer["user_id"],
            "id": answer["user_id"],
            "email": "member@acme.test",
            "username": "member",
            "is_active": True,
            "is_paid": True,
        }

    def test_is_unpaid_with_an_expired_subscription(self, world):
        assert world.client("admin@expired.test").get("/auth/me").json()["is_paid"] is False

    def test_the_personal_workspace_is_unpaid(self, world):
        user = world.login("admin@acme.test")
        personal = world.sandbox.store["workspaces"].first({"owner_id": user["user_id"]})
        client = world.client("admin@acme.test")
        assert client.get("/auth/me").json()["is_paid"] is True
        chosen = client.get("/auth/me", headers={"X-Workspace-ID": personal["id"]})
        assert chosen.json()["is_paid"] is False

    def test_anothers_workspace_is_403(self, world):
        theirs = world.login("admin@other.test")["workspaces"][0]["id"]
        response = world.client("admin@acme.test").get(
            "/auth/me", headers={"X-Workspace-ID": theirs}
        )
        assert (response.status_code, response.json()["error"]) == (403, "workspace_forbidden")

    def test_an_account_that_was_switched_off_is_403(self, world):
        client = world.client("member@acme.test")
        user = world.sandbox.store["users"].first({"email": "member@acme.test"})
        world.sandbox.store["users"].change(user["id"], is_active=False)
        assert client.get("/auth/me").status_code == 403


class TestChangePassword:
    def test_sets_the_password_and_keeps_the_sessions(self, world):
        client = world.client("member@acme.test")
        body = {"current_password": PASSWORD, "new_password": FRESH}
        response = client.post("/auth/change-password", json=body)
        assert response.json() == {"success": True, "message": "Password changed successfully"}
        assert client.get("/auth/me").status_code == 200
        assert world.login("member@acme.test", FRESH)
        old = world.anonymous.post(
            "/auth/login", json={"email": "member@acme.test", "password": PASSWORD}
        )
        assert old.status_code == 401

    def test_a_wrong_current_password_is_400(self, world):
        body = {"current_password": "wrong", "new_password": FRESH}
        response = world.client().post("/auth/change-password", json=body)
        assert (response.status_code, response.json()["error"]) == (400, "invalid_current_password")
        assert world.login("admin@acme.test")

    @pytest.mark.parametrize("password", ["Sh0rt", "nouppercase1", "NOLOWERCASE1", "NoDigitsHere"])
    def test_the_password_rule(self, world, password):
        body = {"current_password": PASSWORD, "new_password": password}
        response = world.client().post("/auth/change-password", json=body)
        assert response.status_code == 422
        assert list(response.json()["details"]) == ["new_password"]

    def test_a_broken_rule_is_told_in_words(self, world):
        body = {"current_password": PASSWORD, "new_password": "nouppercase1"}
        told = (
            world.client()
            .post("/auth/change-password", json=body)
            .json()["details"]["new_password"]
        )
        assert told == [
            "needs 8 or more characters with an upper-case letter, a lower-case letter and a digit"
        ]

    def test_clears_the_first_login(self, world):
        body = {"current_password": "Temp0rary1", "new_password": FRESH}
        assert (
            world.client("admin@firstlogin.test")
            .post("/auth/change-password", json=body)
            .status_code
            == 200
        )
        answer = world.login("admin@firstlogin.test", FRESH)
        assert answer["must_change_password"] is False
        assert "organization_name" not in answer

    def test_works_with_an_expired_subscription(self, world):
        body = {"current_password": PASSWORD, "new_password": FRESH}
        assert (
            world.client("admin@expired.test").post("/auth/change-password", json=body).status_code
            == 200
        )


class TestForgottenPassword:
    def verify(self, world, email="member@acme.test"):
        return world.anonymous.post("/auth/forgot-password/verify-email", json={"email": email})

    def reset(self, world, email="member@acme.test", password=FRESH):
        body = {"email": email, "new_password": password}
        return world.anonymous.post("/auth/forgot-password/reset", json=body)

    def test_resets_and_ends_all_sessions(self, world):
        before = world.login("member@acme.test")
        assert self.verify(world).json() == {"success": True}
        assert self.reset(world).json() == {"success": True}
        assert with_token(world, before["access_token"]).get("/auth/me").status_code == 401
        assert refresh(world, before["refresh_token"]).status_code == 401
        assert world.login("member@acme.test", FRESH)

    def test_an_unknown_email_is_404(self, world):
        response = self.verify(world, "nobody@acme.test")
        assert (response.status_code, response.json()["error"]) == (404, "email_not_found")

    def test_a_reset_wants_a_verification(self, world):
        response = self.reset(world)
        assert (response.status_code, response.json()["error"]) == (400, "email_not_verified")

    def test_a_reset_of_an_unknown_email_is_404(self, world):
        response = self.reset(world, "nobody@acme.test")
        assert (response.status_code, response.json()["error"]) == (404, "email_not_found")

    def test_a_verification_is_for_one_email(self, world):
        self.verify(world)
        assert self.reset(world, "viewer@acme.test").status_code == 400

    def test_a_verification_is_used_up(self, world):
        self.verify(world)
        self.reset(world)
        assert self.reset(world).status_code == 400

    def test_the_window_is_fifteen_minutes(self, world):
        self.verify(world)
        world.clock.advance(minutes=15)
        assert self.reset(world).status_code == 200
        self.verify(world)
        world.clock.advance(minutes=15, seconds=1)
        assert self.reset(world).status_code == 400

    def test_a_refused_password_leaves_the_window_open(self, world):
        self.verify(world)
        response = self.reset(world, password="weak")
        assert (response.status_code, list(response.json()["details"])) == (422, ["new_password"])
        assert self.reset(world).status_code == 200


class TestBearerTokens:
    """The token matrix: everything but a live access token is 401."""

    def refused(self, world, token):
        response = with_token(world, token).get("/auth/me")
        return response.status_code == 401 and response.headers["www-authenticate"] == "Bearer"

    def test_none_at_all(self, world):
        assert world.anonymous.get("/auth/me").status_code == 401

    @pytest.mark.parametrize("header", ["", "Bearer", "Basic YTpi", "Token abc"])
    def test_another_scheme(self, world, header):
        assert world.with_headers(Authorization=header).get("/auth/me").status_code == 401

    def test_the_scheme_is_case_insensitive(self, world):
        token = world.login("admin@acme.test")["access_token"]
        assert (
            world.with_headers(Authorization=f"bearer {token}").get("/auth/me").status_code == 200
        )

    def test_garbage(self, world):
        assert self.refused(world, "garbage")
        assert self.refused(world, "a.b.c")

    def test_a_refresh_token(self, world):
        assert self.refused(world, world.login("admin@acme.test")["refresh_token"])

    def test_an_expired_one(self, world):
        token = world.login("admin@acme.test")["access_token"]
        world.clock.advance(minutes=59, seconds=59)
        assert not self.refused(world, token)
        world.clock.advance(seconds=1)
        assert self.refused(world, token)

    def test_a_changed_payload(self, world):
        head, _, tail = world.login("viewer@acme.test")["access_token"].split(".")
        _, payload, _ = world.login("admin@acme.test")["access_token"].split(".")
        assert self.refused(world, f"{head}.{payload}.{tail}")

    def test_another_key(self, world):
        token = world.login("admin@acme.test")["access_token"]
        header = jwt.get_unverified_header(token)
        assert self.refused(world, jwt.encode(claims(token), "k" * 32, "HS256", headers=header))

    def test_no_algorithm(self, world):
        token = world.login("admin@acme.test")["access_token"]
        forged = jwt.encode(claims(token), None, "none", headers={"kid": world.name})
        assert self.refused(world, forged)

    def test_an_own_header_in_front_of_no_signature(self, world):
        head, payload, _ = world.login("admin@acme.test")["access_token"].split(".")
        assert self.refused(world, f"{head}.{payload}.")

    def test_one_of_another_sandbox_is_not_this_sandboxs(self, world, server):
        elsewhere = server.sandboxes.open(f"{world.name}-elsewhere")
        token = world.login("admin@acme.test")["access_token"]
        header = jwt.get_unverified_header(token) | {"kid": elsewhere.name}
        body = claims(token)
        assert self.refused(world, jwt.encode(body, "k" * 32, "HS256", headers=header))
        server.sandboxes.delete(elsewhere.name)
