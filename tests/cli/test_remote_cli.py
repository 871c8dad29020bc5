"""What all commands that talk to a server share: the way there, refusals, help, colours."""

from __future__ import annotations

import json
import re
import shlex
import socket
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import understudy
from understudy import contract
from understudy.cli import COMMANDS, exchange
from understudy.cli import understudy as command_line

GROUPS = ("sandbox", "clock", "shortcut", "fault", "journal", "state")
PAGE = Path(__file__).parents[2] / "docs/commands.md"


def commands(group=command_line, before=()):
    """All commands, as the words that call them."""
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        yield (*before, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*before, name))


REMOTE = [pair for pair in commands() if pair[0][0] in GROUPS]


def test_no_server(refused):
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    assert refused("clock", "--server", url) == (
        f"{url}: no server answers there; "
        "start one with `understudy serve`, or say with --server or UNDERSTUDY_URL where it is"
    )


@pytest.mark.parametrize("url", ["nonsense", "ftp://127.0.0.1", "http://[", "http://127.0.0.1:x"])
def test_no_address(refused, url):
    told = f"{url!r} is no server's address such as http://127.0.0.1:8000"
    assert refused("clock", "--server", url) == told


def test_the_default_server_and_sandbox():
    [option] = [one for one in REMOTE[0][1].commands["list"].params if one.name == "server"]
    assert option.default == "http://127.0.0.1:8000"


def test_options_win_over_the_environment(done, server):
    with server.sandbox(name="shell-2", clock="2026-01-27T09:00:00Z"):
        assert done("clock", "-s", "shell-2").out.startswith("2026-01-27T09:00:00.000Z")
        environment = {"UNDERSTUDY_URL": "http://127.0.0.1:1"}
        assert done("clock", "--server", server.url, env=environment).out.startswith("2026-01-26")


def test_a_control_token(done, refused):
    with understudy.run(scenario="empty", control_token="secret") as guarded:
        there = {"UNDERSTUDY_URL": guarded.url, "UNDERSTUDY_SANDBOX": None}
        hint = "give it with --token, or in UNDERSTUDY_CONTROL_TOKEN"
        told = f"{guarded.url}: the control token is missing; {hint}"
        assert refused("fault", "list", env=there) == told
        told = f"{guarded.url}: the control token is not the right one; {hint}"
        assert refused("fault", "list", "--token", "wrong", env=there) == told
        done("fault", "list", "--token", "secret", env=there)
        done("fault", "list", env={**there, "UNDERSTUDY_CONTROL_TOKEN": "secret"})


def test_what_is_no_text(refused):
    assert refused("clock", "set", "\udcff") == "an argument is no text in UTF-8"
    assert refused("fault", "show", "\udcff") == "an argument is no text in UTF-8"


@pytest.mark.parametrize(
    "arguments",
    [
        ["sandbox", "list"],
        ["clock"],
        ["shortcut", "list"],
        ["fault", "plans"],
        ["journal", "list"],
        ["state", "list"],
    ],
)
def test_json_is_what_the_control_api_says(done, application, server, arguments):
    ran = done(*arguments, "--json")
    assert ran.out == json.dumps(ran.json, indent=2, ensure_ascii=False) + "\n"


def test_colours_on_a_terminal(server, s, login):
    login(password="no")
    arguments = ["journal", "list", "--server", server.url, "-s", s.name]
    coloured = CliRunner().invoke(command_line, arguments, color=True).stdout
    assert click.style("401", fg="yellow") in coloured
    assert CliRunner().invoke(command_line, arguments).stdout == click.unstyle(coloured)


@pytest.mark.parametrize(("words", "command"), REMOTE, ids=[" ".join(words) for words, _ in REMOTE])
def test_help_has_examples_that_are_right(words, command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for file in ("my.yaml", "user.json"):
        (tmp_path / file).touch()
    text = CliRunner().invoke(command_line, [*words, "--help"]).stdout
    examples = re.findall(r"^    (understudy .*)$", text, re.MULTILINE)
    assert examples
    for example in examples:
        parse(example)
    if len(words) == 1:
        for common in ("--server", "--token", "--sandbox", "--json"):
            assert common in text
        assert "UNDERSTUDY_URL" in text
    else:
        assert all(example.split()[1] in (words[0], "serve") for example in examples)
        options = {option for param in command.params for option in param.opts}
        assert {"--server", "--token"} <= options
        assert ("--json" in options) is (words[1] not in ("har", "curl", "export"))
        assert ("--sandbox" in options) is (words[0] != "sandbox" and words[1] != "plans")


def parse(example):
    """Raises click.UsageError where a line is not what commands take."""
    line = re.split(r" {2,}| [|>] ", example)[0]
    command, args, ctx = command_line, shlex.split(line)[1:], None
    while isinstance(command, click.Group):
        ctx = command.make_context("", [*args], parent=ctx)
        name, command, args = command.resolve_command(ctx, ctx._protected_args + ctx.args)
    command.make_context(name, [*args], parent=ctx).close()


def test_the_list_of_commands_has_no_line_cut_off():
    for group in GROUPS:
        text = CliRunner().invoke(command_line, [group, "--help"]).stdout
        assert not re.search(r"\.\.\.$", text.partition("Commands:")[2], re.MULTILINE)


def test_help_imports_next_to_nothing():
    """Nor does completing the name of a command."""
    code = """
import sys
from click.testing import CliRunner
from understudy.cli import COMMANDS, understudy
for name in COMMANDS:
    assert CliRunner().invoke(understudy, [name, "--help"]).exit_code == 0
heavy = {"httpx", "yaml", "connexion", "uvicorn", "understudy.client", "understudy.contract"}
print(sorted(heavy & sys.modules.keys()))
"""
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", timeout=60, check=True
    )
    assert ran.stdout == "[]\n"


def test_the_commands_are_in_the_order_in_which_people_need_them():
    assert [*COMMANDS] == [
        "serve",
        "scenario",
        "contract",
        *GROUPS,
        "bundle",
        "replay",
        "verify",
        "rules",
        "completion",
    ]


def test_the_page_about_commands_is_right(shell, server, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = re.findall(r"^(understudy .*?)(?: {2,}.*)?$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert len(lines) > 15
    for line in lines:
        if "https://" in line:
            continue  # nobody is there
        ran = shell(*shlex.split(line)[1:], env={"UNDERSTUDY_SANDBOX": "nightly"})
        assert ran.code == 0, (line, ran)
        assert ran.err.startswith("wrote ") is ("--output" in line)
    files = {"run.har", "friday.yaml", "friday.understudy"}
    assert {file.name for file in tmp_path.iterdir()} == files


def test_every_reason_for_a_missing_body_has_words():
    schemas = contract.control().public_document()["components"]["schemas"]
    message = schemas["ExchangeMessage"]["properties"]
    assert {*message["omitted"]["enum"]} == {*exchange.OMITTED, None}
    kinds = schemas["ExchangeChange"]["properties"]["kind"]["enum"]
    assert {*kinds} == {*exchange.SIGNS}
