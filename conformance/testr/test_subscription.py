"""What an expired subscription and a used-up quota refuse, and what goes on working."""

from __future__ import annotations

import pytest

from understudy.verify import MUST, OperationSpec, Persona, Scene, Suite, rule

from . import make, samples, sessions, strangers
from .sessions import PASSWORD

EXPIRED = "subscription_expired"
FULL = "limit_reached"


def wants_subscription(operation: OperationSpec) -> bool:
    """Whether it is outside auth and settings."""
    return operation.tag not in ("auth", "settings")


def names_things(operation: OperationSpec) -> bool:
    """Whether it wants a subscription, and things that are there."""
    return wants_subscription(operation) and strangers.names_things(operation)


def expire(scene: Scene, persona: Persona) -> None:
    """The subscription of somebody's workspace has passed."""
    scene.shortcut("expire-subscription", user=persona.email)


@rule(
    "SUB-01",
    MUST,
    "An expired subscription is 402 `subscription_expired` on everything outside auth and settings",
    clauses=(
        "The subscription of the active workspace has expired.",
        "`limits` answers 402 with an expired subscription, as everything outside auth and",
    ),
    operations=wants_subscription,
)
def test_expired(suite: Suite, expired: Persona, operation: OperationSpec) -> None:
    """With an expired subscription everything outside auth and settings is 402."""
    # What the request names is not there: a server that looks for it first may say so.
    request = strangers.request(suite, operation)
    answer = expired.call(operation.operation_id, **request)
    if strangers.names_things(operation) and answer.status == 404:
        answer.refused(404)
    else:
        answer.refused(402, code=EXPIRED)


@rule(
    "SUB-02",
    MUST,
    "402 `subscription_expired` on everything outside auth and settings",
    operations=names_things,
)
def test_expired_for_what_is_there(suite: Suite, scene: Scene, operation: OperationSpec) -> None:
    """With an expired subscription what is there can be neither read nor changed: 402."""
    request = samples.request(suite, scene.active, operation.operation_id)
    expire(scene, scene.active)
    answer = scene.active.call(operation.operation_id, **request)
    answer.refused(402, code=EXPIRED)


@rule(
    "SUB-03",
    MUST,
    "An expired subscription is 402 and leaves the refresh token as it was",
    clauses=("and on refresh, from the very instant of its end",),
    tag="auth",
)
def test_expired_refresh(expired: Persona, anonymous: Persona) -> None:
    """With an expired subscription a refresh is 402 `subscription_expired`."""
    sessions.refresh(anonymous, expired.login().refresh).refused(402, code=EXPIRED)


@rule(
    "SUB-04",
    MUST,
    "402 on refresh uses the refresh token not up",
    clauses=("leaves the refresh token as it was",),
    tag="auth",
)
def test_expired_refresh_keeps_the_token(
    expired: Persona, anonymous: Persona, request: pytest.FixtureRequest
) -> None:
    """A refresh token that was answered 402 is not used up; after a renewal it works."""
    scene = sessions.scene_of(request)
    if scene is None:
        session = expired.login()
        sessions.refresh(anonymous, session.refresh).refused(402, rule="SUB-03")
        sessions.refresh(anonymous, session.refresh).refused(402, code=EXPIRED)
        return
    session = scene.active.login()
    expire(scene, scene.active)
    sessions.refresh(scene.anonymous, session.refresh).refused(402, rule="SUB-03")
    scene.shortcut("renew-subscription", user=scene.active.email, lasting="30d")
    sessions.refresh(scene.anonymous, session.refresh).expect(200)


@rule("SUB-06", MUST, "log-in, me, logout and change-password work, with `is_paid: false`")
def test_expired_log_out(expired: Persona) -> None:
    """With an expired subscription a log-out works, and ends the session."""
    session = expired.login()
    sessions.log_out(expired, session.refresh).expect(200)
    sessions.me(expired, session.access).refused(401, rule="TOK-40")


@rule("SUB-07", MUST, "Works with an expired subscription.", tag="auth")
def test_expired_change_password(scene: Scene) -> None:
    """With an expired subscription the password can be changed."""
    somebody = scene.expired
    body = {"current_password": somebody.password, "new_password": PASSWORD}
    somebody.call("auth.change_password", body=body).expect(200)
    sessions.log_in(scene.anonymous, somebody.email, PASSWORD).expect(200, rule="AUTH-30")


@rule(
    "SUB-09",
    MUST,
    "has expired from the very instant of `subscription_expires_at` on",
    clauses=("on refresh, from the very instant of its end",),
)
def test_the_instant_of_the_end(scene: Scene) -> None:
    """Until the end of the subscription all works, from its very instant on it is 402."""
    scene.freeze()
    scene.shortcut("expire-subscription", user=scene.active.email, after="10m")
    session = scene.active.login()
    scene.advance("9m59s")
    scene.active.call("test_plans.list_plans", token=session.access).expect(200)
    scene.advance("1s")
    answer = scene.active.call("test_plans.list_plans", token=session.access)
    answer.refused(402, code=EXPIRED)


@rule("SUB-10", MUST, "The subscription belongs to the team's workspace")
def test_the_subscription_is_the_teams(scene: Scene) -> None:
    """When a team's subscription passes, all its members get 402, and nobody else."""
    expire(scene, scene.active)
    for member in (scene.colleague, scene.viewer):
        member.call("test_plans.list_plans").refused(402, code=EXPIRED)
    scene.other_tenant.call("test_plans.list_plans").expect(200)
    scene.personal.call("test_plans.list_plans").expect(200)


@rule(
    "SUB-11",
    MUST,
    "role ADMIN, free, a quota of 100 test cases, never expires",
)
def test_a_personal_workspace_never_expires(scene: Scene) -> None:
    """After years a personal workspace still works, and refreshes."""
    scene.advance("3650d")
    session = scene.personal.login()
    scene.personal.call("test_plans.list_plans", token=session.access).expect(200)
    sessions.refresh(scene.anonymous, session.refresh).expect(200)


@rule(
    "SUB-12",
    MUST,
    "and no end of subscription unless they are set",
    clauses=("null is never",),
)
def test_a_subscription_without_an_end(scene: Scene) -> None:
    """A subscription whose end is not set never expires."""
    scene.shortcut("renew-subscription", user=scene.active.email)
    scene.advance("3650d")
    session = scene.active.login()
    scene.active.call("test_plans.list_plans", token=session.access).expect(200)


@rule(
    "SUB-20",
    MUST,
    "it is `POST /test-cases` that answers 403 `limit_reached` then",
    clauses=("`POST /test-cases` is what answers 403 `limit_reached`",),
)
def test_a_full_workspace_takes_no_test_case(suite: Suite, at_quota: Persona) -> None:
    """In a workspace whose quota is used up a new test case is 403 `limit_reached`."""
    plan = make.plan(at_quota)
    body = {"test_plan_id": plan["id"], "name": at_quota.name("case")}
    at_quota.call("test_plans.create_case", body=body).refused(403, code=FULL)


@rule(
    "SUB-21",
    MUST,
    "A quota that is used up is 200 with `can_add_more: false`",
    clauses=("`GET /workspace/limits` answers 200 with `can_add_more: false`",),
)
def test_the_limits_of_a_full_workspace(at_quota: Persona) -> None:
    """A used-up quota is 200 with `can_add_more: false`, and as many test cases as it allows."""
    answer = at_quota.call("workspace.limits")
    told = answer.expect(200)
    answer.has(can_add_more=False, is_unlimited=False)
    if told["max_test_cases"] is None or told["current_test_cases"] < told["max_test_cases"]:
        raise answer.broken(
            "a used-up quota has room",
            expected="current_test_cases as high as max_test_cases",
            got=f"{told['current_test_cases']} of {told['max_test_cases']}",
        )


@rule("SUB-22", MUST, "The quota of test cases of the active workspace")
def test_a_quota_is_of_test_cases_alone(suite: Suite, at_quota: Persona) -> None:
    """A used-up quota of test cases keeps nothing else from being created."""
    plan = make.plan(at_quota)
    make.folder(at_quota, plan)
    make.run(at_quota, plan)
    make.defect(at_quota)


@rule("SUB-23", MUST, "and how much of it is used")
def test_the_last_place_counts(scene: Scene) -> None:
    """The last test case that a quota allows is taken; the one after is refused, not stored."""
    somebody = scene.active
    plan = make.plan(somebody)
    scene.shortcut("fill-quota", user=somebody.email, leaving=1)
    make.case(somebody, plan)
    used = somebody.call("workspace.limits").expect(200)["current_test_cases"]
    body = {"test_plan_id": plan["id"], "name": somebody.name("case")}
    somebody.call("test_plans.create_case", body=body).refused(403, code=FULL, rule="SUB-20")
    somebody.call("workspace.limits").has(current_test_cases=used)


@rule("SUB-24", MUST, "and how much of it is used")
def test_deleting_makes_room(scene: Scene) -> None:
    """Test cases that were deleted with their plan count no more, and leave room for others."""
    somebody = scene.active
    plan, other = make.plan(somebody), make.plan(somebody)
    make.case(somebody, plan)
    make.case(somebody, plan)
    scene.shortcut("fill-quota", user=somebody.email)
    somebody.call("test_plans.delete_plan", plan_id=plan["id"]).expect(200)
    somebody.call("workspace.limits").has(can_add_more=True)
    make.case(somebody, other)
