"""Updates of a run: which fields, which moves, given ends, and totals that were given."""

from __future__ import annotations

from typing import Any

from understudy.verify import MUST, NOT_NULL, Persona, rule

from . import make, moments
from .runs import (
    FINAL,
    STATES,
    add,
    filled,
    move,
    read,
    record,
    run_in,
    summary_of,
    update,
)  # fmt: skip

FIELDS: dict[str, Any] = {
    "suite_path": "suites/cart",
    "suite_name": "Cart",
    "scheduled_at": "2031-04-05T06:07:08.000Z",
    "parallel_enabled": True,
    "parallel_count": 3,
    "retry_on_failure": True,
    "retry_count": 2,
    "browser_name": "webkit",
    "viewport_width": 1280,
    "viewport_height": 720,
    "tags": ["smoke"],
    "notes": "Looked through",
    "results_folder": "results/run-1",
    "report_path": "results/run-1/report.html",
    "duration_ms": 12345,
}
NULLABLE = (
    "suite_path", "suite_name", "scheduled_at", "notes", "results_folder", "report_path",
)  # fmt: skip
ALLOWED = {("RUNNING", "COMPLETED"), ("RUNNING", "FAILED")}


@rule(
    "RUN-37",
    MUST,
    "Takes any subset of the fields",
    clauses=["Any subset of a run's fields", "An update takes any subset of the fields"],
)
def test_each_field_by_itself(active: Persona) -> None:
    """An update sets the one field that it names and leaves all others as they are."""
    run = make.run(active)
    for name, value in {"run_name": active.name("new"), **FIELDS}.items():
        run = {**run, name: value}
        answer = update(active, run, **{name: value})
        answer.expect(200)
        answer.has(**{key: run[key] for key in run if key != "updated_at"})


@rule("RUN-38", MUST, "in any state, and answers with", clauses=["final ones too"], values=STATES)
def test_an_update_in_any_state(active: Persona, value: str) -> None:
    """A run takes updates in every state, and stays in it."""
    run = run_in(active, value)
    answer = update(active, run, notes="Looked through", report_path="report.html")
    answer.expect(200)
    answer.has(status=value, notes="Looked through", report_path="report.html")


@rule("RUN-39", MUST, "answers with the whole run", clauses=["The run as it is now"])
def test_an_update_answers_with_the_run(active: Persona) -> None:
    """An update answers with the whole run, as it is read afterwards."""
    run = make.run(active)
    for notes in ("a", "b", "c", "d"):
        answer = update(active, run, notes=notes)
        answer.expect(200)
    answer.has(**read(active, run))


@rule(
    "RUN-40",
    MUST,
    "`status` may move a RUNNING run to COMPLETED or FAILED",
    clauses=["RUNNING → COMPLETED by stop or update, RUNNING → FAILED by update"],
    values=("COMPLETED", "FAILED"),
)
def test_an_update_ends_a_run(active: Persona, value: str) -> None:
    """An update moves a RUNNING run to COMPLETED or FAILED, also when items have not run yet."""
    run, _ = filled(active, 1, "RUNNING")
    answer = update(active, run, status=value)
    answer.expect(200)
    answer.has(status=value, total_tests=1)


@rule("RUN-41", MUST, "the status that the run has already is no move", values=STATES)
def test_the_same_status_is_no_move(active: Persona, value: str) -> None:
    """The status that a run has may be sent along in every state, and moves nothing."""
    run = run_in(active, value)
    answer = update(active, run, status=value, notes="Looked through")
    answer.expect(200)
    kept = ("status", "started_at", "completed_at", "duration_ms")
    answer.has(**{name: run[name] for name in kept}, notes="Looked through")


@rule(
    "RUN-42",
    MUST,
    "any other is 400 `invalid_state` and changes nothing",
    clauses=[
        "COMPLETED, FAILED and CANCELLED are final",
        "any other move is 400 `invalid_state`",
        "An update may not set RUNNING or CANCELLED",
    ],
    values=STATES,
)
def test_any_other_move_by_update(active: Persona, value: str) -> None:
    """An update refuses every other move with 400 and changes nothing, notes included."""
    run = read(active, run_in(active, value))
    for status in STATES:
        if status != value and (value, status) not in ALLOWED:
            answer = update(active, run, status=status, notes="Looked through")
            answer.refused(400, code="invalid_state")
    assert read(active, run) == run, f"the {value} run as it was"


@rule("RUN-43", MUST, "unless the request gives them", values=("COMPLETED", "FAILED"))
def test_an_end_that_is_given(active: Persona, value: str) -> None:
    """An update that ends a run keeps the end and the duration that it gives."""
    run = run_in(active, "RUNNING")
    given = {"completed_at": moments.shifted(run["started_at"], 300_000), "duration_ms": 123_456}
    answer = update(active, run, status=value, **given)
    answer.expect(200)
    answer.has(status=value, **given)


@rule("RUN-44", MUST, "unless they are given, now or earlier", values=("stop_run", "cancel_run"))
def test_an_end_that_was_given_earlier(active: Persona, value: str) -> None:
    """The end and the duration that an earlier update gave stay when the run ends."""
    run = run_in(active, "RUNNING")
    given = {"completed_at": moments.shifted(run["started_at"], 300_000), "duration_ms": 123_456}
    update(active, run, **given).expect(200)
    answer = move(active, run, value)
    answer.expect(200)
    answer.has(**given)


@rule(
    "RUN-45",
    MUST,
    "A `completed_at` of null leaves it as it is",
    clauses=["Null leaves it as it is"],
)
def test_no_end_changes_no_end(active: Persona) -> None:
    """A `completed_at` of null leaves the end of a run as it is."""
    run = run_in(active, "COMPLETED")
    answer = update(active, run, completed_at=None)
    answer.expect(200)
    answer.has(completed_at=run["completed_at"], duration_ms=run["duration_ms"])


@rule("RUN-46", MUST, "a `completed_at` of null leaves it as it is")
def test_an_end_without_a_time(active: Persona) -> None:
    """An update that ends a run with a `completed_at` of null sets the time of the end itself."""
    answer = update(active, run_in(active, "RUNNING"), status="FAILED", completed_at=None)
    answer.expect(200)
    answer.has(status="FAILED", completed_at=NOT_NULL)


@rule("RUN-47", MUST, "in an update, null sets null where the answer can be null")
def test_null_empties_a_field(active: Persona) -> None:
    """A null in an update empties a field that can be empty."""
    run = make.run(active, **{name: FIELDS[name] for name in NULLABLE[:4]})
    update(active, run, results_folder="results", report_path="report.html").expect(200)
    answer = update(active, run, **dict.fromkeys(NULLABLE))
    answer.expect(200)
    answer.has(**dict.fromkeys(NULLABLE))


@rule(
    "RUN-48",
    MUST,
    "that is ever given stays as given, whatever items and results follow",
    clauses=["what an update gave is never computed again"],
    values=("total_tests", "passed_tests", "failed_tests", "skipped_tests", "pass_rate"),
)
def test_a_total_that_was_given_stays(active: Persona, value: str) -> None:
    """A total that an update gave stays as given, whatever items and results follow."""
    plan = make.plan(active)
    run = make.run(active, plan)
    update(active, run, **{value: 42}).expect(200)
    items = add(active, run, *(make.case(active, plan) for _ in range(3))).expect(200)["items"]
    for item, status in zip(items, ("PASSED", "FAILED", "SKIPPED"), strict=True):
        record(active, item, status).expect(201)
    found = read(active, run)[value]
    assert found == 42, f"{value} is 42, as an update gave it, and not {found}"


@rule("RUN-49", MUST, "Explicit totals win, each on its own")
def test_other_totals_go_on(active: Persona) -> None:
    """A total that was given keeps no other total from being counted."""
    run, items = filled(active, 2)
    update(active, run, skipped_tests=42).expect(200)
    record(active, items[0], "PASSED").expect(201)
    record(active, items[1], "FAILED").expect(201)
    answer = active.call("test_runs.get_run", run_id=run["id"])
    answer.expect(200)
    answer.has(total_tests=2, passed_tests=1, failed_tests=1, skipped_tests=42, pass_rate=50)


@rule(
    "RUN-50",
    MUST,
    "is computed from the passed and failed tests as answered",
    clauses=["follows from the passed and failed tests as answered"],
)
def test_the_rate_follows_given_totals(active: Persona) -> None:
    """A rate that was never given follows from the passed and failed tests, given ones too."""
    run, [item] = filled(active, 1)
    record(active, item, "FAILED").expect(201)
    answer = update(active, run, passed_tests=3)
    answer.expect(200)
    answer.has(passed_tests=3, failed_tests=1, pass_rate=75)


@rule("RUN-51", MUST, "`duration_ms` has no 32-bit limit")
def test_a_duration_of_many_days(active: Persona) -> None:
    """A run may take longer than 2³¹ milliseconds."""
    run = run_in(active, "COMPLETED")
    answer = update(active, run, duration_ms=2**40)
    answer.expect(200)
    answer.has(duration_ms=2**40)
    assert read(active, run)["duration_ms"] == 2**40, "the long duration when the run is read"


@rule("RUN-52", MUST, "Explicit totals win")
def test_totals_of_a_run_that_ended(active: Persona) -> None:
    """Totals that come with the end of a run replace those of its items."""
    run, [item] = filled(active, 1, "RUNNING")
    record(active, item, "FAILED").expect(201)
    given = {"total_tests": 10, "passed_tests": 8, "failed_tests": 2, "skipped_tests": 0}
    answer = update(active, run, status="COMPLETED", **given, pass_rate=80.0)
    answer.expect(200)
    answer.has(**given, pass_rate=80)


@rule(
    "RUN-53",
    MUST,
    "`by_status` counts them by status (zero included), `items_total` all of them",
    clauses=["How many items of a run have each status"],
)
def test_the_summary_counts_items(active: Persona) -> None:
    """The summary counts the items by status, in all, in ERROR and still PENDING."""
    run, items = filled(active, 5)
    for item, status in zip(items, ("PASSED", "PASSED", "ERROR"), strict=False):
        record(active, item, status).expect(201)
    answer = active.call("test_runs.get_summary", run_id=run["id"])
    answer.expect(200)
    by_status = {"PENDING": 2, "PASSED": 2, "FAILED": 0, "SKIPPED": 0, "ERROR": 1}
    answer.has(by_status=by_status, items_total=5, error_tests=1, not_run=2)


@rule(
    "RUN-54",
    MUST,
    "The run's totals and rate as the run answers them, explicit ones included",
    clauses=["and `by_status`, `items_total`, `error_tests`, `not_run`, which count items"],
)
def test_the_summary_has_given_totals(active: Persona) -> None:
    """The summary has the totals that were given, and still counts the items."""
    run, _ = filled(active, 1)
    totals = {"total_tests": 10, "passed_tests": 7, "failed_tests": 3, "pass_rate": 70}
    update(active, run, **totals).expect(200)
    answer = active.call("test_runs.get_summary", run_id=run["id"])
    answer.expect(200)
    answer.has(**totals, items_total=1)


@rule("RUN-55", MUST, "The run's totals and rate as the run answers them", values=FINAL)
def test_the_summary_tells_of_the_run(active: Persona, value: str) -> None:
    """The summary has the run's name, status and times as the run answers them."""
    run = run_in(active, value)
    names = ("run_name", "status", "duration_ms", "started_at", "completed_at")
    found = summary_of(active, run)
    assert found["test_run_id"] == run["id"], "the summary of the run that was asked for"
    assert {name: found[name] for name in names} == {name: run[name] for name in names}, (
        "the summary's name, status and times as those of the run"
    )
