"""Every example of the help does what it says, on a stage that has what it names."""

from __future__ import annotations

import contextlib
import json
import re
import shlex
import threading
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import understudy
from understudy.cli import understudy as command_line

GROUPS = ("sandbox", "clock", "shortcut", "fault", "journal", "state", "bundle")
ELSEWHERE = ("understudy serve", "understudy replay")
SOMEBODY = "0b6e6f0a-3a49-4c9e-8d2a-5f3b1c7d9e01"
"""The id in the examples; an object's own takes its place."""

SCENARIO = """\
scenario: my
title: One account
collections:
  users:
    admin: {email: admin@acme.test, password: 'Passw0rd!'}
"""


def commands(group=command_line, before=()):
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        yield from [(*before, name)]
        if isinstance(command, click.Group):
            yield from commands(command, (*before, name))


def examples():
    """Each once; what `serve` and `replay` do is told elsewhere."""
    found = []
    for words in commands():
        if words[0] in GROUPS:
            text = CliRunner().invoke(command_line, [*words, "--help"]).stdout
            found += re.findall(r"^    (understudy .*)$", text, re.MULTILINE)
    lines = (re.split(r" {2,}| \| ", one)[0] for one in found)
    return [one for one in dict.fromkeys(lines) if not one.startswith(ELSEWHERE)]


EXAMPLES = examples()


@pytest.fixture(scope="module")
def running():
    with understudy.run(scenario="default", clock="2026-01-26T09:00:00Z") as server:
        yield server


@pytest.fixture
def stage(running, tmp_path, monkeypatch):
    """Two sandboxes and files with all that the examples name."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my.yaml").write_text(SCENARIO, "utf-8")
    for info in running.list_sandboxes():
        running.attach(info.name).delete()
    set_up(running.attach())
    running.attach().save_bundle("tuesday.understudy")
    yield running
    for info in running.list_sandboxes():
        running.attach(info.name).delete()


def set_up(s):
    with s.http() as client:
        login = {"email": s.address("admin@acme.test"), "password": "Passw0rd!"}
        token = client.post("/auth/login", json=login).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        client.get("/defects")
        client.post("/defects", json={"title": "Crash"})
        for _ in range(10):
            client.get("/auth/me")
    s.faults.add(operation="auth.register", error=500, id="lost-answer")
    s.state.snapshot("before")
    s.state.snapshot("after")


def prepared(line, running):
    """The words of a line, with ids of the stage in them; what it makes is not there yet."""
    words = shlex.split(line)[1:]
    command, default = words[:2], running.attach()
    sandboxes = [default]
    if ("alice" in line and command != ["sandbox", "create"]) or "alice:" in line:
        sandboxes.append(running.sandbox(name="alice"))
        set_up(sandboxes[-1])
    if command == ["sandbox", "delete"] and "what-if" in words:
        running.sandbox(name="what-if")
    for s in sandboxes:
        if command == ["fault", "add"]:
            s.faults.clear()
        if command == ["state", "snapshot"]:
            s.state.delete_snapshot("before")
    user = default.state.list("users")[0]
    Path("user.json").write_text(json.dumps(user), "utf-8")
    collection = words[2] if command in (["state", "show"], ["state", "delete"]) else "workspaces"
    if SOMEBODY not in line:
        return [user["id"] if one == "ID" else one for one in words]
    own = default.state.list(collection)[0]["id"]
    return [one.replace(SOMEBODY, own) for one in words]


@contextlib.contextmanager
def ended(followed):
    """What follows a journal goes on until its sandbox is gone."""
    if followed is None:
        yield
        return
    end = threading.Timer(0.3, followed.delete)
    end.start()
    yield
    end.join()


@pytest.mark.parametrize("line", EXAMPLES)
def test_an_example_does_what_it_says(line, stage):
    words = prepared(line.partition(" > ")[0], stage)
    env = {
        "UNDERSTUDY_URL": stage.url,
        "UNDERSTUDY_SANDBOX": None,
        "UNDERSTUDY_CONTROL_TOKEN": None,
    }
    followed = stage.attach("alice" if "alice" in words else "default") if "-f" in words else None
    with ended(followed):
        ran = CliRunner().invoke(command_line, words, env=env)
    assert ran.exit_code == 0, ran.output
    assert ran.stdout or "--output" in words


def test_there_are_examples_of_all():
    assert len(EXAMPLES) > 80
    assert {one.split()[1] for one in EXAMPLES} == {*GROUPS}
