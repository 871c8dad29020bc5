"""Makers: each creates one thing of the run's own and gives the body of the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.verify import Persona

Thing = Mapping[str, Any]
Body = dict[str, Any]

START = "2031-03-03T08:00:00.000Z"
"""When a schedule begins, where nobody says otherwise: not due for a long time."""


def plan(persona: Persona, **fields: Any) -> Body:
    """A test plan."""
    return _made(persona, "test_plans.create_plan", {"name": persona.name("plan"), **fields})


def folder(persona: Persona, plan: Thing, **fields: Any) -> Body:
    """A folder of a test plan."""
    body = {"test_plan_id": plan["id"], "name": persona.name("folder"), **fields}
    return _made(persona, "test_plans.create_folder", body)


def case(persona: Persona, plan: Thing, **fields: Any) -> Body:
    """A test case of a test plan."""
    body = {"test_plan_id": plan["id"], "name": persona.name("case"), **fields}
    return _made(persona, "test_plans.create_case", body)


def variable(persona: Persona, **fields: Any) -> Body:
    """A global variable."""
    body = {"name": persona.name("variable"), "value": "42", **fields}
    return _made(persona, "test_plans.create_variable", body)


def run(persona: Persona, in_plan: Thing | None = None, **fields: Any) -> Body:
    """A test run, of a plan of its own if none is given."""
    of = in_plan or plan(persona)
    body = {"run_name": persona.name("run"), "test_plan_id": of["id"], **fields}
    return _made(persona, "test_runs.create_run", body)


def running(persona: Persona, in_plan: Thing | None = None, **fields: Any) -> Body:
    """A test run that was started."""
    pending = run(persona, in_plan, **fields)
    answer = persona.call("test_runs.start_run", run_id=pending["id"])
    body: Body = answer.expect(200)
    return body


def item(persona: Persona, in_run: Thing, of_case: Thing) -> Body:
    """An item of a test run."""
    body = {"test_case_id": of_case["id"]}
    answer = persona.call("test_runs.add_item", run_id=in_run["id"], body=body)
    made: Body = answer.expect(201)
    return made


def result(
    persona: Persona, in_run: Thing, of_item: Thing, status: str = "PASSED", **fields: Any
) -> Body:
    """A result of an item of a test run."""
    body = {
        "test_run_id": in_run["id"],
        "test_run_item_id": of_item["id"],
        "test_case_id": of_item["test_case_id"],
        "status": status,
        **fields,
    }
    return _made(persona, "test_runs.create_result", body)


def schedule(persona: Persona, of_plan: Thing, **fields: Any) -> Body:
    """A schedule of a test plan, in years to come."""
    body = {
        "schedule_name": persona.name("schedule"),
        "test_plan_id": of_plan["id"],
        "scheduled_datetime": START,
        **fields,
    }
    return _made(persona, "test_runs.create_schedule", body)


def defect(persona: Persona, **fields: Any) -> Body:
    """A defect."""
    return _made(persona, "defects.create_defect", {"title": persona.name("defect"), **fields})


def defect_folder(persona: Persona, **fields: Any) -> Body:
    """A folder of defects."""
    body = {"name": persona.name("defect-folder"), **fields}
    return _made(persona, "defects.create_folder", body)


def saved_filter(
    persona: Persona, criteria: Mapping[str, Any] | None = None, **fields: Any
) -> Body:
    """A saved filter of defects, of open ones if nobody says otherwise."""
    body = {"name": persona.name("filter"), "criteria": criteria or {"status": "OPEN"}, **fields}
    return _made(persona, "defects.create_filter", body)


def suite_run(persona: Persona, **fields: Any) -> Body:
    """A report of a suite's run."""
    body = {"suite_name": persona.name("suite"), "status": "PASSED", **fields}
    return _made(persona, "reports.create_suite_run", body)


def run_folder(persona: Persona, **fields: Any) -> Body:
    """A folder of test runs."""
    body = {"name": persona.name("run-folder"), **fields}
    return _made(persona, "test_run_tree.create_folder", body)


def _made(persona: Persona, operation: str, body: Body) -> Body:
    made: Body = persona.call(operation, body=body).expect(201)
    return made
