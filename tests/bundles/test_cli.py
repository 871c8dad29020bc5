"""`understudy bundle` as people use it."""

from __future__ import annotations

import pytest

from .conftest import MONDAY


@pytest.fixture
def at_first(first, s):
    """The environment of a shell that is about the sandbox."""
    return {"UNDERSTUDY_URL": first.url, "UNDERSTUDY_SANDBOX": s.name}


def test_from_a_bug_to_a_colleague(app, at_first, second, file, shell):
    app.login()
    app.defect("The bug")
    ran = shell("bundle", "save", file, env=at_first)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"Wrote {file}, ")

    ran = shell("bundle", "open", file, "--as", "bug", "--server", second.url)
    assert (ran.code, ran.err) == (0, "")
    assert ran.lines[0].startswith("Opened bug: ")
    assert "2 exchanges, 0 faults" in ran.lines[0]
    with second.attach("bug") as there:
        assert [one.status for one in there.journal.list()] == [200, 201]
        there.delete()


def test_without_a_file_it_is_called_after_the_sandbox(at_first, shell, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert shell("bundle", "save", env=at_first).out.startswith("Wrote tuesday.understudy, ")
    assert (tmp_path / "tuesday.understudy").exists()


def test_show(app, s, at_first, file, shell):
    app.login()
    for number in range(12):
        app.defect(f"Defect {number}")
    s.faults.add(error=500, id="rule")
    shell("bundle", "save", file, env=at_first)
    ran = shell("bundle", "show", file)
    assert (ran.code, ran.err) == (0, "")
    assert len(ran.lines) < 40
    assert all(len(line) <= 100 for line in ran.lines)
    for told in ("tuesday, of the scenario default", f"stands at {MONDAY}", "13 exchanges", "rule"):
        assert told in ran.out
    assert "… 3 exchanges before these" in ran.out
    assert ran.lines[-1].split()[:4] == ["#13", "201", "POST", "/api/v1/defects"]


def test_show_as_json(app, s, at_first, file, shell):
    app.login()
    s.save_bundle(file)
    found = shell("bundle", "show", file, "--json").json
    assert (found["format"], found["exchanges"], found["seed"]) == (1, 1, "7")
    assert found["contract"]["name"] == "testr"
    assert found["objects"]["users"] > 1


def test_open_as_json(s, file, second, shell):
    s.save_bundle(file)
    made = shell("bundle", "open", file, "--server", second.url, "--json").json
    assert made["notes"] == []
    with second.attach(made["sandbox"]["name"]) as there:
        there.delete()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["bundle", "save", "--sandbox", "nobody"], "There is no sandbox 'nobody'"),
        (["bundle", "open", "FILE", "--as", "no name"], "--as: 'no name' is not a name"),
        (["bundle", "open", "FILE", "--as", "default"], "There is a sandbox 'default' already"),
        (["bundle", "save", "no/such/folder/x.understudy"], "cannot be written: No such file"),
        (["replay", "FILE", "--against", "ftp://x"], "'ftp://x' is no server's address"),
        (["replay", "FILE", "--against", "http://127.0.0.1:9"], "no server answers there"),
        (["replay", "FILE", "--contract", "none.yaml"], "none.yaml"),
    ],
)
def test_what_cannot_be_done_is_one_line(s, first, file, shell, arguments, told, monkeypatch):
    monkeypatch.chdir(file.parent)
    s.save_bundle(file)
    words = [str(file) if one == "FILE" else one for one in arguments]
    ran = shell(*words, env={"UNDERSTUDY_URL": first.url})
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1), ran
    assert told in ran.err
