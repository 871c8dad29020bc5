"""Each scene says what it is for, checks out, and is shown by a test of its name."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from understudy import contract, scenarios
from understudy.cli import understudy

SCENES = {
    file.name.removesuffix(".yaml"): file
    for file in files("understudy.fixtures.testr").iterdir()
    if file.name.endswith(".yaml")
}


def test_each_has_a_test_of_its_name() -> None:
    tests = {file.stem for file in Path(__file__).parent.glob("test_*.py")} - {"test_all_scenes"}
    assert tests == {f"test_{name.replace('-', '_')}" for name in SCENES}
    assert {*SCENES} == {*scenarios.names("testr")}


@pytest.mark.parametrize("name", sorted(SCENES))
def test_each_tells_who_logs_in_and_what_for(name: str) -> None:
    written = yaml.safe_load(SCENES[name].read_text("utf-8"))
    assert written["scenario"] == name
    assert len(written["title"]) <= 60
    assert len(written["description"]) > 150
    description = " ".join(written["description"].split())
    told = dict(re.findall(r"Log in as (\S+) with (\w+!?)", description))
    accounts = scenarios.load(contract.load("testr"), name).accounts
    assert told
    assert told.items() <= {one.name: one.password for one in accounts}.items()
    for parameter, declared in written.get("parameters", {}).items():
        assert declared.get("about"), f"{parameter} says what it is about"


def test_the_page_lists_each_with_its_knobs() -> None:
    """docs/scenes.md, whose rows hold the name first and the knobs last."""
    page = (Path(__file__).parents[3] / "docs" / "scenes.md").read_text("utf-8")
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| `")]
    told = {row[0].strip("`"): {*re.findall(r"`([^`]+)`", row[-1])} for row in rows}
    assert {*told} == {*SCENES}
    for name, file in SCENES.items():
        declared = yaml.safe_load(file.read_text("utf-8")).get("parameters", {})
        known = {*declared} | {f"{knob}={value(one)}" for knob, one in declared.items()}
        assert told[name] <= known, name
        assert len(told[name]) == len(declared), name


def value(declared: Any) -> str:
    """A parameter's default as one types it."""
    default = declared["default"] if isinstance(declared, dict) else declared
    return str(default).lower() if isinstance(default, bool) else str(default)


@pytest.mark.parametrize("name", sorted(SCENES))
def test_check_is_content(name: str) -> None:
    few = "?cases=30&runs=30&defects=30" if name == "large-workspace" else ""
    ran = CliRunner().invoke(understudy, ["scenario", "check", name + few])
    assert ran.exit_code == 0, ran.output
