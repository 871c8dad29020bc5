"""What docs/scenarios.md shows can be loaded, and its commands run as they are written."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

import understudy
from understudy import contract as contracts
from understudy.cli import understudy as command_line
from understudy.scenarios import load, rehearse
from understudy.scenarios.generators import KINDS

pytestmark = pytest.mark.long

PAGE = (Path(__file__).parents[2] / "docs/scenarios.md").read_text("utf-8")
TOLD = PAGE.partition("## Exports")[0]
SCENARIOS = re.findall(r"^```yaml\n(.*?)^```", TOLD, re.DOTALL | re.MULTILINE)
COMMANDS = [
    line.partition("  #")[0].strip()
    for block in re.findall(r"^```sh\n(.*?)^```", TOLD, re.DOTALL | re.MULTILINE)
    for line in block.splitlines()
] + re.findall(r"`(understudy scenario [^`]+)`", TOLD)


@pytest.fixture
def page(tmp_path, monkeypatch):
    """A folder with the scenarios of the page."""
    monkeypatch.chdir(tmp_path)
    for text in SCENARIOS:
        name = re.search(r"^scenario: (.+)$", text, re.MULTILINE)[1]
        Path(f"{name}.yaml").write_text(text, "utf-8")
    return tmp_path


def test_the_scenarios(page):
    assert {file.stem for file in page.glob("*")} == {"nightly-failed", "busy"}
    store = rehearse(contracts.load(), load(contracts.load(), "busy.yaml")).store
    assert len(store["defects"]) > 300


@pytest.mark.parametrize("line", sorted({*COMMANDS}))
def test_the_commands(page, line):
    _, *arguments = shlex.split(line)
    if arguments[:2] == ["scenario", "new"]:
        Path("busy.yaml").unlink()
    if arguments[0] == "serve":  # it would never end
        given = dict(one.split("=") for one in arguments[4::2])
        with understudy.run(scenario=arguments[2], parameters=given) as server:
            assert server.attach().show().scenario.startswith(Path(arguments[2]).stem)
        return
    with understudy.run(scenario="empty") as server:
        result = CliRunner().invoke(
            command_line, arguments, env={"UNDERSTUDY_URL": server.url, "COLUMNS": "120"}
        )
    assert result.exit_code == 0, result.output


def test_all_that_makes_a_value_is_told():
    assert all(f"{{{kind}: " in TOLD for kind in KINDS)


def test_the_schema_takes_what_the_page_shows(page):
    from jsonschema_rs import Draft7Validator

    from understudy.scenarios.document import compose, plain
    from understudy.scenarios.editors import editor_schema
    from understudy.scenarios.problems import Problems

    validator = Draft7Validator(json.loads(json.dumps(editor_schema(contracts.load()))))
    for text in SCENARIOS:
        whole = plain(compose(text.encode(), Problems("page")))
        assert [error.message for error in validator.iter_errors(whole)] == []
        assert not validator.is_valid({**whole, "colections": {}})
