"""The states of a run: start, stop and cancel, and the times that they set."""

from __future__ import annotations

from typing import Any

from understudy import times
from understudy.verify import MUST, NOT_NULL, Answer, Persona, Scene, rule

from . import make, moments
from .runs import FINAL, elapsed, filled, items_of, move, read, record, run_in, update

ENDINGS = ("stop_run", "cancel_run", "update_run")
MINUTES = 300_000
"""Five, in milliseconds."""


def end(p: Persona, run: Any, operation: str) -> Answer:
    """End a running run in one of the three ways."""
    if operation == "update_run":
        return update(p, run, status="COMPLETED")
    return move(p, run, operation)


@rule(
    "RUN-20",
    MUST,
    "Moves a PENDING run to RUNNING",
    clauses=[
        "The run is RUNNING",
        "A run without items may start",
        "a run without items may start",
    ],
)
def test_start(active: Persona) -> None:
    """A started run is RUNNING, with or without items, and whatever other runs are RUNNING."""
    plan = make.plan(active)
    for _ in range(2):
        answer = move(active, make.run(active, plan), "start_run")
        answer.expect(200)
        answer.has(status="RUNNING", completed_at=None)


@rule("RUN-21", MUST, "sets `started_at`")
def test_start_sets_a_time(active: Persona) -> None:
    """A started run tells when it started, whenever it was meant to."""
    run = make.run(active, scheduled_at="2031-04-05T06:07:08.000Z")
    answer = move(active, run, "start_run")
    answer.expect(200)
    answer.has(started_at=NOT_NULL)
    started, later = answer.body["started_at"], make.run(active)["created_at"]
    if not times.parse(run["created_at"]) <= times.parse(started) <= times.parse(later):
        expected = f"from {run['created_at']} to {later}"
        raise answer.broken("started_at is not now", expected=expected, got=started)


@rule("RUN-22", MUST, "sets `started_at`")
def test_start_sets_the_time_of_now(scene: Scene) -> None:
    """A run that starts five minutes after its creation tells that it started then."""
    scene.freeze()
    run = make.run(scene.active)
    scene.advance("5m")
    answer = move(scene.active, run, "start_run")
    answer.expect(200)
    answer.has(started_at=moments.shifted(run["created_at"], MINUTES))


@rule(
    "RUN-23",
    MUST,
    "from any other state it is 400 `invalid_state`",
    clauses=["the run's state does not allow this"],
    values=("RUNNING", *FINAL),
)
def test_start_from_another_state(active: Persona, value: str) -> None:
    """Only a PENDING run starts: from any other state it is 400 and nothing changes."""
    run = read(active, run_in(active, value))
    move(active, run, "start_run").refused(400, code="invalid_state")
    assert read(active, run) == run, f"the {value} run as it was"


@rule("RUN-24", MUST, "what it gives replaces the browser and the viewport of the run")
def test_start_with_another_browser(active: Persona) -> None:
    """Start replaces the browser and the viewport by those that it is given."""
    run = make.run(active, browser_name="chromium", viewport_width=1000, viewport_height=700)
    chosen = {"browser_name": "webkit", "viewport_width": 1280, "viewport_height": 720}
    answer = move(active, run, "start_run", body=chosen)
    answer.expect(200)
    answer.has(**chosen)
    active.call("test_runs.get_run", run_id=run["id"]).has(**chosen)


@rule(
    "RUN-25",
    MUST,
    "what is null or left out stays as the run has it",
    values=[{}, {"browser_name": None, "viewport_width": None}],
)
def test_start_keeps_what_it_is_not_given(active: Persona, value: dict[str, None]) -> None:
    """What start is not given, or given as null, stays as the run has it."""
    kept: dict[str, Any] = {"browser_name": "firefox", "viewport_width": 1000}
    run = make.run(active, **kept)
    answer = move(active, run, "start_run", body={"viewport_height": 700, **value})
    answer.expect(200)
    answer.has(**kept, viewport_height=700)


@rule("RUN-26", MUST, "The body is optional", clauses=["Start takes an optional body"])
def test_start_without_a_body(active: Persona) -> None:
    """A run starts without a body, too, and keeps its browser and viewport."""
    kept: dict[str, Any] = {
        "browser_name": "firefox",
        "viewport_width": 1000,
        "viewport_height": 700,
    }
    answer = move(active, make.run(active, **kept), "start_run")
    answer.expect(200)
    answer.has(status="RUNNING", **kept)


@rule(
    "RUN-27",
    MUST,
    "Moves a RUNNING run to COMPLETED, also when items have not run yet",
    clauses=["Stop may leave items PENDING", "The run is COMPLETED"],
)
def test_stop(active: Persona) -> None:
    """A stopped run is COMPLETED; its items that have not run stay PENDING."""
    run, [item] = filled(active, 1, "RUNNING")
    answer = move(active, run, "stop_run")
    answer.expect(200)
    answer.has(status="COMPLETED", total_tests=1)
    assert items_of(active, run) == [item], "the item as it was, PENDING"


@rule(
    "RUN-28",
    MUST,
    "From any other state it is 400 `invalid_state`",
    values=("PENDING", *FINAL),
)
def test_stop_from_another_state(active: Persona, value: str) -> None:
    """Only a RUNNING run can be stopped: from any other state it is 400 and nothing changes."""
    run = read(active, run_in(active, value))
    move(active, run, "stop_run").refused(400, code="invalid_state")
    assert read(active, run) == run, f"the {value} run as it was"


@rule(
    "RUN-29",
    MUST,
    "Moves a PENDING or RUNNING run to CANCELLED",
    clauses=["The run is CANCELLED", "PENDING or RUNNING → CANCELLED by cancel"],
    values=("PENDING", "RUNNING"),
)
def test_cancel(active: Persona, value: str) -> None:
    """A PENDING run and a RUNNING one can be cancelled."""
    run = run_in(active, value)
    answer = move(active, run, "cancel_run")
    answer.expect(200)
    answer.has(status="CANCELLED", completed_at=NOT_NULL, started_at=run["started_at"])


@rule("RUN-30", MUST, "From any other state it is 400 `invalid_state`", values=FINAL)
def test_cancel_from_a_final_state(active: Persona, value: str) -> None:
    """A run that has ended cannot be cancelled: 400, and nothing changes."""
    run = read(active, run_in(active, value))
    move(active, run, "cancel_run").refused(400, code="invalid_state")
    assert read(active, run) == run, f"the {value} run as it was"


@rule("RUN-31", MUST, "(0 if it never started)", clauses=["a run that never started took 0"])
def test_a_run_that_never_started_took_no_time(active: Persona) -> None:
    """A run that is cancelled before it starts took 0 ms, however long it waited."""
    run = waited(active, make.run(active))
    answer = move(active, run, "cancel_run")
    answer.expect(200)
    answer.has(duration_ms=0, started_at=None, completed_at=NOT_NULL)


def waited(p: Persona, run: Any) -> Any:
    """The run, some milliseconds later."""
    for _ in range(8):
        run = read(p, run)
    return run


@rule("RUN-32", MUST, "Items and results stay as they are")
def test_cancel_leaves_items_alone(active: Persona) -> None:
    """Cancelling a run changes neither its items nor its totals."""
    run, items = filled(active, 2, "RUNNING")
    record(active, items[0], "FAILED").expect(201)
    before = items_of(active, run)
    answer = move(active, run, "cancel_run")
    answer.expect(200)
    answer.has(total_tests=2, passed_tests=0, failed_tests=1, skipped_tests=0)
    assert items_of(active, run) == before, "the items as they were before"


@rule(
    "RUN-33", MUST, "start, stop and cancel answer with the run", values=("start", "stop", "cancel")
)
def test_a_move_answers_with_the_run(active: Persona, value: str) -> None:
    """Start, stop and cancel answer with the whole run, as it is read afterwards."""
    run = run_in(active, "RUNNING" if value == "stop" else "PENDING", tags=["nightly"])
    answer = move(active, run, f"{value}_run")
    answer.expect(200)
    answer.has(**read(active, run))


@rule("RUN-34", MUST, "sets `completed_at` and `duration_ms`", values=ENDINGS)
def test_an_end_sets_its_time(active: Persona, value: str) -> None:
    """A run that ended tells when, and its duration is the time from its start to that."""
    run = waited(active, run_in(active, "RUNNING"))
    answer = end(active, run, value)
    ended = answer.expect(200)
    answer.has(completed_at=NOT_NULL)
    took = elapsed(run["started_at"], ended["completed_at"])
    if took < 0 or abs(ended["duration_ms"] - took) > 1:
        raise answer.broken("wrong duration_ms", expected=f"{took} ms", got=ended["duration_ms"])


@rule(
    "RUN-35",
    MUST,
    "A final state sets `completed_at` to now and `duration_ms` to the time since `started_at`",
    clauses=["From start to end"],
    values=ENDINGS,
)
def test_a_long_run(scene: Scene, value: str) -> None:
    """A run that ends five minutes after its start took five minutes and ended then."""
    scene.freeze()
    run = run_in(scene.active, "RUNNING")
    scene.advance("5m")
    answer = end(scene.active, run, value)
    answer.expect(200)
    answer.has(duration_ms=MINUTES, completed_at=moments.shifted(run["started_at"], MINUTES))


@rule("RUN-36", MUST, "0 until then", clauses=["`duration_ms` 0 until the end"])
def test_a_running_run_has_no_duration(active: Persona) -> None:
    """A run that is still going on has a duration of 0 and no end."""
    run = waited(active, run_in(active, "RUNNING"))
    for operation in ("test_runs.get_run", "test_runs.get_summary"):
        answer = active.call(operation, run_id=run["id"])
        answer.expect(200)
        answer.has(status="RUNNING", duration_ms=0, completed_at=None)
