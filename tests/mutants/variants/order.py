"""Servers that look at other things first, once they know who asks."""

from __future__ import annotations

from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import variant

from understudy.errors import ApiError
from understudy.handlers.testr import errors, security
from understudy.handlers.testr.rules import quota, workspaces
from understudy.pipeline.sandbox_operation import SandboxOperation

SERVE = "understudy.pipeline.sandbox_operation.SandboxOperation"

NAMED = {
    "plan_id": "test_plans",
    "run_id": "test_runs",
    "defect_id": "defects",
    "suite_run_id": "suite_runs",
}
"""Path parameters, and the collections in which they name something."""

FINAL = ("COMPLETED", "FAILED", "CANCELLED")


@variant()
def the_role_before_the_subscription(server: Patient) -> None:
    """A viewer of an expired workspace who writes gets 403, not 402."""

    def admit(ctx: Any) -> None:
        _choose_workspace(ctx)
        requires = ctx.operation.requires
        if "write" in requires and ctx.role == "VIEWER":
            raise errors.ReadOnly
        if "subscription" in requires and workspaces.subscription_expired(ctx.workspace, ctx.now()):
            raise errors.SubscriptionExpired

    server.patch("understudy.handlers.testr.security", "admit", admit)


@variant()
def the_input_before_the_subscription_and_the_role(server: Patient) -> None:
    """Invalid input is told to those, too, who could not have sent valid input."""

    @server.wrap(SERVE, "_arguments")
    def arguments(original: Any, self: SandboxOperation, request: Any, ctx: Any, body: Any) -> Any:
        found = original(self, request, ctx, body)
        if ctx.operation.security == "required":
            security.admit(ctx)
        return found

    server.patch("understudy.pipeline.hooks.Hooks", "admit", lambda hooks: _choose_workspace)


@variant()
def what_is_missing_before_what_is_invalid(server: Patient) -> None:
    """An unknown id in the path is 404, whatever else is wrong with the request."""

    @server.wrap(SERVE, "_arguments")
    def arguments(original: Any, self: SandboxOperation, request: Any, ctx: Any, body: Any) -> Any:
        try:
            return original(self, request, ctx, body)
        except ApiError:
            _require_named(self, request, ctx)
            raise


@variant()
def the_state_before_what_is_invalid(server: Patient) -> None:
    """A final run refuses to change its state, or to take items, before it reads the request."""
    moves = {
        "test_runs.start_run": ("RUNNING", *FINAL),
        "test_runs.add_item": FINAL,
        "test_runs.add_items": FINAL,
    }

    @server.wrap(SERVE, "_arguments")
    def arguments(original: Any, self: SandboxOperation, request: Any, ctx: Any, body: Any) -> Any:
        run = _named(self, request, ctx).get("run_id")
        if run is not None and run["status"] in moves.get(self.spec.operation_id, ()):
            raise errors.InvalidState
        return original(self, request, ctx, body)


@variant()
def the_quota_before_everything_else(server: Patient) -> None:
    """A full workspace takes no test case, whether its plan is there or not."""

    @server.wrap(SERVE, "_arguments")
    def arguments(original: Any, self: SandboxOperation, request: Any, ctx: Any, body: Any) -> Any:
        if self.spec.operation_id == "test_plans.create_case":
            quota.require_room(ctx)
        return original(self, request, ctx, body)


def _choose_workspace(ctx: Any) -> None:
    wanted = ctx.headers.get(b"x-workspace-id")
    ctx.workspace, ctx.role = workspaces.active(
        ctx.store, ctx.user, wanted.decode("latin-1") if wanted is not None else None
    )


def _named(operation: SandboxOperation, request: Any, ctx: Any) -> dict[str, Any]:
    """What the path names in the workspace, None for what is not there."""
    names = [part[1:-1] for part in operation.spec.path.split("/") if part.startswith("{")]
    found: dict[str, Any] = {}
    for name, value in zip(names, request.path_values, strict=True):
        record = ctx.store[NAMED[name]].get(value) if name in NAMED else None
        is_ours = record is not None and record["_workspace_id"] == ctx.workspace["id"]
        found[name] = record if is_ours else None
    return found


def _require_named(operation: SandboxOperation, request: Any, ctx: Any) -> None:
    if any(one is None for one in _named(operation, request, ctx).values()):
        raise errors.NotFound
