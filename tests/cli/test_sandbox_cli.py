"""`understudy sandbox`."""

from __future__ import annotations

import pytest

SCENARIO = """\
scenario: mine
title: My stage
collections:
  users:
    admin: {email: admin@mine.test, password: 'Passw0rd!'}
"""


@pytest.fixture
def made(server):
    """Names of sandboxes to delete at the end."""
    names = []
    yield names
    for name in names:
        server.attach(name).delete()


def test_list(done, s):
    ran = done("sandbox", "list")
    heading, *rows = ran.lines
    assert heading.split()[:6] == ["Name", "From", "Time", "Objects", "Exchanges", "Faults"]
    [row] = [one for one in rows if one.startswith("shell ")]
    assert row.split()[1:4] == ["empty", "2026-01-26T09:00:00.000Z,", "stands"]
    assert row.index("2026") == heading.index("Time")


def test_list_as_json(done, server):
    answer = done("sandbox", "list", "--json").json
    names = [one.name for one in server.list_sandboxes()]
    assert [one["name"] for one in answer["sandboxes"]] == names
    assert answer["total"] == len(names)


def test_create(done, server, made):
    ran = done("sandbox", "create", "shell-2", "--seed", "7", "--clock", "2026-01-26T10:00:00Z")
    made.append("shell-2")
    assert ran.lines == [
        "shell-2  from empty, 132 objects, 0 exchanges, 0 faults, 2026-01-26T10:00:00.000Z, stands",
        "Log in as LOCAL+shell-2@DOMAIN, or send X-Understudy-Sandbox: shell-2.",
    ]
    info = server.attach("shell-2").show()
    assert (info.seed, info.clock.text) == ("7", "2026-01-26T10:00:00.000Z")


def test_create_without_a_name(done, server, made):
    answer = done("sandbox", "create", "--json").json
    made.append(answer["name"])
    assert server.attach(answer["name"]).show().scenario == "empty"


def test_create_from_another_scenario(done, made):
    answer = done("sandbox", "create", "--scenario", "default", "--json").json
    made.append(answer["name"])
    assert answer["scenario"] == "default"


@pytest.mark.parametrize("is_piped", [True, False])
def test_create_from_a_file(done, made, tmp_path, is_piped):
    file = tmp_path / "mine.yaml"
    file.write_text(SCENARIO, encoding="utf-8")
    given = ["-"] if is_piped else [str(file)]
    answer = done("sandbox", "create", "--json", "--file", *given, stdin=SCENARIO).json
    made.append(answer["name"])
    assert answer["scenario"] == "mine"


def test_create_from_a_snapshot(done, s, made):
    s.state.create("users", email="new@acme.test", password="Passw0rd!")
    s.state.snapshot("before")
    answer = done("sandbox", "create", "--snapshot", "shell:before", "--json").json
    made.append(answer["name"])
    assert (answer["forked_from"], answer["objects"]) == ("shell", s.show().objects)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["shell"], "There is a sandbox 'shell' already."),
        (["a b", "--clock", "noon"], "NAME: is not a name of 1 to 63 letters, "),
        (["a b", "--clock", "noon"], "--clock: must be a time such as "),
        (["--scenario", "nope"], "--scenario: there is no scenario 'nope' (known: default, "),
        (
            ["--snapshot", "shell"],
            "--snapshot: 'shell' is not SANDBOX:NAME, such as default:before",
        ),
        (["--snapshot", "shell:nope"], "There is no snapshot 'nope' of sandbox 'shell'; "),
        (["--scenario", "empty", "--file", "-"], "--file: is one source too many"),
        (["--file", "-"], "<stdin>:1: the file is not a mapping"),
    ],
)
def test_create_refused(refused, server, arguments, told):
    before = len(server.list_sandboxes())
    assert told in refused("sandbox", "create", *arguments, stdin="- a\n")
    assert len(server.list_sandboxes()) == before


def test_every_mistake_of_a_file_has_its_line(shell, tmp_path):
    file = tmp_path / "bad.yaml"
    file.write_text(SCENARIO + "  nope: {}\n  neither: {}\n", encoding="utf-8")
    ran = shell("sandbox", "create", "--file", str(file))
    first, second = ran.err.splitlines()
    assert (ran.code, ran.out) == (2, "")
    assert first.startswith(f"understudy: {file}:6: ")
    assert second.startswith(f"{file}:7: ")


@pytest.mark.parametrize("name", ["", "a b", "..", "x" * 64])
def test_what_is_no_name_is_refused_before_anybody_is_asked(refused, name):
    nowhere = {"UNDERSTUDY_URL": "http://127.0.0.1:9"}
    told = f"{name!r} is not a name of 1 to 63 letters, digits, dots, dashes and underscores"
    assert refused("clock", "-s", name, env=nowhere) == f"--sandbox: {told}"
    assert refused("sandbox", "show", name, env=nowhere) == f"NAME: {told}"
    assert refused("sandbox", "delete", name, env=nowhere) == f"NAME: {told}"


def test_other_names_cannot_be_empty_either(refused):
    assert refused("fault", "show", "") == "'' names nothing"
    assert refused("state", "show", "..") == "'..' names nothing"


def test_it_says_where_the_name_of_what_is_not_there_came_from(refused):
    there = {"UNDERSTUDY_SANDBOX": "nobody"}
    told = "There is no sandbox 'nobody'"
    for command in (["fault", "list"], ["sandbox", "show"], ["sandbox", "reset"]):
        line = refused(*command, env=there)
        assert line.startswith(told)
        assert line.endswith(" (the name is that of UNDERSTUDY_SANDBOX).")
    assert refused("clock", "-s", "nobody").endswith(" (the name is that of --sandbox).")
    assert "the name is that of" not in refused("sandbox", "show", "nobody")
    assert refused("clock", env={"UNDERSTUDY_SANDBOX": "a b"}).startswith("UNDERSTUDY_SANDBOX: ")


def test_a_file_that_is_no_text(refused, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_bytes(b"\xff\xfe")
    assert refused("sandbox", "create", "--file", str(file)) == f"{file}: is no text in UTF-8"


def test_show(done, s):
    s.state.snapshot("before")
    ran = done("sandbox", "show")
    assert ran.lines[0] == "shell"
    facts = dict(line.strip().split("  ", 1) for line in ran.lines[1:])
    facts = {name: told.strip() for name, told in facts.items()}
    assert facts["made from"] == "empty"
    assert facts["time"] == "2026-01-26T09:00:00.000Z, stands"
    assert facts["snapshots"] == "before"
    assert facts["log in as"] == "LOCAL+shell@DOMAIN, or send X-Understudy-Sandbox: shell"
    assert done("sandbox", "show", "shell").lines[:-2] == ran.lines[:-2]


def test_show_the_default_one(done):
    ran = done("sandbox", "show", env={"UNDERSTUDY_SANDBOX": None})
    assert ran.lines[0] == "default"
    assert ran.lines[-1] == "  log in as   anybody; requests that name no sandbox come here"


def test_fork(done, server, s, made):
    s.state.create("users", email="new@acme.test", password="Passw0rd!")
    ran = done("sandbox", "fork", "shell", "shell-what-if", "--seed", "7")
    made.append("shell-what-if")
    assert ran.lines[0].startswith("shell-what-if  from shell, ")
    assert server.attach("shell-what-if").show().objects == s.show().objects
    assert "  made from   empty, by way of shell" in done("sandbox", "show", "shell-what-if").lines


def test_fork_unnamed(done, made):
    answer = done("sandbox", "fork", "--json").json
    made.append(answer["name"])
    assert answer["forked_from"] == "shell"


def test_reset(done, s):
    before = s.show().objects
    s.state.create("users", email="new@acme.test", password="Passw0rd!")
    ran = done("sandbox", "reset")
    assert ran.out.startswith(f"shell  from empty, {before} objects, ")
    assert s.show().objects == before


def test_delete(done, refused, server):
    server.sandbox(name="shell-3")
    assert done("sandbox", "delete", "shell-3").out == "Deleted shell-3.\n"
    assert refused("sandbox", "delete", "shell-3").startswith("There is no sandbox 'shell-3'; ")


def test_delete_wants_a_name(shell):
    ran = shell("sandbox", "delete")
    assert ran.code == 2
    assert "Missing argument 'NAME'" in ran.err


def test_accounts(done, s, login):
    login()
    s.shortcuts.run("renew-subscription", user="admin@acme.test", lasting="30d")
    ran = done("sandbox", "accounts", "shell")
    assert ran.lines[0].split() == ["Log", "in", "as", "Password", "What", "for"]
    assert ["admin+shell@acme.test", "Passw0rd!"] in [one.split()[:2] for one in ran.lines]
    assert "  admin@acme.test  access token 1h, refresh token 8h" in ran.lines
    assert any("runs for 30d" in one and "no quota" in one for one in ran.lines)


def test_accounts_page_by_page(done, s):
    ran = done("sandbox", "accounts", "shell", "--limit", "1")
    assert ran.lines[-1].startswith("1 to 1 of ")
    assert done("sandbox", "accounts", "shell", "--offset", "1000").lines == [
        "There are no more accounts."
    ]


def test_accounts_as_json(done, s):
    answer = done("sandbox", "accounts", "shell", "--json").json
    assert answer == s.accounts().raw
