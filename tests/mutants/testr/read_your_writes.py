"""Servers that forget what was just written, or lose it where two clients write at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant

from understudy.store import Record

from .defects_tools import COUNT, EXPORT, Body, Items, Select, selected, without


def owners(server: Patient, operation: str) -> dict[str, str]:
    """Who created what with an operation: users by the ids of what they made."""
    found: dict[str, str] = {}

    @server.handler(operation)
    def create(original: Any, ctx: Any, body: Body) -> Any:
        answer, status = original(ctx, body)
        found[answer["id"]] = ctx.user["id"]
        return answer, status

    return found


def racing(server: Patient, operation: str) -> Callable[[], bool]:
    """Whether the request under way comes right after one of the same operation from another
    client, with none between: as where two clients send at once.
    """
    last: list[tuple[str, str]] = [("", ""), ("", "")]

    @server.request()
    def remember(request: Any) -> None:
        token = request.headers.get("authorization", "")
        last.append((request.operation.operation_id, token))
        del last[0]

    def is_racing() -> bool:
        (before, one), (now, other) = last
        return before == now == operation and one != other

    return is_racing


@mutant("RYW-01", kind="persistence")
def export_lags_behind(server: Patient) -> None:
    """A defect is in its author's export only after it was updated, or others have exported it."""
    made, seen = owners(server, "defects.create_defect"), set()

    @server.handler("defects.update_defects")
    def update(original: Any, ctx: Any, body: Body) -> Any:
        seen.update(body["defect_ids"])
        return original(ctx, body)

    def select(select: Select, ctx: Any, query: Body) -> Items:
        found = select(query)
        if {*query} != {"search"}:
            return found
        seen.update(one["id"] for one in found if made.get(one["id"]) != ctx.user["id"])
        return [one for one in found if made.get(one["id"]) != ctx.user["id"] or one["id"] in seen]

    selected(server, EXPORT, select)


@mutant("RYW-02", kind="persistence")
def schedules_show_to_their_owner(server: Patient) -> None:
    """The list of schedules shows just those that one made oneself."""
    made = owners(server, "test_runs.create_schedule")

    @server.handler("test_runs.list_schedules")
    def list_schedules(original: Any, ctx: Any, **query: Any) -> Any:
        answer = original(ctx, **query)
        known = (None, ctx.user["id"])
        items = [one for one in answer["items"] if made.get(one["id"]) in known]
        return {**answer, "items": items}


@mutant("RYW-03", kind="persistence")
def colleagues_list_old_names(server: Patient) -> None:
    """In a colleague's list a plan keeps the name that it was created with."""
    names: dict[str, tuple[str, str]] = {}

    @server.handler("test_plans.create_plan")
    def create(original: Any, ctx: Any, body: Body) -> Any:
        answer, status = original(ctx, body)
        names[answer["id"]] = ctx.user["id"], answer["name"]
        return answer, status

    @server.handler("test_plans.list_plans")
    def list_plans(original: Any, ctx: Any) -> Any:
        def shown(plan: Record) -> Body:
            owner, name = names.get(plan["id"], (ctx.user["id"], ""))
            return plan if owner == ctx.user["id"] else {**plan.public, "name": name}

        return {"test_plans": [shown(plan) for plan in original(ctx)["test_plans"]]}


@mutant("RYW-04", kind="persistence")
def colleagues_list_deleted_runs(server: Patient) -> None:
    """A run that was deleted stays in the lists of colleagues."""
    gone: list[tuple[str, Body]] = []

    @server.handler("test_runs.delete_run")
    def delete(original: Any, ctx: Any, run_id: str) -> Any:
        run = ctx.store["test_runs"].get(run_id)
        answer = original(ctx, run_id)
        gone.append((ctx.user["id"], run))
        return answer

    @server.handler("test_runs.list_runs")
    def list_runs(original: Any, ctx: Any, **query: Any) -> Any:
        answer = original(ctx, **query)
        left = [
            run.public
            for user_id, run in gone
            if user_id != ctx.user["id"] and run["test_plan_id"] == query["test_plan_id"]
        ]
        return {**answer, "items": [*left, *answer["items"]]}


@mutant("RYW-05", kind="persistence")
def colleagues_list_old_totals(server: Patient) -> None:
    """In a colleague's list a run has the totals that it was created with."""
    made = owners(server, "test_runs.create_run")
    nothing = {"total_tests": 0, "passed_tests": 0, "pass_rate": 0.0}

    @server.handler("test_runs.list_runs")
    def list_runs(original: Any, ctx: Any, **query: Any) -> Any:
        answer = original(ctx, **query)
        known = (None, ctx.user["id"])
        items = [
            one if made.get(one["id"]) in known else {**one.public, **nothing}
            for one in answer["items"]
        ]
        return {**answer, "items": items}


@mutant("RYW-06", kind="persistence")
def counts_are_kept_for_later(server: Patient) -> None:
    """The statistics of a folder are counted again only when its number of defects has changed."""
    known: dict[tuple[str, str, int], Any] = {}

    @server.handler(COUNT)
    def count(original: Any, ctx: Any, **query: Any) -> Any:
        answer = original(ctx, **query)
        asked = {name: value for name, value in query.items() if value is not None}
        if {*asked} != {"folder_id"}:
            return answer
        return known.setdefault((ctx.user["id"], asked["folder_id"], answer["total"]), answer)


@mutant("RYW-07", kind="behaviour")
def two_clients_get_one_number(server: Patient) -> None:
    """Two clients that file defects at once get the same number."""
    is_racing = racing(server, "defects.create_defect")

    @server.handler("defects.create_defect")
    def create(original: Any, ctx: Any, body: Body) -> Any:
        last = ctx.store["defects"].last({"_workspace_id": ctx.workspace["id"]}, "_number")
        if last is not None and is_racing():
            body = {**body, "defect_number": last["defect_number"]}
        return original(ctx, body)


@mutant("RYW-08", kind="behaviour")
def two_clients_get_one_run_number(server: Patient) -> None:
    """Two clients that make runs at once get the same number."""
    is_racing = racing(server, "test_runs.create_run")
    last: dict[str, int] = {}

    @server.handler("test_runs.create_run")
    def create(original: Any, ctx: Any, body: Body) -> Any:
        workspace_id = ctx.workspace["id"]
        if workspace_id in last and is_racing():
            body = {**body, "run_number": last[workspace_id]}
        answer, status = original(ctx, body)
        last[workspace_id] = answer["run_number"]
        return answer, status


@mutant("RYW-09", kind="behaviour")
def last_update_wins(server: Patient) -> None:
    """Of two clients that update a defect at once, one writes back what it had read before."""
    is_racing = racing(server, "defects.update_defects")
    before: dict[str, Body] = {}

    @server.handler("defects.update_defects")
    def update(original: Any, ctx: Any, body: Body) -> Any:
        known = {one: ctx.store["defects"].get(one) for one in body["defect_ids"]}
        answer = original(ctx, body)
        for id, defect in known.items():
            if is_racing() and id in before:
                ctx.store["defects"].replace(id, {**before[id], **without(body, "defect_ids")})
            before[id] = defect
        return answer


@mutant("RYW-10", kind="status")
def both_delete_a_defect(server: Patient) -> None:
    """Of two clients that delete a defect at once both succeed."""
    is_racing = racing(server, "defects.delete_defects")

    @server.handler("defects.delete_defects")
    def delete(original: Any, ctx: Any, body: Body) -> Any:
        if is_racing() and not any(ctx.store["defects"].get(one) for one in body["defect_ids"]):
            return {"success": True, "deleted_count": len({*body["defect_ids"]})}
        return original(ctx, body)
