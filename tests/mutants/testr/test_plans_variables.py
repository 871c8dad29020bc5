"""Servers that break a promise about variables."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant
from tests.mutants.wire import AnswerEdit, RequestEdit

from understudy.handlers.testr import errors

Body = dict[str, Any]
CREATE, LIST, RESOLVE = (
    *("test_plans.create_variable", "test_plans.list_variables", "test_plans.resolve_variables"),
)
VARIABLES = "understudy.handlers.testr.rules.variables"
MASK = "********"


@mutant("VAR-01", kind="behaviour")
def only_global_variables_are_listed(server: Patient) -> None:
    """The list of variables holds those of scope GLOBAL alone."""

    @server.handler(LIST)
    def listed(original: Any, ctx: Any) -> Any:
        found = original(ctx)["variables"]
        return {"variables": [one for one in found if one["scope"] == "GLOBAL"]}


@mutant("VAR-02", kind="behaviour")
def variables_are_listed_by_name(server: Patient) -> None:
    """Variables are listed in the order of their names."""

    @server.handler(LIST)
    def listed(original: Any, ctx: Any) -> Any:
        return {"variables": sorted(original(ctx)["variables"], key=lambda one: one["name"])}


@mutant("VAR-03", kind="behaviour")
def variables_are_paged(server: Patient) -> None:
    """The list of variables minds a `limit`."""

    @server.answer(LIST)
    def cut(answer: AnswerEdit) -> None:
        limit = parse_qs(answer.request.query).get("limit")
        if limit and answer.status == 200:
            answer.body["variables"] = answer.body["variables"][: int(limit[0])]


@mutant("VAR-05", kind="isolation")
def names_are_unique_over_all_workspaces(server: Patient) -> None:
    """A name that another workspace's variable has is taken."""

    @server.handler(CREATE)
    def create(original: Any, ctx: Any, body: Body) -> Any:
        for one in ctx.store["variables"]:
            if (one["name"], one["scope"]) == (body["name"], body["scope"]):
                raise errors.VariableExists
        return original(ctx, body)


@mutant("VAR-05", kind="isolation")
def values_of_other_workspaces_are_resolved(server: Patient) -> None:
    """A name is resolved with another workspace's variable where there is none of one's own."""

    @server.handler(RESOLVE)
    def resolve(original: Any, ctx: Any, names: str) -> Any:
        found = original(ctx, names)
        values = {one["name"]: one["value"] for one in ctx.store["variables"]}
        theirs = {name: values[name] for name in found["unresolved"] if values.get(name)}
        unresolved = [name for name in found["unresolved"] if name not in theirs]
        return {"resolved": {**found["resolved"], **theirs}, "unresolved": unresolved}


@mutant("VAR-06", kind="persistence")
def answered_value_is_one_line(server: Patient) -> None:
    """The answer to creating a variable has the first line of its value alone."""

    @server.handler(CREATE)
    def create(original: Any, ctx: Any, body: Body) -> Any:
        made, status = original(ctx, body)
        value = made["value"]
        return {**made, "value": value and value.partition("\n")[0]}, status


@mutant("VAR-07", kind="behaviour")
def default_scope_is_the_case(server: Patient) -> None:
    """A variable whose scope is left out has the scope TEST_CASE."""

    @server.request(CREATE)
    def fill(request: RequestEdit) -> None:
        if isinstance(request.body, dict):
            request.body.setdefault("scope", "TEST_CASE")


@mutant("VAR-08", kind="behaviour")
def null_scope_is_the_plan(server: Patient) -> None:
    """A variable whose scope is null has the scope TEST_PLAN."""

    @server.request(CREATE)
    def fill(request: RequestEdit) -> None:
        if isinstance(request.body, dict) and request.body.get("scope", "") is None:
            request.body["scope"] = "TEST_PLAN"


@mutant("VAR-10", kind="persistence")
def second_variable_replaces_the_first(server: Patient) -> None:
    """A second variable of the same name and scope takes the first one's place."""

    @server.handler(CREATE)
    def create(original: Any, ctx: Any, body: Body) -> Any:
        same = {"_workspace_id": ctx.workspace["id"], "name": body["name"], "scope": body["scope"]}
        if found := ctx.store["variables"].first(same):
            ctx.store["variables"].remove(found["id"])
        return original(ctx, body)


@mutant("VAR-10", kind="status")
def taken_name_has_another_code(server: Patient) -> None:
    """A second variable of the same name and scope is refused with another code."""

    @server.answer(CREATE)
    def change(answer: AnswerEdit) -> None:
        if answer.status == 400 and answer.body["error"] == "variable_exists":
            answer.body["error"] = "duplicate"


@mutant("VAR-11", kind="behaviour")
def names_are_unique_over_all_scopes(server: Patient) -> None:
    """A name that a variable of another scope has is taken."""

    @server.handler(CREATE)
    def create(original: Any, ctx: Any, body: Body) -> Any:
        same = {"_workspace_id": ctx.workspace["id"], "name": body["name"]}
        if ctx.store["variables"].first(same):
            raise errors.VariableExists
        return original(ctx, body)


@mutant("VAR-12", kind="behaviour")
def names_are_unique_in_any_case(server: Patient) -> None:
    """A name that differs from a variable's in case alone is taken."""

    @server.handler(CREATE)
    def create(original: Any, ctx: Any, body: Body) -> Any:
        for one in ctx.store["variables"].select({"_workspace_id": ctx.workspace["id"]}).items:
            same = one["scope"] == body["scope"] and one["name"] != body["name"]
            if same and one["name"].lower() == body["name"].lower():
                raise errors.VariableExists
        return original(ctx, body)


@mutant("VAR-13", kind="schema")
def created_secret_is_masked(server: Patient) -> None:
    """The answer to creating an encrypted variable has asterisks instead of null."""

    @server.answer(CREATE)
    def mask(answer: AnswerEdit) -> None:
        if answer.status == 201 and answer.body["is_encrypted"]:
            answer.body["value"] = MASK


@mutant("VAR-14", kind="schema")
def listed_secrets_are_masked(server: Patient) -> None:
    """The list has asterisks instead of null for encrypted variables."""

    @server.answer(LIST)
    def mask(answer: AnswerEdit) -> None:
        for one in answer.body["variables"] if answer.status == 200 else ():
            one["value"] = MASK if one["is_encrypted"] else one["value"]


@mutant("VAR-15", kind="behaviour")
def a_comma_at_the_end_is_cut_off(server: Patient) -> None:
    """A variable's name may end with a comma, which is cut off."""

    @server.request(CREATE)
    def trim(request: RequestEdit) -> None:
        name = request.body.get("name") if isinstance(request.body, dict) else None
        if isinstance(name, str) and name.endswith(",") and name[:1].isalpha():
            request.body["name"] = name[:-1]


@mutant("VAR-20", kind="behaviour")
def empty_values_are_not_resolved(server: Patient) -> None:
    """A variable with an empty value counts as unknown."""

    @server.handler(RESOLVE)
    def resolve(original: Any, ctx: Any, names: str) -> Any:
        found = original(ctx, names)
        empty = [name for name, value in found["resolved"].items() if not value]
        resolved = {name: value for name, value in found["resolved"].items() if value}
        return {"resolved": resolved, "unresolved": [*found["unresolved"], *empty]}


@mutant("VAR-21", kind="behaviour")
def unknown_names_are_sorted(server: Patient) -> None:
    """The names that no variable has come back in alphabetical order."""

    @server.handler(RESOLVE)
    def resolve(original: Any, ctx: Any, names: str) -> Any:
        found = original(ctx, names)
        return {**found, "unresolved": sorted(found["unresolved"])}


@mutant("VAR-22", kind="auth")
def viewers_are_told_no_secrets(server: Patient) -> None:
    """A viewer does not get the value of an encrypted variable."""

    @server.handler(RESOLVE)
    def resolve(original: Any, ctx: Any, names: str) -> Any:
        found = original(ctx, names)
        if ctx.role != "VIEWER":
            return found
        secret = {one["name"] for one in ctx.store["variables"] if one["is_encrypted"]}
        resolved = {name: one for name, one in found["resolved"].items() if name not in secret}
        hidden = [name for name in found["resolved"] if name in secret]
        return {"resolved": resolved, "unresolved": [*found["unresolved"], *hidden]}


@mutant("VAR-23", kind="behaviour")
def names_are_not_trimmed_at_their_end(server: Patient) -> None:
    """A space after a name in the list belongs to the name."""

    @server.wrap(VARIABLES, "split_names")
    def split(original: Any, text: str) -> Any:
        original(text)
        return [*dict.fromkeys(one.lstrip(" ") for one in text.split(",") if one.strip(" "))]


@mutant("VAR-24", kind="behaviour")
def repeated_names_are_told_twice(server: Patient) -> None:
    """A name that no variable has is told as often as it is in the list."""

    @server.wrap(VARIABLES, "split_names")
    def split(original: Any, text: str) -> Any:
        original(text)
        return [name for one in text.split(",") if (name := one.strip(" "))]


@mutant("VAR-25", kind="status")
def hundred_names_are_the_most(server: Patient) -> None:
    """More than 100 names are refused."""
    server.patch(VARIABLES, "MAX_NAMES", 100)


@mutant("VAR-25", kind="status")
def any_number_of_names_is_resolved(server: Patient) -> None:
    """More than 200 names are resolved."""
    server.unchecked()
    server.patch(VARIABLES, "MAX_NAMES", 10_000)


@mutant("VAR-27", kind="behaviour")
def newest_variable_wins(server: Patient) -> None:
    """Of several variables of one name the newest is resolved."""

    @server.handler(RESOLVE)
    def resolve(original: Any, ctx: Any, names: str) -> Any:
        found = original(ctx, names)
        for name in found["resolved"]:
            same = {"_workspace_id": ctx.workspace["id"], "name": name}
            newest = ctx.store["variables"].select(same).items[-1]
            if newest["value"] is not None:
                found["resolved"][name] = newest["value"]
        return found
