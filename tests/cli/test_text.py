"""What commands print."""

from __future__ import annotations

import click
import pytest

from understudy.cli import text


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0s"), (0.4, "0s"), (59.6, "1m"), (3000, "50m"), (90061, "1d1h"), (4e7, "1y97d")],
)
def test_short_time(seconds, shown):
    assert text.short_time(seconds) == shown


def test_a_table_is_aligned_with_or_without_colours():
    rows = [(click.style("a", bold=True), "1", ""), ("long", "22", "x")]
    lines = [click.unstyle(line) for line in text.table(rows, ("Name", "N", ""))]
    assert lines == ["Name  N", "a     1", "long  22  x"]


def test_no_rows_have_no_heading():
    assert text.table([], ("Name",)) == []


def test_plain():
    assert text.plain("ä\x1b[2J\n") == "ä?[2J?"
