"""Servers that let somebody do what the role, or the workspace, does not allow."""

from __future__ import annotations

from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant

from understudy.errors import InvalidParameter
from understudy.handlers.testr import errors
from understudy.handlers.testr.rules import workspaces

RULES = "understudy.handlers.testr.rules"
SECURITY = "understudy.handlers.testr.security"
Body = dict[str, Any]


@mutant("ROLE-01", kind="auth")
def viewers_may_reorder(server: Patient) -> None:
    """A VIEWER may reorder test cases."""

    @server.contract
    def edit(document: Body) -> None:
        document["paths"]["/test-cases/reorder"]["post"]["x-requires"] = ["subscription"]


@mutant("ROLE-02", kind="auth")
def viewers_see_no_summary(server: Patient) -> None:
    """A VIEWER gets 403 for the summary of a run."""
    _not_for(server, "VIEWER", "test_runs.get_summary")


@mutant("ROLE-03", kind="auth")
def members_may_not_reorder(server: Patient) -> None:
    """Only an ADMIN may reorder folders."""
    _not_for(server, "MEMBER", "test_plans.reorder_folders")


@mutant("ROLE-10", kind="isolation")
def export_overlooks_the_header(server: Patient) -> None:
    """An export with the id of somebody else's workspace is one of the own workspace."""

    @server.wrap(SECURITY, "admit")
    def admit(original: Any, ctx: Any) -> None:
        try:
            original(ctx)
        except errors.WorkspaceForbidden:
            if ctx.operation.operation_id != "defects.export_defects":
                raise
            ctx.workspace, ctx.role = workspaces.active(ctx.store, ctx.user, None)


@mutant("ROLE-11", kind="status")
def workspace_that_is_no_id_is_400(server: Patient) -> None:
    """`X-Workspace-ID` with what is no UUID is refused as a parameter that is not valid."""

    @server.wrap(f"{RULES}.workspaces", "active")
    def active(original: Any, store: Any, user: Body, wanted: str | None) -> Any:
        if wanted is not None and wanted.count("-") != 4:
            raise InvalidParameter
        return original(store, user, wanted)


@mutant("ROLE-20", kind="isolation")
def summaries_are_for_everybody(server: Patient) -> None:
    """The summary of a run is told to whoever has its id."""

    @server.wrap(f"{RULES}.common", "owned")
    def owned(original: Any, ctx: Any, collection: str, object_id: str) -> Any:
        if ctx.operation.operation_id == "test_runs.get_summary":
            return ctx.store[collection].get(object_id) or original(ctx, collection, object_id)
        return original(ctx, collection, object_id)


@mutant("ROLE-21", kind="isolation")
def schedules_are_listed_for_everybody(server: Patient) -> None:
    """The list of schedules has those of all workspaces."""

    @server.wrap("understudy.handlers.testr.test_runs", "_conditions")
    def conditions(original: Any, ctx: Any, query: Body) -> Any:
        found = original(ctx, query)
        if ctx.operation.operation_id == "test_runs.list_schedules":
            del found["_workspace_id"]
        return found


def _not_for(server: Patient, role: str, operation: str) -> None:
    @server.handler(operation)
    def refused(original: Any, ctx: Any, **arguments: Any) -> Any:
        if ctx.role == role:
            raise errors.ReadOnly
        return original(ctx, **arguments)
