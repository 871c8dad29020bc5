"""Servers that break a promise about one defect: its number, its fields, what it names."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant

from understudy.handlers.testr import errors

from .defects_tools import RULES, Body, filed


@mutant("DEF-01", kind="behaviour")
def numbers_begin_again(server: Patient) -> None:
    """New defects are numbered from 1, whatever numbers there are."""
    numbers: dict[str, int] = defaultdict(int)

    def number(ctx: Any, body: Body) -> Body:
        key = f"{ctx.sandbox.name} {ctx.workspace['id']}"
        numbers[key] += 1
        return {**body, "defect_number": f"DEF-{numbers[key]:03d}"}

    filed(server, number)


@mutant("DEF-02", kind="behaviour")
def numbers_skip_one(server: Patient) -> None:
    """Every second number is left out."""

    def skip(ctx: Any, body: Body) -> Body:
        ctx.store.next_number("defects", ctx.workspace["id"])
        return body

    filed(server, skip)


@mutant("DEF-03", kind="schema")
def numbers_have_four_digits(server: Patient) -> None:
    """Numbers are written with four digits."""

    def widen(ctx: Any, body: Body) -> Body:
        number = ctx.store.next_number("defects", ctx.workspace["id"])
        return {**body, "defect_number": f"DEF-{number:04d}"}

    filed(server, widen)


@mutant("DEF-04", kind="behaviour")
def left_out_priority_is_p2(server: Patient) -> None:
    """A priority that is left out is P2."""

    @server.request("defects.create_defect")
    def fill(request: Any) -> None:
        if isinstance(request.body, dict):
            request.body.setdefault("priority", "P2")


@mutant("DEF-05", kind="behaviour")
def null_is_taken_for_true(server: Patient) -> None:
    """An `is_auto_generated` of null is true."""

    @server.request("defects.create_defect")
    def fill(request: Any) -> None:
        if isinstance(request.body, dict) and request.body.get("is_auto_generated", 0) is None:
            request.body["is_auto_generated"] = True


@mutant("DEF-06", kind="behaviour")
def short_form_is_always_open(server: Patient) -> None:
    """A defect of nothing but a title and a status is filed as OPEN."""

    @server.request("defects.create_defect")
    def open_up(request: Any) -> None:
        is_short = isinstance(request.body, dict) and {*request.body} == {"title", "status"}
        if is_short and isinstance(request.body["status"], str):
            request.body["status"] = "OPEN"


@mutant("DEF-07", kind="persistence")
def network_errors_are_turned(server: Patient) -> None:
    """Of two errors of the network, one that begins with POST is kept last."""

    def turn(ctx: Any, body: Body) -> Body:
        errors = sorted(body.get("network_errors") or [], key=lambda one: one.startswith("POST"))
        return {**body, "network_errors": errors}

    filed(server, turn)


@mutant("DEF-08", kind="behaviour")
def steps_are_sorted(server: Patient) -> None:
    """Steps are brought into the order of their numbers."""

    def sort(ctx: Any, body: Body) -> Body:
        steps = body.get("steps") or []
        return {**body, "steps": sorted(steps, key=lambda step: step["step_number"])}

    filed(server, sort)


@mutant("DEF-09", kind="behaviour")
def tags_are_capitalised(server: Patient) -> None:
    """A tag that is there in capitals, too, is kept in capitals."""

    def fold(ctx: Any, body: Body) -> Body:
        tags = body.get("tags") or []
        return {**body, "tags": [t.title() if t.title() in tags else t for t in tags]}

    filed(server, fold)


@mutant("DEF-10", kind="behaviour")
def owners_have_accounts(server: Patient) -> None:
    """An owner with an e-mail that no account has is dropped."""

    def look_up(ctx: Any, body: Body) -> Body:
        owner = body.get("owner") or ""
        is_known = "@" not in owner or ctx.store["users"].first({"email": owner})
        return {**body, "owner": owner if owner and is_known else None}

    filed(server, look_up)


@mutant("DEF-11", kind="persistence")
def screenshots_are_sorted(server: Patient) -> None:
    """Screenshots are kept in the order of their names."""
    filed(server, lambda ctx, body: {**body, "screenshots": sorted(body.get("screenshots") or [])})


@mutant("DEF-12", kind="behaviour")
def creation_does_not_tell_the_folder(server: Patient) -> None:
    """The answer to a creation of title and folder says that the defect is in no folder."""

    @server.answer("defects.create_defect")
    def forget(answer: Any) -> None:
        if answer.status == 201 and {*answer.request.body} == {"title", "folder_id"}:
            answer.body["folder_id"] = None


@mutant("DEF-13", kind="persistence")
def console_errors_are_not_read(server: Patient) -> None:
    """A defect that is read has no console errors."""

    @server.handler("defects.get_defect")
    def get(original: Any, ctx: Any, defect_id: str) -> Any:
        return {**original(ctx, defect_id).public, "console_errors": []}


@mutant("DEF-14", kind="status")
def unknown_defect_is_400(server: Patient) -> None:
    """A defect that there never was is 400."""
    gone: set[str] = set()

    @server.handler("defects.delete_defects")
    def delete(original: Any, ctx: Any, body: Body) -> Any:
        gone.update(body["defect_ids"])
        return original(ctx, body)

    @server.handler("defects.get_defect")
    def get(original: Any, ctx: Any, defect_id: str) -> Any:
        if defect_id not in gone and ctx.store["defects"].get(defect_id) is None:
            raise errors.InvalidState
        return original(ctx, defect_id)


@mutant("DEF-15", kind="behaviour")
def unknown_runs_may_be_named(server: Patient) -> None:
    """A defect may name a test run that does not exist."""

    @server.wrap(f"{RULES}.defects", "check_references")
    def check(original: Any, ctx: Any, fields: Body) -> None:
        context = fields.get("test_context") or {}
        if ctx.store["test_runs"].get(context.get("test_run_id") or "") is None:
            context = {**context, "test_run_id": None}
        original(ctx, {**fields, "test_context": context})


@mutant("DEF-16", kind="isolation")
def cases_of_others_may_be_named(server: Patient) -> None:
    """A defect may name a test case of another workspace."""

    @server.wrap(f"{RULES}.defects", "check_references")
    def check(original: Any, ctx: Any, fields: Body) -> None:
        context = fields.get("test_context") or {}
        if ctx.store["test_cases"].get(context.get("test_case_id") or "") is not None:
            context = {**context, "test_case_id": None}
        original(ctx, {**fields, "test_context": context})


@mutant("DEF-17", kind="persistence")
def step_of_a_run_is_lost(server: Patient) -> None:
    """Where a test run is named, the number of the step is not kept."""

    def forget(ctx: Any, body: Body) -> Body:
        context = body.get("test_context") or {}
        if context.get("test_run_id") is None:
            return body
        return {**body, "test_context": {**context, "step_number": None}}

    filed(server, forget)


@mutant("DEF-18", kind="status")
def empty_context_is_refused(server: Patient) -> None:
    """A defect of a title and a test context in which all is null is refused."""

    @server.request("defects.create_defect")
    def refuse(request: Any) -> None:
        is_short = isinstance(request.body, dict) and {*request.body} == {"title", "test_context"}
        context = request.body["test_context"] if is_short else None
        if isinstance(context, dict) and len(context) == 3 and not any(context.values()):
            request.body["test_context"] = "nothing"


@mutant("DEF-19", kind="behaviour")
def context_goes_with_its_plan(server: Patient) -> None:
    """With a plan, defects lose the test case in which they were found."""

    @server.handler("test_plans.delete_plan")
    def delete(original: Any, ctx: Any, plan_id: str) -> Any:
        cases = {
            one["id"] for one in ctx.store["test_cases"].select({"test_plan_id": plan_id}).items
        }
        for defect in [*ctx.store["defects"]]:
            context = defect["test_context"] or {}
            if context.get("test_case_id") in cases:
                context = {**context, "test_case_id": None}
                ctx.store["defects"].change(defect["id"], test_context=context)
        return original(ctx, plan_id)
