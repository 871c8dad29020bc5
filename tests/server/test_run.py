"""`understudy.run(...)` and `understudy.create_app(...)`: a server inside somebody's tests."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

import understudy
from understudy import accepting
from understudy.server import RunningServer

MONDAY = "2026-01-26T09:00:00Z"
ADMIN = {"email": "admin@acme.test", "password": "Passw0rd!"}


@contextmanager
def api(server: RunningServer, email: str = "admin@acme.test") -> Iterator[httpx.Client]:
    """A client that is logged in."""
    with httpx.Client(base_url=server.api_url) as client:
        answer = client.post("/auth/login", json={**ADMIN, "email": email}).raise_for_status()
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield client


def is_free(url: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", httpx.URL(url).port or 0)) != 0


def servers_running() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "understudy"]


@pytest.fixture(autouse=True)
def leaves_nothing_running() -> Iterator[None]:
    before = servers_running()
    yield
    assert servers_running() == before


class TestRun:
    def test_it_serves_on_a_free_port_until_the_block_ends(self):
        with understudy.run(scenario="empty") as server:
            assert re.fullmatch(r"http://127\.0\.0\.1:[1-9]\d*", server.url)
            assert server.api_url == f"{server.url}/api/v1"
            assert httpx.post(f"{server.api_url}/auth/login", json=ADMIN).status_code == 200
        assert is_free(server.url)

    def test_the_port_can_be_chosen_and_taken_again_at_once(self):
        with understudy.run(scenario="empty") as first:
            httpx.get(f"{first.url}/openapi.json")
        port = httpx.URL(first.url).port
        with understudy.run(scenario="empty", port=port) as second:
            assert second.url == first.url
            assert httpx.get(f"{second.url}/openapi.json").status_code == 200

    def test_two_at_once_share_nothing(self):
        with (
            understudy.run(scenario="empty") as one,
            understudy.run(scenario="empty") as two,
            api(one) as first,
            api(two) as second,
        ):
            first.post("/defects", json={"title": "Only in one"})
            assert first.get("/defects").json()["total"] == 1
            assert second.get("/defects").json()["total"] == 0
            foreign = {"Authorization": first.headers["Authorization"]}
            assert second.get("/auth/me", headers=foreign).status_code == 401

    def test_sandboxes_are_at_hand(self):
        with understudy.run(scenario="empty", clock=MONDAY) as server, api(server) as client:
            created = client.post("/defects", json={"title": "Seen from inside"}).json()
            assert created["id"] in server.sandboxes.default.store["defects"]
            server.sandboxes.default.clock.advance(60 * 60 * 1000)
            assert client.get("/auth/me").status_code == 401

    def test_an_error_in_the_block_stops_the_server(self):
        with pytest.raises(ZeroDivisionError), understudy.run(scenario="empty") as server:
            raise ZeroDivisionError
        assert is_free(server.url)

    def test_an_idle_connection_does_not_hold_it_up(self):
        with understudy.run(scenario="empty") as server:
            client = httpx.Client()
            client.get(f"{server.url}/openapi.json")
        assert is_free(server.url)
        client.close()

    @pytest.mark.parametrize(
        ("options", "told"),
        [
            ({"scenario": "nope"}, "there is no scenario 'nope'"),
            ({"contract": "nope"}, "there is no contract 'nope'"),
            ({"clock": "noon"}, "'noon' is neither `real` nor a time"),
            ({"clock": "2026-01-26T09:00:00"}, "is neither `real` nor a time"),
            ({"clock": "9999-12-31T23:59:59Z"}, "is not in the years 1970 to 8999"),
            ({"clock": "1969-12-31T23:59:59Z"}, "is not in the years 1970 to 8999"),
            ({"host": "no.such.host.invalid"}, "there is no such address"),
            ({"host": "a" * 64}, "there is no such address"),
            ({"host": "192.0.2.1"}, "cannot listen on 192.0.2.1:0: "),
        ],
    )
    def test_what_cannot_be_right_is_a_usage_error(self, options, told):
        raises = pytest.raises(understudy.UsageError, match=re.escape(told))
        with raises as raised, understudy.run(**{"scenario": "empty", **options}):
            pytest.fail("it runs")
        assert "\n" not in str(raised.value)

    def test_a_port_in_use_is_a_usage_error_and_leaves_the_state_directory_free(self, tmp_path):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = other.getsockname()[1]
            raises = pytest.raises(understudy.UsageError, match=f"127.0.0.1:{port}: it is in use")
            with raises, understudy.run(scenario="empty", port=port, state=tmp_path):
                pytest.fail("it runs")
        understudy.create_app(scenario="empty", state=tmp_path).close()

    @pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
    def test_a_server_that_does_not_come_up_leaves_nothing(self, monkeypatch):
        urls = []

        async def fail(self, sockets):
            urls.append(f"http://127.0.0.1:{sockets[0].getsockname()[1]}")
            raise SystemExit(3)

        monkeypatch.setattr(accepting.Server, "startup", fail)
        raises = pytest.raises(understudy.UsageError, match="did not start")
        with raises, understudy.run(scenario="empty"):
            pytest.fail("it runs")
        assert is_free(urls[0])


class TestCreateApp:
    def test_it_is_plain_asgi(self):
        app = understudy.create_app(scenario="empty", clock=MONDAY)

        async def visit() -> list[httpx.Response]:
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                login = await client.post("/api/v1/auth/login", json=ADMIN)
                headers = {"Authorization": f"Bearer {login.json()['access_token']}"}
                me = await client.get("/api/v1/auth/me", headers=headers)
                return [login, me, await client.get("/nothing/here")]

        login, me, nothing = asyncio.run(visit())
        app.close()
        assert (login.status_code, me.status_code, nothing.status_code) == (200, 200, 404)
        assert me.json()["email"] == "admin@acme.test"
        assert nothing.json()["error"] == "not_found"

    def test_it_keeps_the_lifespan_protocol(self):
        app = understudy.create_app(scenario="empty")
        sent = []

        async def live() -> None:
            events = iter(["startup", "shutdown"])

            async def receive():
                return {"type": f"lifespan.{next(events)}"}

            async def send(message):
                sent.append(message["type"])

            await app({"type": "lifespan", "asgi": {"version": "3.0"}}, receive, send)

        asyncio.run(live())
        assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


class TestState:
    def test_objects_sessions_and_sandboxes_outlive_the_server(self, tmp_path):
        mine = "admin+mine@acme.test"
        with (
            understudy.run(scenario="empty", state=tmp_path) as server,
            api(server) as client,
            api(server, mine) as other,
        ):
            server.sandboxes.open("deleted")
            server.sandboxes.delete("deleted")
            stays = client.post("/defects", json={"title": "It stays"}).json()
            goes = client.post("/defects", json={"title": "It goes"}).json()
            client.request("DELETE", "/defects/batch", json={"defect_ids": [goes["id"]]})
            elsewhere = other.post("/defects", json={"title": "Elsewhere"}).json()
            headers, other_headers = dict(client.headers), dict(other.headers)
        with (
            understudy.run(scenario="empty", state=tmp_path) as server,
            httpx.Client(base_url=server.api_url, headers=headers) as client,
            httpx.Client(base_url=server.api_url, headers=other_headers) as other,
            api(server, mine) as again,
        ):
            assert client.get("/auth/me").json()["email"] == "admin@acme.test"
            assert client.get("/defects").json()["defects"] == [stays]
            assert client.get(f"/defects/{goes['id']}").status_code == 404
            assert other.get("/defects").json()["defects"] == [elsewhere]
            assert again.get("/defects").json()["defects"] == [elsewhere]
            assert {sandbox.name for sandbox in server.sandboxes} == {"default", "mine"}

    def test_ids_and_numbers_go_on_without_repeats(self, tmp_path):
        ids, defect_numbers, run_numbers = [], [], []
        for _ in range(2):
            with understudy.run(scenario="empty", state=tmp_path) as server, api(server) as client:
                plan = client.post("/test-plans", json={"name": "Plan"}).json()
                body = {"run_name": "Run", "test_plan_id": plan["id"]}
                run = client.post("/test-runs", json=body).json()
                defect = client.post("/defects", json={"title": "Defect"}).json()
                last = client.post("/defects", json={"title": "Deleted"}).json()
                client.request("DELETE", "/defects/batch", json={"defect_ids": [last["id"]]})
                ids += [plan["id"], run["id"], defect["id"], last["id"]]
                defect_numbers += [defect["defect_number"], last["defect_number"]]
                run_numbers.append(run["run_number"])
        assert len(set(ids)) == len(ids)
        assert defect_numbers == ["DEF-001", "DEF-002", "DEF-003", "DEF-004"]
        assert run_numbers == [1, 2]

    def test_another_scenario_is_refused_and_its_own_is_remembered(self, tmp_path):
        with understudy.run(scenario="empty", state=tmp_path) as server, api(server) as client:
            client.post("/defects", json={"title": "It stays"})
        told = f"{tmp_path} was begun with scenario empty; leave --scenario out"
        with pytest.raises(understudy.UsageError, match=re.escape(told)):
            understudy.create_app(scenario="default", state=tmp_path)
        with understudy.run(state=tmp_path) as server, api(server) as client:
            assert server.app.scenario.name == "empty"
            assert client.get("/defects").json()["total"] == 1

    def test_a_scenario_file_is_remembered_wherever_it_was_named_from(
        self, tmp_path, own_scenario, monkeypatch
    ):
        monkeypatch.chdir(own_scenario.parent)
        understudy.create_app(scenario=own_scenario.name, state=tmp_path).close()
        monkeypatch.chdir(tmp_path)
        understudy.create_app(scenario=own_scenario, state=tmp_path).close()
        app = understudy.create_app(state=tmp_path)
        assert app.scenario.name == "own"
        app.close()

    @pytest.mark.parametrize(
        "mistake",
        [{"scenario": "nope"}, {"clock": "noon", "seed": 7}, {"scenario": "empty", "clock": "x"}],
    )
    def test_a_start_that_failed_binds_to_nothing(self, tmp_path, mistake):
        with pytest.raises(understudy.UsageError):
            understudy.create_app(state=tmp_path, **mistake)
        understudy.create_app(scenario="default", seed=8, state=tmp_path).close()

    def test_another_seed_is_refused(self, tmp_path):
        understudy.create_app(scenario="empty", state=tmp_path, seed=7).close()
        told = f"{tmp_path} was begun with seed 7; "
        with pytest.raises(understudy.UsageError, match=re.escape(told)):
            understudy.create_app(scenario="empty", state=tmp_path, seed=8)
        understudy.create_app(scenario="empty", state=tmp_path).close()

    def test_a_second_server_is_refused_until_the_first_has_stopped(self, tmp_path):
        with understudy.run(scenario="empty", state=tmp_path) as first:
            told = f"{tmp_path} is in use by another Understudy (pid {os.getpid()})"
            with pytest.raises(understudy.UsageError, match=re.escape(told)) as raised:
                understudy.create_app(scenario="empty", state=tmp_path)
            assert "\n" not in str(raised.value)
            assert httpx.post(f"{first.api_url}/auth/login", json=ADMIN).status_code == 200
        understudy.create_app(scenario="empty", state=tmp_path).close()

    @pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
    def test_only_the_owner_can_read_what_is_kept(self, tmp_path):
        state = tmp_path / "state"
        with understudy.run(scenario="empty", state=state) as server, api(server) as client:
            client.post("/defects", json={"title": "x"})
            modes = {path: path.stat().st_mode & 0o777 for path in [state, *state.rglob("*")]}
        assert modes[state / "secret.key"] == 0o600
        assert modes == {path: 0o700 if path.is_dir() else 0o600 for path in modes}

    def test_settings_secrets_cannot_be_read_in_any_file(self, tmp_path):
        secrets = {
            "ai_api_key": "sk-first-secret",
            "jira_api_token": "second-secret",
            "azure_pat": "third-secret",
        }
        with understudy.run(scenario="empty", state=tmp_path) as server, api(server) as client:
            assert client.put("/settings", json=secrets).status_code == 200
            self.assert_nowhere(tmp_path, secrets)
        self.assert_nowhere(tmp_path, secrets)
        with understudy.run(scenario="empty", state=tmp_path) as server, api(server) as client:
            data = client.get("/settings").json()["data"]
            assert all(data[f"has_{name}"] for name in secrets)

    def assert_nowhere(self, folder: Path, secrets: dict[str, str]) -> None:
        files = [path for path in folder.rglob("*") if path.is_file()]
        assert any(b"ai_api_key" in path.read_bytes() for path in files), "the settings are there"
        for path in files:
            for secret in [*secrets.values(), ADMIN["password"]]:
                assert secret.encode() not in path.read_bytes(), path

    @pytest.mark.parametrize("content", ["", "abc", "zz" * 32, "ab" * 31, "ä" * 64])
    def test_a_damaged_key_file_is_refused(self, tmp_path, content):
        key = tmp_path / "secret.key"
        key.write_text(content, encoding="utf-8")
        told = f"{key}:1: this is not a key file"
        with pytest.raises(understudy.UsageError, match=re.escape(told)):
            understudy.create_app(scenario="empty", state=tmp_path)
        assert key.read_text(encoding="utf-8") == content

    def test_a_damaged_snapshot_is_refused_with_the_way_out(self, tmp_path):
        understudy.create_app(scenario="empty", state=tmp_path).close()
        snapshot = tmp_path / "sandboxes" / "default" / "snapshot.json"
        content = snapshot.read_bytes()
        snapshot.write_bytes(content[: len(content) // 2])
        told = f"{re.escape(str(snapshot))}:\\d+: .*; put a backup in its place, or move"
        with pytest.raises(understudy.UsageError, match=told):
            understudy.create_app(scenario="empty", state=tmp_path)
        snapshot.write_bytes(content)
        understudy.create_app(scenario="empty", state=tmp_path).close()

    def test_a_torn_last_line_of_the_journal_is_cut_off_with_a_warning(self, tmp_path, caplog):
        app = understudy.create_app(scenario="empty", state=tmp_path)
        with app.sandboxes.default.store.transaction():
            app.sandboxes.default.store.next_number("kept", "x")
        journal = tmp_path / "sandboxes" / "default" / "journal.jsonl"
        whole = journal.read_bytes()
        app.close()
        journal.write_bytes(whole + whole[:20])
        app = understudy.create_app(scenario="empty", state=tmp_path)
        assert app.sandboxes.default.store.next_number("kept", "x") == 2
        app.close()
        assert f"{journal}:2: cut off the last line" in caplog.text


@pytest.fixture
def own_scenario(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("scenario") / "own.yaml"
    file.write_text(
        "scenario: own\n"
        "title: Somebody\n"
        "description: One account.\n"
        "collections:\n"
        "  users:\n"
        "    somebody: {email: somebody@own.test, password: Passw0rd!, about: Somebody}\n",
        encoding="utf-8",
    )
    return file
