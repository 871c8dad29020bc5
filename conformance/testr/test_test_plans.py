"""Test plans: listing, creating, reading and changing them."""

from __future__ import annotations

from typing import Any

from understudy.verify import MUST, OperationSpec, Persona, Scene, Suite, rule

from . import make
from .trees import Thing, tree_of

FIELDS = ("id", "name", "description", "is_active", "created_at", "updated_at")

OF_A_PLAN: dict[str, dict[str, Any]] = {
    "test_plans.get_plan": {},
    "test_plans.update_plan": {"body": {"description": "changed by somebody else"}},
    "test_plans.delete_plan": {},
    "test_plans.get_tree": {},
    "test_plans.sync_tree": {"body": {"tree": {}}},
}
"""The operations that take the id of a plan in their path, and what else they are sent."""


def listed(persona: Persona) -> list[str]:
    """The ids of all plans, in the order of the list."""
    plans = persona.call("test_plans.list_plans").expect(200)["test_plans"]
    return [plan["id"] for plan in plans]


def documented(plan: Thing) -> Thing:
    """The fields that the contract gives a plan: an answer may have more."""
    return {name: plan[name] for name in FIELDS}


def read(persona: Persona, plan: Thing) -> Thing:
    """The plan as the server has it now."""
    return documented(persona.call("test_plans.get_plan", plan_id=plan["id"]).expect(200))


@rule("PLAN-01", MUST, "inactive ones included")
def test_the_list_holds_inactive_plans(active: Persona) -> None:
    """The list of plans holds those that are not active, too."""
    plan = make.plan(active, is_active=False)
    assert plan["id"] in listed(active), "an inactive plan is in the list of plans"


@rule(
    "PLAN-02",
    MUST,
    "in the order of their creation. Not paged.",
    clauses=("plans are listed oldest first", "The test plans of a workspace, oldest first."),
)
def test_plans_are_listed_oldest_first(active: Persona) -> None:
    """Plans are listed in the order of their creation, whatever they are called."""
    made = [make.plan(active, name=active.name(kind))["id"] for kind in ("zulu", "alpha", "mike")]
    change = {"description": "changed last"}
    active.call("test_plans.update_plan", plan_id=made[0], body=change).expect(200)
    assert [id for id in listed(active) if id in made] == made, "the oldest plan comes first"


@rule("PLAN-03", MUST, "Not paged.", clauses=("inactive ones included, without paging",))
def test_the_list_of_plans_is_not_paged(active: Persona, suite: Suite) -> None:
    """One answer holds all plans, whatever paging a client asks for."""
    made = {make.plan(active)["id"] for _ in range(suite.scale(3, 51, 201))}
    assert made <= {*listed(active)}, "the list holds every plan"
    paged = active.call("test_plans.list_plans", query={"limit": 1, "per_page": 1})
    if paged.status == 200:
        found = {plan["id"] for plan in paged.body["test_plans"]}
        assert made <= found, "the list has no paging, so that `limit` and `per_page` do nothing"


@rule("PLAN-04", MUST, "Makes an empty test plan in the active workspace.")
def test_a_new_plan_is_empty(active: Persona) -> None:
    """A new plan has neither folders nor test cases, whatever other plans have."""
    other = make.plan(active)
    make.case(active, other, folder_id=make.folder(active, other)["id"])
    tree = tree_of(active, make.plan(active))
    assert (tree["folders"], tree["root_test_cases"]) == ([], []), "a new plan holds nothing"


@rule("PLAN-06", MUST, "Only the name is required")
def test_a_plan_needs_only_a_name(active: Persona) -> None:
    """A plan of which only the name is given is active and has no description."""
    body = {"name": active.name("plan")}
    answer = active.call("test_plans.create_plan", body=body)
    answer.expect(201)
    answer.has(description=None, is_active=True, **body)


@rule("PLAN-07", MUST, "Optional request fields may be null, which means left out")
def test_a_null_is_as_good_as_a_field_left_out(active: Persona) -> None:
    """A plan whose optional fields are null is made as if they were left out."""
    body = {"name": active.name("plan"), "description": None, "is_active": None}
    answer = active.call("test_plans.create_plan", body=body)
    answer.expect(201)
    answer.has(description=None, is_active=True)


@rule(
    "PLAN-08",
    MUST,
    "two plans may have the same name",
    clauses=("names of plans, folders and cases need not be unique",),
)
def test_two_plans_may_have_the_same_name(active: Persona) -> None:
    """A second plan of the same name is made like the first."""
    first = make.plan(active)
    second = make.plan(active, name=first["name"])
    assert {first["id"], second["id"]} <= {*listed(active)}, "both plans are in the list"


@rule("PLAN-09", MUST, "The new test plan.")
def test_a_plan_is_kept_as_it_was_sent(active: Persona) -> None:
    """A plan has the fields that it was created with, and reading it gives what creating it did."""
    body: dict[str, Any] = {
        "name": active.name("plan ü") + " (2),  «a»",
        "description": "First line\n  Second line, with  two blanks — and “quotes”.",
        "is_active": False,
    }
    answer = active.call("test_plans.create_plan", body=body)
    answer.expect(201)
    plan = documented(answer.has(**body))
    active.call("test_plans.get_plan", plan_id=plan["id"]).has(**plan)


@rule(
    "PLAN-10",
    MUST,
    "One test plan, without its contents",
    clauses=("A test plan, without its contents.",),
)
def test_a_plan_comes_without_its_contents(active: Persona) -> None:
    """The answer that holds a plan tells nothing of its folders and test cases."""
    plan = make.plan(active)
    inside = [make.folder(active, plan)["id"], make.case(active, plan)["id"]]
    answer = active.call("test_plans.get_plan", plan_id=plan["id"])
    answer.expect(200)
    if told := [id for id in inside if id in answer.text]:
        raise answer.broken(
            "a plan is answered with its contents", expected="the plan alone", got=f"{told} in it"
        )


@rule("PLAN-11", MUST, "A plan that does not exist", operations=OF_A_PLAN)
def test_an_unknown_plan_is_404(active: Persona, suite: Suite, operation: OperationSpec) -> None:
    """No operation finds a plan that does not exist."""
    id, name = suite.unknown_id(), operation.operation_id
    active.call(name, plan_id=id, **OF_A_PLAN[name]).refused(404)


@rule(
    "PLAN-12",
    MUST,
    "is of another workspace is 404",
    clauses=("A plan of another workspace is 404",),
    operations=["test_plans.update_plan", "test_plans.delete_plan", "test_plans.sync_tree"],
)
def test_a_plan_of_another_workspace_stays(
    active: Persona, other_tenant: Persona, operation: OperationSpec
) -> None:
    """A plan of another workspace stays as it is."""
    plan, name = make.plan(active), operation.operation_id
    answer = other_tenant.call(name, plan_id=plan["id"], **OF_A_PLAN[name])
    answer.refused(404, rule="ROLE-20")
    assert read(active, plan) == documented(plan), "somebody else's request changes nothing"


@rule(
    "PLAN-13",
    MUST,
    "those left out stay as they are",
    clauses=(
        "Changes any subset of the fields",
        "The fields of a test plan to change, any subset.",
        "takes any subset of the fields",
    ),
    values=[("name",), ("description",), ("is_active",), ("name", "is_active")],
)
def test_an_update_changes_just_what_it_names(active: Persona, value: tuple[str, ...]) -> None:
    """After an update, the fields that it named have the new values and all others the old ones."""
    plan = make.plan(active, description="before", is_active=False)
    new = {"name": active.name("renamed"), "description": "after", "is_active": True}
    change = {name: new[name] for name in value}
    active.call("test_plans.update_plan", plan_id=plan["id"], body=change).expect(200)
    expected = documented(plan) | change
    del expected["updated_at"]
    active.call("test_plans.get_plan", plan_id=plan["id"]).has(**expected)


@rule(
    "PLAN-14",
    MUST,
    "an empty body is allowed",
    clauses=("an empty body included",),
)
def test_an_update_may_change_nothing(active: Persona) -> None:
    """An update with an empty body succeeds, and leaves the plan as it is."""
    plan = make.plan(active, description="kept")
    answer = active.call("test_plans.update_plan", plan_id=plan["id"], body={})
    answer.expect(200)
    answer.has(name=plan["name"], description="kept", is_active=True)


@rule(
    "PLAN-15",
    MUST,
    "A null description removes it",
    clauses=("a null `description` in an update removes it", "Null removes it."),
)
def test_a_null_description_removes_it(active: Persona) -> None:
    """An update with a null description leaves a plan without one."""
    plan = make.plan(active, description="too long")
    change = {"description": None}
    active.call("test_plans.update_plan", plan_id=plan["id"], body=change).expect(200)
    active.call("test_plans.get_plan", plan_id=plan["id"]).has(description=None)


@rule(
    "PLAN-16",
    MUST,
    "a null name or `is_active` is 422",
    clauses=("a null `name` or `is_active` is 422",),
    values=["name", "is_active"],
)
def test_a_null_name_or_state_is_refused(active: Persona, value: str) -> None:
    """An update that sets what a plan always has to null is refused and changes nothing."""
    plan = make.plan(active)
    body = {value: None, "description": "new"}
    active.call("test_plans.update_plan", plan_id=plan["id"], body=body).invalid(rule="REQ-01")
    assert read(active, plan) == documented(plan), "a refused update changes nothing"


@rule(
    "PLAN-17",
    MUST,
    "Answers with the whole plan",
    clauses=("answers 200 with the whole plan", "The whole plan as it is now."),
)
def test_an_update_answers_with_the_whole_plan(active: Persona) -> None:
    """The answer to an update is the plan as it is from now on."""
    plan = make.plan(active, description="before")
    change = {"name": active.name("renamed"), "description": "after", "is_active": False}
    answer = active.call("test_plans.update_plan", plan_id=plan["id"], body=change)
    answer.expect(200)
    answer.has(**read(active, plan))


@rule(
    "PLAN-18",
    MUST,
    "`updated_at` is set to the time of the update in every case",
    clauses=("`updated_at` is the time of the update in every case",),
    values=["a new description", "the same name", "no description again"],
)
def test_every_update_sets_updated_at(scene: Scene, value: str) -> None:
    """Each update sets `updated_at`, whether or not it changes anything, and no `created_at`."""
    plan = make.plan(scene.active)
    body = {
        "a new description": {"description": "new"},
        "the same name": {"name": plan["name"]},
        "no description again": {"description": None},
    }[value]
    scene.advance("30m")
    scene.freeze()
    now = make.plan(scene.active)["created_at"]
    scene.active.call("test_plans.update_plan", plan_id=plan["id"], body=body).expect(200)
    found = scene.active.call("test_plans.get_plan", plan_id=plan["id"])
    found.has(created_at=plan["created_at"], updated_at=now)


@rule("PLAN-19", MUST, "a plan's `updated_at` follows its own fields, not its contents")
def test_contents_do_not_touch_their_plan(active: Persona) -> None:
    """Whatever happens inside a plan, the plan's own fields stay as they are."""
    plan = make.plan(active)
    folder, case = make.folder(active, plan), make.case(active, plan)
    entry = {"id": case["id"], "folder_id": folder["id"], "display_order": 3}
    body = {"tree": {"test_cases": [entry]}}
    active.call("test_plans.sync_tree", plan_id=plan["id"], body=body).expect(200)
    assert read(active, plan) == documented(plan), "a plan stays as it is while its contents change"
