"""Servers that are wrong about subscriptions and quotas."""

from __future__ import annotations

from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant

from understudy import times
from understudy.errors import MalformedRequest
from understudy.handlers.testr import errors
from understudy.handlers.testr.rules import quota, sessions, workspaces

from .tokens_sessions import sent

RULES = "understudy.handlers.testr.rules"
SECURITY = "understudy.handlers.testr.security"
YEAR = 365 * 86_400_000
Body = dict[str, Any]


@mutant("SUB-01", kind="status")
def limits_need_no_subscription(server: Patient) -> None:
    """The limits of a workspace are told even when its subscription has expired."""
    _needs_nothing(server, "/workspace/limits", "get")


@mutant("SUB-02", kind="status")
def trees_need_no_subscription(server: Patient) -> None:
    """The tree of a plan is shown even when the subscription has expired."""
    _needs_nothing(server, "/test-plans/{plan_id}/tree", "get")


@mutant("SUB-03", kind="status")
def refresh_needs_no_subscription(server: Patient) -> None:
    """A refresh works even when the subscription has expired."""

    @server.handler("auth.refresh")
    def refresh(original: Any, ctx: Any, body: Body) -> Any:
        try:
            return original(ctx, body)
        except errors.SubscriptionExpired:
            claims, session = sent(ctx, body)
            return sessions.tokens(ctx.sandbox, session, ctx.store["users"].get(claims["sub"]))


@mutant("SUB-04", kind="behaviour")
def refused_refresh_uses_the_token_up(server: Patient) -> None:
    """A refresh that is answered 402 uses its token up all the same."""

    @server.handler("auth.refresh")
    def refresh(original: Any, ctx: Any, body: Body) -> Any:
        try:
            return original(ctx, body)
        except errors.SubscriptionExpired as error:
            _, session = sent(ctx, body)
            ctx.store["sessions"].change(session["id"], refresh_id=ctx.ids.new())
            error.keeps_changes = True
            raise


@mutant("SUB-06", kind="status")
def expired_team_cannot_log_out(server: Patient) -> None:
    """A log-out is refused when the subscription has expired."""

    @server.handler("auth.logout")
    def logout(original: Any, ctx: Any, body: Body) -> Any:
        claims, _ = sent(ctx, body)
        if claims and _has_expired(ctx, ctx.store["users"].get(claims["sub"])):
            raise MalformedRequest
        return original(ctx, body)


@mutant("SUB-07", kind="status")
def expired_team_keeps_its_passwords(server: Patient) -> None:
    """The password cannot be changed when the subscription has expired."""

    @server.handler("auth.change_password")
    def change(original: Any, ctx: Any, body: Body) -> Any:
        if _has_expired(ctx, ctx.user):
            raise errors.WorkspaceForbidden
        return original(ctx, body)


@mutant("SUB-09", kind="behaviour")
def subscription_includes_its_end(server: Patient) -> None:
    """At the very instant of its end a subscription still runs."""

    @server.wrap(f"{RULES}.workspaces", "subscription_expired")
    def expired(original: Any, workspace: Body, now: str) -> Any:
        return original(workspace, now) and workspace["subscription_expires_at"] != now


@mutant("SUB-10", kind="behaviour")
def subscription_is_the_administrators(server: Patient) -> None:
    """When the subscription has expired, only the ADMINs of the team are refused."""

    @server.wrap(SECURITY, "admit")
    def admit(original: Any, ctx: Any) -> None:
        try:
            original(ctx)
        except errors.SubscriptionExpired:
            if ctx.role == "ADMIN":
                raise


@mutant("SUB-11", kind="behaviour")
def personal_workspace_is_free_for_a_year(server: Patient) -> None:
    """A personal workspace expires after a year."""

    @server.wrap(f"{RULES}.workspaces", "subscription_expired")
    def expired(original: Any, workspace: Body, now: str) -> Any:
        age = times.parse(now) - times.parse(workspace["created_at"])
        return original(workspace, now) or (workspace["kind"] == "PERSONAL" and age > YEAR)


@mutant("SUB-12", kind="behaviour")
def subscription_without_an_end_has_ended(server: Patient) -> None:
    """A team whose subscription has no end is taken for one without a subscription."""

    @server.wrap(f"{RULES}.workspaces", "subscription_expired")
    def expired(original: Any, workspace: Body, now: str) -> Any:
        has_none = workspace["kind"] == "TEAM" and workspace["subscription_expires_at"] is None
        return original(workspace, now) or has_none


@mutant("SUB-20", kind="behaviour")
def quota_is_not_enforced(server: Patient) -> None:
    """A test case more than the quota allows is taken."""
    server.patch(f"{RULES}.quota", "require_room", lambda ctx: None)


@mutant("SUB-21", kind="behaviour")
def full_workspace_can_add_more(server: Patient) -> None:
    """The limits say `can_add_more: true` when the quota is used up."""

    @server.handler("workspace.limits")
    def limits(original: Any, ctx: Any) -> Any:
        return {**original(ctx), "can_add_more": True}


@mutant("SUB-22", kind="behaviour")
def quota_keeps_runs_from_being_planned(server: Patient) -> None:
    """A used-up quota of test cases refuses new test runs, too."""

    @server.handler("test_runs.create_run")
    def create_run(original: Any, ctx: Any, body: Body) -> Any:
        quota.require_room(ctx)
        return original(ctx, body)


@mutant("SUB-23", kind="behaviour")
def last_place_stays_free(server: Patient) -> None:
    """The last test case that the quota allows is refused."""

    @server.wrap(f"{RULES}.quota", "require_room")
    def require_room(original: Any, ctx: Any) -> None:
        limit = ctx.workspace["max_test_cases"]
        if limit is not None and quota.current(ctx) + 1 >= limit:
            raise errors.LimitReached


@mutant("SUB-24", kind="behaviour")
def deleted_cases_keep_their_places(server: Patient) -> None:
    """The quota of a team shrinks by the test cases that are deleted with a plan."""

    @server.handler("test_plans.delete_plan")
    def delete_plan(original: Any, ctx: Any, plan_id: str) -> Any:
        gone = ctx.store["test_cases"].count({"test_plan_id": plan_id})
        answer = original(ctx, plan_id)
        team = ctx.workspace
        if team["kind"] == "TEAM" and team["max_test_cases"] is not None:
            limit = team["max_test_cases"] - gone
            ctx.store["workspaces"].change(team["id"], max_test_cases=limit)
        return answer


def _needs_nothing(server: Patient, path: str, method: str) -> None:
    @server.contract
    def edit(document: Body) -> None:
        document["paths"][path][method]["x-requires"] = []


def _has_expired(ctx: Any, user: Body) -> bool:
    workspace, _ = workspaces.active(ctx.store, user, None)
    return bool(workspaces.subscription_expired(workspace, ctx.now()))
