"""Servers that change something although they refuse."""

from __future__ import annotations

from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant

from understudy.errors import ApiError

Body = dict[str, Any]
SERVE = "understudy.pipeline.sandbox_operation.SandboxOperation"


def keep_after(server: Patient, operation: str, change: Any) -> None:
    """Change something, and keep it, before a handler refuses: `change(ctx, arguments)`."""

    @server.handler(operation)
    def half(original: Any, ctx: Any, **arguments: Any) -> Any:
        try:
            return original(ctx, **arguments)
        except ApiError as error:
            change(ctx, arguments)
            error.keeps_changes = True
            raise


@mutant("ATOM-01", kind="persistence")
def what_is_valid_of_a_plan_is_kept(server: Patient) -> None:
    """An update of a plan that is invalid changes its name all the same."""

    @server.wrap(SERVE, "_arguments")
    def arguments(original: Any, operation: Any, request: Any, ctx: Any, body: Any) -> Any:
        try:
            return original(operation, request, ctx, body)
        except ApiError:
            is_it = operation.spec.operation_id == "test_plans.update_plan"
            name = body.get("name") if isinstance(body, dict) else None
            plan = ctx.store["test_plans"].get(request.path_values[0]) if is_it else None
            if plan is not None and isinstance(name, str) and 0 < len(name) < 256:
                ctx.store.begin()
                ctx.store["test_plans"].change(plan["id"], name=name)
                ctx.store.commit()
            raise


@mutant("ATOM-02", kind="auth")
def who_asks_is_looked_at_afterwards(server: Patient) -> None:
    """A run is cancelled before anybody looks at the token."""

    @server.wrap(SERVE, "serve")
    def serve(original: Any, operation: Any, request: Any, sandboxes: Any) -> Any:
        try:
            return original(operation, request, sandboxes)
        except ApiError as error:
            if error.status == 401 and operation.spec.operation_id == "test_runs.cancel_run":
                for sandbox in [*sandboxes]:
                    run = sandbox.store["test_runs"].get(request.path_values[0])
                    if run is not None:
                        sandbox.store.begin()
                        sandbox.store["test_runs"].change(run["id"], status="CANCELLED")
                        sandbox.store.commit()
            raise


@mutant("ATOM-03", kind="persistence")
def half_a_batch_is_done(server: Patient) -> None:
    """A batch with an unknown defect changes the others before it is refused."""

    def change(ctx: Any, arguments: Body) -> None:
        body = arguments["body"]
        for id in body["defect_ids"]:
            if ctx.store["defects"].get(id) is not None and body.get("status"):
                ctx.store["defects"].change(id, status=body["status"])

    keep_after(server, "defects.update_defects", change)


@mutant("ATOM-03", kind="persistence")
def half_an_order_is_kept(server: Patient) -> None:
    """An order with an unknown folder moves the others before it is refused."""

    def change(ctx: Any, arguments: Body) -> None:
        for one in arguments["body"]:
            if ctx.store["test_plan_folders"].get(one["folder_id"]) is not None:
                ctx.store["test_plan_folders"].change(
                    one["folder_id"], display_order=one["display_order"]
                )

    keep_after(server, "test_plans.reorder_folders", change)


@mutant("ATOM-03", kind="persistence")
def half_a_tree_is_kept(server: Patient) -> None:
    """A tree with an unknown folder has its other folders moved before it is refused."""

    def change(ctx: Any, arguments: Body) -> None:
        for one in arguments["body"]["tree"].get("folders") or []:
            folder = ctx.store["test_plan_folders"].get(one["id"])
            if folder is not None and one.get("display_order") == 7:
                ctx.store["test_plan_folders"].change(one["id"], display_order=7)

    keep_after(server, "test_plans.sync_tree", change)


@mutant("ATOM-04", kind="persistence")
def forbidden_items_count_as_an_update(server: Patient) -> None:
    """A run that was cancelled is updated by adding to it, although that is refused."""

    def change(ctx: Any, arguments: Body) -> None:
        run = ctx.store["test_runs"].get(arguments["run_id"])
        if run is not None and run["status"] == "CANCELLED":
            ctx.store["test_runs"].change(run["id"], updated_at=ctx.now())

    keep_after(server, "test_runs.add_items", change)
