"""Servers that are wrong about the test cases in a run."""

from __future__ import annotations

from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant

from understudy.handlers.testr import errors
from understudy.handlers.testr.rules import run_items, runs

RULES = "understudy.handlers.testr.rules"
ITEMS = "test_run_items"
Body = dict[str, Any]


def in_run(ctx: Any, run_id: str, case_id: str) -> Any:
    """The item of a case in a run; None if there is none."""
    return ctx.store[ITEMS].first({"test_run_id": run_id, "test_case_id": case_id})


def forced(ctx: Any, run_id: str, case_id: str) -> Any:
    """A new item, whatever speaks against it."""
    fields = {"test_run_id": run_id, "test_case_id": case_id}
    return run_items.create_item(ctx.sandbox, fields).public


@mutant("ITEM-01", kind="behaviour")
def item_begins_as_it_went_before(server: Patient) -> None:
    """An item begins with the status that its case had in another run."""

    @server.handler("test_runs.add_item")
    def add(original: Any, ctx: Any, run_id: str, body: Body) -> Any:
        earlier = ctx.store[ITEMS].select({"test_case_id": body["test_case_id"]}).items
        item, status = original(ctx, run_id, body)
        went = [one["status"] for one in earlier if one["status"] != "PENDING"]
        return (
            ctx.store[ITEMS].change(item["id"], status=went[-1]).public if went else item
        ), status


@mutant("ITEM-02", kind="persistence")
def item_is_not_counted(server: Patient) -> None:
    """A case that is added by itself is not counted in `total_tests`."""

    @server.handler("test_runs.add_item")
    def add(original: Any, ctx: Any, run_id: str, body: Body) -> Any:
        before = ctx.store["test_runs"].get(run_id)
        answer = original(ctx, run_id, body)
        ctx.store["test_runs"].change(run_id, total_tests=before["total_tests"])
        return answer


@mutant("ITEM-03", kind="behaviour")
def single_item_goes_first(server: Patient) -> None:
    """A case that is added by itself goes to the beginning of the run."""

    @server.handler("test_runs.add_item")
    def add(original: Any, ctx: Any, run_id: str, body: Body) -> Any:
        item, status = original(ctx, run_id, body)
        return ctx.store[ITEMS].change(item["id"], display_order=0).public, status


@mutant("ITEM-04", kind="persistence")
def item_has_the_first_name_of_its_case(server: Patient) -> None:
    """An item has the name with which its case was created."""
    names: dict[str, str] = {}

    @server.handler("test_plans.create_case")
    def create(original: Any, ctx: Any, body: Body) -> Any:
        case, status = original(ctx, body)
        names[case["id"]] = case["name"]
        return case, status

    @server.handler("test_runs.add_item")
    def add(original: Any, ctx: Any, run_id: str, body: Body) -> Any:
        item, status = original(ctx, run_id, body)
        return {**item, "test_case_name": names.get(body["test_case_id"], "?")}, status


@mutant("ITEM-05", kind="persistence")
def item_follows_its_case(server: Patient) -> None:
    """The name of an item changes with that of its case."""

    @server.handler("test_runs.list_items")
    def items(original: Any, ctx: Any, run_id: str) -> Any:
        found = original(ctx, run_id)
        cases = ctx.store["test_cases"]
        named = [
            {**one.public, "test_case_name": (cases.get(one["test_case_id"]) or {}).get("name")
                or one["test_case_name"]}
            for one in found["items"]
        ]  # fmt: skip
        return {**found, "items": named}


@mutant("ITEM-06", kind="behaviour")
def run_takes_cases_of_any_plan(server: Patient) -> None:
    """A run takes a case of another plan of the workspace."""

    @server.handler("test_runs.add_item")
    def add(original: Any, ctx: Any, run_id: str, body: Body) -> Any:
        run, case = ctx.store["test_runs"].get(run_id), None
        if run is not None:
            case = ctx.store["test_cases"].get(body["test_case_id"])
        if case is None or case["_workspace_id"] != run["_workspace_id"]:
            return original(ctx, run_id, body)
        if case["test_plan_id"] == run["test_plan_id"]:
            return original(ctx, run_id, body)
        return forced(ctx, run_id, case["id"]), 201


@mutant("ITEM-07", kind="status")
def unknown_case_is_400(server: Patient) -> None:
    """A case that does not exist is refused with 400."""

    @server.handler("test_runs.add_item")
    def add(original: Any, ctx: Any, run_id: str, body: Body) -> Any:
        run = ctx.store["test_runs"].get(run_id) or {"test_plan_id": None}
        has_plan = run["test_plan_id"] in ctx.store["test_plans"]
        if has_plan and body["test_case_id"] not in ctx.store["test_cases"]:
            raise errors.InvalidState("There is no such test case.")
        return original(ctx, run_id, body)


@mutant("ITEM-08", kind="status")
def second_add_is_201(server: Patient) -> None:
    """Adding a case that is in the run already succeeds with the item that is there."""

    @server.handler("test_runs.add_item")
    def add(original: Any, ctx: Any, run_id: str, body: Body) -> Any:
        try:
            return original(ctx, run_id, body)
        except errors.AlreadyInRun:
            return in_run(ctx, run_id, body["test_case_id"]).public, 201


@mutant("ITEM-09", kind="behaviour")
def failed_run_takes_a_case(server: Patient) -> None:
    """A FAILED run still takes a case."""

    @server.handler("test_runs.add_item")
    def add(original: Any, ctx: Any, run_id: str, body: Body) -> Any:
        try:
            return original(ctx, run_id, body)
        except errors.InvalidState:
            if ctx.store["test_runs"].get(run_id)["status"] != "FAILED":
                raise
            return forced(ctx, run_id, body["test_case_id"]), 201


@mutant("ITEM-13", kind="behaviour")
def cases_are_added_as_they_were_made(server: Patient) -> None:
    """Several cases are added in the order of their creation."""

    @server.handler("test_runs.add_items")
    def add(original: Any, ctx: Any, run_id: str, body: Body) -> Any:
        places = {one["id"]: place for place, one in enumerate(ctx.store["test_cases"])}
        ids = sorted(body["test_case_ids"], key=lambda id: places.get(id, 0))
        return original(ctx, run_id, {"test_case_ids": ids})


@mutant("ITEM-14", kind="behaviour")
def case_given_twice_is_added_twice(server: Patient) -> None:
    """A case that is given twice in one request is added twice."""

    @server.handler("test_runs.add_items")
    def add(original: Any, ctx: Any, run_id: str, body: Body) -> Any:
        ids = body["test_case_ids"]
        again = {id for id in ids[:100] if ids[:100].count(id) > 1 and not in_run(ctx, run_id, id)}
        answer = original(ctx, run_id, body)
        items = [*answer["items"], *(forced(ctx, run_id, id) for id in sorted(again))]
        return {"items": items, "total_added": len(items)}


@mutant("ITEM-15", kind="status")
def nothing_new_is_400(server: Patient) -> None:
    """Adding several cases that are all in the run already is refused."""

    @server.handler("test_runs.add_items")
    def add(original: Any, ctx: Any, run_id: str, body: Body) -> Any:
        answer = original(ctx, run_id, body)
        if not answer["items"]:
            raise errors.AlreadyInRun
        return answer


@mutant("ITEM-16", kind="behaviour")
def cases_of_another_plan_are_passed_over(server: Patient) -> None:
    """Of several cases those of another plan are passed over, and the others added."""

    @server.handler("test_runs.add_items")
    def add(original: Any, ctx: Any, run_id: str, body: Body) -> Any:
        run, cases = ctx.store["test_runs"].get(run_id), ctx.store["test_cases"]
        if run is None:
            return original(ctx, run_id, body)
        known = [cases.get(id) or {"id": id, "test_plan_id": None} for id in body["test_case_ids"]]
        kept = [
            case["id"]
            for case in known
            if case["test_plan_id"] in (None, run["test_plan_id"])
            or case["_workspace_id"] != run["_workspace_id"]
        ]
        return original(ctx, run_id, {"test_case_ids": kept})


@mutant("ITEM-17", kind="status")
def final_run_takes_what_it_has(server: Patient) -> None:
    """Several cases that a run has already are no error, also when it has ended."""

    @server.handler("test_runs.add_items")
    def add(original: Any, ctx: Any, run_id: str, body: Body) -> Any:
        run = ctx.store["test_runs"].get(run_id)
        ended = run is not None and run["status"] in runs.FINAL
        if ended and all(in_run(ctx, run_id, id) for id in body["test_case_ids"]):
            return {"items": [], "total_added": 0}
        return original(ctx, run_id, body)


@mutant("ITEM-10", kind="behaviour")
def items_are_paged(server: Patient) -> None:
    """Of the items of a run only the first 50 are listed."""

    @server.handler("test_runs.list_items")
    def items(original: Any, ctx: Any, run_id: str) -> Any:
        found = original(ctx, run_id)
        return {**found, "items": found["items"][:50]}


@mutant("ITEM-11", kind="behaviour")
def running_run_takes_no_case(server: Patient) -> None:
    """A RUNNING run takes no more cases."""

    @server.wrap(f"{RULES}.runs", "check_open")
    def check(original: Any, run: Body, things: str) -> None:
        original(run, things)
        if run["status"] == "RUNNING" and things == "items":
            raise errors.InvalidState("A RUNNING run takes no more items.")


@mutant("ITEM-18", kind="schema")
def a_thousand_cases_at_most(server: Patient) -> None:
    """No more than 1,000 cases can be added at once."""

    @server.contract
    def edit(document: Body) -> None:
        fields = document["components"]["schemas"]["TestRunItemsCreate"]["properties"]
        fields["test_case_ids"]["maxItems"] = 1000


@mutant("ITEM-12", kind="persistence")
def names_go_with_their_case(server: Patient) -> None:
    """Items whose case was deleted have lost its name."""

    @server.handler("test_runs.list_items")
    def items(original: Any, ctx: Any, run_id: str) -> Any:
        found = original(ctx, run_id)
        named = [
            item if item["test_case_id"] in ctx.store["test_cases"]
            else {**item.public, "test_case_name": "(deleted)"}
            for item in found["items"]
        ]  # fmt: skip
        return {**found, "items": named}


@mutant("MOD-11", kind="persistence")
def deleted_run_takes_items_of_others(server: Patient) -> None:
    """Deleting a run deletes the items of its cases in other runs, too."""

    @server.handler("test_runs.delete_run")
    def delete(original: Any, ctx: Any, run_id: str) -> Any:
        items = ctx.store[ITEMS]
        cases = {one["test_case_id"] for one in items.select({"test_run_id": run_id}).items}
        answer = original(ctx, run_id)
        for case_id in cases:
            for item in items.select({"test_case_id": case_id}).items:
                items.remove(item["id"])
        return answer
