"""Log-in, the refresh that comes by itself, and how a session ends."""

from __future__ import annotations

import pytest

ADMIN = "admin@acme.test"
LIVES = "shorten-access-tokens"


def test_a_login(make):
    desktop = make()
    answer = desktop.login()
    assert answer["username"] == "admin"
    assert desktop.session.access_token == answer["access_token"]
    assert desktop.events == ["logged_in"]


@pytest.mark.parametrize(
    ("email", "password", "kind", "code"),
    [
        (ADMIN, "wrong", "LOGIN", "invalid_credentials"),
        ("inactive@acme.test", "Passw0rd!", "REFUSED", "account_inactive"),
    ],
)
def test_a_login_that_is_refused(make, email, password, kind, code):
    desktop = make()
    failure = desktop.login(email, password)
    assert (failure.kind.name, failure.code) == (kind, code)
    assert desktop.events == ["login_failed"]
    assert desktop.session.access_token is None


def test_tokens_are_not_shown(desktop):
    assert desktop.session.access_token not in repr(vars(desktop.session))


@pytest.mark.parametrize("field", ["access_token", "refresh_token", "expires_in"])
@pytest.mark.parametrize("kind", ["missing_field", "wrong_type"])
def test_an_answer_without_tokens(make, box, kind, field):
    box.faults.add(operation="auth.login", off_contract=(kind, field))
    desktop = make()
    assert desktop.login().kind.name == "UNREACHABLE"
    assert desktop.waits() == -1


@pytest.mark.parametrize(
    ("lives", "seconds"), [("1h", 50 * 60), ("605s", 5), ("600s", 300), ("1s", 0.5)]
)
def test_the_refresh_is_planned_ten_minutes_before_the_end(make, box, lives, seconds):
    box.shortcuts.run(LIVES, lasting=lives)
    desktop = make()
    desktop.login()
    assert desktop.waits() == seconds * 1000


def test_the_refresh_comes_by_itself(make, box):
    box.shortcuts.run(LIVES, lasting="601s")
    desktop = make(lead=600.8)
    first = desktop.login()["access_token"]
    assert desktop.after(lambda: None, desktop.session.refresh_ended) is None
    box.shortcuts.run(LIVES, lasting="1h")
    box.journal.verify_order([{"operation": "auth.login"}, {"operation": "auth.refresh"}])
    assert desktop.session.access_token not in (None, first)
    assert desktop.outcome(desktop.api.list_defects())["total"] == 0


def test_a_refresh_with_an_expired_subscription(desktop, box):
    box.shortcuts.run("expire-subscription", user=ADMIN)
    failure = desktop.refresh()
    assert failure.code == "subscription_expired"
    assert desktop.events == ["subscription_expired"]
    box.shortcuts.run("renew-subscription", user=ADMIN)
    assert desktop.refresh() is None


def test_a_refresh_in_a_session_that_has_ended(desktop, box):
    box.shortcuts.run("end-sessions", user=ADMIN)
    assert desktop.refresh().kind.name == "LOGIN"
    assert desktop.events == ["login_required"]
    assert desktop.session.access_token is None
    assert desktop.waits() == -1


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        ({"error": 500}, 30),
        ({"retry_after": 7}, 7),
        ({"connection": "close"}, 30),
        ({"status": 503, "body": "<html>", "headers": {"Retry-After": "9"}}, 9),
    ],
)
def test_a_refresh_that_fails_for_the_moment_is_tried_again(desktop, box, fault, seconds):
    box.faults.add(operation="auth.refresh", first=1, **fault)
    assert desktop.refresh().may_pass
    assert desktop.waits() == seconds * 1000
    assert desktop.refresh() is None
    assert desktop.waits() == 50 * 60 * 1000


def test_a_refresh_whose_answer_was_lost_has_used_its_token_up(desktop, box):
    lost = {"kind": "close", "processed": True}
    box.faults.add(operation="auth.refresh", first=1, connection=lost)
    assert desktop.refresh().kind.name == "UNREACHABLE"
    assert desktop.refresh().kind.name == "LOGIN"
    assert desktop.events == ["unreachable", "login_required"]


def test_two_refreshes_at_once_are_one(desktop, box):
    desktop.session.refresh()
    assert desktop.refresh() is None
    box.journal.verify(operation="auth.refresh", exactly=1)


def test_a_logout(desktop, box):
    token = desktop.session.access_token
    desktop.after(desktop.session.logout, desktop.session.logged_out)
    assert desktop.session.access_token is None
    assert desktop.waits() == -1
    answer = box.http().get("/auth/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401


def test_a_logout_without_a_network(desktop, box):
    box.faults.add(connection="close")
    desktop.after(desktop.session.logout, desktop.session.logged_out)
    assert desktop.session.access_token is None
    assert desktop.events == ["logged_out"]


def test_a_logout_while_tokens_are_refreshed(desktop):
    desktop.session.refresh()
    failure = desktop.after(desktop.session.logout, desktop.session.refresh_ended)
    assert failure.kind.name == "LOGIN"
    assert desktop.session.access_token is None
    assert "login_required" not in desktop.events


def test_a_logout_of_nobody(make):
    desktop = make()
    desktop.session.logout()
    desktop.session.refresh()
    assert desktop.events == ["logged_out"]
