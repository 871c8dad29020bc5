"""What a defect names: its folder, and the test case and test run in which it was found."""

from __future__ import annotations

from understudy.verify import MUST, Persona, Suite, holds, rule

from . import defects, make

NAMING = ("folder_id", "test_case_id", "test_run_id")


def _body(p: Persona, field: str, object_id: str) -> defects.Body:
    """A new defect that names this object."""
    named = {field: object_id}
    rest = named if field == "folder_id" else {"test_context": named}
    return {"title": p.name("defect"), **rest}


@rule(
    "DEF-15",
    MUST,
    "A folder, test case or test run that does not exist or is of another workspace is 404",
    clauses=("a test case or test run named there must be in the workspace (404)",),
    values=NAMING,
)
def test_what_a_defect_names_must_exist(active: Persona, suite: Suite, value: str) -> None:
    """A defect that names a folder, test case or test run that does not exist is 404."""
    body = _body(active, value, suite.unknown_id())
    active.call("defects.create_defect", body=body).refused(404)


@rule(
    "DEF-16",
    MUST,
    "A folder, test case or test run that does not exist or is of another workspace is 404",
    values=NAMING,
)
def test_what_a_defect_names_must_be_in_the_workspace(
    active: Persona, other_tenant: Persona, value: str
) -> None:
    """A defect that names a folder, test case or test run of another workspace is 404."""
    if value == "folder_id":
        theirs = make.defect_folder(other_tenant)
    else:
        plan = make.plan(other_tenant)
        build = make.case if value == "test_case_id" else make.run
        theirs = build(other_tenant, plan)
    body = _body(active, value, theirs["id"])
    active.call("defects.create_defect", body=body).refused(404)


@rule("DEF-17", MUST, "Where in the testing the new defect was found")
def test_the_test_context_is_kept(active: Persona) -> None:
    """A defect keeps the test case, the test run and the step in which it was found."""
    plan = make.plan(active)
    case, run = make.case(active, plan), make.run(active, plan)
    context = {"test_case_id": case["id"], "test_run_id": run["id"], "step_number": 2}
    defect = make.defect(active, test_context=context)
    found = defects.read(active, defect)["test_context"]
    assert holds(found, context), f"it must be {context}"


@rule(
    "DEF-18",
    MUST,
    "`test_context` and each of its three fields may be null",
    clauses=("Where in the testing the defect was found; null if it was not",),
    values=("left out", "null"),
)
def test_each_part_of_the_context_may_be_null(active: Persona, value: str) -> None:
    """A test context may leave out, or have null for, each of its three fields."""
    expected = dict.fromkeys(("test_case_id", "test_run_id", "step_number"))
    defect = make.defect(active, test_context=expected if value == "null" else {})
    context = defects.read(active, defect)["test_context"]
    is_right = context is None or holds(context, expected)
    assert is_right, f"the context must be {expected}, or null"


@rule(
    "DEF-19",
    MUST,
    "The ids stay when the test case or the test run is deleted later",
    clauses=("the ids stay when it is deleted later",),
)
def test_the_context_outlives_case_and_run(active: Persona) -> None:
    """A defect still names its test case and test run after both were deleted."""
    plan = make.plan(active)
    case, run = make.case(active, plan), make.run(active, plan)
    context = {"test_case_id": case["id"], "test_run_id": run["id"], "step_number": None}
    defect = make.defect(active, test_context=context)
    active.call("test_runs.delete_run", run_id=run["id"]).expect(200)
    active.call("test_plans.delete_plan", plan_id=plan["id"]).expect(200)
    found = defects.read(active, defect)["test_context"]
    assert holds(found, context), f"it must stay {context}"
