"""What is refused changes nothing, and what is done is done as a whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from understudy.verify import MUST, Answer, OperationSpec, Persona, Suite, rule
from understudy.verify.judge import Request

from . import make, runs, samples
from .refusing import REFUSED
from .sights import REMOVALS, SIGHTS
from .trees import tree_of
from .trying import Trial


def check(before: Any, after: Any, answer: Answer) -> None:
    """Raise Broken where a refused request has changed something."""
    if before != after:
        raise answer.broken(
            f"{answer.exchange.operation} was refused and changed something all the same",
            expected=before,
            got=after,
        )


@rule(
    "ATOM-01",
    MUST,
    "The request was read; fields are missing or invalid, and `details` names each of them.",
    operations=SIGHTS,
)
def test_an_invalid_request_changes_nothing(
    active: Persona, suite: Suite, operation: OperationSpec
) -> None:
    """A request with one invalid field changes nothing, however valid its other fields are."""
    trial, sight = Trial(suite, active, operation), SIGHTS[operation.operation_id]
    valid = trial.shape.with_values([])
    given = {*valid.get("body", {})}
    found = trial.values("body", valid=False)
    wrong = [one for one in found if len(one.place) > 1 and one.place[1] not in given] or [
        one for one in found if len(one.place) > 1 and one.place[1] not in ("name", "defect_ids")
    ]
    before = sight(active, valid)
    for one in suite.random.sample(wrong, min(len(wrong), suite.scale(2, 4, 20))):
        answer = trial.send(trial.shape.with_values([one]))
        answer.refused(*REFUSED)
        check(before, sight(active, valid), answer)


@rule(
    "ATOM-02",
    MUST,
    "The token is missing, expired, revoked or not an access token.",
    operations=[*SIGHTS, *REMOVALS],
)
def test_an_unauthorized_request_changes_nothing(
    active: Persona, suite: Suite, operation: OperationSpec
) -> None:
    """A valid request without a token changes nothing."""
    sight = {**SIGHTS, **REMOVALS}[operation.operation_id]
    request = samples.request(suite, active, operation.operation_id)
    before = sight(active, request)
    answer = active.call(operation.operation_id, **{**request, "token": None})
    answer.refused(401)
    check(before, sight(active, request), answer)


def items_at_once(active: Persona, suite: Suite) -> tuple[str, Request, Callable[[], Any]]:
    """A case of the run's plan, and one that nobody has."""
    plan = make.plan(active)
    run, case = make.run(active, plan), make.case(active, plan)
    body = {"test_case_ids": [case["id"], suite.unknown_id()]}
    request = {"run_id": run["id"], "body": body}
    return "test_runs.add_items", request, lambda: SIGHTS["test_runs.add_items"](active, request)


def defects_at_once(active: Persona, suite: Suite) -> tuple[str, Request, Callable[[], Any]]:
    """A defect, and one that nobody has, to be changed."""
    own = {"body": {"defect_ids": [make.defect(active)["id"]]}}
    ids = [*own["body"]["defect_ids"], suite.unknown_id()]
    request = {"body": {"defect_ids": ids, "status": "RESOLVED"}}
    return "defects.update_defects", request, lambda: SIGHTS["defects.update_defects"](active, own)


def removed_at_once(active: Persona, suite: Suite) -> tuple[str, Request, Callable[[], Any]]:
    """A defect, and one that nobody has, to be deleted."""
    _, request, sight = defects_at_once(active, suite)
    return "defects.delete_defects", {"body": {"defect_ids": request["body"]["defect_ids"]}}, sight


def tree_at_once(active: Persona, suite: Suite) -> tuple[str, Request, Callable[[], Any]]:
    """A folder of the plan, and one that nobody has, to be moved."""
    plan = make.plan(active)
    ids = [make.folder(active, plan)["id"], suite.unknown_id()]
    moved = [{"id": id, "parent_folder_id": None, "display_order": 7} for id in ids]
    request = {"plan_id": plan["id"], "body": {"tree": {"folders": moved}}}
    return "test_plans.sync_tree", request, lambda: tree_of(active, plan)


def folders_at_once(active: Persona, suite: Suite) -> tuple[str, Request, Callable[[], Any]]:
    """A folder, and one that nobody has, in another order."""
    plan = make.plan(active)
    ids = [make.folder(active, plan)["id"], suite.unknown_id()]
    body = [{"folder_id": id, "display_order": 7} for id in ids]
    return "test_plans.reorder_folders", {"body": body}, lambda: tree_of(active, plan)


def cases_at_once(active: Persona, suite: Suite) -> tuple[str, Request, Callable[[], Any]]:
    """A test case, and one that nobody has, in another order."""
    plan = make.plan(active)
    ids = [make.case(active, plan)["id"], suite.unknown_id()]
    body = [{"test_case_id": id, "display_order": 7} for id in ids]
    return "test_plans.reorder_cases", {"body": body}, lambda: tree_of(active, plan)


AT_ONCE = {
    "add_items": items_at_once,
    "update_defects": defects_at_once,
    "delete_defects": removed_at_once,
    "sync_tree": tree_at_once,
    "reorder_folders": folders_at_once,
    "reorder_cases": cases_at_once,
}


@rule(
    "ATOM-03",
    MUST,
    "all or nothing: one unknown id is 404 and changes nothing",
    values=AT_ONCE,
)
def test_many_things_are_changed_together(active: Persona, suite: Suite, value: str) -> None:
    """Where one of many things does not exist, none of the others is changed."""
    operation, request, sight = AT_ONCE[value](active, suite)
    before = sight()
    answer = active.call(operation, **request)
    answer.refused(404)
    check(before, sight(), answer)


@rule(
    "ATOM-04",
    MUST,
    "The request could not be read, or it breaks a rule of state.",
    values=("start", "stop", "cancel", "update", "items", "result"),
)
def test_a_refusal_for_a_state_changes_nothing(active: Persona, value: str) -> None:
    """What a rule of state forbids changes nothing, not even in part."""
    plan = make.plan(active)
    case, more = make.case(active, plan), make.case(active, plan)
    run = make.run(active, plan)
    item = make.item(active, run, case)
    runs.bring(active, run, "CANCELLED")
    ids = {"test_run_id": run["id"], "test_run_item_id": item["id"], "test_case_id": case["id"]}
    operation, request = {
        "start": ("start_run", {"run_id": run["id"], "body": {"browser": "firefox"}}),
        "stop": ("stop_run", {"run_id": run["id"]}),
        "cancel": ("cancel_run", {"run_id": run["id"]}),
        "update": ("update_run", {"run_id": run["id"], "body": MOVED}),
        "items": ("add_items", {"run_id": run["id"], "body": {"test_case_ids": [more["id"]]}}),
        "result": ("create_result", {"body": {**ids, "status": "FAILED"}}),
    }[value]
    see = SIGHTS["test_runs.start_run"]
    before = see(active, {"run_id": run["id"]})
    answer = active.call(f"test_runs.{operation}", **request)
    answer.refused(400, code="invalid_state")
    check(before, see(active, {"run_id": run["id"]}), answer)


MOVED = {"notes": "changed", "total_tests": 99, "status": "COMPLETED"}
"""An update whose status is no move that a cancelled run may make."""
