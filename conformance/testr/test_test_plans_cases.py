"""Test cases: where a new one is put, and with which fields."""

from __future__ import annotations

from typing import Any

from understudy.verify import MUST, Persona, Suite, rule

from . import make
from .trees import HIGHEST, ids, tree_of

DEFAULTS: dict[str, Any] = {
    "folder_id": None,
    "description": None,
    "priority": "MEDIUM",
    "base_url": None,
    "browser": "chromium",
    "tags": [],
    "display_order": 0,
}


def create(persona: Persona, plan: dict[str, Any], **fields: Any) -> Any:
    """The answer to creating a test case."""
    body = {"test_plan_id": plan["id"], "name": persona.name("case"), **fields}
    return persona.call("test_plans.create_case", body=body)


@rule(
    "CASE-01",
    MUST,
    "Makes a test case at the root of the plan",
    clauses=("Null is the root.", "Null at the root."),
    values=["folder_id left out", "folder_id null"],
)
def test_a_case_without_a_folder_is_at_the_root(active: Persona, value: str) -> None:
    """A test case whose folder is left out or null is at the root of its plan."""
    plan = make.plan(active)
    make.folder(active, plan)
    case = create(active, plan, **({"folder_id": None} if value.endswith("null") else {}))
    case.expect(201)
    case.has(folder_id=None, test_plan_id=plan["id"])
    found = ids(tree_of(active, plan)["root_test_cases"])
    assert found == (case.body["id"],), "the test case is at the root of the plan's tree"


@rule(
    "CASE-03", MUST, "An unknown plan", clauses=("plan and folder unknown, or not together: 404",)
)
def test_a_case_in_an_unknown_plan_is_404(active: Persona, suite: Suite) -> None:
    """A test case cannot be put into a plan that does not exist."""
    create(active, {"id": suite.unknown_id()}).refused(404)


@rule("CASE-04", MUST, "An unknown plan, one of another workspace")
def test_no_case_goes_into_another_workspace(active: Persona, other_tenant: Persona) -> None:
    """A test case cannot be put into a plan of another workspace."""
    plan = make.plan(active)
    create(other_tenant, plan).refused(404, rule="ROLE-20")
    assert tree_of(active, plan)["root_test_cases"] == [], "the plan stays as it is"


@rule(
    "CASE-05",
    MUST,
    "a folder that is not in that plan is 404",
    values=["an unknown folder", "a folder of another plan"],
)
def test_a_case_in_another_plans_folder_is_404(active: Persona, suite: Suite, value: str) -> None:
    """A test case cannot be put into a folder that is not in its plan."""
    plan, other = make.plan(active), make.plan(active)
    folder = {"id": suite.unknown_id()} if "unknown" in value else make.folder(active, other)
    create(active, plan, folder_id=folder["id"]).refused(404)
    for one in (plan, other):
        assert tree_of(active, one)["root_test_cases"] == [], "no test case was made"


@rule(
    "CASE-07",
    MUST,
    "`display_order` is the next in the folder: the highest plus one, from 0",
    clauses=(
        "`display_order` left out or null: highest among the siblings plus one, from 0",
        "Left out or null, the next in its folder.",
    ),
    values=["display_order left out", "display_order null"],
)
def test_a_new_case_is_the_last_in_its_folder(active: Persona, value: str) -> None:
    """A test case without a `display_order` gets the highest one plus one, the first gets 0."""
    plan = make.plan(active)
    absent = {"display_order": None} if value.endswith("null") else {}
    for given, expected in ((absent, 0), ({"display_order": 7}, 7), ({"display_order": 3}, 3)):
        case = create(active, plan, **given)
        case.expect(201)
        case.has(display_order=expected)
    case = create(active, plan, **absent)
    case.expect(201)
    case.has(display_order=8)


@rule("CASE-08", MUST, "the next in the folder")
def test_each_folder_numbers_its_own_cases(active: Persona) -> None:
    """The root and each folder count their test cases by themselves."""
    plan = make.plan(active)
    first, second = make.folder(active, plan)["id"], make.folder(active, plan)["id"]
    for place, expected in (
        ({}, 0),
        ({}, 1),
        ({"folder_id": first}, 0),
        ({"folder_id": second}, 0),
    ):
        case = create(active, plan, **place)
        case.expect(201)
        case.has(display_order=expected)


@rule("CASE-09", MUST, "never beyond 2147483647, which is shared then")
def test_the_highest_order_of_cases_is_shared(active: Persona) -> None:
    """After a test case with the highest `display_order`, the next one shares it and is last."""
    plan = make.plan(active)
    first = make.case(active, plan, display_order=HIGHEST)
    second = create(active, plan)
    second.expect(201)
    second.has(display_order=HIGHEST)
    found = ids(tree_of(active, plan)["root_test_cases"])
    assert found == (first["id"], second.body["id"]), "the younger of the two comes last"


@rule(
    "CASE-10",
    MUST,
    "test case: `test_plan_id` and `name` required",
    clauses=(
        "`priority` MEDIUM, `browser` chromium, `tags` [] by default",
        "`description` and `base_url` null when absent",
    ),
)
def test_a_case_needs_only_its_plan_and_a_name(active: Persona) -> None:
    """A test case of which only plan and name are given has the documented defaults."""
    answer = create(active, make.plan(active))
    answer.expect(201)
    answer.has(**DEFAULTS)


@rule("CASE-11", MUST, "Optional request fields may be null, which means left out")
def test_a_null_is_the_default(active: Persona) -> None:
    """A test case whose optional fields are null is made as if they were left out."""
    answer = create(active, make.plan(active), **dict.fromkeys(DEFAULTS))
    answer.expect(201)
    answer.has(**DEFAULTS)


@rule("CASE-13", MUST, "The new test case.", values=[("HIGH", "webkit"), ("LOW", "firefox")])
def test_a_case_is_answered_as_it_was_sent(active: Persona, value: tuple[str, str]) -> None:
    """A test case has the fields that it was created with, its tags in the order given."""
    plan = make.plan(active)
    body = {
        "name": active.name("case ü") + " (2),  «a»",
        "folder_id": make.folder(active, plan)["id"],
        "description": "First line\n  Second line, with  two blanks — and “quotes”.",
        "priority": value[0],
        "base_url": "https://shop.example.com/?a=1&b=ü#top",
        "browser": value[1],
        "tags": ["smoke", "Payment", "a b", "1"],
        "display_order": 12,
    }
    answer = create(active, plan, **body)
    answer.expect(201)
    answer.has(**body)


@rule(
    "CASE-14",
    MUST,
    "Any text, as it may hold variables.",
    clauses=("`base_url` is any text up to 2048 characters",),
    values=["{{BASE_URL}}/cart", "not an address", "", "x" * 2048],
)
def test_a_base_url_is_any_text(active: Persona, value: str) -> None:
    """A test case's `base_url` is kept as it is, whether or not it is an address."""
    answer = create(active, make.plan(active), base_url=value)
    answer.expect(201)
    answer.has(base_url=value)


@rule("CASE-15", MUST, "names of plans, folders and cases need not be unique")
def test_two_cases_may_have_the_same_name(active: Persona) -> None:
    """A second test case of the same name is made next to the first."""
    plan = make.plan(active)
    first = make.case(active, plan)
    second = make.case(active, plan, name=first["name"])
    found = ids(tree_of(active, plan)["root_test_cases"])
    assert found == (first["id"], second["id"]), "both test cases are in the tree"
