"""Servers that are wrong about a workspace's limits, or about which workspace is active."""

from __future__ import annotations

from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant

from understudy import times
from understudy.handlers.testr import errors
from understudy.handlers.testr.rules import workspaces

RULES = "understudy.handlers.testr.rules"
MONTH = 30 * 86_400_000
Body = dict[str, Any]


def limits(server: Patient, change: Any) -> None:
    """Change what the limits say: `change(ctx, answer)` gives the fields that differ."""

    @server.handler("workspace.limits")
    def changed(original: Any, ctx: Any) -> Any:
        answer = original(ctx)
        return {**answer, **change(ctx, answer)}


def is_old_hand(ctx: Any) -> bool:
    """Whether somebody without a team has been there for a month."""
    age = ctx.clock.millis() - times.parse(ctx.user["created_at"])
    return not workspaces.teams(ctx.store, ctx.user) and age > MONTH


@mutant("WS-01", kind="behaviour")
def no_quota_is_limited(server: Patient) -> None:
    """Without a quota `is_unlimited` is false."""
    limits(server, lambda ctx, answer: {"is_unlimited": False})


@mutant("WS-02", kind="behaviour")
def free_quota_shrinks(server: Patient) -> None:
    """After a month the quota of a personal workspace is 50."""
    limits(server, lambda ctx, answer: {"max_test_cases": 50} if is_old_hand(ctx) else {})


@mutant("WS-03", kind="behaviour")
def cases_of_one_name_count_once(server: Patient) -> None:
    """In a personal workspace test cases of one name count once for `current_test_cases`."""

    def count(ctx: Any, answer: Body) -> Body:
        if ctx.workspace["kind"] == "TEAM":
            return {}
        cases = ctx.store["test_cases"].select({"_workspace_id": ctx.workspace["id"]}).items
        return {"current_test_cases": len({one["name"] for one in cases})}

    limits(server, count)


@mutant("WS-04", kind="behaviour")
def nothing_counts_without_a_quota(server: Patient) -> None:
    """Without a quota `current_test_cases` is 0."""
    limits(
        server,
        lambda ctx, answer: {"current_test_cases": 0} if answer["max_test_cases"] is None else {},
    )


@mutant("WS-05", kind="behaviour")
def viewers_are_told_of_no_case(server: Patient) -> None:
    """For a VIEWER, who adds none, `current_test_cases` is 0."""
    limits(server, lambda ctx, answer: {"current_test_cases": 0} if ctx.role == "VIEWER" else {})


@mutant("WS-06", kind="behaviour")
def members_have_a_quota_of_their_own(server: Patient) -> None:
    """A MEMBER is told the free quota in a team that has none."""
    quota = {"max_test_cases": 100, "is_unlimited": False}
    limits(server, lambda ctx, answer: quota if ctx.role == "MEMBER" else {})


@mutant("WS-07", kind="behaviour")
def personal_mode_is_a_trial(server: Patient) -> None:
    """In personal mode test cases can be added for a month only."""

    @server.handler("test_plans.create_case")
    def create_case(original: Any, ctx: Any, body: Body) -> Any:
        if is_old_hand(ctx):
            raise errors.SubscriptionExpired
        return original(ctx, body)


@mutant("WS-08", kind="status")
def header_may_not_say_what_is_so_anyway(server: Patient) -> None:
    """`X-Workspace-ID` with the workspace that is active without it is 403."""

    @server.wrap(f"{RULES}.workspaces", "active")
    def active(original: Any, store: Any, user: Body, wanted: str | None) -> Any:
        if wanted is not None and wanted == original(store, user, None)[0]["id"]:
            raise errors.WorkspaceForbidden
        return original(store, user, wanted)


@mutant("WS-10", kind="behaviour")
def newest_team_is_active(server: Patient) -> None:
    """Without a choice the team that was joined last is active."""

    @server.wrap(f"{RULES}.workspaces", "active")
    def active(original: Any, store: Any, user: Body, wanted: str | None) -> Any:
        teams = workspaces.teams(store, user) if wanted is None else []
        return teams[-1] if teams else original(store, user, wanted)


@mutant("WS-11", kind="behaviour")
def header_does_not_lead_to_another_team(server: Patient) -> None:
    """`X-Workspace-ID` of a second team leaves the first one active."""

    @server.wrap(f"{RULES}.workspaces", "active")
    def active(original: Any, store: Any, user: Body, wanted: str | None) -> Any:
        teams = workspaces.teams(store, user)
        is_team = any(team["id"] == wanted for team, _ in teams)
        return teams[0] if is_team else original(store, user, wanted)


@mutant("WS-12", kind="status")
def header_does_not_lead_home(server: Patient) -> None:
    """`X-Workspace-ID` of the own personal workspace is 403."""

    @server.wrap(f"{RULES}.workspaces", "active")
    def active(original: Any, store: Any, user: Body, wanted: str | None) -> Any:
        found, role = original(store, user, wanted)
        if wanted is not None and found["kind"] == "PERSONAL":
            raise errors.WorkspaceForbidden
        return found, role


@mutant("WS-13", kind="isolation")
def all_workspaces_of_a_user_are_one(server: Patient) -> None:
    """An id is looked for in all workspaces of the user, whichever is active."""

    @server.wrap(f"{RULES}.common", "owned")
    def owned(original: Any, ctx: Any, collection: str, object_id: str) -> Any:
        record = ctx.store[collection].get(object_id)
        teams = [team["id"] for team, _ in workspaces.teams(ctx.store, ctx.user)]
        if record is not None and record["_workspace_id"] in teams:
            return record
        return original(ctx, collection, object_id)
