"""The line that counts: nothing within a second, one line at the end, on a terminal each step."""

from __future__ import annotations

import pytest

from understudy.cli import progress


@pytest.fixture
def watch(monkeypatch):
    """The stopwatch, which the test moves."""
    now = [0.0]
    monkeypatch.setattr(progress, "stopwatch", lambda: now[0])
    return now


def steps(watch, seconds):
    counting = progress.Counting()
    for done, at in enumerate(seconds, 1):
        watch[0] = at
        counting("many", done * 100, len(seconds) * 100, "books")


def test_what_is_done_in_a_second_is_not_worth_a_word(watch, capsys):
    steps(watch, [0.0, 0.5, 0.9])
    assert capsys.readouterr() == ("", "")


def test_elsewhere_one_line_at_the_end(watch, capsys):
    steps(watch, [0.0, 1.5, 3.0])
    assert capsys.readouterr() == ("", "many: 300 objects in 3.0 s\n")


def test_a_terminal_sees_it_count(watch, capsys, monkeypatch):
    monkeypatch.setattr(progress.sys.stderr, "isatty", lambda: True)
    steps(watch, [0.0, 1.5, 1.6, 3.0])
    shown = [line.strip() for line in capsys.readouterr().err.split("\r")]
    assert shown == ["", "many: 200 of 400 objects, books", "many: 400 objects in 3.0 s"]


def test_waiting_says_nothing_where_there_is_no_terminal(capsys):
    with progress.waiting("loading"):
        pass
    assert capsys.readouterr() == ("", "")
