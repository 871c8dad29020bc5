"""Reports of suite runs: what is kept, how the rate is computed, how one is read."""

from __future__ import annotations

from typing import Any

from understudy.verify import MUST, Persona, Suite, rule

from . import make
from .documented import documented

WHOLE: dict[str, Any] = {
    "suite_path": "suites/checkout/smoke",
    "status": "FAILED",
    "total_tests": 11,
    "passed_tests": 8,
    "failed_tests": 2,
    "skipped_tests": 1,
    "duration_ms": 60000,
    "environment": "staging",
    "tags": ["nightly", "Nightly"],
    "metadata": {"build": 4711},
}
DEFAULTS: dict[str, Any] = {
    "suite_path": None,
    "total_tests": 0,
    "passed_tests": 0,
    "failed_tests": 0,
    "skipped_tests": 0,
    "pass_rate": 0.0,
    "duration_ms": None,
    "environment": None,
    "tags": [],
    "metadata": {},
}
RATES = ((8, 2, 80.0), (1, 2, 33.3), (2, 1, 66.7), (5, 0, 100.0), (0, 5, 0.0), (1, 999, 0.1))
"""Passed, failed, and the rate."""


def _read(p: Persona, run: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = p.call("reports.get_suite_run", suite_run_id=run["id"]).expect(200)
    return found


@rule(
    "REP-01",
    MUST,
    "Only its name and status are needed",
    clauses=(
        "`suite_name` and `status` are required; counts are 0, tags `[]`, metadata `{}`, "
        "suite_path, duration_ms and environment null by default",
    ),
)
def test_name_and_status_are_enough(active: Persona) -> None:
    """A report with nothing but a name and a status gets the contract's defaults."""
    body = {"suite_name": active.name("suite"), "status": "PASSED"}
    answer = active.call("reports.create_suite_run", body=body)
    answer.expect(201)
    answer.has(**body, **DEFAULTS)


@rule("REP-02", MUST, "a field that is null counts as left out")
def test_null_counts_as_left_out(active: Persona) -> None:
    """A report whose optional fields are all null gets the contract's defaults."""
    body = {"suite_name": active.name("suite"), "status": "PASSED", **dict.fromkeys(DEFAULTS)}
    del body["pass_rate"]
    answer = active.call("reports.create_suite_run", body=body)
    answer.expect(201)
    answer.has(**DEFAULTS)


@rule(
    "REP-03",
    MUST,
    "One suite run, with everything that was reported and its pass rate",
    clauses=("Keeps the report of a finished suite run",),
)
def test_every_field_is_kept(active: Persona) -> None:
    """Every field of a report is in the answer and in what is read afterwards."""
    run = documented(active, "SuiteRun", make.suite_run(active, **WHOLE))
    found = documented(active, "SuiteRun", _read(active, run))
    assert found == run, "the report must read as its creation answered it"
    kept = {name: found[name] for name in WHOLE}
    assert kept == WHOLE, f"everything must be kept as it was reported: {WHOLE}"
    assert found["pass_rate"] == 80.0, f"8 passed and 2 failed make 80.0, not {found['pass_rate']}"


@rule("REP-04", MUST, "How a suite run ended", values=("PASSED", "FAILED", "ERROR"))
def test_each_status_is_kept(active: Persona, value: str) -> None:
    """A report says how its suite ended, whatever its numbers say."""
    run = make.suite_run(active, status=value, passed_tests=1, failed_tests=1)
    assert run["status"] == value, f"the status must be {value}"


@rule(
    "REP-05",
    MUST,
    "The numbers are kept as reported, and need not add up",
    clauses=("numbers given are kept as reported and need not add up", "As reported, else"),
)
def test_numbers_are_kept_as_reported(active: Persona) -> None:
    """A total that is reported is kept, also where the other numbers do not add up to it."""
    numbers: dict[str, Any] = {
        "total_tests": 3,
        "passed_tests": 5,
        "failed_tests": 1,
        "skipped_tests": 2,
    }
    body = {"suite_name": active.name("suite"), "status": "ERROR", **numbers}
    answer = active.call("reports.create_suite_run", body=body)
    answer.expect(201)
    answer.has(**numbers)


@rule(
    "REP-06",
    MUST,
    "a `total_tests` left out is the sum of the other three",
    clauses=("`total_tests` left out is the sum of the other three", "else the sum of the other"),
)
def test_a_total_is_added_up(active: Persona) -> None:
    """A total that is left out is the sum of the passed, failed and skipped tests."""
    run = make.suite_run(active, passed_tests=5, failed_tests=3, skipped_tests=2)
    assert run["total_tests"] == 10, f"5 + 3 + 2 tests are 10, not {run['total_tests']}"


@rule(
    "REP-07",
    MUST,
    "passed / (passed + failed), with one decimal, 0.0 where nothing ran",
    clauses=(
        "passed / (passed + failed), with one decimal; 0.0 where nothing ran",
        "passed / (passed + failed), one decimal, 0.0 where nothing ran",
    ),
)
def test_the_pass_rate(active: Persona) -> None:
    """The pass rate is the share of the passed tests among those that ran, with one decimal."""
    for passed, failed, rate in RATES:
        run = make.suite_run(active, passed_tests=passed, failed_tests=failed)
        assert run["pass_rate"] == rate, (
            f"{passed} passed and {failed} failed make {rate}, not {run['pass_rate']}"
        )


@rule("REP-08", MUST, "0.0 where nothing ran")
def test_skipped_tests_do_not_count(active: Persona) -> None:
    """Skipped tests, and those of the total alone, have no part in the pass rate."""
    nothing = make.suite_run(active, skipped_tests=4, total_tests=9)
    half = make.suite_run(active, passed_tests=1, failed_tests=1, skipped_tests=2, total_tests=9)
    rates = [nothing["pass_rate"], half["pass_rate"]]
    assert rates == [0.0, 50.0], f"the rates are 0.0, as nothing ran, and 50.0; not {rates}"


@rule(
    "REP-09",
    MUST,
    "`metadata` is any JSON object, kept as sent",
    clauses=("Whatever else is worth keeping, kept as sent", "Whatever else was reported"),
)
def test_metadata_is_kept_as_sent(active: Persona) -> None:
    """Metadata of any form come back as they were sent."""
    metadata = {"a": {"b": [1, None, {"c": True}]}, "": "", "ä": "ß\u2028", "id": 2**53, "x": 0.5}
    run = make.suite_run(active, metadata=metadata)
    found = _read(active, run)["metadata"]
    assert found == metadata, f"the metadata must be {metadata}"


@rule("REP-10", MUST, "`duration_ms` has no 32-bit limit", tag="reports")
def test_a_suite_may_take_long(active: Persona) -> None:
    """A suite may take longer than the milliseconds that fit in 32 bits."""
    for duration in (2**41 + 1, 2**53 - 1):
        run = make.suite_run(active, duration_ms=duration)
        assert run["duration_ms"] == duration, f"the duration must be {duration}"


@rule(
    "REP-11",
    MUST,
    "A suite run that does not exist or is of another workspace is 404",
)
def test_an_unknown_suite_run_is_404(active: Persona, suite: Suite) -> None:
    """A suite run that does not exist is 404."""
    active.call("reports.get_suite_run", suite_run_id=suite.unknown_id()).refused(404)
