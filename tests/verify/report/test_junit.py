"""JUnit XML."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from understudy.verify.report import junit
from understudy.verify.report.model import Report


def parsed(report: Report) -> ElementTree.Element:
    return ElementTree.fromstring(junit.text(report).encode())


def case(root: ElementTree.Element, name: str) -> ElementTree.Element:
    return next(one for one in root.iter("testcase") if one.get("name", "").startswith(name))


def test_one_case_for_each_rule(report):
    root = parsed(report)
    names = [one.get("name", "").split()[0] for one in root.iter("testcase")]
    assert sorted(names) == sorted(rule["id"] for rule in report["rules"])
    assert case(root, "AUTH-01").get("classname") == "test_auth"
    assert case(root, "AUTH-01").get("time") == "0.250"


def test_the_sums_are_those_of_the_cases(report):
    root = parsed(report)
    told = [root.get(name) for name in ("tests", "failures", "errors", "skipped", "time")]
    assert told == ["9", "3", "1", "4", "2.250"]
    suites = {one.get("name"): one.get("tests") for one in root.iter("testsuite")}
    assert suites == {"test_auth": "1", "test_defects": "1", "test_test_runs": "7"}


@pytest.mark.parametrize(
    ("rule", "outcome"),
    [
        ("AUTH-01", None),
        ("RUN-07", ("failure", "POST /test-runs/5f1c/start answered with another started_at")),
        ("DEF-02", ("skipped", "waived: a known one")),
        ("SUB-01", ("skipped", "not demonstrated: the persona expired is missing")),
        ("SET-04", ("skipped", "disabled: no settings here")),
        ("PAGE-01", ("error", "KeyError: 'items' (paging.py:12)")),
    ],
)
def test_verdicts(report, rule, outcome):
    found = [(one.tag, one.get("message")) for one in case(parsed(report), rule)]
    assert found == ([outcome] if outcome else [])


def test_a_failure_holds_what_is_needed_to_mend_it(report):
    [failure] = case(parsed(report), "RUN-07")
    assert failure.get("type") == "must"
    for told in (
        "clause: Start sets",
        "sent: POST /test-runs",
        "answered: 200 {",
        "right: ",
        "curl",
    ):
        assert told in failure.text
    assert failure.text.endswith("--seed 5 --effort quick -k RUN-07")


def test_properties_tell_the_seed_and_the_digests(report):
    suite = next(parsed(report).iter("testsuite"))
    told = {one.get("name"): one.get("value") for one in suite.iter("property")}
    assert told["seed"] == "5"
    assert told["contract_digest"] == report["contract"]["digest"]
    assert told["suite_digest"] == report["suite"]["digest"]
    assert told["python"] == "3.11.7"


def test_what_fails_a_run_besides_its_rules_is_there(kept, report):
    assert "run" not in {one.get("name") for one in parsed(kept).iter("testsuite")}
    kept["waivers"] = [{**report["waivers"][0], "is_expired": True}]
    kept["run"]["stopped"] = {"why": "unreachable", "message": "nothing answers"}
    root = parsed(kept)
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("4", "1", "1")
    [error] = case(root, "comes to its end")
    assert (error.get("type"), error.get("message")) == ("unreachable", "nothing answers")
    [failure] = case(root, "waiver of DEF-02 test_runs.start_run")
    assert failure.get("message") == "expired on 2026-12-31"


def test_any_text_makes_good_xml(with_text):
    root = parsed(with_text("]]><x a='\">&\x00\x1b\ud800\ufffe"))
    assert root.get("tests") == "9"
    assert "\\u0000\\u001b\\ud800\\ufffe" in ElementTree.tostring(root, "unicode")
