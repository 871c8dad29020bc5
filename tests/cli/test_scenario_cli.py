"""`understudy scenario`: list, show, check, new, diff, schema."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from understudy.cli import understudy

BAD = """\
scenario: mine
title: My stage
collections:
  test_plans:
    checkout: {nmae: Checkout, workspace: acme}
  workspaces:
    acme-qa: {name: Acme QA, kind: HUGE}
"""
GOOD = """\
scenario: mine
title: My stage
collections:
  workspaces:
    acme-qa: {name: Acme QA}
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run the command in an empty folder; (exit code, lines of stdout, lines of stderr)."""
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments):
        result = CliRunner().invoke(understudy, ["scenario", *arguments])
        assert isinstance(result.exception, SystemExit | None), result.exception
        return result.exit_code, result.stdout.splitlines(), result.stderr.splitlines()

    return invoke


@pytest.fixture
def write(tmp_path):
    def write_file(text, name="mine.yaml"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return name

    return write_file


def test_list(run):
    code, out, err = run("list")
    assert (code, err) == (0, [])
    lines = {line.split()[0]: line for line in out}
    assert {"default", "empty"} <= {*lines}
    assert "The accounts of default, and no data" in lines["empty"]
    assert lines["empty"].endswith("123 objects")


def test_as_json(run, write):
    def answer(code, *arguments):
        found, out, err = run(*arguments, "--json")
        assert (found, err) == (code, [])
        return json.loads("\n".join(out))

    listed = {one["name"]: one for one in answer(0, "list")["scenarios"]}
    assert {"default", "empty"} <= {*listed}
    assert listed["empty"]["objects"] == 123
    assert answer(0, "show", write(GOOD)) == {
        "name": "mine",
        "title": "My stage",
        "description": None,
        "parameters": [],
        "clock": {"at": None, "is_frozen": None, "factor": None},
        "faults": [],
        "accounts": [],
        "objects": {"workspaces": 1},
        "file": "mine.yaml",
    }
    account = answer(0, "show", "empty")["accounts"][0]
    assert account.keys() == {"name", "password", "about"}
    bad = write("- a\n", "bad.yaml")
    assert answer(2, "check", "mine.yaml", bad) == {
        "scenarios": [
            {"scenario": "mine.yaml", "objects": 1, "mistakes": []},
            {
                "scenario": "bad.yaml",
                "objects": None,
                "mistakes": [
                    "bad.yaml:1: the file is not a mapping; it begins with 'scenario: NAME'"
                ],
            },
        ]
    }


def test_list_of_a_contract_without_scenarios(run, tmp_path):
    root = tmp_path / "openapi.yaml"
    root.write_text("openapi: 3.0.3\npaths: {}\n", encoding="utf-8")
    code, out, _ = run("list", "--contract", str(root))
    assert (code, out) == (0, [f"No scenarios come with {tmp_path.name}."])


def test_show(run):
    code, out, _ = run("show", "empty")
    assert code == 0
    assert out[0] == "empty: The accounts of default, and no data"
    assert "  Nine accounts, one for each thing that can be true of an account." in out[2]
    account = "  admin@firstlogin.test  Temp0rary1  Has to change the password at the first log-in"
    assert account in out
    assert "123 objects" in out
    assert "  test_cases   100" in out
    assert out[-1].endswith("empty.yaml")


def test_show_a_file_without_accounts_and_description(run, write):
    code, out, _ = run("show", write(GOOD))
    assert code == 0
    assert out == ["mine: My stage", "", "1 object", "  workspaces  1", "", "mine.yaml"]


def test_show_an_empty_file_of_objects(run, write):
    code, out, _ = run("show", write("scenario: mine\ntitle: Nothing\n"))
    assert code == 0
    assert out == ["mine: Nothing", "", "0 objects", "", "mine.yaml"]


def test_check_what_is_fine(run, write):
    code, out, err = run("check", "empty", write(GOOD))
    assert (code, err) == (0, [])
    assert out == ["empty: 123 objects, nothing to mend.", "mine.yaml: 1 object, nothing to mend."]


def test_check_tells_all_mistakes_of_all_files(run, write):
    files = [write(BAD), write(GOOD, "good.yaml"), write("- a\n", "list.yaml"), "missing.yaml"]
    code, out, err = run("check", *files)
    assert (code, err) == (2, [])
    assert out == [
        "mine.yaml:5: test_plans 'checkout' has no field 'nmae'; did you mean 'name'?",
        "mine.yaml:5: test_plans 'checkout': there is no 'acme' among the workspaces; "
        "did you mean 'acme-qa'?",
        "mine.yaml:7: workspaces 'acme-qa' has kind = \"HUGE\"; it must be one of TEAM, PERSONAL",
        "good.yaml: 1 object, nothing to mend.",
        "list.yaml:1: the file is not a mapping; it begins with 'scenario: NAME'",
        "missing.yaml: cannot be read: No such file or directory",
    ]


def test_check_builds(run, write):
    """What only the factories know shows, too."""
    code, out, _ = run("check", write(GOOD + "  test_plans:\n    checkout: {workspace: acme-qa}\n"))
    assert code == 2
    assert out == ["mine.yaml:7: test_plans 'checkout' lacks 'name'; write 'name: …'"]


@pytest.mark.parametrize("command", ["show", "check"])
def test_an_unknown_name(run, command):
    code, out, err = run(command, "defualt")
    assert code == 2
    [told] = out + err
    assert "there is no scenario 'defualt' (known: default, " in told


def test_show_a_bad_file(run, write):
    code, out, err = run("show", write("title: My stage\n"))
    assert (code, out) == (2, [])
    assert err == ["understudy: mine.yaml:1: 'scenario' is missing; write 'scenario: …' at the top"]


@pytest.mark.parametrize("arguments", [(), ("list",), ("show",), ("check",)])
def test_help_has_examples(run, arguments):
    code, out, _ = run(*arguments, "--help")
    assert code == 0
    assert any(line.strip().startswith("Example") for line in out)
    assert any("understudy scenario" in line for line in out[1:])


RICH = """\
scenario: rich
title: A rich one
extends: empty
parameters: {plans: {default: 2, about: how many plans}}
clock: {at: '2026-01-26T09:00:00Z', factor: 60}
faults: [{plan: outage}, {do: {delay: {ms: 5}}}]
collections:
  users: {admin: {about: The boss}}
  test_plans: {'plan-{n}': {$count: '${plans}', name: 'Plan {n}'}}
"""


def test_show_tells_parameters_clock_and_faults(run, write):
    code, out, _ = run("show", write(RICH), "--set", "plans=5")
    assert code == 0
    assert "rich?plans=5: A rich one" in out[0]
    assert "  plans  5  how many plans; an integer" in out
    assert "  2026-01-26T09:00:00.000Z, 60 times as fast as real time" in out
    assert "  The proxy answers alone" in out
    told = json.loads("\n".join(run("show", "mine.yaml", "--json")[1]))
    assert told["parameters"][0]["default"] == 2
    assert (told["clock"]["factor"], len(told["faults"])) == (60, 2)


def test_check_tells_what_is_too_much_and_what_is_missing_together(run, write):
    text = "scenario: a\ntitle: A\nextends: empty\ncollections:\n  defects:\n"
    text += "    a: {titel: x}\n    b: {severity: LOW}\n    c: {title: x}\n    d: {title: 3}\n"
    code, out, _ = run("check", write(text))
    assert code == 2
    assert out == [
        "mine.yaml:6: defects 'a' has no field 'titel'; did you mean 'title'?",
        "mine.yaml:6: defects 'a' lacks 'title'; write 'title: …'",
        "mine.yaml:7: defects 'b' lacks 'title'; write 'title: …'",
        "mine.yaml:9: defects 'd' has title = 3; it must be a string",
    ]


def test_check_takes_parameters(run, write):
    assert run("check", write(RICH), "--set", "plans=3")[0] == 0
    code, out, _ = run("check", "mine.yaml", "--set", "plans=x", "--set", "y=1")
    assert (code, len(out)) == (2, 2)
    code, _, err = run("check", "mine.yaml", "--set", "plans")
    assert (code, err) == (
        2,
        ["understudy: --set: 'plans' is not NAME=VALUE, such as defects=5000"],
    )


def test_new_writes_what_can_be_loaded_and_nothing_over_it(run, tmp_path):
    (tmp_path / "stages").mkdir()
    assert run("new", "one", "--extends", "empty")[0] == 0
    code, out, _ = run("new", "stages/two.yaml", "--extends", "one.yaml")
    assert (code, out) == (
        0,
        ["wrote stages/two.yaml; `understudy serve --scenario stages/two.yaml` plays it"],
    )
    assert "extends: '../one.yaml'\n" in (tmp_path / "stages/two.yaml").read_text("utf-8")
    assert run("check", "one.yaml", "stages/two.yaml")[0] == 0
    code, _, err = run("new", "one")
    assert (code, err) == (2, ["understudy: one.yaml is there already; choose another name"])
    assert run("new", "three", "--extends", "nobody")[0] == 2
    assert not (tmp_path / "three.yaml").exists()


def test_diff(run, write):
    write(RICH)
    code, out, _ = run("diff", "empty", "mine.yaml")
    assert code == 0
    assert "~ users admin" in out
    assert "    about: ADMIN of team Acme QA → The boss" in out
    assert "+ test_plans plan-{n}" in out
    assert "+ fault outage-1" in out
    assert "+ parameter plans" in out
    assert run("diff", "mine.yaml", "mine.yaml")[1] == ["They are the same."]
    told = json.loads("\n".join(run("diff", "mine.yaml", "mine.yaml?plans=3", "--json")[1]))
    assert told["changes"][0]["fields"] == {"$count": [2, 3]}


def test_schema(run, tmp_path):
    assert run("schema", "--output", "scenario.schema.json")[0] == 0
    schema = json.loads((tmp_path / "scenario.schema.json").read_text("utf-8"))
    assert "defects" in schema["properties"]["collections"]["properties"]
    assert run("schema")[1][1].startswith('  "$schema"')
