"""The test cases of a run: each is in it once, in the order in which they were added."""

from __future__ import annotations

from typing import Any

from understudy.verify import MUST, Answer, NotDemonstrated, Persona, Suite, rule

from . import make
from .runs import FINAL, add, filled, ids, items_of, of_cases, read, record, run_in

MANY = 51
"""More than fit on a page where lists are paged and nothing else is asked for."""


def add_one(p: Persona, run: Any, case: Any) -> Answer:
    """Ask for one item."""
    return p.call("test_runs.add_item", body={"test_case_id": case["id"]}, run_id=run["id"])


@rule(
    "ITEM-01",
    MUST,
    "Makes an item in status PENDING",
    clauses=["PENDING while it has none", "An item is `{id, test_run_id, test_case_id"],
)
def test_an_item(active: Persona) -> None:
    """An added case is an item of the run in status PENDING, however it went in another run."""
    plan = make.plan(active)
    case, earlier = make.case(active, plan), make.run(active, plan)
    record(active, make.item(active, earlier, case), "FAILED").expect(201)
    run = make.run(active, plan)
    answer = add_one(active, run, case)
    answer.expect(201)
    answer.has(test_run_id=run["id"], test_case_id=case["id"], status="PENDING")


@rule("ITEM-02", MUST, "with the case's name as it is now, and counts it in `total_tests`")
def test_items_are_counted(active: Persona) -> None:
    """Each case that is added to a run is counted in its `total_tests`."""
    plan = make.plan(active)
    run = make.run(active, plan)
    for count in (1, 2):
        add_one(active, run, make.case(active, plan)).expect(201)
        found = read(active, run)["total_tests"]
        assert found == count, f"total_tests {count}, not {found}"


@rule(
    "ITEM-03",
    MUST,
    "last in the run's order",
    clauses=["All items of the run in their display order, which is the order in which they were"],
)
def test_items_keep_their_order(active: Persona) -> None:
    """Items are listed in the order in which they were added, one by one or several at once."""
    plan = make.plan(active)
    cases = [make.case(active, plan) for _ in range(5)]
    run = make.run(active, plan)
    added = [cases[number] for number in (3, 0, 4, 1, 2)]
    add_one(active, run, added[0]).expect(201)
    add(active, run, *added[1:3]).expect(200)
    for case in added[3:]:
        add_one(active, run, case).expect(201)
    items = items_of(active, run)
    assert of_cases(items) == ids(added), "the items in the order in which they were added"
    orders = [item["display_order"] for item in items]
    assert orders == sorted(set(orders)), f"each display_order above the last one, not {orders}"


@rule("ITEM-04", MUST, "with the case's name as it is now")
def test_an_item_has_the_name_of_its_case(active: Persona) -> None:
    """An item has the name that its case has when it is added."""
    plan = make.plan(active)
    case, run = make.case(active, plan), make.run(active, plan)
    name = rename(active, plan, case)
    answer = add_one(active, run, case)
    answer.expect(201)
    answer.has(test_case_name=name)


@rule(
    "ITEM-05", MUST, "The case's name when it was added", clauses=["the name is that of the case"]
)
def test_an_item_keeps_its_name(active: Persona) -> None:
    """An item keeps the name that its case had when it was added."""
    plan = make.plan(active)
    case, run = make.case(active, plan), make.run(active, plan)
    add_one(active, run, case).expect(201)
    rename(active, plan, case)
    found = [item["test_case_name"] for item in items_of(active, run)]
    assert found == [case["name"]], f"the earlier name {case['name']!r}, not {found}"


def rename(p: Persona, plan: Any, case: Any) -> str:
    """Give a case another name."""
    name = p.name("renamed")
    entry = {"id": case["id"], "name": name, "folder_id": None, "display_order": 0}
    body = {"tree": {"test_cases": [entry]}}
    p.call("test_plans.sync_tree", body=body, plan_id=plan["id"]).expect(200)
    return name


@rule(
    "ITEM-06",
    MUST,
    "and so is a case of another plan",
    clauses=["Adding a case of another plan is 404"],
)
def test_a_case_of_another_plan(active: Persona) -> None:
    """A case of another plan cannot be added: 404."""
    run, case = make.run(active), make.case(active, make.plan(active))
    add_one(active, run, case).refused(404)
    assert items_of(active, run) == [], "no item"


@rule("ITEM-07", MUST, "The object does not exist in the active workspace")
def test_an_unknown_case(active: Persona, suite: Suite) -> None:
    """A case that does not exist cannot be added: 404."""
    add_one(active, make.run(active), {"id": suite.unknown_id()}).refused(404)


@rule(
    "ITEM-08",
    MUST,
    "a case that is in the run already is 400 `already_in_run`",
    clauses=["or the case is in the run already"],
)
def test_a_case_is_in_a_run_once(active: Persona) -> None:
    """A case that is in the run already is refused with 400, and is in it once."""
    run, items = filled(active, 1)
    add_one(active, run, {"id": items[0]["test_case_id"]}).refused(400, code="already_in_run")
    assert items_of(active, run) == items, "the one item as it was"


@rule(
    "ITEM-09",
    MUST,
    "A final run takes no more items (400 `invalid_state`); a case",
    clauses=["A final run takes no items and no results"],
    values=FINAL,
)
def test_a_final_run_takes_no_case(active: Persona, value: str) -> None:
    """A run that has ended takes no case: 400, and nothing is added."""
    plan = make.plan(active)
    case, run = make.case(active, plan), run_in(active, value, plan)
    add_one(active, run, case).refused(400, code="invalid_state")
    assert items_of(active, run) == [], "no item"


@rule("ITEM-10", MUST, "Not paged", clauses=["The list of items is not paged"])
def test_items_are_not_paged(active: Persona) -> None:
    """All items of a run are listed, however many."""
    limits = active.call("workspace.limits").expect(200)
    if not limits["is_unlimited"] and limits["remaining"] < MANY:
        raise NotDemonstrated(f"the quota has no room for {MANY} test cases")
    run, items = filled(active, MANY)
    answer = active.call("test_runs.list_items", run_id=run["id"])
    found = answer.expect(200)
    answer.has(total=MANY)
    assert ids(found["items"]) == ids(items), f"all {MANY} items, not {len(found['items'])}"


@rule("ITEM-11", MUST, "a PENDING run takes both and stays PENDING", values=("PENDING", "RUNNING"))
def test_an_open_run_takes_cases(active: Persona, value: str) -> None:
    """A PENDING run and a RUNNING one take cases and stay in their state."""
    plan = make.plan(active)
    run = run_in(active, value, plan)
    add_one(active, run, make.case(active, plan)).expect(201)
    add(active, run, make.case(active, plan)).expect(200)
    answer = active.call("test_runs.get_run", run_id=run["id"])
    answer.expect(200)
    answer.has(status=value)


@rule("ITEM-12", MUST, "The case may have been deleted since")
def test_an_item_outlives_its_case(active: Persona) -> None:
    """An item stays, with its id and name, when its case is deleted with the plan."""
    plan = make.plan(active)
    run = make.run(active, plan)
    item = make.item(active, run, make.case(active, plan))
    active.call("test_plans.delete_plan", plan_id=plan["id"]).expect(200)
    assert items_of(active, run) == [item], "the item as it was"
