"""What all forms say in the same words."""

from __future__ import annotations

import shlex

import pytest

from understudy.verify.report import words


def test_repeat_runs_one_rule_with_the_seed_and_effort_of_the_run(report):
    report["target"]["base_url"] = "https://api.test/v1?a=1&b=`id`"
    told = shlex.split(words.repeat(report, "RUN-07"))
    url = "https://api.test/v1?a=1&b=`id`"
    assert told == "understudy verify URL --seed 5 --effort quick -k RUN-07".replace(
        "URL", url
    ).split(" ")


def test_again_says_all_that_the_run_was_told(report):
    report["run"].update(tags=["auth"], keyword="a b", read_only=True, levels=["must", "should"])
    assert words.again(report) == (
        "understudy verify http://127.0.0.1:8000/api/v1 --seed 5 --effort quick --profile full"
        " --tag auth --level should -k 'a b' --read-only --workers 2"
    )


def test_broken_in_words(report):
    assert words.in_words(report) == (
        "Broken: 3 of 8 rules failed (2 must, 1 should); 1 error of the suite itself."
    )


def test_kept_in_words(kept):
    assert words.in_words(kept) == "Kept: 2 rules shown."
    kept["counts"]["waived"] = 1
    assert words.in_words(kept) == "Kept: 2 rules shown, 1 waived."


def test_incomplete_in_words(make_report, make_rule):
    rules = [
        make_rule("A-01"),
        make_rule("A-02", "not_demonstrated"),
        make_rule("A-03", "disabled"),
    ]
    report = make_report(rules, [])
    assert words.in_words(report) == (
        "Incomplete: nothing failed; of 3 rules, 1 not demonstrated, 1 disabled."
    )


def test_an_expired_waiver_alone_breaks_a_run(kept):
    kept["verdict"] = "broken"
    kept["waivers"] = [
        {
            "rule": "RUN-07",
            "operation": None,
            "reason": "",
            "expires": "2026-01-01",
            "used": 0,
            "is_expired": True,
        }
    ]
    assert words.in_words(kept) == "Broken: 1 waiver expired."


@pytest.mark.parametrize("verdict", ["incomplete", "broken"])
def test_a_run_that_was_stopped_says_why(kept, verdict):
    kept["verdict"] = verdict
    kept["run"]["stopped"] = {"why": "no_log_in", "message": "Nobody could log in"}
    assert words.in_words(kept).endswith(". Nobody could log in.")
