"""Several test cases added to a run at once."""

from __future__ import annotations

from typing import Any

from understudy.verify import MUST, Persona, Suite, rule

from . import make
from .runs import FINAL, add, bring, filled, ids, items_of, of_cases, read

MOST = 10_000


@rule(
    "ITEM-13",
    MUST,
    "Adds the cases in the order given and answers with the new items",
    clauses=["`items` has the new ones only"],
)
def test_several_cases(active: Persona) -> None:
    """Several cases become items in the order given, which are answered and counted."""
    plan = make.plan(active)
    first, second, third = (make.case(active, plan) for _ in range(3))
    run = make.run(active, plan)
    answer = add(active, run, third, first, second)
    items = answer.expect(200)["items"]
    answer.has(total_added=3)
    assert of_cases(items) == ids([third, first, second]), "the new items in the order given"
    assert items_of(active, run) == items, "the items as they were answered"
    assert read(active, run)["total_tests"] == 3, "total_tests 3 after three cases"


@rule(
    "ITEM-14",
    MUST,
    "cases that are in the run already and repeats are passed over",
    clauses=["in bulk such cases and repeats are passed over"],
)
def test_repeats_are_passed_over(active: Persona) -> None:
    """Cases that are in the run already, or given twice, are passed over."""
    plan = make.plan(active)
    old, new = make.case(active, plan), make.case(active, plan)
    run = make.run(active, plan)
    add(active, run, old).expect(200)
    answer = add(active, run, new, old, new)
    items = answer.expect(200)["items"]
    answer.has(total_added=1)
    assert of_cases(items) == [new["id"]], "just the new item"
    assert of_cases(items_of(active, run)) == ids([old, new]), "each case once"


@rule("ITEM-15", MUST, "so `items` may be empty")
def test_nothing_new(active: Persona) -> None:
    """Cases that are all in the run already are no error and add none."""
    run, items = filled(active, 1)
    answer = add(active, run, {"id": items[0]["test_case_id"]})
    answer.expect(200)
    answer.has(items=[], total_added=0)


@rule(
    "ITEM-16",
    MUST,
    "All or nothing: an unknown case, or one of another plan, is 404 and adds none",
    values=("unknown", "of another plan"),
)
def test_all_or_nothing(active: Persona, suite: Suite, value: str) -> None:
    """One case that is not of the plan is 404, and none of the others is added."""
    plan = make.plan(active)
    case, run = make.case(active, plan), make.run(active, plan)
    if value == "unknown":
        wrong: Any = {"id": suite.unknown_id()}
    else:
        wrong = make.case(active, make.plan(active))
    add(active, run, case, wrong).refused(404)
    assert items_of(active, run) == [], "no item"


@rule(
    "ITEM-17",
    MUST,
    "A final run takes no more items (400 `invalid_state`), not even ones it has",
    values=FINAL,
)
def test_a_final_run_takes_no_cases(active: Persona, value: str) -> None:
    """A run that has ended takes no cases, not even ones that it has: 400."""
    plan = make.plan(active)
    case = make.case(active, plan)
    run = make.run(active, plan)
    make.item(active, run, case)
    bring(active, run, value)
    before = items_of(active, run)
    add(active, run, case).refused(400, code="invalid_state")
    add(active, run, make.case(active, plan)).refused(400, code="invalid_state")
    assert items_of(active, run) == before, "the one item as it was"


@rule("ITEM-18", MUST, "1 to 10,000 ids")
def test_how_many_cases_at_once(active: Persona) -> None:
    """From 1 to 10,000 ids may be sent at once, repeats included."""
    plan = make.plan(active)
    case, run = make.case(active, plan), make.run(active, plan)
    add(active, run).invalid()
    add(active, run, *[case] * (MOST + 1)).invalid()
    add(active, run, *[case] * MOST).expect(200)
