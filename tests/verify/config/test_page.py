"""docs/verify.md: its files are understood, its commands are there, its tables are whole."""

from __future__ import annotations

import inspect
import re
import shlex
from pathlib import Path

import click
import pytest
import yaml

from understudy import pytest_plugin
from understudy.cli.rules import rules
from understudy.cli.verify import verify
from understudy.verify import spec
from understudy.verify.config.known import known as names_of
from understudy.verify.config.options import SECTIONS, TABLES
from understudy.verify.config.read import read
from understudy.verify.config.settings import EFFORTS, LEVELS, Persona, Waiver
from understudy.verify.config.variables import VARIABLES

PAGE = (Path(__file__).parents[3] / "docs/verify.md").read_text("utf-8")
COMMANDS = {"verify": verify, "rules": rules}


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture
def really_reads(tmp_path, monkeypatch):
    """Reads a configuration with the names of the suite that there is."""
    monkeypatch.chdir(tmp_path)

    def run(text):
        Path("verify.toml").write_text(text, "utf-8")
        variables = {name: name.lower() for name in re.findall(r"\$\{(\w+)\}", text)}
        return read({}, environment=variables, know=names_of)

    return run


@pytest.mark.parametrize("number", range(3))
def test_each_configuration_is_one(really_reads, number):
    found = really_reads(blocks("toml")[number])
    assert (found.settings.file, found.advice) == (Path("verify.toml"), ())
    assert found.settings.personas or found.settings.waivers or found.settings.set_up
    assert len(blocks("toml")) == 3


def test_each_command_is_one():
    scripts = [line for text in blocks("sh") for line in text.splitlines()]
    github, gitlab = map(yaml.safe_load, blocks("yaml"))
    scripts += [step.get("run", "") for step in github["jobs"]["verify"]["steps"]]
    scripts += gitlab["contract"]["script"]
    scripts += re.findall(r"`(understudy (?:verify|rules)[^`]*)`", PAGE)
    found = [shlex.split(line, comments=True) for line in scripts]
    called = [words[1:] for words in found if words and words[0] == "understudy"]
    assert len(called) > 8
    for name, *words in called:
        COMMANDS[name].make_context(name, words)


def test_each_flag_is_one():
    known = {name for one in COMMANDS.values() for param in one.params for name in param.opts}
    of_pytest = {"--pyargs", "--junitxml", "--base-url", "--verify-config", "--verify-json"}
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", PAGE)) - {"--undo"}
    assert named <= known | of_pytest
    source = inspect.getsource(pytest_plugin.pytest_addoption)
    assert all(name in source for name in of_pytest - {"--pyargs", "--junitxml"})
    reports = {f"--{name}" for name in SECTIONS["reports"]}
    flags = {name for one in verify.params if isinstance(one, click.Option) for name in one.opts}
    untold = {"--contract", "--control-token", "--no-color", "--quiet", "-q", "--badge", "--har"}
    assert flags - named - untold - reports == {"-k"}


def test_the_table_of_keys_is_whole():
    table = PAGE.partition("| table | keys |")[2].partition("\n\n")[0]
    named = set(re.findall(r"`([a-z_]+)`", table))
    keys = {name for options in SECTIONS.values() for name in options}
    keys |= {*Persona.__dataclass_fields__, *Waiver.__dataclass_fields__} - {"line"}
    assert named - {"register"} == keys
    assert all(re.search(rf"`\[+{name}\b", table) for name in TABLES)


def test_the_personas_are_those_of_the_suite():
    table = PAGE.partition("| persona | is |")[2].partition("\n\n")[0]
    told = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", table, re.MULTILINE))
    personas = spec.load("testr").personas
    assert [*told] == [*personas]
    for name, what in told.items():
        assert what.split(",")[0].split(";")[0] in personas[name].what
    needed = [f"`{name}`" for name, one in personas.items() if one.is_needed]
    assert f"Only {', '.join(needed)} has to be there." in PAGE


def test_variables_levels_and_efforts_are_all_told():
    assert all(f"`{name}`" in PAGE for name in VARIABLES)
    assert all(re.search(rf"\b{name}\b", PAGE) for name in (*LEVELS, *EFFORTS))
