"""How far a run has come."""

from __future__ import annotations

import io

import pytest

from understudy.verify.report import progress
from understudy.verify.report.progress import Progress


@pytest.fixture
def seconds(monkeypatch):
    """The stopwatch; `seconds[0]` is what it shows."""
    shown = [100.0]
    monkeypatch.setattr(progress, "stopwatch", lambda: shown[0])
    return shown


def test_a_terminal_has_one_line_that_is_written_anew(monkeypatch, seconds):
    monkeypatch.setenv("COLUMNS", "80")
    stream = io.StringIO()
    shown = Progress(stream, is_terminal=True)
    shown.start(4)
    shown.rule_done("AUTH-01", "passed")
    seconds[0] += 65
    shown.rule_done("RUN-07", "failed")
    assert "\n" not in stream.getvalue()
    first, second, third = stream.getvalue().split("\r")[1:]
    assert first == "[....................] 0/4, 0 rules failed, 0s"
    assert second == "[#####...............] 1/4, 0 rules failed, 0s  AUTH"
    assert third == "[##########..........] 2/4, 1 rule failed, 1m5s  RUN"


def test_a_shorter_line_covers_the_longer_one_before(monkeypatch, seconds):
    monkeypatch.setenv("COLUMNS", "80")
    stream = io.StringIO()
    shown = Progress(stream, is_terminal=True)
    shown.start(4)
    shown.rule_done("AUTH-01", "passed")
    shown.rule_done("A-01", "passed")
    *_, before, last = stream.getvalue().split("\r")
    assert len(last) == len(before)
    assert last.rstrip() != last


def test_it_leaves_nothing_behind(monkeypatch, seconds):
    monkeypatch.setenv("COLUMNS", "80")
    stream = io.StringIO()
    shown = Progress(stream, is_terminal=True)
    shown.start(4)
    width = len(stream.getvalue()) - 1
    shown.finish()
    assert stream.getvalue().endswith(f"\r{' ' * width}\r")


def test_a_narrow_terminal_wraps_nothing(monkeypatch, seconds):
    monkeypatch.setenv("COLUMNS", "20")
    stream = io.StringIO()
    shown = Progress(stream, is_terminal=True)
    shown.start(1000)
    shown.rule_done("AUTH-01", "failed")
    assert max(map(len, stream.getvalue().split("\r"))) == 19


def test_elsewhere_there_is_a_line_for_each_quarter(seconds):
    stream = io.StringIO()
    shown = Progress(stream)
    shown.start(8)
    for number in range(8):
        shown.rule_done(f"RUN-{number:02}", "suite_error" if number == 3 else "passed")
    shown.finish()
    assert stream.getvalue().splitlines() == [
        " 25 %  2/8, 0 rules failed, 0s",
        " 50 %  4/8, 1 rule failed, 0s",
        " 75 %  6/8, 1 rule failed, 0s",
        "100 %  8/8, 1 rule failed, 0s",
    ]


def test_a_rule_that_fails_in_two_tests_is_one(seconds):
    stream = io.StringIO()
    shown = Progress(stream)
    shown.start(2)
    shown.rule_done("RUN-01", "failed")
    shown.rule_done("RUN-01", "failed")
    assert stream.getvalue().splitlines()[-1] == "100 %  2/2, 1 rule failed, 0s"


def test_no_rules_at_all(seconds):
    stream = io.StringIO()
    shown = Progress(stream)
    shown.start(0)
    shown.finish()
    assert stream.getvalue() == ""
