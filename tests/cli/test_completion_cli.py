"""What shells complete, through click's own protocol, and `understudy completion`."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from understudy.cli import COMMANDS, understudy
from understudy.clock import stopwatch

SCRIPT = Path(sys.executable).parent / (
    "understudy.exe" if sys.platform == "win32" else "understudy"
)


@pytest.fixture
def complete(server, s):
    """What is offered for the last word of a line, which may be empty."""
    usual = {"UNDERSTUDY_URL": server.url, "UNDERSTUDY_SANDBOX": s.name}

    def offered(line, **environment):
        words = line.split(" ")
        asked = {
            "_UNDERSTUDY_COMPLETE": "bash_complete",
            "COMP_WORDS": f"understudy {line}",
            "COMP_CWORD": str(len(words)),
        }
        env = {**usual, **asked, **environment}
        result = CliRunner().invoke(understudy, [], prog_name="understudy", env=env)
        assert (result.exit_code, result.stderr) == (0, "")
        pairs = [line.partition(",") for line in result.stdout.splitlines() if line]
        return [value for _, _, value in pairs]

    return offered


def test_commands(complete):
    assert complete("") == [*COMMANDS]
    assert complete("sh") == ["shortcut"]
    assert complete("clock ") == ["show", "freeze", "set", "advance", "run"]
    assert complete("--v") == ["--version"]


def test_options_and_choices(complete):
    assert complete("clock advance --s") == ["--server", "--sandbox"]
    assert complete("fault add --connection ") == ["close", "reset", "hang", "trickle"]
    assert complete("completion ") == ["bash", "zsh", "fish"]


@pytest.mark.parametrize(
    "line", ["clock show -s sh", "clock -s sh", "clock advance 5m --sandbox sh"]
)
def test_sandboxes(complete, line):
    assert complete(line) == ["shell"]


def test_names_of_the_server(complete, s):
    s.state.snapshot("before")
    s.faults.add(status=503, id="mine")
    assert complete("sandbox delete sh") == ["shell"]
    assert complete("sandbox create x --scenario de") == ["default"]
    assert complete("sandbox create x --snapshot sh") == ["shell:before"]
    assert complete("fault apply fl") == ["flaky-wifi"]
    assert complete("fault remove ") == ["mine"]
    assert complete("state show user") == ["users", "user_settings", "user_credentials"]
    assert complete("state restore ") == ["before"]
    assert complete("state compare before ") == ["before"]
    assert complete("shortcut run end") == ["end-sessions"]
    assert complete("shortcut run expire-access-token ") == ["user=", "after="]
    assert complete("shortcut run nope ") == []
    outcomes = complete("shortcut run simulate-integration outcome=C")
    assert outcomes == ["outcome=CONNECTED"]
    assert complete("fault add --operation auth.l") == ["auth.login", "auth.logout"]
    assert complete("journal verify --operation auth.me") == ["auth.me"]


def test_objects(complete, s):
    ids = [one["id"] for one in s.state.list("users")]
    assert complete("state show users ") == ids
    assert complete(f"state delete users {ids[0][:8]}") == [ids[0]]


def test_of_another_sandbox(complete, server):
    with server.sandbox(name="shell-2") as other:
        other.faults.add(status=503, id="theirs")
        assert complete("fault show -s shell-2 ") == ["theirs"]


def test_no_names_where_nothing_answers(complete):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for url in (f"http://127.0.0.1:{port}", "nonsense", "http://[", "http://127.0.0.1:x"):
        assert complete("clock show -s ", UNDERSTUDY_URL=url) == []
    assert complete("state show nope ") == []
    assert complete("clock show ", UNDERSTUDY_URL="nonsense") == []


def test_nobody_waits_for_a_server_that_is_silent(complete):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        start = stopwatch()
        assert complete("clock show -s ", UNDERSTUDY_URL=url) == []
        assert stopwatch() - start < 2


def test_the_token_is_sent(complete):
    import understudy

    with understudy.run(scenario="empty", control_token="secret") as server:
        there = {"UNDERSTUDY_URL": server.url}
        assert complete("clock show -s ", **there) == []
        assert complete("clock show -s ", UNDERSTUDY_CONTROL_TOKEN="secret", **there) == ["default"]
        assert complete("clock show --token secret -s ", **there) == ["default"]


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_script(done_or_warned, name):
    script = done_or_warned("completion", name)
    assert f"_UNDERSTUDY_COMPLETE={name}_complete" in script
    assert re.search(r"\bunderstudy\b", script)


@pytest.fixture
def done_or_warned(shell):
    """click warns on stderr of a bash that is too old."""

    def run(*arguments):
        ran = shell(*arguments)
        assert ran.code == 0
        return ran.out

    return run


@pytest.mark.skipif(sys.platform == "win32" or not shutil.which("bash"), reason="there is no bash")
def test_bash_completes(server, done_or_warned):
    setup = 'complete() { :; }; eval "$SCRIPT"\n'
    call = (
        "COMP_WORDS=(understudy fault apply fl) COMP_CWORD=3\n"
        + f"_understudy_completion {SCRIPT}\n"
    )
    environment = {
        **os.environ,
        "SCRIPT": done_or_warned("completion", "bash"),
        "UNDERSTUDY_URL": server.url,
    }
    ran = subprocess.run(
        ["bash", "--norc", "-c", f'{setup}{call}printf "%s\\n" "${{COMPREPLY[@]}}"'],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=30,
        check=True,
    )
    assert (ran.stdout, ran.stderr) == ("flaky-wifi\n", "")
