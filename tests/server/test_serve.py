"""The command `understudy serve` as people meet it: a real process, what it prints, how it ends."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

import understudy

MONDAY = "2026-01-26T09:00:00Z"
ADMIN = {"email": "admin@acme.test", "password": "Passw0rd!"}

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")


def is_open(address: httpx.URL) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((address.host, address.port)) == 0


@pytest.fixture(scope="module")
def state(tmp_path_factory):
    return tmp_path_factory.mktemp("state") / "made" / "here"


@pytest.fixture(scope="module")
def process(serve, state) -> Iterator:
    with serve("--scenario", "empty", "--state", str(state), "--clock", MONDAY) as process:
        process.wait_for("Ctrl-C stops")
        yield process


@pytest.fixture(scope="module")
def client(process) -> Iterator[httpx.Client]:
    with process.client("admin@acme.test") as client:
        yield client


class TestScreen:
    def test_it_tells_what_a_person_needs_to_begin(self, process, state):
        url = process.url
        assert process.stdout.splitlines()[:11] == [
            f"Understudy {understudy.__version__} stands in for Testr API, 63 operations.",
            "",
            f"  API            {url}/api/v1",
            f"  Control        {url}/_control",
            f"  Console        {url}/_console/",
            f"  Documentation  {url}/docs",
            "  Scenario       empty: The accounts of default, and no data",
            f"  State          kept in {state}",
            f"  Clock          stands at {MONDAY}",
            "",
            "  Account                Password",
        ]
        assert re.search(
            r"^  admin@acme\.test +Passw0rd!   ADMIN of team Acme QA$", process.stdout, re.M
        )
        assert re.search(r"^  admin@firstlogin\.test +Temp0rary1  \S", process.stdout, re.M)

    def test_every_address_and_account_on_it_works(self, process, client):
        assert "Sandboxes" in httpx.get(f"{process.url}/_console/").text
        assert httpx.get(f"{process.url}/docs", follow_redirects=True).status_code == 200
        assert httpx.get(f"{process.url}/openapi.json").json()["info"]["title"] == "Testr API"
        accounts = re.findall(r"^  (\S+@\S+) +(\S+)  ", process.stdout, re.M)
        assert len(accounts) == 9
        for email, password in accounts:
            answer = client.post("/auth/login", json={"email": email, "password": password})
            assert answer.status_code == (403 if email.startswith("inactive") else 200)

    def test_it_says_nothing_on_stderr(self, process):
        assert process.stderr == ""

    def test_each_request_is_a_line(self, process, client):
        client.get("/defects", params={"search": "line"})
        process.wait_for(
            r"^\d\d:\d\d:\d\d  200 +\d+\.\d ms  "
            r"GET     /api/v1/defects\?search=line  admin@acme\.test$"
        )

    def test_so_is_a_refused_one(self, process, client):
        client.post("/defects", json={}, params={"refused": ""})
        process.wait_for(
            r"  422  .*  POST    /api/v1/defects\?refused=  .*  validation_error: title"
        )
        client.get("/refused/too")
        process.wait_for(r"  404  .*  GET     /api/v1/refused/too  not_found: ")

    def test_a_sandbox_is_named_with_the_user(self, process):
        with process.client("admin+mine@acme.test") as client:
            client.get("/auth/me")
        process.wait_for(r"  200  .*  GET     /api/v1/auth/me  admin@acme\.test in mine$")

    def test_what_the_contract_does_not_know_is_named(self, process, client):
        client.post("/defects", json={"title": "x", "colour": "red", "size": 1})
        told = process.wait_for(r"POST    /api/v1/defects .*  not in the contract: (.*)$")[1]
        assert "colour" in told
        assert "size" in told
        client.get("/test-plans", params={"flavour": "sweet"})
        process.wait_for(r"/api/v1/test-plans\?flavour=sweet .*  not in the contract: .*flavour")

    def test_secrets_are_blanked(self, process, client):
        client.get("/defects", params={"token": "Sup3rS3cret", "search": "blanked"})
        process.wait_for(r"GET     /api/v1/defects\?token=\*\*\*&search=blanked ")
        assert "Sup3rS3cret" not in process.stdout

    def test_control_characters_do_not_reach_the_terminal(self, process, client):
        client.post("/defects", json={"title": "x", "\x1b[2J\r\u202e": 1})
        process.wait_for(r"not in the contract: .*\?\[2J\?\?")
        address = httpx.URL(process.url)
        for target in (b"/api/v1/\x9b2J", b"/api/v1/a%1b[2Jb", b"/api/v1/defects?\x9b2Jmarked"):
            with socket.create_connection((address.host, address.port)) as connection:
                connection.sendall(
                    b"GET " + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                )
                while connection.recv(4096):
                    pass
        client.get("/the/last/one")
        process.wait_for("/api/v1/the/last/one")
        assert {char for char in process.stdout if not char.isprintable()} == {"\n"}

    def test_many_requests_at_once_are_counted(self, process):
        """Sent in one piece, they are at once on the busiest machine."""
        url = httpx.URL(process.url)
        one = f"GET /api/v1/auth/me HTTP/1.1\r\nHost: {url.host}:{url.port}\r\n\r\n".encode()
        with socket.create_connection((url.host, url.port)) as connection:
            connection.sendall(one * 200)
            answered = b""
            while answered.count(b"HTTP/1.1 401") < 200 and (some := connection.recv(1 << 16)):
                answered += some
        process.wait_for(r"… and \d+ more requests?$")

    @posix
    def test_a_second_server_on_the_same_state_is_refused(self, process, state, refused):
        told = refused("--scenario", "empty", "--state", str(state))
        assert told == (
            f"understudy: {state} is in use by another Understudy (pid {process.pid}). "
            "Stop it, or choose another --state directory.\n"
        )

    def test_a_port_in_use_is_refused(self, process, refused):
        port = str(httpx.URL(process.url).port)
        assert refused("--scenario", "empty", "--port", port) == (
            f"understudy: cannot listen on 127.0.0.1:{port}: it is in use; "
            "choose another --port, or 0 for a free one\n"
        )


class TestRefusals:
    @pytest.mark.parametrize(
        ("options", "told"),
        [
            (["--scenario", "nope"], "there is no scenario 'nope' (known: "),
            (["--scenario", "no/file.yaml"], "no/file.yaml: cannot be read: No such file"),
            (["--contract", "nope"], "there is no contract 'nope' (known: control, testr)"),
            (["--contract", "no/openapi.yaml"], "no/openapi.yaml: cannot be read: No such file"),
            (["--clock", "yesterday"], "clock: 'yesterday' is neither `real` nor a time such as"),
            (
                ["--host", "no.such.host.invalid"],
                "cannot listen on no.such.host.invalid:0: there is",
            ),
        ],
    )
    def test_a_wrong_option_is_one_line(self, refused, options, told):
        said = refused(*options)
        assert said.startswith("understudy: ")
        assert said.count("\n") == 1
        assert told in said

    def test_a_bad_scenario_file_is_told_with_its_line(self, refused, tmp_path):
        file = tmp_path / "bad.yaml"
        file.write_text(
            "scenario: bad\ntitle: Bad\ncollections:\n  planets: {}\n", encoding="utf-8"
        )
        assert refused("--scenario", str(file)).startswith(f"understudy: {file}:4: ")

    def test_a_bad_contract_file_is_told_with_its_line(self, refused, tmp_path):
        file = tmp_path / "openapi.yaml"
        file.write_text("openapi: 3.0.3\ninfo: {title: x\npaths: {}\n", encoding="utf-8")
        assert re.match(
            rf"understudy: {re.escape(str(file))}:\d: ", refused("--contract", str(file))
        )

    def test_a_state_directory_that_is_a_file(self, refused, tmp_path):
        file = tmp_path / "file"
        file.touch()
        for path in (file, file / "below"):
            said = refused("--scenario", "empty", "--state", str(path))
            assert said.startswith(f"understudy: {path} cannot be a state directory: ")
            assert said.count("\n") == 1

    @posix
    def test_a_state_directory_that_cannot_be_written(self, refused, tmp_path):
        folder = tmp_path / "locked"
        folder.mkdir(mode=0o500)
        if os.access(folder, os.W_OK):
            pytest.skip("this user may write anywhere")
        told = f"understudy: {folder} cannot be a state directory: Permission denied\n"
        assert refused("--scenario", "empty", "--state", str(folder)) == told


class TestStop:
    @posix
    @pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
    def test_a_signal_stops_it_cleanly_and_keeps_the_state(self, serve, tmp_path, sent):
        with serve("--scenario", "empty", "--state", str(tmp_path)) as process:
            with process.client("admin@acme.test") as client:
                client.post("/defects", json={"title": "The last request"})
                assert process.stop(sent) == 0
            assert re.search(r"  201 +\d+\.\d ms  POST    /api/v1/defects  ", process.stdout), (
                "the last line is there"
            )
            assert process.stdout.endswith("\nStopped.\n")
            assert process.stderr == ""
            assert not is_open(httpx.URL(process.url))
        default = tmp_path / "sandboxes" / "default"
        assert (default / "journal.jsonl").read_bytes() == b"", "all is in the snapshot"
        kept = json.loads((default / "snapshot.json").read_bytes())
        assert [one["title"] for one in kept["defects"].values()] == ["The last request"]
        assert not (tmp_path / "pid").exists()

    @posix
    def test_a_signal_right_after_the_start_is_not_lost(self, serve):
        with serve("--scenario", "empty") as process:
            process.wait_for("API")
            assert process.stop() == 0
            assert process.stdout.endswith("\nStopped.\n")

    @posix
    def test_a_request_that_never_ends_is_given_up_at_the_second_signal(self, serve):
        with serve("--scenario", "empty") as process:
            address = httpx.URL(process.api_url)
            with socket.create_connection((address.host, address.port)) as half:
                half.sendall(
                    b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"
                )
                httpx.get(f"{process.url}/openapi.json")
                process.send(signal.SIGINT)
                while is_open(address):
                    pass
                assert process.stop(signal.SIGINT) == 0
            assert process.stdout.endswith("\nStopped.\n")


class TestOptions:
    def test_strict_clock_seed_and_log_level(self, serve):
        options = ("--scenario", "empty", "--clock", MONDAY, "--seed", "7")
        with serve(*options, "--strict", "--log-level", "warning") as process:
            with process.client() as client:
                first = client.post("/auth/login", json=ADMIN)
                client.headers["Authorization"] = f"Bearer {first.json()['access_token']}"
                refused = client.post("/defects", json={"title": "x", "colour": "red"})
                assert (refused.status_code, [*refused.json()["details"]]) == (422, ["colour"])
                assert client.get("/defects", params={"colour": "red"}).status_code == 422
                created = client.post("/defects", json={"title": "x"}).json()
                assert created["created_at"] == "2026-01-26T09:00:00.000Z"
                assert first.headers["date"] == "Mon, 26 Jan 2026 09:00:00 GMT"
            for shown in ("Seed           7", "Strict         what the contract does not document"):
                assert f"  {shown}" in process.stdout
            if os.name == "posix":
                assert process.stop() == 0
            assert not re.search("POST|GET", process.stdout), "no request lines"
        with understudy.run(scenario="empty", clock=MONDAY, seed=7) as server:
            again = httpx.post(f"{server.api_url}/auth/login", json=ADMIN)
            assert again.content == first.content, "the same run, byte for byte"
            headers = {"Authorization": f"Bearer {again.json()['access_token']}"}
            body = {"title": "x", "colour": "red"}
            answer = httpx.post(f"{server.api_url}/defects", json=body, headers=headers)
            assert answer.status_code == 201, "only --strict refuses it"

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux answers at all of 127.0.0.0/8")
    def test_it_listens_on_loopback_unless_told_otherwise(self, serve):
        with (
            serve("--scenario", "empty") as usual,
            serve("--scenario", "empty", "--host", "0.0.0.0") as told,
        ):
            ports = [httpx.URL(process.url).port for process in (usual, told)]
            for url in (usual.url, told.url):
                assert url.startswith("http://127.0.0.1:")
                assert httpx.get(f"{url}/openapi.json").status_code == 200
            assert "Network" not in usual.stdout
            assert "  Network        listens on 0.0.0.0: others can reach it\n" in told.stdout
            with socket.socket() as probe:
                assert probe.connect_ex(("127.0.0.2", ports[0])) != 0
            with socket.create_connection(("127.0.0.2", ports[1])):
                pass

    def test_a_host_by_name_and_a_state_in_memory_are_shown_as_they_are(self, serve):
        with serve("--scenario", "empty", "--host", "localhost") as process:
            assert re.fullmatch(r"http://localhost:\d+", process.url)
            assert httpx.get(f"{process.url}/openapi.json").status_code == 200
            assert "  State          in memory; --state DIR keeps it\n" in process.stdout
            assert "  Clock          real time\n" in process.stdout

    def test_open_shows_the_console_in_the_browser(self, serve, tmp_path, monkeypatch):
        browser = tmp_path / "browser.py"
        browser.write_text(
            "import sys, urllib.request\n"
            "page = urllib.request.urlopen(sys.argv[1]).read().decode()\n"
            "print('seen', page.partition('<title>')[2].partition('<')[0], flush=True)\n",
            encoding="utf-8",
        )
        python = Path(sys.executable).as_posix()
        monkeypatch.setenv("BROWSER", f'"{python}" "{browser.as_posix()}" %s')
        with serve("--scenario", "empty", "--open") as process:
            process.wait_for(r"^seen Sandboxes")

    def test_it_explains_itself(self):
        command = [sys.executable, "-m", "understudy", "serve", "--help"]
        answer = subprocess.run(command, capture_output=True, text=True, check=True)
        for option in ("contract", "scenario", "host", "port", "state", "seed", "clock", "strict"):
            assert f"--{option} " in answer.stdout
        assert "Examples:" in answer.stdout
