"""The soak: what it finds in a few seconds of a server that is well, and that it would notice."""

from __future__ import annotations

import json
import sys
from array import array

import pytest
from benchmarks import soak
from benchmarks.soak import __main__ as command
from benchmarks.soak.client import Tally, summary
from benchmarks.soak.rounds import slope


def test_a_summary_is_in_milliseconds():
    seconds = array("d", (number / 1000 for number in range(100, 0, -1)))
    assert summary(seconds) == {"requests": 100, "p50_ms": 51, "p99_ms": 100, "max_ms": 100}
    assert summary(array("d")) == {"requests": 0, "p50_ms": 0, "p99_ms": 0, "max_ms": 0}


def test_kinds_and_all_of_them():
    tally = Tally()
    for kind, seconds in (("list", 0.002), ("GET", 0.001), ("list", 0.004)):
        tally.add(kind, seconds)
    kinds = tally.kinds()
    assert [*kinds] == ["GET", "list", "all"]
    assert kinds["all"] == {"requests": 3, "p50_ms": 2, "p99_ms": 4, "max_ms": 4}
    assert tally.requests == 3


def test_all_errors_are_counted_and_some_are_told():
    tally = Tally()
    for number in range(50):
        tally.complain(f"{number}")
    assert tally.errors == 50
    assert tally.examples == [f"{number}" for number in range(20)]


def test_the_slope_is_in_megabytes_for_a_million_requests():
    rows = [{"requests_so_far": n * 1000, "memory_mb": 100 + n * 0.5} for n in range(5)]
    assert slope(rows) == 500
    assert slope([row | {"memory_mb": 7.0} for row in rows]) == 0


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        ({"errors": 1}, "BAD  1 unexpected answers in 10"),
        ({"stderr": "Traceback\n"}, "BAD  stderr: Traceback"),
        ({"stop_seconds": 30.0}, "BAD  stopped in 30.0 s"),
        ({"memory": {"growth_mb": 9.0}}, "BAD  memory beyond the data grew by +9.0 MB"),
        ({"memory": {"objects_growth": 1}}, "BAD  +1 objects left over"),
        ({"crowd": {"files_after": 12}}, "BAD  connections left open: 2 beside nobody"),
        ({"crowd": {"p99_ms": 60.0}}, "BAD  p99 of one client alone 1.0 ms, beside those"),
    ],
)
def test_each_harm_is_told(harm, told):
    row = {"with": "nobody", "is_quiet": True, "files_before": 10, "files_after": 10, "p99_ms": 1.0}
    memory = {"growth_mb": 0.0, "mb_per_million_requests": 0.0, "objects_growth": 0}
    found = {"errors": 0, "requests": 10, "examples": [], "stderr": "", "stop_seconds": 0.3}
    well = {**found, "memory": memory, "crowd": [row, row]}
    assert soak.judge(well, lambda _line: None)
    parts = {"memory": memory | harm.get("memory", {}), "crowd": [row, row | harm.get("crowd", {})]}
    lines: list[str] = []
    assert not soak.judge(well | harm | parts, lines.append)
    bad = [line for line in lines if line.startswith("BAD")]
    assert len(bad) == 1
    assert bad[0].startswith(told)


def test_it_explains_itself(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["soak", "--help"])
    with pytest.raises(SystemExit) as ended:
        command.main()
    assert ended.value.code == 0
    told = capsys.readouterr().out
    assert "examples:" in told
    for option in ("--seconds", "--connections", "--idle", "--json FILE"):
        assert option in told


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_nothing_goes_wrong_in_a_few_seconds():
    lines: list[str] = []
    found = soak.soak(10, lines.append, connections=24, idle=50)
    assert found["examples"] == []
    assert found["errors"] == 0
    assert found["stderr"] == ""
    assert found["memory"]["objects_growth"] == 0
    assert all(row["files_after"] <= row["files_before"] for row in found["crowd"])
    assert len(found["rounds"]) == 6
    assert {"log-in", "PATCH batch", "snapshot", "DELETE sandbox"} < {*found["kinds"]}
    assert json.loads(json.dumps(found)) == found
    assert any(line.startswith("ok   0 unexpected answers") for line in lines)
