"""What results make of their item, and items of the totals of their run."""

from __future__ import annotations

from understudy.verify import MUST, Persona, rule

from .runs import RESULTS, filled, items_of, read, record


def status_after(p: Persona, *statuses: str) -> str:
    """The status of an item after these results, one after the other."""
    run, [item] = filled(p, 1)
    for status in statuses:
        record(p, item, status).expect(201)
    return str(items_of(p, run)[0]["status"])


@rule("RES-12", MUST, "brings the item's status and the run's totals up to date", values=RESULTS)
def test_the_item_has_the_status_of_its_result(active: Persona, value: str) -> None:
    """An item that has one result has the status of that result, be it a later iteration's."""
    run, [item] = filled(active, 1)
    record(active, item, value, iteration_number=2).expect(201)
    found = items_of(active, run)[0]["status"]
    assert found == value, f"the item is {value} as its one result, and not {found}"


@rule(
    "RES-13",
    MUST,
    "The run's `total_tests` are its items, `failed_tests` those in FAILED or ERROR",
    clauses=["The run's totals: all items; PASSED; FAILED and ERROR; SKIPPED.", "Items in ERROR"],
)
def test_the_totals_of_a_run(active: Persona) -> None:
    """A run's totals count its items: all, PASSED, FAILED or ERROR, SKIPPED."""
    run, items = filled(active, 7)
    statuses = ("PASSED", "SKIPPED", "SKIPPED", "FAILED", "ERROR", "ERROR")
    for item, status in zip(items, statuses, strict=False):
        record(active, item, status).expect(201)
    answer = active.call("test_runs.get_run", run_id=run["id"])
    answer.expect(200)
    answer.has(total_tests=7, passed_tests=1, failed_tests=3, skipped_tests=2)


@rule("RES-14", MUST, "An item may have several results (iterations, data rows)")
def test_an_item_counts_once(active: Persona) -> None:
    """An item with several results counts once in the totals of its run."""
    run, [item] = filled(active, 1)
    for row in range(3):
        record(active, item, "PASSED", data_row_index=row).expect(201)
    answer = active.call("test_runs.get_run", run_id=run["id"])
    answer.expect(200)
    answer.has(total_tests=1, passed_tests=1, failed_tests=0, skipped_tests=0, pass_rate=100)


@rule(
    "RES-15",
    MUST,
    "it is FAILED if any failed",
    clauses=["Of several results for an item all count, retries too: FAILED if any failed"],
    values=(("FAILED", "PASSED"), ("PASSED", "FAILED"), ("FAILED", "ERROR"), ("ERROR", "FAILED")),
)
def test_one_failure_is_enough(active: Persona, value: tuple[str, ...]) -> None:
    """An item is FAILED if any of its results failed, whatever came before or after."""
    found = status_after(active, *value)
    assert found == "FAILED", f"FAILED after {' and '.join(value)}, and not {found}"


@rule(
    "RES-16",
    MUST,
    "else ERROR if any was in error",
    values=(("ERROR", "PASSED"), ("PASSED", "ERROR"), ("ERROR", "SKIPPED"), ("SKIPPED", "ERROR")),
)
def test_one_error_is_enough(active: Persona, value: tuple[str, ...]) -> None:
    """An item of which no result failed is in ERROR if any was in error."""
    found = status_after(active, *value)
    assert found == "ERROR", f"ERROR after {' and '.join(value)}, and not {found}"


@rule(
    "RES-17",
    MUST,
    "else PASSED if any passed, else SKIPPED",
    values=(("PASSED", "SKIPPED"), ("SKIPPED", "PASSED")),
)
def test_a_pass_outweighs_a_skip(active: Persona, value: tuple[str, ...]) -> None:
    """An item is PASSED if a result passed and the others were skipped."""
    found = status_after(active, *value)
    assert found == "PASSED", f"PASSED after {' and '.join(value)}, and not {found}"


@rule(
    "RES-18",
    MUST,
    "passed / (passed + failed) to one decimal",
    clauses=["passed / (passed + failed), one decimal"],
    values=((1, 2, 33.3), (2, 1, 66.7), (1, 0, 100)),
)
def test_the_rate_of_a_run(active: Persona, value: tuple[int, int, float]) -> None:
    """A run's rate is the share of the passed in those that ran, in per cent, to one decimal."""
    passed, failed, rate = value
    run, items = filled(active, passed + failed + 2)
    statuses = ["SKIPPED", *["PASSED"] * passed, *["FAILED"] * failed]
    for item, status in zip(items, statuses, strict=False):
        record(active, item, status).expect(201)
    found = read(active, run)["pass_rate"]
    assert found == rate, f"{rate} with {passed} passed and {failed} failed, and not {found}"


@rule("RES-19", MUST, "0.0 where nothing ran")
def test_the_rate_where_nothing_ran(active: Persona) -> None:
    """The rate of a run whose tests were all skipped is 0."""
    run, [item] = filled(active, 1)
    record(active, item, "SKIPPED").expect(201)
    found = read(active, run)["pass_rate"]
    assert found == 0, f"0 where nothing ran, and not {found}"
