"""Servers that are wrong about new runs, reading and deleting them, and runs without a plan."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant

from understudy.errors import ValidationFailed
from understudy.handlers.testr import errors
from understudy.handlers.testr.rules import run_folders, runs

RULES = "understudy.handlers.testr.rules"
Body = dict[str, Any]


@mutant("RUN-01", kind="behaviour")
def small_viewport_by_default(server: Patient) -> None:
    """A run that is given no viewport gets one of 1280 by 720."""

    @server.contract
    def edit(document: Body) -> None:
        fields = document["components"]["schemas"]["TestRunCreate"]["properties"]
        fields["viewport_width"]["default"], fields["viewport_height"]["default"] = 1280, 720


@mutant("RUN-02", kind="behaviour")
def overdue_run_starts_at_once(server: Patient) -> None:
    """A run that was meant to start in the past is RUNNING as soon as it is created."""

    @server.handler("test_runs.create_run")
    def create(original: Any, ctx: Any, body: Body) -> Any:
        run, status = original(ctx, body)
        if run["scheduled_at"] and run["scheduled_at"] < ctx.now():
            changes = {"status": "RUNNING", "started_at": ctx.now()}
            run = ctx.store["test_runs"].change(run["id"], **changes).public
        return run, status


@mutant("RUN-03", kind="behaviour")
def numbers_count_in_the_plan(server: Patient) -> None:
    """Runs are numbered within their plan, so that two runs of a workspace share a number."""
    numbers: Counter[tuple[int, str]] = Counter()

    @server.wrap(f"{RULES}.runs", "_number")
    def number(original: Any, store: Any, run: Body) -> Any:
        if run.get("run_number") is not None:
            return original(store, run)
        numbers[id(store), run["test_plan_id"]] += 1
        return numbers[id(store), run["test_plan_id"]]


@mutant("RUN-04", kind="isolation")
def numbers_count_everywhere(server: Patient) -> None:
    """Runs are numbered across all workspaces, so that a new one begins with a higher number."""

    @server.wrap(f"{RULES}.runs", "_number")
    def number(original: Any, store: Any, run: Body) -> Any:
        if run.get("run_number") is None:
            highest = max((one["run_number"] for one in store["test_runs"]), default=0)
            store.raise_number("test_runs", run["_workspace_id"], highest)
        return original(store, run)


@mutant("RUN-05", kind="persistence")
def number_of_the_last_run_is_given_again(server: Patient) -> None:
    """A new run has the highest number of the runs that are there plus one."""

    @server.wrap(f"{RULES}.runs", "_number")
    def number(original: Any, store: Any, run: Body) -> Any:
        if run.get("run_number") is not None:
            return original(store, run)
        there = store["test_runs"].select({"_workspace_id": run["_workspace_id"]}).items
        return max((one["run_number"] for one in there), default=0) + 1


@mutant("RUN-06", kind="behaviour")
def new_run_counts_the_cases_of_its_plan(server: Patient) -> None:
    """The creation of a run answers with the number of its plan's cases as `total_tests`."""

    @server.handler("test_runs.create_run")
    def create(original: Any, ctx: Any, body: Body) -> Any:
        run, status = original(ctx, body)
        cases = {"_workspace_id": ctx.workspace["id"], "test_plan_id": run["test_plan_id"]}
        return {**run, "total_tests": ctx.store["test_cases"].count(cases)}, status


@mutant("RUN-07", kind="behaviour")
def null_notes_are_an_empty_text(server: Patient) -> None:
    """Notes of a new run that are null like its suite become an empty text."""

    @server.handler("test_runs.create_run")
    def create(original: Any, ctx: Any, body: Body) -> Any:
        if all(name in body and body[name] is None for name in ("notes", "suite_name")):
            body = {**body, "notes": ""}
        return original(ctx, body)


@mutant("RUN-08", kind="status")
def unknown_plan_is_422(server: Patient) -> None:
    """A run of a plan that does not exist is refused as invalid input."""

    @server.handler("test_runs.create_run")
    def create(original: Any, ctx: Any, body: Body) -> Any:
        if body["test_plan_id"] not in ctx.store["test_plans"]:
            raise ValidationFailed(details={"test_plan_id": ["is not a test plan"]})
        return original(ctx, body)


@mutant("RUN-09", kind="persistence")
def retries_are_forgotten(server: Patient) -> None:
    """A new run that is to run in parallel does not keep how often it is to be tried again."""

    @server.handler("test_runs.create_run")
    def create(original: Any, ctx: Any, body: Body) -> Any:
        return original(ctx, {**body, "retry_count": 0} if body["parallel_enabled"] else body)


@mutant("RUN-10", kind="behaviour")
def offset_of_a_start_is_cut_off(server: Patient) -> None:
    """The start of a run with another offset is taken for UTC."""

    @server.request("test_runs.create_run")
    def create(request: Any) -> None:
        given = request.body.get("scheduled_at") if isinstance(request.body, dict) else None
        if isinstance(given, str):
            request.body["scheduled_at"] = given.replace("+02:00", "Z")


@mutant("RUN-11", kind="persistence")
def one_tag_is_read(server: Patient) -> None:
    """Of several tags of a run only the first is read."""

    @server.handler("test_runs.get_run")
    def get(original: Any, ctx: Any, run_id: str) -> Any:
        run = original(ctx, run_id)
        return {**run.public, "tags": run["tags"][:1]}


@mutant("RUN-12", kind="status")
def unknown_run_has_no_items(server: Patient) -> None:
    """The items of a run that does not exist are an empty list."""

    @server.handler("test_runs.list_items")
    def items(original: Any, ctx: Any, run_id: str) -> Any:
        if run_id in ctx.store["test_runs"] or run_id in gone:
            return original(ctx, run_id)
        return {"items": [], "total": 0}

    gone: set[str] = set()

    @server.handler("test_runs.delete_run")
    def delete(original: Any, ctx: Any, run_id: str) -> Any:
        answer = original(ctx, run_id)
        gone.add(run_id)
        return answer


@mutant("RUN-13", kind="behaviour")
def deleting_a_running_run_cancels_it(server: Patient) -> None:
    """A RUNNING run that is deleted is cancelled instead, and stays."""

    @server.handler("test_runs.delete_run")
    def delete(original: Any, ctx: Any, run_id: str) -> Any:
        run = ctx.store["test_runs"].get(run_id)
        if run is None or run["status"] != "RUNNING":
            return original(ctx, run_id)
        runs.finish(ctx.store, run, "CANCELLED", ctx.now())
        return {"success": True}


@mutant("RUN-14", kind="status")
def second_delete_is_200(server: Patient) -> None:
    """Deleting a run that was deleted already succeeds."""
    gone: set[str] = set()

    @server.handler("test_runs.delete_run")
    def delete(original: Any, ctx: Any, run_id: str) -> Any:
        answer = {"success": True} if run_id in gone else original(ctx, run_id)
        gone.add(run_id)
        return answer


@mutant("RUN-15", kind="persistence")
def items_outlive_their_run(server: Patient) -> None:
    """The items of a deleted run are still listed."""

    @server.wrap(f"{RULES}.runs", "remove")
    def remove(original: Any, store: Any, run: Body) -> None:
        run_folders.forget(store, run)
        store["test_runs"].remove(run["id"])

    @server.handler("test_runs.list_items")
    def items(original: Any, ctx: Any, run_id: str) -> Any:
        left = ctx.store["test_run_items"].select({"test_run_id": run_id}).items
        if left and run_id not in ctx.store["test_runs"]:
            return {"items": [item.public for item in left], "total": len(left)}
        return original(ctx, run_id)


@mutant("RUN-16", kind="behaviour")
def defects_forget_a_deleted_run(server: Patient) -> None:
    """Deleting a run takes its id out of the defects that name it and no test case."""

    @server.handler("test_runs.delete_run")
    def delete(original: Any, ctx: Any, run_id: str) -> Any:
        answer = original(ctx, run_id)
        for defect in ctx.store["defects"].select({"_workspace_id": ctx.workspace["id"]}).items:
            context = defect["test_context"]
            ids = [context.get(one) for one in ("test_run_id", "test_case_id")] if context else []
            if ids == [run_id, None]:
                changed = {**context, "test_run_id": None}
                ctx.store["defects"].change(defect["id"], test_context=changed)
        return answer


@mutant("RUN-17", kind="behaviour")
def runs_of_a_deleted_plan_lose_their_start(server: Patient) -> None:
    """Deleting a plan empties `scheduled_at` of its runs."""

    @server.wrap(f"{RULES}.plans", "delete_plan")
    def delete(original: Any, store: Any, plan: Body) -> None:
        original(store, plan)
        of_plan = {"_workspace_id": plan["_workspace_id"], "test_plan_id": plan["id"]}
        for run in store["test_runs"].select(of_plan).items:
            store["test_runs"].change(run["id"], scheduled_at=None)


@mutant("RUN-18", kind="behaviour")
def only_runs_with_a_plan_start(server: Patient) -> None:
    """A run whose plan was deleted cannot be started."""

    @server.handler("test_runs.start_run")
    def start(original: Any, ctx: Any, run_id: str, body: Body) -> Any:
        run = ctx.store["test_runs"].get(run_id)
        if run is not None and run["test_plan_id"] not in ctx.store["test_plans"]:
            raise errors.NotFound
        return original(ctx, run_id, body)


@mutant("RUN-19", kind="status")
def run_without_a_plan_refuses_cases_with_400(server: Patient) -> None:
    """A case for a run whose plan was deleted is refused with 400."""

    @server.handler("test_runs.add_item")
    def add(original: Any, ctx: Any, run_id: str, body: Body) -> Any:
        run = ctx.store["test_runs"].get(run_id)
        if run is not None and run["test_plan_id"] not in ctx.store["test_plans"]:
            raise errors.InvalidState("The plan of this run is gone.")
        return original(ctx, run_id, body)
