"""Variables: unique by name and scope, encrypted if need be."""

from __future__ import annotations

from understudy.verify import MUST, Persona, Suite, rule

from . import make
from .variables import SCOPES, SECRET, create, documented, listed, resolve


@rule(
    "VAR-01",
    MUST,
    "of every scope",
    clauses=("`GET /variables/global` lists variables of every scope",),
)
def test_the_list_holds_every_scope(active: Persona) -> None:
    """The list of variables holds those of every scope."""
    made = {make.variable(active, scope=scope)["id"] for scope in SCOPES}
    found = {one["id"] for one in listed(active)}
    assert made <= found, "variables of every scope are in the list"


@rule(
    "VAR-02",
    MUST,
    "of every scope, in the order of their creation",
    clauses=("lists variables of every scope, oldest first", "a workspace, oldest first"),
)
def test_variables_are_listed_oldest_first(active: Persona) -> None:
    """Variables are listed in the order of their creation, whatever they are called."""
    names = [active.name(kind) for kind in ("zulu", "alpha", "mike")]
    made = [make.variable(active, name=name)["id"] for name in names]
    found = [one["id"] for one in listed(active) if one["id"] in made]
    assert found == made, "the oldest variable comes first"


@rule("VAR-03", MUST, "resolving gives it. Not paged.")
def test_the_list_of_variables_is_not_paged(active: Persona, suite: Suite) -> None:
    """One answer holds all variables, whatever paging a client asks for."""
    made = {make.variable(active)["id"] for _ in range(suite.scale(2, 2, 51))}
    paged = active.call("test_plans.list_variables", query={"limit": 1, "per_page": 1})
    found = paged.body["variables"] if paged.status == 200 else listed(active)
    assert made <= {one["id"] for one in found}, "the list holds every variable"


@rule(
    "VAR-05",
    MUST,
    "All variables of the active workspace",
    clauses=("`(name, scope)` is unique in the workspace",),
)
def test_workspaces_have_variables_of_their_own(active: Persona, other_tenant: Persona) -> None:
    """Another workspace neither sees a variable nor its value, and may use its name."""
    variable = make.variable(active)
    name = variable["name"]
    assert variable["id"] not in [one["id"] for one in listed(other_tenant)], (
        "it is not in the list"
    )
    assert resolve(other_tenant, name)["unresolved"] == [name], "its name is not resolved"
    create(other_tenant, name).expect(201)


@rule("VAR-06", MUST, "The new variable.")
def test_a_variable_is_answered_as_it_was_sent(active: Persona) -> None:
    """A variable has the name, the value and the scope that it was created with."""
    fields = {"value": "https://x.example/?a=1&b=ü\n{{OTHER}}", "scope": "TEST_PLAN"}
    answer = create(active, name := active.name("Variable ü (2)"), **fields, is_encrypted=False)
    answer.expect(201)
    answer.has(name=name, is_encrypted=False, **fields)


@rule("VAR-07", MUST, "`scope` GLOBAL, `is_encrypted` false by default")
def test_a_variable_is_global_and_open(active: Persona) -> None:
    """A variable of which only name and value are given is global and not encrypted."""
    answer = create(active, active.name("variable"))
    answer.expect(201)
    answer.has(scope="GLOBAL", is_encrypted=False, value="value")


@rule("VAR-08", MUST, "Optional request fields may be null, which means left out")
def test_a_null_scope_is_global(active: Persona) -> None:
    """A variable whose optional fields are null is made as if they were left out."""
    answer = create(active, active.name("variable"), scope=None, is_encrypted=None)
    answer.expect(201)
    answer.has(scope="GLOBAL", is_encrypted=False, value="value")


@rule(
    "VAR-10",
    MUST,
    "a second one is 400 `variable_exists`",
    clauses=("the workspace has a variable of this name and scope", "400 `variable_exists`"),
)
def test_name_and_scope_are_unique(active: Persona) -> None:
    """A second variable of the same name and scope is refused, and the first one stays."""
    variable = make.variable(active, value="first")
    answer = create(active, variable["name"], value="second", scope=variable["scope"])
    answer.refused(400, code="variable_exists")
    found = [one for one in listed(active) if one["name"] == variable["name"]]
    assert found == [documented(variable)], "the first variable stays as it is, and is the only one"


@rule("VAR-11", MUST, "Name and scope together are unique")
def test_a_name_is_free_in_another_scope(active: Persona) -> None:
    """Variables of different scopes may have the same name."""
    name = active.name("variable")
    for scope in SCOPES:
        create(active, name, scope=scope).expect(201)


@rule(
    "VAR-12", MUST, "are unique, case-sensitively", clauses=("in the workspace, case-sensitively",)
)
def test_names_are_case_sensitive(active: Persona) -> None:
    """Two names that differ in case alone are two variables, each with its own value."""
    lower = active.name("variable")
    values = {lower: "lower", lower.upper(): "upper"}
    for name, text in values.items():
        create(active, name, value=text).expect(201)
    assert resolve(active, *values)["resolved"] == values, "each name has its own value"


@rule(
    "VAR-13",
    MUST,
    "An encrypted value is stored encrypted and is null in the answer",
    clauses=("and in the creation's answer", "The value of an encrypted one is null."),
)
def test_creating_an_encrypted_variable_hides_its_value(active: Persona) -> None:
    """The answer to creating an encrypted variable does not hold its value."""
    answer = create(active, active.name("variable"), value=SECRET, is_encrypted=True)
    answer.expect(201)
    answer.has(value=None, is_encrypted=True)


@rule(
    "VAR-14",
    MUST,
    "The value of an encrypted one is null here",
    clauses=("an encrypted value is null there",),
)
def test_the_list_hides_encrypted_values(active: Persona) -> None:
    """The list of variables does not hold the values of encrypted ones."""
    variable = make.variable(active, value=SECRET, is_encrypted=True)
    [found] = [one for one in listed(active) if one["id"] == variable["id"]]
    shown = found["value"], found["is_encrypted"]
    assert shown == (None, True), "the list has an encrypted variable with a null value"


@rule(
    "VAR-15",
    MUST,
    "A name holds no comma and neither begins nor ends with a space",
    clauses=(
        "a variable's name has no comma and no space at either end (422)",
        "A name that can stand in a comma-separated list.",
    ),
    values=["{},b", "{},", "{} ", " {}"],
)
def test_a_name_fits_into_a_list(active: Persona, value: str) -> None:
    """A name with a comma, or with a space at either end, is refused."""
    create(active, value.format(active.name("variable"))).invalid()
