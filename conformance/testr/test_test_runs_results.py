"""Results of test cases: what is kept, and what they make of their item and their run."""

from __future__ import annotations

from typing import Any

from understudy.verify import MUST, Persona, Suite, rule

from . import make
from .runs import FINAL, bring, filled, items_of, read, record

GIVEN: dict[str, Any] = {
    "iteration_number": 2,
    "data_row_index": 3,
    "data_row_values": {"user": "jane"},
    "duration_ms": 5000,
    "total_steps": 10,
    "passed_steps": 6,
    "failed_steps": 2,
    "skipped_steps": 2,
    "pass_rate": 12.5,
    "error_message": "It closes.",
    "error_screenshot": "aGVsbG8=",
    "start_url": "https://shop.example/",
    "final_url": "https://shop.example/thanks",
    "browser_name": "firefox",
    "os_name": "Windows 11",
}
LEFT_OUT: dict[str, Any] = {
    "iteration_number": 1,
    "data_row_index": 0,
    "data_row_values": {},
    "duration_ms": 0,
    "total_steps": 0,
    "passed_steps": 0,
    "failed_steps": 0,
    "skipped_steps": 0,
    "pass_rate": 0,
    "error_message": None,
    "error_screenshot": None,
    "start_url": None,
    "final_url": None,
    "browser_name": None,
    "os_name": None,
}


@rule("RES-01", MUST, "Keeps the result", clauses=["The result is kept"])
def test_a_result_is_kept(active: Persona) -> None:
    """A result answers with every field that it was given."""
    _, [item] = filled(active, 1)
    answer = record(active, item, "FAILED", **GIVEN)
    answer.expect(201)
    answer.has(status="FAILED", test_run_item_id=item["id"], **GIVEN)


@rule("RES-02", MUST, "Null is the same as left out", values=[{}, dict.fromkeys(LEFT_OUT)])
def test_defaults_of_a_result(active: Persona, value: dict[str, None]) -> None:
    """What a result is not given, or given as null, has the default of the contract."""
    _, [item] = filled(active, 1)
    answer = record(active, item, "SKIPPED", **value)
    answer.expect(201)
    answer.has(**LEFT_OUT)


def ids_of(item: Any, **others: str) -> dict[str, str]:
    """What a result of this item names, with others in their place."""
    ids = {
        "test_run_id": item["test_run_id"],
        "test_run_item_id": item["id"],
        "test_case_id": item["test_case_id"],
    }
    return {**ids, **others}


@rule("RES-03", MUST, "The run must be in the workspace")
def test_a_result_of_an_unknown_run(active: Persona, suite: Suite) -> None:
    """A result of a run that does not exist is refused with 404."""
    _, [item] = filled(active, 1)
    refused(active, ids_of(item, test_run_id=suite.unknown_id()))


def refused(p: Persona, ids: dict[str, str]) -> None:
    """A result that names these must be refused with 404."""
    p.call("test_runs.create_result", body={**ids, "status": "PASSED"}).refused(404)


@rule("RES-04", MUST, "and the item of that run and that case (404)")
def test_a_result_of_an_item_of_another_run(active: Persona) -> None:
    """A result whose item is of another run is refused with 404, and counts nowhere."""
    plan = make.plan(active)
    case = make.case(active, plan)
    one, other = make.run(active, plan), make.run(active, plan)
    item = make.item(active, one, case)
    make.item(active, other, case)
    refused(active, ids_of(item, test_run_id=other["id"]))
    assert items_of(active, one) == [item], "the item as it was"
    assert read(active, other)["passed_tests"] == 0, "passed_tests 0 in the other run"


@rule("RES-05", MUST, "its item must be of that run and that case (404)")
def test_a_result_of_an_item_of_another_case(active: Persona) -> None:
    """A result whose item is of another case is refused with 404, and counts nothing."""
    run, items = filled(active, 2)
    refused(active, ids_of(items[0], test_case_id=items[1]["test_case_id"]))
    assert items_of(active, run) == items, "the items as they were"


@rule("RES-06", MUST, "and the item of that run and that case (404)")
def test_a_result_of_an_unknown_item(active: Persona, suite: Suite) -> None:
    """A result of an item that does not exist is refused with 404."""
    _, [item] = filled(active, 1)
    refused(active, ids_of(item, test_run_item_id=suite.unknown_id()))


@rule("RES-07", MUST, "A final run takes no results (400 `invalid_state`)", values=FINAL)
def test_a_final_run_takes_no_results(active: Persona, value: str) -> None:
    """A run that has ended takes no results: 400, and its item stays as it is."""
    plan = make.plan(active)
    run = make.run(active, plan)
    item = make.item(active, run, make.case(active, plan))
    bring(active, run, value)
    before = items_of(active, run)
    record(active, item, "PASSED").refused(400, code="invalid_state")
    assert items_of(active, run) == before, "the item as it was"


@rule(
    "RES-08",
    MUST,
    "a PENDING one does, and stays PENDING",
    values=("PENDING", "RUNNING"),
)
def test_an_open_run_takes_results(active: Persona, value: str) -> None:
    """A PENDING run and a RUNNING one take results and stay in their state."""
    run, [item] = filled(active, 1, value)
    record(active, item, "FAILED").expect(201)
    answer = active.call("test_runs.get_run", run_id=run["id"])
    answer.expect(200)
    answer.has(status=value, failed_tests=1, started_at=run["started_at"])


@rule(
    "RES-09",
    MUST,
    "The result's own `pass_rate`, if left out, follows from its steps by the same rule",
    clauses=["By default from the steps", "`pass_rate`, if left out, follows from its steps"],
    values=((2, 1, 66.7), (0, 3, 0), (0, 0, 0)),
)
def test_the_rate_of_a_result(active: Persona, value: tuple[int, int, float]) -> None:
    """A result's rate follows from its passed and failed steps; skipped ones do not count."""
    passed, failed, rate = value
    _, [item] = filled(active, 1)
    steps = {"total_steps": 8, "passed_steps": passed, "failed_steps": failed, "skipped_steps": 2}
    answer = record(active, item, "PASSED", **steps)
    answer.expect(201)
    answer.has(pass_rate=rate)


@rule(
    "RES-10",
    MUST,
    "The values of the data row, whatever they are",
    values=[{"a": [1, None, {"b": "ü"}], "": False, "n": 9007199254740993}, {"x": {"y": {}}}],
)
def test_the_values_of_a_data_row(active: Persona, value: dict[str, Any]) -> None:
    """The values of a data row come back as they were sent."""
    _, [item] = filled(active, 1)
    answer = record(active, item, "PASSED", data_row_values=value)
    answer.expect(201)
    answer.has(data_row_values=value)


@rule(
    "RES-11",
    MUST,
    "An image in base64, with or without a data URL's head",
    clauses=["`error_screenshot` is kept as it is, with or without a data URL's head"],
    values=("aGVsbG8=", "data:image/png;base64,aGVsbG8="),
)
def test_a_screenshot(active: Persona, value: str) -> None:
    """A screenshot is kept as it is, with or without the head of a data URL."""
    _, [item] = filled(active, 1)
    answer = record(active, item, "FAILED", error_screenshot=value)
    answer.expect(201)
    answer.has(error_screenshot=value)
