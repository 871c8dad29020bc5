"""`understudy` itself and `understudy contract`, as a person types them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
import yaml
from click.testing import CliRunner, Result
from openapi_spec_validator import OpenAPIV30SpecValidator

from understudy import __version__
from understudy.cli import COMMANDS, understudy

ONE = """\
openapi: 3.0.3
info: {title: One, version: '2'}
servers: [{url: http://127.0.0.1/api}]
tags: [{name: a, description: All there is.}]
x-understudy: {handlers: one}
paths:
  /a:
    get:
      operationId: a.get_a
      tags: [a]
      summary: Get a
      description: Always the same.
      responses:
        '200':
          description: It.
          content:
            application/json:
              schema: {type: boolean}
              example: true
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(understudy, arguments, prog_name="understudy")


@pytest.fixture
def one(tmp_path: Path) -> Path:
    path = tmp_path / "one.yaml"
    path.write_text(ONE, encoding="utf-8")
    return path


def test_help_lists_every_command_in_its_own_words() -> None:
    result = run("--help")
    assert result.exit_code == 0
    assert "Example:" in result.output
    for name, entry in COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(entry.help)}$", result.output, re.MULTILINE)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_there_and_teaches_by_example(name: str) -> None:
    result = run(name, "--help")
    assert result.exit_code == 0
    assert f"understudy {name}" in result.output
    assert re.search(r"Examples?:", result.output)


@pytest.mark.parametrize("name", ["show", "bundle", "lint"])
def test_every_contract_command_teaches_by_example(name: str) -> None:
    result = run("contract", name, "--help")
    assert result.exit_code == 0
    assert f"understudy contract {name}" in result.output.split("Example")[1]


def test_help_imports_no_command() -> None:
    code = (
        "import sys\n"
        "from understudy.cli import understudy\n"
        "understudy(['--help'], standalone_mode=False)\n"
        "print(sorted(name for name in sys.modules if name.startswith('understudy.')))\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert found.stdout.splitlines()[-1] == "['understudy.cli', 'understudy.errors']"


def test_version() -> None:
    assert run("--version").output == f"understudy {__version__}\n"


def test_as_a_module() -> None:
    found = subprocess.run(
        [sys.executable, "-m", "understudy", "contract", "show", "--contract", "nowhere"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert found.returncode == 2
    assert found.stdout == ""
    assert re.fullmatch(
        r"understudy: there is no contract 'nowhere' \(known: .*testr.*\); .*\n", found.stderr
    )


def test_an_unknown_command() -> None:
    result = run("perform")
    assert result.exit_code == 2
    assert "No such command 'perform'" in result.output


def test_show(one: Path) -> None:
    result = run("contract", "show", "--contract", str(one))
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "one: One 2, 1 operation below /api",
        "",
        "a (1)  All there is.",
        "  a.get_a  GET  /a  Get a  200",
    ]


def test_show_testr() -> None:
    result = run("contract", "show")
    lines = result.output.splitlines()
    assert lines[0].startswith("testr: ")
    assert "63 operations below /api/v1" in lines[0]
    counts = dict(re.findall(r"^(\w+) \((\d+)\)", result.output, re.MULTILINE))
    assert counts["auth"] == "8"
    assert sum(map(int, counts.values())) == 63
    assert next(iter(counts)) == "auth"  # in the order of the contract, not of the alphabet
    [login] = [line.split() for line in lines if "/auth/login" in line]
    assert login[0] == "auth.login"
    assert login[1:] == [
        "POST",
        "/auth/login",
        "Log",
        "in",
        "200",
        "400",
        "401",
        "403",
        "422",
        "500",
    ]


def test_show_as_json(one: Path) -> None:
    assert json.loads(run("contract", "show", "--contract", str(one), "--json").output) == {
        "name": "one",
        "title": "One",
        "version": "2",
        "base_path": "/api",
        "operations": [
            {
                "operation": "a.get_a",
                "tag": "a",
                "method": "GET",
                "path": "/a",
                "summary": "Get a",
                "statuses": ["200"],
            }
        ],
    }


def test_show_without_declared_tags(one: Path) -> None:
    text = (
        one.read_text(encoding="utf-8").replace("      tags: [a]\n", "").replace("servers", "x-s")
    )
    one.write_text(text, encoding="utf-8")
    assert run("contract", "show", "--contract", str(one)).output.splitlines() == [
        "one: One 2, 1 operation below /",
        "",
        "untagged (1)",
        "  a.get_a  GET  /a  Get a  200",
    ]


def test_show_an_empty_contract(tmp_path: Path) -> None:
    path = tmp_path / "none.yaml"
    path.write_text("paths: {}\n", encoding="utf-8")
    assert (
        run("contract", "show", "--contract", str(path)).output
        == "none: none, 0 operations below /\n"
    )


def test_bundle_is_json_that_other_tools_read() -> None:
    document = json.loads(run("contract", "bundle").output)
    OpenAPIV30SpecValidator(document).validate()
    assert "x-collections" not in document
    assert len(document["paths"]) == 48


def test_bundle_as_yaml_says_the_same() -> None:
    written = run("contract", "bundle", "--format", "yaml").output
    assert yaml.safe_load(written) == json.loads(run("contract", "bundle").output)
    assert "  description: |\n" in written
    assert "&id" not in written


def test_bundle_to_a_file(one: Path, tmp_path: Path) -> None:
    output = tmp_path / "bundled.json"
    result = run("contract", "bundle", "--contract", str(one), "--output", str(output))
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"wrote {output}, 1 operation\n"
    assert json.loads(output.read_text(encoding="utf-8"))["info"] == {
        "title": "One",
        "version": "2",
    }


def test_bundle_to_where_one_cannot_write(one: Path, tmp_path: Path) -> None:
    output = tmp_path / "nowhere" / "bundled.json"
    result = run("contract", "bundle", "--contract", str(one), "--output", str(output))
    assert result.exit_code == 2
    assert result.stderr == f"understudy: {output}: cannot be written: No such file or directory\n"


def test_lint_without_findings(one: Path) -> None:
    result = run("contract", "lint", "--contract", str(one))
    assert (result.exit_code, result.output) == (0, "one: 1 operation, nothing to mend.\n")


def test_lint_with_findings(one: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = one.read_text(encoding="utf-8").replace("Get a\n", "get a\n").replace("true\n", "1\n")
    one.write_text(text, encoding="utf-8")
    monkeypatch.chdir(one.parent)
    result = run("contract", "lint", "--contract", "one.yaml")
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "one.yaml:11: a summary begins with a capital letter",
        "one.yaml:19: example: body must be true or false",
    ]
    result = run("contract", "lint", "--contract", "one.yaml", "--json")
    assert result.exit_code == 1
    assert json.loads(result.output) == {
        "contract": "one",
        "operations": 1,
        "findings": [
            {"file": "one.yaml", "line": 11, "message": "a summary begins with a capital letter"},
            {"file": "one.yaml", "line": 19, "message": "example: body must be true or false"},
        ],
    }


@pytest.mark.parametrize("command", ["show", "bundle", "lint"])
def test_a_bad_file_is_one_line(one: Path, command: str) -> None:
    one.write_text("paths:\n  /a: [\n", encoding="utf-8")
    result = run("contract", command, "--contract", str(one))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert re.fullmatch(
        rf"understudy: {re.escape(str(one))}:\d+: not valid YAML: .*\n", result.stderr
    )


def test_colours_only_for_people(one: Path) -> None:
    assert "\x1b" not in run("contract", "show", "--contract", str(one)).output
    styled = CliRunner().invoke(
        understudy, ["contract", "show", "--contract", str(one)], color=True
    )
    assert click.style("one", bold=True) in styled.output
