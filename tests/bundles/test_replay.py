"""A replay says that all is the same where nothing changed, whatever the application did."""

from __future__ import annotations

import subprocess
import sys

import httpx
import pytest

from .conftest import ADMIN, PASSWORD, App


def last(ran):
    return ran.lines[-1]


def verdicts(ran):
    return {int(line.split()[1][1:]): line.split()[0] for line in ran.lines if " #" in line[:12]}


def test_ids_and_numbers_come_out_the_same(app, replayed):
    app.login()
    one = app.defect("One").json()
    app.http.get(f"/defects/{one['id']}")
    app.http.delete(f"/defects/{one['id']}")
    app.defect("Two")
    app.http.get("/defects?limit=5&search=o")
    ran = replayed()
    assert (ran.code, ran.err) == (0, "")
    assert last(ran) == "6 exchanges: 6 the same, 0 different, 0 skipped"


def test_tokens_are_those_of_the_replay(app, s, replayed):
    tokens = app.login().json()
    app.http.get("/auth/me")
    other = app.login("member@acme.test").json()
    app.use(tokens["access_token"])
    app.http.get("/auth/me")
    refreshed = app.http.post("/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
    app.use(refreshed.json()["access_token"])
    app.http.get("/auth/me")
    app.http.post("/auth/logout", json={"refresh_token": other["refresh_token"]})
    app.use("a.token.of-nobody")
    assert app.http.get("/auth/me").status_code == 401
    ran = replayed()
    assert ran.code == 0, ran.out
    assert last(ran) == "8 exchanges: 8 the same, 0 different, 0 skipped"


def test_what_depends_on_the_time_happens_again(app, s, replayed):
    app.login()
    s.clock.advance(minutes=59)
    assert app.http.get("/auth/me").status_code == 200
    s.clock.advance(minutes=2)
    assert app.http.get("/auth/me").status_code == 401
    ran = replayed()
    assert ran.code == 0, ran.out
    assert last(ran) == "3 exchanges: 3 the same, 0 different, 0 skipped"


def test_a_clock_that_runs_makes_no_difference(first, second, file, shell):
    with first.sandbox() as s:
        s.clock.run(1)
        app = App(s)
        app.login()
        for number in range(10):
            app.defect(f"Defect {number}")
        app.http.get("/defects")
        s.save_bundle(file)
    ran = shell("replay", file, "--against", second.url)
    assert ran.code == 0, ran.out


def test_faults_strike_the_same_requests(app, s, replayed):
    app.login()
    s.faults.add(operation="defects.*", probability=0.5, error=402)
    told = [app.defect(str(number)).status_code for number in range(12)]
    assert set(told) == {201, 402}
    s.faults.clear()
    app.defect("After it")
    ran = replayed()
    assert ran.code == 0, ran.out
    assert last(ran) == "14 exchanges: 14 the same, 0 different, 0 skipped"


def test_a_connection_that_broke_breaks_again(app, s, replayed):
    app.login()
    s.faults.add(operation="auth.me", first=1, connection="reset")
    with pytest.raises(httpx.TransportError):
        app.http.get("/auth/me")
    app.http.get("/auth/me")
    ran = replayed()
    assert ran.code == 0, ran.out
    assert "GET /api/v1/auth/me no answer" in ran.out


def test_what_was_done_through_the_control_api_is_done_again(app, s, replayed):
    app.login()
    s.shortcuts.run("expire-subscription", workspace="Acme QA")
    assert app.defect("Refused").status_code == 402
    s.shortcuts.run("renew-subscription", workspace="Acme QA")
    kept = s.state.snapshot("before")
    app.defect("One")
    s.state.restore(kept.name)
    app.login()
    app.defect("Another")
    s.state.create("users", email="new@acme.test", password="Unheard-0f")
    app.login("new@acme.test", "Unheard-0f")
    ran = replayed()
    assert ran.code == 0, ran.out
    assert "0 different, 0 skipped" in last(ran)


def test_a_password_that_was_set_is_set_again(app, replayed):
    body = {"email": "new@here.test", "password": "Unheard-0f", "username": "new"}
    assert app.http.post("/auth/register", json=body).status_code == 201
    assert app.login("new@here.test", "Unheard-0f").status_code == 200
    assert app.login("new@here.test", "unheard").status_code == 401
    ran = replayed()
    assert last(ran) == "3 exchanges: 3 the same, 0 different, 0 skipped"


def test_a_secret_that_nobody_knows_skips_what_depends_on_it(app, replayed):
    app.login()
    app.defect("One")
    weak = {"email": "new@here.test", "password": "weak", "username": "new"}
    assert app.http.post("/auth/register", json=weak).status_code == 422
    app.defect("Two")  # which has the id and the number that it had
    ran = replayed()
    assert (ran.code, verdicts(ran)) == (0, {1: "same", 2: "same", 3: "skipped", 4: "same"})
    assert "needs a secret that nobody knows" in ran.out


def test_a_body_that_was_not_kept_is_told(app, replayed):
    app.login()
    app.http.post("/defects", json={"title": "Large", "description": "x" * 70_000})
    ran = replayed()
    assert verdicts(ran)[2] == "skipped"
    assert "its body was too large for the journal to keep" in ran.out


def test_a_journal_that_is_not_whole_is_told(app, s, replayed):
    app.login()
    app.defect("One")
    s.journal.clear()
    app.http.get("/auth/me")
    ran = replayed()
    assert "2 of the first requests are not in the journal any more" in ran.out
    assert verdicts(ran) == {3: "skipped"}


def test_an_application_inside_by_its_address_is_led_into_the_new_sandbox(first, file, shell):
    with first.sandbox(name="by-address") as s, first.attach() as other:
        http = other.http()
        del http.headers["X-Understudy-Sandbox"]
        login = {"email": s.address(ADMIN), "password": PASSWORD}
        token = http.post("/auth/login", json=login).json()["access_token"]
        http.get("/auth/me", headers={"Authorization": f"Bearer {token}"})
        s.save_bundle(file)
    ran = shell("replay", file)
    assert last(ran) == "2 exchanges: 2 the same, 0 different, 0 skipped"


def test_against_another_server_it_leaves_nothing_behind(app, second, replayed):
    app.login()
    app.defect("One")
    before = [one.name for one in second.list_sandboxes()]
    ran = replayed()
    assert (ran.code, last(ran)) == (0, "2 exchanges: 2 the same, 0 different, 0 skipped")
    assert [one.name for one in second.list_sandboxes()] == before


def test_one_command_in_a_process_of_its_own_reproduces_it(app, s, file):
    app.login()
    s.clock.advance(hours=2)
    app.http.get("/defects")
    s.save_bundle(file)
    command = [sys.executable, "-m", "understudy", "replay", str(file)]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "same     #2 GET /api/v1/defects 401" in run.stdout


def test_nothing_to_replay_is_nothing_different(replayed):
    assert replayed().lines == ["0 exchanges: 0 the same, 0 different, 0 skipped"]


def test_as_json(app, replayed):
    app.login()
    app.http.get("/defects?limit=1")
    found = replayed("--json").json
    assert found["counts"] == {"same": 2, "differs": 0, "skipped": 0}
    assert found["exchanges"][1] == {
        "sequence": 2,
        "method": "GET",
        "address": "/api/v1/defects?limit=1",
        "status": 200,
        "verdict": "same",
        "reason": None,
        "differences": [],
    }
