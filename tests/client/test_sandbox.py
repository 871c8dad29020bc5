"""`understudy.Sandbox`: made, looked at, forked, reset, deleted."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import understudy

MONDAY = "2026-01-26T09:00:00.000Z"
OWN = """\
scenario: own
title: One account
collections:
  users:
    somebody: {email: somebody@own.test, password: 'Passw0rd!'}
"""


def sandboxes(server):
    return [one.name for one in server.list_sandboxes()]


class TestMaking:
    def test_it_lives_for_a_block(self, anywhere, names):
        name = names()
        with anywhere.sandbox("empty", name=name, seed=7, clock=MONDAY) as s:
            assert s.name == name
            assert s.url == anywhere.url
            assert s.api_url == anywhere.api_url == f"{s.url}/api/v1"
            assert s.headers == {"X-Understudy-Sandbox": name}
            info = s.show()
            assert (info.scenario, info.seed, info.clock.text) == ("empty", "7", MONDAY)
            assert name in sandboxes(anywhere)
        assert name not in sandboxes(anywhere)

    def test_without_a_name_it_gets_one(self, server):
        with server.sandbox() as one, server.sandbox() as two:
            assert one.name != two.name
            assert repr(one) == f"<Sandbox {one.name!r} of {server.url}>"

    def test_it_has_the_servers_scenario_unless_told_otherwise(self, server):
        with server.sandbox() as mine, server.sandbox("default") as full:
            assert mine.show().scenario == "empty"
            assert full.show().scenario == "default"
            assert full.show().objects > mine.show().objects

    def test_its_scenario_may_be_a_file_here(self, server, tmp_path, login):
        (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
        with server.sandbox(tmp_path / "own.yaml") as s:
            assert login(s, "somebody@own.test").get("/auth/me").status_code == 200

    @pytest.mark.parametrize("content", [None, b"\xff\xfe"])
    def test_a_file_that_cannot_be_read_is_a_usage_error(self, server, tmp_path, content):
        file = tmp_path / "own.yaml"
        if content:
            file.write_bytes(content)
        with pytest.raises(understudy.UsageError, match=r"own\.yaml: "):
            server.sandbox(file)

    def test_it_may_be_a_snapshot(self, s, server, login):
        login(s).post("/defects", json={"title": "Before"})
        snapshot = s.state.snapshot("before")
        with server.sandbox(snapshot=(s.name, snapshot.name)) as again:
            assert again.show().forked_from == s.name
            assert login(again).get("/defects").json()["total"] == 1

    def test_the_same_seed_gives_the_same_ids(self, server, login):
        ids = []
        for seed in ("one", "one", "two"):
            with server.sandbox(seed=seed, clock=MONDAY) as s:
                ids.append(login(s).post("/defects", json={"title": "It"}).json()["id"])
        assert ids[0] == ids[1] != ids[2]

    def test_its_clock_stands_at_a_datetime(self, server):
        noon = datetime(2026, 1, 26, 12, tzinfo=UTC)
        with server.sandbox(clock=noon) as s:
            assert s.clock.now() == noon

    def test_a_taken_name_is_a_conflict_and_an_unknown_scenario_names_those_known(self, server, s):
        with pytest.raises(understudy.ControlError) as taken:
            server.sandbox(name=s.name)
        assert (taken.value.status, taken.value.code) == (409, "sandbox_exists")
        with pytest.raises(understudy.ControlError, match=r"nope[\s\S]*default") as unknown:
            server.sandbox("nope")
        assert unknown.value.status == 422
        assert "scenario" in unknown.value.details


class TestLeaving:
    def test_a_sandbox_that_is_gone_already_is_left_alone(self, server):
        with server.sandbox() as s:
            s.delete()
        assert s.name not in sandboxes(server)

    def test_it_is_deleted_once(self, server, names):
        name = names()
        first = server.sandbox(name=name)
        first.close()
        with server.sandbox(name=name):
            first.close()
            assert name in sandboxes(server)

    def test_an_error_in_the_block_deletes_it_too(self, server):
        with pytest.raises(ZeroDivisionError), server.sandbox() as s:
            raise ZeroDivisionError
        assert s.name not in sandboxes(server)

    def test_a_server_that_is_gone_does_not_hide_what_went_wrong(self):
        with understudy.run(scenario="empty") as server:
            one, two = server.sandbox(), server.sandbox()
        with pytest.raises(ZeroDivisionError), one:
            raise ZeroDivisionError
        with pytest.raises(understudy.Unreachable), two:
            pass

    def test_its_http_clients_are_closed(self, s, server):
        with server.sandbox() as other:
            client = other.http()
            assert client.get("/auth/me").status_code == 401
        assert client.is_closed

    def test_an_attached_one_stays(self, s, anywhere):
        with anywhere.attach(s.name) as again:
            again.clock.advance(minutes=1)
            client = again.http()
        assert client.is_closed
        assert s.name in sandboxes(anywhere)
        assert s.clock.show().text == "2026-01-26T09:01:00.000Z"

    def test_an_attached_one_can_be_deleted(self, s, server):
        server.attach(s.name).delete()
        assert s.name not in sandboxes(server)

    def test_only_one_that_is_there_can_be_attached(self, server):
        with pytest.raises(understudy.ControlError) as raised:
            server.attach("nobody")
        assert (raised.value.status, raised.value.code) == (404, "no_such_sandbox")
        assert "nobody" not in sandboxes(server)


class TestLogIn:
    def test_by_plus_address(self, s, server):
        email = s.address("admin@acme.test")
        assert email == f"admin+{s.name}@acme.test"
        with server.attach().http() as client:
            del client.headers["X-Understudy-Sandbox"]
            answer = client.post("/auth/login", json={"email": email, "password": "Passw0rd!"})
        assert answer.json()["email"] == "admin@acme.test"
        assert s.journal.verify(operation="auth.login", exactly=1)

    def test_the_default_sandbox_needs_none(self, server):
        assert server.attach().address("admin@acme.test") == "admin@acme.test"

    def test_by_header(self, s, login):
        assert login(s).get("/auth/me").json()["email"] == "admin@acme.test"
        assert s.show().exchanges == 2


class TestForksAndResets:
    def test_a_fork_goes_its_own_way_and_ends_with_its_block(self, s, server, names, login):
        login(s).post("/defects", json={"title": "In both"})
        name = names()
        with s.fork(name, seed=1) as fork:
            assert (fork.name, fork.show().forked_from, fork.show().seed) == (name, s.name, "1")
            login(fork).post("/defects", json={"title": "In the fork"})
            assert login(fork).get("/defects").json()["total"] == 2
            assert login(s).get("/defects").json()["total"] == 1
        assert name not in sandboxes(server)
        assert s.name in sandboxes(server)

    def test_a_reset_begins_anew(self, s, login):
        login(s).post("/defects", json={"title": "Gone"})
        s.clock.advance("1h")
        s.faults.add(connection="close")
        info = s.reset()
        assert (info.clock.text, info.faults, info.exchanges) == (MONDAY, 0, 0)
        assert login(s).get("/defects").json()["total"] == 0


class TestServer:
    def test_it_shows_what_is_served(self, anywhere):
        info = anywhere.show()
        assert info.version == understudy.__version__
        assert {"default", "empty"} <= {one.name for one in info.scenarios}
        assert info.contract.base_path == "/api/v1"
        assert info.sandboxes.limit >= info.sandboxes.count >= 1

    def test_sandboxes_are_listed_page_by_page(self, anywhere, monkeypatch):
        monkeypatch.setattr("understudy.client.server.PAGE", 2)
        with anywhere.sandbox() as one, anywhere.sandbox() as two, anywhere.sandbox() as three:
            listed = sandboxes(anywhere)
            assert {"default", one.name, two.name, three.name} <= set(listed)
            assert len(listed) == len(set(listed)) == anywhere.show().sandboxes.count

    def test_it_lists_the_plans_of_faults(self, anywhere):
        plans = {one.name: one for one in anywhere.fault_plans()}
        assert {"flaky-wifi", "slow-backend", "outage", "captive-portal"} <= plans.keys()
        assert plans["slow-backend"].rules[0]["do"]["delay"]

    def test_a_running_server_still_has_its_worlds_at_hand(self, server, s):
        assert server.sandboxes.get(s.name).name == s.name
