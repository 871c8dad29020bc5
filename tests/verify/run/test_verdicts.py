"""What a verdict stands for: failures, waivers, and what could not be shown."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date

import pytest

import understudy
from understudy.verify import report as reports
from understudy.verify.config.settings import Waiver

LONG_AGO, FAR_OFF = date(2020, 1, 1), date(2999, 12, 31)


def verdict_of(report, id):
    return next(one for one in report["rules"] if one["id"] == id)


@contextmanager
def answering(server, operation, status):
    """While the block runs, an operation is answered with a status in the `default` sandbox."""
    with understudy.connect(server.url) as control:
        faults = control.attach().faults
        faults.add(operation=operation, status=status)
        yield
        faults.clear()


@pytest.fixture
def broken(server):
    """A server that answers a creation of plans with 404, which is not documented for it."""
    with answering(server, "test_plans.create_plan", 404):
        yield


def test_a_kept_rule_passes(verified):
    report = verified("PLAN-01")
    assert report["verdict"] == "kept"
    assert report["counts"]["passed"] == 1
    assert reports.exit_code(report) == 0


@pytest.mark.usefixtures("broken")
def test_a_broken_rule_tells_all_that_one_needs(verified_as_stranger):
    report = verified_as_stranger("PLAN-01")
    assert report["verdict"] == "broken"
    assert reports.exit_code(report) == 1
    finding = next(one for one in report["findings"] if one["rule"] == "PLAN-01")
    assert finding["operation"] == "test_plans.create_plan", finding["message"]
    assert finding["expected"] == "status 201"
    assert finding["got"].startswith("404")
    assert finding["exchange"]["status"] == 404
    assert "verify-" in finding["exchange"]["request_body"]
    assert finding["curl"].startswith("curl -i -X POST http://127.0.0.1")
    assert "$TOKEN" in finding["curl"]


@pytest.mark.usefixtures("broken")
def test_a_watcher_notices_on_the_way(verified_as_stranger):
    report = verified_as_stranger("PLAN-01")
    assert "ANS-01" in {one["rule"] for one in report["findings"]}


@pytest.mark.usefixtures("broken")
def test_no_secret_is_in_the_report(verified_as_stranger, accounts):
    text = str(verified_as_stranger("PLAN-01", "AUTH-01", "TOK-02"))
    assert "eyJ" not in text
    assert not [one for one in accounts.values() if one.password in text]


@pytest.mark.usefixtures("broken")
def test_a_waiver_waives_just_its_rule_and_operation(verified_as_stranger):
    waivers = tuple(
        Waiver(rule, "test_plans.create_plan", "until the next release", FAR_OFF, 1)
        for rule in ("PLAN-01", "ANS-01")
    )
    report = verified_as_stranger("PLAN-01", waivers=waivers)
    assert verdict_of(report, "PLAN-01")["verdict"] == "waived"
    assert report["verdict"] == "kept"
    assert [one["used"] > 0 for one in report["waivers"]] == [True, True]
    other = Waiver("PLAN-01", "test_plans.get_plan", "another operation", FAR_OFF, 1)
    report = verified_as_stranger("PLAN-01", waivers=(other,))
    assert verdict_of(report, "PLAN-01")["verdict"] == "failed"
    assert report["waivers"][0]["used"] == 0


@pytest.mark.usefixtures("broken")
def test_an_expired_waiver_fails_the_run(verified_as_stranger):
    waivers = tuple(
        Waiver(rule, "test_plans.create_plan", "until last year", LONG_AGO, 1)
        for rule in ("PLAN-01", "ANS-01")
    )
    report = verified_as_stranger("PLAN-01", waivers=waivers)
    assert report["verdict"] == "broken"
    assert reports.exit_code(report) == 1


def test_an_expired_waiver_fails_a_run_without_failures_too(verified):
    waiver = Waiver("PLAN-01", "test_plans.create_plan", "forgotten", LONG_AGO, 1)
    report = verified("PLAN-01", waivers=(waiver,))
    assert report["waivers"][0]["used"] == 0
    assert reports.exit_code(report) == 1


def test_a_missing_persona_lowers_the_profile(verified_as_stranger, accounts):
    report = verified_as_stranger("PLAN-01", "ROLE-01", personas={"active": accounts["active"]})
    rule = verdict_of(report, "ROLE-01")
    assert rule["verdict"] == "not_demonstrated"
    assert "is not configured" in rule["reason"]
    assert report["verdict"] == "incomplete"
    assert reports.exit_code(report) == 0
    assert "persona viewer" in report["profile"]["lowered_by"]


def test_without_movable_time_its_rules_are_not_demonstrated(verified_as_stranger):
    rule = verdict_of(verified_as_stranger("TOK-08"), "TOK-08")
    assert rule["verdict"] == "not_demonstrated"
    assert "time can be moved" in rule["reason"]


def test_a_run_that_shows_nothing_is_no_success(verified_as_stranger, accounts):
    report = verified_as_stranger("ROLE-01", personas={"active": accounts["active"]})
    assert report["counts"]["passed"] == 0
    assert reports.exit_code(report) == reports.STOPPED


def test_a_disabled_rule_and_feature(verified):
    report = verified("PLAN-01", "AUTH-18", "AUTH-19",
                      disabled_rules={"PLAN-01": "not built yet"},
                      features_off=frozenset({"register"}))  # fmt: skip
    assert verdict_of(report, "PLAN-01")["verdict"] == "disabled"
    assert verdict_of(report, "PLAN-01")["reason"] == "not built yet"
    assert report["counts"]["disabled"] >= 1
    assert report["verdict"] == "incomplete"


def test_a_refusal_of_what_never_succeeds_shows_nothing(server, verified_as_stranger):
    """A server that answers 404 to every plan refuses unknown ones, too."""
    assert verdict_of(verified_as_stranger("PLAN-13"), "PLAN-13")["verdict"] == "passed"
    with answering(server, "test_plans.get_plan", 404):
        report = verified_as_stranger("PLAN-13")
    assert verdict_of(report, "PLAN-13")["verdict"] in ("not_demonstrated", "failed")
