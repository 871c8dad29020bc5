"""Who can log in, what of theirs runs out, and who is told which password."""

from __future__ import annotations

import ssl

import httpx
import pytest

import understudy
from understudy.server import RunningServer

MONDAY = "2026-01-26T09:00:00.000Z"
PLAIN_HTTP = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
ADMIN = "admin@acme.test"


@pytest.fixture(scope="module")
def full():
    """A server with the default scenario."""
    with understudy.run(scenario="default", clock=MONDAY, seed="tests") as running:
        yield running


@pytest.fixture
def s(full: RunningServer):
    with full.sandbox(name="alice", clock=MONDAY) as made:
        yield made


def login(s, email=ADMIN, password="Passw0rd!"):
    with s.http() as client:
        answer = client.post("/auth/login", json={"email": email, "password": password})
        assert answer.status_code == 200, answer.text
        return answer.json()


def account(s, name=ADMIN):
    return next(one for one in s.accounts().accounts if one.name == name)


def group(s, name):
    return next(one for one in s.accounts().groups if one.name == name)


def test_an_account_tells_how_to_log_in(s):
    found = account(s)
    assert (found.address, found.password) == ("admin+alice@acme.test", "Passw0rd!")
    assert found.about == "ADMIN of team Acme QA"
    assert found.is_active
    assert found.sessions == ()
    with httpx.Client(base_url=s.api_url, verify=PLAIN_HTTP) as client:
        body = {"email": found.address, "password": found.password}
        assert client.post("/auth/login", json=body).status_code == 200
    assert len(account(s).sessions) == 1


def test_in_the_default_sandbox_the_address_is_the_name(full):
    with full.attach() as default:
        assert account(default).address == ADMIN


def test_sessions_show_the_rest_of_their_tokens_lives_and_no_token(s):
    tokens = login(s)
    s.clock.advance("10m")
    [session] = account(s).sessions
    assert [(one.kind, one.seconds) for one in session.tokens] == [
        ("access", 3000.0),
        ("refresh", 28200.0),
    ]
    assert session.ends_at is None
    told = str(s.accounts().raw)
    assert tokens["access_token"] not in told
    assert tokens["refresh_token"] not in told


def test_a_token_that_has_expired_is_not_listed(s):
    login(s)
    s.clock.advance("1h")
    [session] = account(s).sessions
    assert [one.kind for one in session.tokens] == ["refresh"]


def test_the_next_expiry_is_the_earliest_to_come(s):
    login(s)
    s.shortcuts.run("expire-session", user=ADMIN, after="20m")
    page = s.accounts()
    assert page.raw["next_expiry"] == "2026-01-26T09:20:00.000Z"
    s.clock.freeze(page.next_expiry)
    assert account(s).sessions == ()


def test_a_password_that_was_changed_is_not_told(s):
    tokens = login(s)
    body = {"current_password": "Passw0rd!", "new_password": "An0ther-one"}
    with s.http() as client:
        client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        assert client.post("/auth/change-password", json=body).status_code == 200
    found = account(s)
    assert found.password is None
    assert found.about == "ADMIN of team Acme QA"
    assert "An0ther-one" not in str(s.accounts().raw)


def test_an_account_that_no_scenario_tells_of_has_no_password_to_tell(s):
    body = {"email": "new@acme.test", "password": "Passw0rd!", "name": "New"}
    with s.http() as client:
        assert client.post("/auth/register", json=body).is_success
    found = account(s, "new@acme.test")
    assert (found.password, found.about) == (None, None)


def test_switched_off_and_a_password_to_change(s):
    s.shortcuts.run("switch-account", user=ADMIN, is_active=False)
    s.shortcuts.run("require-password-change", user=ADMIN, organization_name="Acme Ltd")
    found = account(s)
    assert not found.is_active
    assert found.notes == ("has to change the password, as Acme Ltd asks",)


def test_a_subscription_runs_and_ends(s):
    s.shortcuts.run("renew-subscription", user=ADMIN, lasting="30d")
    found = group(s, "Acme QA")
    assert (found.subscription.seconds, found.subscription.is_running) == (30 * 86400.0, True)
    s.clock.advance("31d")
    found = group(s, "Acme QA").subscription
    assert (found.seconds, found.is_running) == (-86400.0, False)


def test_a_quota_counts_what_there_is(s):
    s.shortcuts.run("fill-quota", user=ADMIN, leaving=2)
    [quota] = group(s, "Acme QA").quotas
    assert (quota.name, quota.limit - quota.used) == ("test cases", 2)
    s.shortcuts.run("lift-quota", user=ADMIN)
    [quota] = group(s, "Acme QA").quotas
    assert quota.limit is None


def test_who_has_no_team_has_a_personal_workspace_that_needs_no_subscription(s):
    [membership] = account(s, "solo@personal.test").groups
    found = next(one for one in s.accounts().groups if one.id == membership.id)
    assert (found.subscription, found.quotas[0].limit) == (None, 100)


def test_arguments_are_those_of_shortcuts(s):
    login(s)
    assert s.shortcuts.run("end-sessions", **account(s).arguments).result["sessions"] == 1
    team = group(s, "Acme QA")
    assert s.shortcuts.run("lift-quota", **team.arguments).message.startswith("Acme QA")


def test_pages(s):
    every = s.accounts()
    page = s.accounts(limit=2, offset=1)
    assert [one.name for one in page.accounts] == [one.name for one in every.accounts][1:3]
    assert page.total == every.total == len(every.accounts)
    assert {one.id for one in page.groups} == {
        one.id for found in page.accounts for one in found.groups
    }


def test_looking_is_no_use_of_the_sandbox(full, s):
    before = full.sandboxes.named("alice").touched
    s.accounts()
    assert full.sandboxes.named("alice").touched == before


def test_an_api_that_says_nothing_of_accounts_has_plain_ones(full, s, monkeypatch):
    monkeypatch.delitem(full.app.contract.extension, "account")
    found = account(s)
    assert (found.address, found.password) == ("admin+alice@acme.test", "Passw0rd!")
    assert (found.groups, found.sessions, s.accounts().next_expiry) == ((), (), None)


def test_no_such_sandbox(control):
    assert control.get("/sandboxes/nobody/accounts").status_code == 404
