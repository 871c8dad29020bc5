"""The plugin's fixtures and settings, in a project that has nothing else."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

import understudy

LOGIN = """\
import pathlib
import pytest

def log_in(sandbox, email="admin@acme.test"):
    client = sandbox.http()
    body = {"email": email, "password": "Passw0rd!"}
    answer = client.post("/auth/login", json=body).raise_for_status().json()
    client.headers["Authorization"] = "Bearer " + answer["access_token"]
    return client
"""
DEFECTS = """
@pytest.mark.parametrize("number", range(3))
def test_alone(sandbox, understudy_server, number):
    client = log_in(sandbox)
    made = client.post("/defects", json={"title": "Only mine"}).json()
    assert client.get("/defects").json()["total"] == 1
    pathlib.Path(f"{number}.txt").write_text(made["id"])
    pathlib.Path(f"{number}.url").write_text(sandbox.url)
    assert sandbox.name.startswith("test-alone")
    assert sandbox.name in [one.name for one in understudy_server.list_sandboxes()]

def test_before_and_after_there_is_none(understudy_server):
    assert [one.name for one in understudy_server.list_sandboxes()] == ["default"]
"""
STAGE = """\
scenario: own
title: One account
collections:
  users:
    somebody: {email: somebody@own.test, password: 'Passw0rd!'}
"""


def ids(project):
    return [(project.folder / f"{number}.txt").read_text() for number in range(3)]


def urls(project):
    return {(project.folder / f"{number}.url").read_text() for number in range(3)}


def test_each_test_has_a_sandbox_of_its_own_and_the_same_ids_in_any_order(project):
    project.configure(understudy_scenario="empty")
    project.write("test_app.py", LOGIN + DEFECTS)
    outcome = project.run()
    assert outcome.counts == {"passed": 4}, outcome.text
    first = ids(project)
    assert len(set(first)) == 3
    assert len(urls(project)) == 1

    backwards = [f"test_app.py::test_alone[{number}]" for number in (2, 1, 0)]
    outcome = project.run("-n", "2", *backwards)
    assert outcome.counts == {"passed": 3}, outcome.text
    assert ids(project) == first
    assert len(urls(project)) == 2, "each worker starts a server"


def test_scenarios_and_clocks(project):
    project.configure(
        understudy_scenario="stages/own.yaml", understudy_clock="2026-01-26T09:00:00Z"
    )
    project.write("stages/own.yaml", STAGE)
    project.write(
        "test_stages.py",
        LOGIN
        + """
def test_configured(sandbox):
    assert log_in(sandbox, "somebody@own.test").get("/auth/me").status_code == 200
    assert sandbox.show().scenario == "own"
    assert sandbox.clock.show().text == "2026-01-26T09:00:00.000Z"
    assert sandbox.clock.show().is_frozen

@pytest.mark.scenario("empty")
class TestMarked:
    def test_by_the_class(self, sandbox):
        assert sandbox.show().scenario == "empty"
        assert sandbox.clock.show().text == "2026-01-26T09:00:00.000Z"

    @pytest.mark.scenario("default")
    def test_by_the_function(self, sandbox):
        assert sandbox.show().scenario == "default"

    @pytest.mark.scenario("stages/own.yaml")
    def test_by_a_file(self, sandbox):
        assert sandbox.show().scenario == "own"
""",
    )
    outcome = project.run()
    assert outcome.counts == {"passed": 4}, outcome.text


def test_a_wrong_scenario_is_told_without_a_traceback(project):
    project.write(
        "test_wrong.py",
        """\
        import pytest

        @pytest.mark.scenario("nope")
        def test_unknown(sandbox):
            pass

        @pytest.mark.scenario("nowhere/own.yaml")
        def test_missing(sandbox):
            pass

        @pytest.mark.scenario(name="empty")
        def test_misused(sandbox):
            pass

        def test_right(sandbox):
            pass
        """,
    )
    outcome = project.run()
    assert outcome.counts == {"passed": 1, "error": 3}, outcome.text
    assert "nope" in outcome.text
    assert "known: default, " in outcome.text
    assert "own.yaml: No such file or directory" in outcome.text
    assert 'write @pytest.mark.scenario("NAME")' in outcome.text
    assert "Traceback" not in outcome.text
    assert "pytest_plugin.py" not in outcome.text


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"understudy_scenario": "nope"}, "understudy: there is no scenario 'nope'"),
        ({"understudy_contract": "nope"}, "understudy: there is no contract 'nope'"),
        ({"understudy_clock": "noon"}, "understudy: clock: 'noon' is neither `real` nor"),
        ({"understudy_url": "http://127.0.0.1:9"}, "http://127.0.0.1:9: no server answers there"),
        ({"understudy_url": "nowhere"}, "understudy: 'nowhere' is no server's address"),
    ],
)
def test_a_server_that_cannot_be_is_told_without_a_traceback(project, settings, told):
    project.configure(**settings)
    project.write("test_app.py", "def test_any(sandbox):\n    pass\n")
    outcome = project.run()
    assert outcome.counts == {"error": 1}, outcome.text
    assert told in outcome.text
    assert "Traceback" not in outcome.text
    assert "pytest_plugin.py" not in outcome.text


def test_a_server_that_runs_elsewhere(project):
    project.configure(
        understudy_scenario="empty",
        understudy_clock="2026-01-26T09:00:00Z",
        understudy_url="http://127.0.0.1:9",
    )
    project.write(
        "test_elsewhere.py",
        LOGIN
        + """
@pytest.mark.parametrize("number", range(4))
def test_there(sandbox, number):
    assert sandbox.show().scenario == "empty"
    assert sandbox.clock.show().text == "2026-01-26T09:00:00.000Z"
    with pathlib.Path("names.txt").open("a") as file:
        print(sandbox.url, sandbox.name, file=file)
""",
    )
    with understudy.run(control_token="s3cret") as server:
        token = {"UNDERSTUDY_CONTROL_TOKEN": "s3cret"}
        by_option = project.run("-n", "2", "--understudy-url", server.url, **token)
        assert by_option.counts == {"passed": 4}, by_option.text
        by_environment = project.run(UNDERSTUDY_URL=server.url, **token)
        assert by_environment.counts == {"passed": 4}, by_environment.text
        without_a_token = project.run(UNDERSTUDY_URL=server.url)
        assert without_a_token.counts == {"error": 4}, without_a_token.text
        told = f"understudy: {server.url}: the control token is missing; give it in UNDERSTUDY_"
        assert told in without_a_token.text
        assert [one.name for one in server.list_sandboxes()] == ["default"]
    used = (project.folder / "names.txt").read_text().splitlines()
    assert {line.split()[0] for line in used} == {server.url}
    assert len(set(used)) == 8, "no two runs and no two tests share a name"


def test_the_header_tells_of_a_server_elsewhere_and_of_no_other(project):
    project.write("test_app.py", "def test_any():\n    pass\n")
    assert "understudy: the server" not in project.run("-v").text
    told = "understudy: the server at http://127.0.0.1:9 (from {})"
    by_environment = project.run("-v", UNDERSTUDY_URL="http://127.0.0.1:9")
    assert told.format("UNDERSTUDY_URL") in by_environment.text
    by_option = project.run("-v", "--understudy-url", "http://127.0.0.1:9", UNDERSTUDY_URL="x")
    assert told.format("--understudy-url") in by_option.text
    project.configure(understudy_url="http://127.0.0.1:9")
    assert told.format("understudy_url") in project.run("-v").text


def test_a_refusal_shows_the_line_of_the_test_and_no_other(project):
    project.write(
        "test_app.py",
        """\
        import understudy

        def test_fault(sandbox):
            sandbox.faults.add(operation="auth.nope", error=500)

        def test_unknown(sandbox):
            sandbox.journal.verify(oparation="auth.nope")

        def test_nothing(sandbox):
            sandbox.clock.advance()

        def test_nobody(understudy_server):
            understudy.connect("http://127.0.0.1:9").attach("x")

        def test_shortcut(sandbox):
            sandbox.shortcuts.run("nope")
        """,
    )
    outcome = project.run()
    assert outcome.counts == {"failed": 5}, outcome.text
    places = re.findall(r"^(\S+\.py):\d+: ", outcome.text, re.MULTILINE)
    assert places == ["test_app.py"] * 5
    assert "client/" not in outcome.text.replace("\\", "/")


def test_a_fixture_that_cannot_be_prints_its_message_once(project):
    project.configure(understudy_scenario="nope")
    project.write("test_app.py", "def test_any(sandbox):\n    pass\n")
    text = project.run().text.partition("short test summary")[0]
    assert text.count("there is no scenario 'nope'") == 1


def test_loading_it_loads_next_to_nothing():
    check = (
        "import sys, pytest; before = set(sys.modules); import understudy.pytest_plugin;"
        "print(sorted(set(sys.modules) - before))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", check], capture_output=True, text=True, check=True
    ).stdout
    assert loaded.strip() == "['understudy', 'understudy.pytest_plugin']"


def test_it_explains_itself(project):
    told = project.run("--help").text
    assert "--understudy-url=URL" in told
    for name in ("url", "scenario", "contract", "clock", "seed"):
        assert f"understudy_{name} (string)" in told
    assert "@pytest.mark.scenario(name): " in project.run("--markers").text
    fixtures = project.run("--fixtures").text
    assert "understudy_server [session scope]" in fixtures
    assert "A sandbox for this test alone" in fixtures
