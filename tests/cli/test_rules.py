"""`understudy rules`: the list, one rule, and what no rule covers."""

from __future__ import annotations

import json
import re
import shlex

import pytest
from click.testing import CliRunner

from understudy.cli import extra
from understudy.cli import understudy as command_line
from understudy.verify import coverage
from understudy.verify import rules as suites
from understudy.verify.sentences import Sentence

ALL = suites.collect("testr")
LINE = re.compile(r"  ([A-Z]+-[0-9]{2})  +(must|should|may) +(\S.*)")


def rules(*arguments):
    return CliRunner().invoke(command_line, ["rules", *arguments])


def ids(*arguments):
    result = rules(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return [one["id"] for one in json.loads(result.stdout)["rules"]]


def test_all_of_them_group_by_group():
    result = rules()
    assert result.exit_code == 0
    found = [LINE.fullmatch(line) for line in result.stdout.splitlines()]
    listed = [one.groups() for one in found if one]
    assert listed == [(one.id, one.level, one.promise) for one in ALL]
    assert f"auth ({sum(one.group == 'test_auth' for one in ALL)})\n" in result.stdout
    assert result.stdout.splitlines()[-1].startswith(f"{len(ALL)} rules: ")


def test_of_a_tag_a_level_a_profile_and_a_text():
    auth = {one.id for one in ALL if one.tag == "auth"}
    assert auth <= {*ids("--tag", "auth")} < {*ids("--tag", "auth", "--tag", "defects")}
    assert {*ids("--level", "must")} == {one.id for one in ALL if one.level == "must"}
    assert {*ids("--level", "should")} == {one.id for one in ALL if one.level != "may"}
    assert len(ids("--level", "may")) == len(ALL)
    assert auth < {*ids("--profile", "core")} < {one.id for one in ALL}
    assert ids("-k", ALL[0].id.lower()) == [ALL[0].id]


def test_none():
    assert rules("-k", "no such promise").stdout == "0 rules\n"


def test_one():
    first = ALL[0]
    lines = rules(first.id.lower()).stdout.splitlines()
    assert lines[:2] == [f"{first.id}  {first.level}", f"  {first.promise}"]
    text = "\n".join(lines)
    for name in ("Clause", "Group", "Tag", "Personas"):
        assert re.search(rf"^  {name} +\S", text, re.MULTILINE), name
    assert all(f'"{clause}"' in text for clause in first.clauses)


def test_one_with_operations_and_features():
    many = next(one for one in ALL if one.operations)
    assert all(name in rules(many.id).stdout for name in many.operations)
    timed = next(one for one in ALL if "time" in one.features)
    assert re.search(r"^  Features +time", rules(timed.id).stdout, re.MULTILINE)


def test_as_json():
    document = json.loads(rules(ALL[0].id, "--json").stdout)
    assert document["contract"] == "testr"
    [one] = document["rules"]
    assert one["id"] == ALL[0].id
    assert [*one] == [
        *("id", "level", "promise", "clauses", "tag", "group", "personas", "features"),
        "operations",
    ]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["AUTH-1"], "there is no rule 'AUTH-1'; did you mean 'AUTH-"),
        (["--tag", "auht"], "--tag: there is no tag 'auht'; did you mean 'auth'?"),
        (["--profile", "cor"], "--profile: there is no profile or tag 'cor'; did you mean 'core'?"),
        (["--contract", "control"], "there is no suite for the contract 'control'"),
        (["--uncovered", "--tag", "auht"], "--tag: there is no tag 'auht'; did you mean 'auth'?"),
    ],
)
def test_refusals(arguments, told):
    result = rules(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"understudy: {told}")


def test_without_the_extra(monkeypatch):
    monkeypatch.setattr(extra, "find_spec", lambda _: None)
    result = rules()
    assert result.exit_code == 2
    assert "pip install 'understudy[verify]'" in result.stderr


def test_uncovered(monkeypatch):
    found = [Sentence("openapi/testr/auth.yaml:7", "auth", "auth.login", "It locks an account")]
    asked = []

    def uncovered(contract, tag):
        asked.append((contract, tag))
        return found if tag == "auth" else []

    monkeypatch.setattr(coverage, "uncovered", uncovered)
    result = rules("--uncovered", "--tag", "auth")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "openapi/testr/auth.yaml:7: auth.login: It locks an account",
        "1 sentence that no rule covers.",
    ]
    result = rules("--uncovered", "--json")
    assert (result.exit_code, json.loads(result.stdout)["uncovered"]) == (0, [])
    told = json.loads(rules("--uncovered", "--tag", "auth", "--json").stdout)["uncovered"]
    assert [*told[0]] == ["where", "subject", "sentence"]
    assert asked == [("testr", "auth"), ("testr", None), ("testr", "auth")]


def test_its_examples_work():
    found = re.findall(r"^    understudy rules(.*)$", rules("--help").stdout, re.MULTILINE)
    assert len(found) == 3
    for line in found:
        assert rules(*shlex.split(line)).exit_code == 0, line
