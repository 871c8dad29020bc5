"""Steps of the rules about test runs: a run in each state, what belongs to it, and its times."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from understudy import times
from understudy.verify import Answer, Persona

from . import make

FINAL = ("COMPLETED", "FAILED", "CANCELLED")
STATES = ("PENDING", "RUNNING", *FINAL)
RESULTS = ("PASSED", "FAILED", "SKIPPED", "ERROR")
TOTALS = ("total_tests", "passed_tests", "failed_tests", "skipped_tests", "pass_rate")
WAYS: dict[str, tuple[str, ...]] = {
    "PENDING": (),
    "RUNNING": ("start_run",),
    "COMPLETED": ("start_run", "stop_run"),
    "FAILED": ("start_run",),
    "CANCELLED": ("cancel_run",),
}


def run_in(p: Persona, status: str, plan: Any = None, **fields: Any) -> Any:
    """A run that was brought into this state."""
    return bring(p, make.run(p, plan, **fields), status)


def bring(p: Persona, run: Any, status: str) -> Any:
    """Bring a PENDING run into a state."""
    for operation in WAYS[status]:
        run = move(p, run, operation).expect(200)
    if status == "FAILED":
        run = update(p, run, status=status).expect(200)
    return run


def move(p: Persona, run: Any, operation: str, **request: Any) -> Answer:
    """Ask for `start_run`, `stop_run` or `cancel_run`."""
    return p.call(f"test_runs.{operation}", run_id=run["id"], **request)


def update(p: Persona, run: Any, **fields: Any) -> Answer:
    """Set fields of a run."""
    return p.call("test_runs.update_run", body=fields, run_id=run["id"])


def delete(p: Persona, run: Any) -> Answer:
    """Delete a run."""
    return p.call("test_runs.delete_run", run_id=run["id"])


def add(p: Persona, run: Any, *cases: Any) -> Answer:
    """Add test cases in one request."""
    body = {"test_case_ids": [case["id"] for case in cases]}
    return p.call("test_runs.add_items", body=body, run_id=run["id"])


def filled(p: Persona, count: int, status: str = "PENDING") -> tuple[Any, list[Any]]:
    """A run with so many items, of which none has a result; it and they."""
    plan = make.plan(p)
    cases = [make.case(p, plan) for _ in range(count)]
    run = make.run(p, plan)
    items = add(p, run, *cases).expect(200)["items"]
    if status != "PENDING":
        run = move(p, run, "start_run").expect(200)
    return run, items


def record(p: Persona, item: Any, status: str, **fields: Any) -> Answer:
    """Record a result of an item."""
    ids = {
        "test_run_id": item["test_run_id"],
        "test_run_item_id": item["id"],
        "test_case_id": item["test_case_id"],
    }
    return p.call("test_runs.create_result", body={**ids, "status": status, **fields})


def read(p: Persona, run: Any) -> Any:
    """A run as it is now."""
    return p.call("test_runs.get_run", run_id=run["id"]).expect(200)


def items_of(p: Persona, run: Any) -> Any:
    """The items of a run, in their order."""
    return p.call("test_runs.list_items", run_id=run["id"]).expect(200)["items"]


def summary_of(p: Persona, run: Any) -> Any:
    """The statistics of a run."""
    return p.call("test_runs.get_summary", run_id=run["id"]).expect(200)


def listed(p: Persona, **query: Any) -> list[Any]:
    """The runs of a list, at most 200."""
    query = {"limit": 200, **query}
    found: list[Any] = p.call("test_runs.list_runs", query=query).expect(200)["items"]
    return found


def ids(things: Iterable[Any]) -> list[str]:
    """Their ids, in their order."""
    return [one["id"] for one in things]


def of_cases(items: Iterable[Any]) -> list[str]:
    """The cases of these items, in their order."""
    return [item["test_case_id"] for item in items]


def elapsed(since: str, until: str) -> int:
    """The milliseconds between two times."""
    return times.parse(until) - times.parse(since)
