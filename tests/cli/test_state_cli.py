"""`understudy state`."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def admin(s):
    [found] = s.state.list("users", field="email", value="admin@acme.test")
    return found


def test_list(done, s):
    heading, *rows = done("state", "list").lines
    assert heading.split() == ["Collection", "Objects", "Refers", "to"]
    assert rows[0].split() == ["users", "9"]
    [memberships] = [row for row in rows if row.startswith("memberships ")]
    assert memberships.endswith("  users, workspaces")
    counts = {
        one["name"]: one["count"] for one in done("state", "list", "--json").json["collections"]
    }
    assert counts == {one.name: one.count for one in s.state.collections()}


def test_show(done, admin):
    heading, first, *_, hidden = done("state", "show", "users").lines
    assert heading.split()[:3] == ["id", "email", "username"]
    assert first.startswith(f"{admin['id']}  admin@acme.test  ")
    assert hidden.startswith("Not shown: ")
    assert hidden.endswith(", _password_hash.")


@pytest.mark.parametrize("columns", [40, 300])
def test_a_table_is_as_wide_as_the_terminal(done, columns):
    lines = done("state", "show", "users", env={"COLUMNS": str(columns)}).lines
    assert lines[0].split()[0] == "id"
    assert max(map(len, lines[:-1])) <= columns
    assert ("created_at" in lines[0]) is (columns == 300)


def test_columns(done):
    given = "email,_password_hash,organization_name"
    lines = done("state", "show", "users", "--columns", given).lines
    assert [line.split()[:2] for line in lines[:2]] == [
        ["email", "_password_hash"],
        ["admin@acme.test", "***"],
    ]
    assert len(lines) == 10


def test_pages(done):
    lines = done("state", "show", "users", "--limit", "2", "--columns", "email").lines
    assert lines == [
        "email",
        "admin@acme.test",
        "member@acme.test",
        "1 to 2 of 9; --offset 2 goes on.",
    ]
    lines = done("state", "show", "users", "--offset", "8", "--columns", "email").lines
    assert lines == ["email", "admin@firstlogin.test"]


@pytest.mark.parametrize(
    ("options", "emails"),
    [
        (["--where", "email=viewer@acme.test"], ["viewer@acme.test"]),
        (["--where", "is_active=false"], ["inactive@acme.test"]),
        (["--search", "personal"], ["solo@personal.test"]),
        (["--order", "-email", "--limit", "1"], ["viewer@acme.test"]),
    ],
)
def test_choosing(done, options, emails):
    answer = done("state", "show", "users", "--json", *options).json
    assert [one["email"] for one in answer["objects"]] == emails


def test_where_a_field_is_null(done, s):
    nameless = s.state.list("users", field="organization_name")
    answer = done("state", "show", "users", "--json", "--where", "organization_name").json
    assert answer["objects"] == nameless
    assert nameless


def test_nothing_to_show(done):
    assert done("state", "show", "sessions").out == "No object is like that.\n"


def test_show_one(done, s, admin):
    lines = done("state", "show", "users", admin["id"]).lines
    assert lines[:2] == [
        f"id                    {admin['id']}",
        "email                 admin@acme.test",
    ]
    assert "is_active             true" in lines
    assert "_password_hash        ***" in lines
    assert done("state", "show", "users", admin["id"], "--json").json == admin


def test_nested_values_and_control_characters(done, s):
    [case] = s.state.list("test_cases")[:1]
    s.state.put("test_cases", {**case, "name": "a\x1b[2Jb", "tags": ["x", "y"]})
    lines = done("state", "show", "test_cases", case["id"]).lines
    [name] = [line for line in lines if line.startswith("name ")]
    assert name.endswith("  a?[2Jb")
    start = next(n for n, line in enumerate(lines) if line.startswith("tags "))
    assert [line.split()[-1] for line in lines[start : start + 4]] == ["[", '"x",', '"y"', "]"]
    lines = done("state", "show", "test_cases", "--search", "a\x1b", "--columns", "tags,name").lines
    assert lines[1] == '["x", "y"]  a?[2Jb'


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["user"], "There is no collection 'user'; "),
        (["users", "nobody"], "There is no object with this id in users."),
        (["users", "--where", "no=1"], "--where: "),
        (["users", "--columns", "email,nope"], "--columns: users has no 'nope'; there are id, em"),
        (["users", "--search", "?", "--columns", "no"], "--columns: users has no 'no'; there are "),
        (["users", "--order", "no"], "--order: "),
    ],
)
def test_show_refused(refused, arguments, told):
    assert told in refused("state", "show", *arguments)


@pytest.mark.parametrize("is_piped", [True, False])
def test_put(done, s, admin, tmp_path, is_piped):
    text = json.dumps({**admin, "is_active": False})
    file = tmp_path / "user.json"
    file.write_text(text, encoding="utf-8")
    ran = done("state", "put", "users", "-" if is_piped else str(file), stdin=text)
    assert ran.out == f"Stored {admin['id']} (admin@acme.test) in users.\n"
    assert s.state.get("users", admin["id"])["is_active"] is False


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "<stdin>: is no JSON: "),
        ("[]", "<stdin>: is no JSON object"),
        ("{}", "<stdin>: the object needs its id; `state create` makes one"),
        ('{"id": 7}', "<stdin>: the object needs its id; `state create` makes one"),
        ('{"id": "x", "email": "a@b.test"}', "username: is required"),
    ],
)
def test_put_refused(refused, text, told):
    assert told in refused("state", "put", "users", "-", stdin=text)


def test_create(done, s):
    ran = done("state", "create", "users", "email=new@acme.test", "password=Passw0rd!", "--json")
    assert s.state.get("users", ran.json["id"])["email"] == "new@acme.test"


def test_create_with_json(done, s):
    workspace = s.state.list("workspaces")[0]["id"]
    given = ['title="123"', f"_workspace_id={workspace}", 'tags=["ui", "slow"]']
    ran = done("state", "create", "defects", *given)
    [defect] = s.state.list("defects")
    assert (defect["title"], defect["tags"]) == ("123", ["ui", "slow"])
    assert ran.out == f"Created {defect['id']} (123) in defects.\n"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (["email=new@acme.test", "colour=red"], "colour: is not a known field"),
        (["email=admin@acme.test", "password=Passw0rd!"], "e-mail"),
        (["email"], "'email' is not KEY=VALUE"),
    ],
)
def test_create_refused(refused, fields, told):
    assert told in refused("state", "create", "users", *fields)


def test_delete(done, refused, s, admin):
    told = refused("state", "delete", "users", admin["id"])
    assert "Other objects refer to this one" in told
    assert "memberships: 1 refers to it by user_id" in told
    removed, changed = done("state", "delete", "users", admin["id"], "--cascade").lines
    assert removed.startswith("Removed: 1 of users, ")
    assert changed == "Changed: 1 of workspaces."
    assert len(s.state.list("users")) == 8


def test_snapshots(done, refused, s, admin):
    assert done("state", "snapshots").out == "There are no snapshots.\n"
    objects = s.show().objects
    told = f"before  {objects} objects, taken at 2026-01-26T09:00:00.000Z\n"
    assert done("state", "snapshot", "before").out == told
    assert done("state", "compare", "before").out == "before → now: no difference\n"

    s.state.create("users", email="new@acme.test", password="Passw0rd!")
    s.state.put("users", {**admin, "is_active": False})
    member = s.state.list("memberships")[0]["id"]
    s.state.delete("memberships", member)
    s.clock.advance(minutes=5)
    lines = done("state", "compare", "before").lines
    changed = lines.index(f"~ users {admin['id']}  admin@acme.test")
    assert lines[changed + 1] == "    is_active: true → false"
    assert f"- memberships {member}" in lines
    assert lines[-1] == "before → now: 2 added, 1 removed, 1 changed"

    assert done("state", "snapshot", "--json").json["name"] == "snapshot-1"
    assert done("state", "compare", "before", "snapshot-1").lines[:-1] == lines[:-1]
    heading, first, second = done("state", "snapshots").lines
    assert heading.split() == ["Name", "Objects", "Taken", "at"]
    assert (first.split()[0], second.split()[0]) == ("before", "snapshot-1")

    assert done("state", "restore", "before").out == told
    assert done("state", "compare", "before", "--json").json["collections"] == []
    assert s.clock.show().text == "2026-01-26T09:05:00.000Z"
    done("state", "restore", "before", "--clock")
    assert s.clock.show().text == "2026-01-26T09:00:00.000Z"

    assert done("state", "delete-snapshot", "before").out == "Forgot before.\n"
    for command in ("delete-snapshot", "restore", "compare"):
        assert "There is no snapshot 'before'" in refused("state", command, "before")
    assert "There is a snapshot 'snapshot-1' already." in refused("state", "snapshot", "snapshot-1")


def test_export(done, shell, server, s, tmp_path):
    s.state.create("users", email="new@acme.test", password="Passw0rd!")
    file = tmp_path / "mine.yaml"
    given = ["--name", "mine", "--title", "Mine", "--times", "relative"]
    ran = shell("state", "export", "--output", str(file), *given)
    lines = file.read_text(encoding="utf-8").splitlines()
    assert ran == (0, "", f"wrote {file}, {len(lines)} lines\n")
    assert "scenario: mine\ntitle: Mine\n" in file.read_text(encoding="utf-8")
    answer = done("sandbox", "create", "shell-again", "--file", str(file), "--json").json
    server.attach("shell-again").delete()
    assert answer["objects"] == s.show().objects
    assert "scenario: shell\n" in done("state", "export").out
