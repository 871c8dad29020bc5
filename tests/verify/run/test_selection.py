"""What is run of the rules, and that it does not matter how."""

from __future__ import annotations

import collections
import dataclasses
import json
import re
from pathlib import Path

import pytest

import understudy
from understudy.verify import rules
from understudy.verify.command import run
from understudy.verify.config.settings import Outputs, Settings
from understudy.verify.run import Run
from understudy.verify.runner import verify

SOME = ("AUTH-07", "PLAN-01", "TREE-01", "RUN-01", "DEF-01", "TOK-02", "PAGE-01", "REP-01")
VARYING = re.compile(
    r"eyJ[\w.-]+|\d{4}-\d\d-\d\dT[\d:.%A]+Z|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22,}", re.IGNORECASE
)
"""Tokens, times and ids: what the server makes differs with the time."""


@pytest.fixture(scope="module")
def all_rules():
    return rules.collect("testr")


def chosen(all_rules, **settings):
    selection = Run(Settings(url="", seed=0, **settings), prefix="", server_url=None)
    return [one for one in all_rules if selection.wants(one, None)]


def test_a_profile_has_its_tags_and_what_cuts_across(all_rules):
    core = {one.tag for one in chosen(all_rules, profile="core")}
    assert core >= {"auth", "test_plans", "test_runs", "defects", "cross"}
    assert not core & {"settings", "reports", "test_run_tree"}
    assert len(chosen(all_rules, profile="full")) == len(all_rules)


def test_a_tag_has_its_rules_and_those_of_its_operations(all_rules):
    found = chosen(all_rules, tags=("reports",))
    assert {one.tag for one in found} == {"reports", "cross"}
    assert all(one.operations for one in found if one.tag == "cross")
    assert {one.id for one in chosen(all_rules, profile="reports")} >= {
        one.id for one in found if one.tag == "reports"
    }


def test_levels_and_keywords(all_rules):
    assert {one.level for one in chosen(all_rules, levels=("must",))} == {"must"}
    assert [one.id for one in chosen(all_rules, keyword="auth-07")] == ["AUTH-07"]
    assert "TOK-07" in {one.id for one in chosen(all_rules, keyword="once its hour is over")}


def test_two_workers_come_to_the_same_verdicts(verified):
    one, two = verified(*SOME), verified(*SOME, workers=2)
    assert {rule["id"]: rule["verdict"] for rule in one["rules"]} == {
        rule["id"]: rule["verdict"] for rule in two["rules"]
    }
    assert one["counts"]["passed"] == len(SOME)


def test_one_seed_sends_the_same_requests_twice(server):
    def sent():
        settings = Settings(url=server.api_url, seed=7, effort="quick")
        report, exchanges = verify(settings, select=SOME, keeps_exchanges=True)
        told = [
            (one["method"], one["url"], one["request_body"], one["status"]) for one in exchanges
        ]
        verdicts = {rule["id"]: rule["verdict"] for rule in report["rules"]}
        return verdicts, [VARYING.sub("*", json.dumps(one)) for one in told]

    assert sent() == sent()


def test_a_read_only_run_sends_nothing_but_get_and_the_log_in(server, verified):
    with understudy.connect(server.url) as control:
        before = {one.name for one in control.list_sandboxes()}
        journal = control.attach().journal
        journal.clear()
        report = verified(read_only=True, levels=("must",), profile="workspace")
        sent = collections.Counter((one.method, one.operation) for one in journal.list())
        assert {one.name for one in control.list_sandboxes()} == before
    assert {method for method, operation in sent if operation != "auth.login"} == {"GET"}
    assert report["counts"]["passed"] > 0
    assert report["counts"]["failed"] == 0
    assert report["counts"]["disabled"] > 0


def test_fail_fast_stops_at_the_first_failure(server, verified_as_stranger):
    with understudy.connect(server.url) as control:
        faults = control.attach().faults
        faults.add(operation="test_plans.create_plan", status=404)
        report = verified_as_stranger("PLAN-01", "PLAN-02", "RUN-01", "RUN-02", fail_fast=True)
        faults.clear()
    assert report["run"]["stopped"]["why"] == "fail_fast"
    assert sum(one["tests"] > 0 for one in report["rules"]) == 1


def test_a_report_can_be_replayed(server, accounts, tmp_path, capsys):
    class Out:
        text = ""

        def write(self, text):
            Out.text += text

        def isatty(self):
            return False

        def flush(self):
            pass

    settings = Settings(
        url=server.api_url, seed=5, effort="quick", has_control=False, personas=accounts,
        keyword="PLAN-0",
    )  # fmt: skip
    first, again = tmp_path / "first.json", tmp_path / "again.json"
    with understudy.connect(server.url) as control:
        faults = control.attach().faults
        faults.add(operation="test_plans.update_plan", status=404)
        assert run(settings, Outputs(json=first), out=Out()) == 1
        failed = {one["rule"] for one in json.loads(first.read_text("utf-8"))["findings"]}
        other = dataclasses.replace(settings, seed=6, replay=first, keyword=None)
        assert run(other, Outputs(json=again), out=Out()) == 1
        repeated = json.loads(again.read_text("utf-8"))
        assert repeated["run"]["seed"] == 5
        assert {one["id"] for one in repeated["rules"] if one["tests"]} <= failed
        assert {one["rule"] for one in repeated["findings"]} == failed
        faults.clear()
    assert run(other, Outputs(), out=Out()) == 0
    assert "Kept" in Out.text


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "is not JSON"),
        ('{"run": {}}', "is no report"),
        ("[]", "is no report"),
    ],
)
def test_what_is_no_report_cannot_be_replayed(tmp_path: Path, content, told):
    file = tmp_path / "report.json"
    file.write_text(content, "utf-8")
    with pytest.raises(understudy.UsageError, match=told):
        run(Settings(url="http://127.0.0.1:1", seed=1, replay=file), Outputs(), out=None)
