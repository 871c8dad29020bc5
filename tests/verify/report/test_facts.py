"""The sums and orders that all forms share."""

from __future__ import annotations

from understudy.verify.report import facts


def test_failures_are_ordered_by_level_then_by_how_often(report):
    assert [one.rule["id"] for one in facts.failures(report)] == ["RUN-07", "RUN-09", "RUN-08"]
    assert [one.times for one in facts.failures(report)] == [3, 1, 1]


def test_all_rules_the_worst_first(report):
    ids = [rule["id"] for rule in facts.worst_first(report)]
    failed, others = ids[:3], ids[3:]
    assert failed == ["RUN-07", "RUN-09", "RUN-08"]
    assert others == ["PAGE-01", "DEF-02", "SUB-01", "SUB-02", "SET-04", "AUTH-01"]


def test_a_waived_finding_is_no_failure_unless_its_waiver_expired(report):
    waived = report["findings"][3]
    assert not facts.is_open(report, waived)
    report["waivers"][0]["is_expired"] = True
    assert facts.is_open(report, waived)


def test_waivers_that_expired_or_cover_nothing(report):
    assert facts.expired(report) == []
    assert [one["rule"] for one in facts.unused(report)] == ["AUTH-01"]
    report["waivers"][1]["is_expired"] = True
    assert [one["rule"] for one in facts.expired(report)] == ["AUTH-01"]
    assert facts.unused(report) == []


def test_what_was_not_demonstrated_by_reason(report, make_rule):
    report["rules"].append(make_rule("TOK-01", "not_demonstrated", reason="no time to move"))
    found = facts.by_reason(report, "not_demonstrated")
    assert {reason: len(rules) for reason, rules in found.items()} == {
        "the persona expired is missing": 2,
        "no time to move": 1,
    }
    assert next(iter(found)) == "the persona expired is missing"


def test_coverage(report):
    assert facts.reached(report) == (1, 3)
    assert str(facts.reached(report)) == "1 of 3"
    # Of 200, 401, 404 and 500, and of 200: without the 500.
    assert facts.statuses_shown(report) == (2, 4)
    assert facts.undocumented(report) == ["defects.list_defects 418"]


def test_an_undocumented_2xx_is_no_documented_status(report):
    report["operations"][1]["statuses"]["202"] = {"is_documented": False, "shown": 1}
    assert facts.reached(report) == (2, 3)
    assert facts.statuses_shown(report) == (2, 4)


def test_the_slowest_operation_comes_first_and_silent_ones_not_at_all(report):
    report["operations"][1]["milliseconds"] = {"median": 1.0, "p95": 90.0, "longest": 91.0}
    found = [one["operation"] for one in facts.slowest(report)]
    assert found == ["defects.list_defects", "test_runs.start_run"]
