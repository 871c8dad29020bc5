"""The limits of a workspace, and which workspace is active."""

from __future__ import annotations

from understudy.verify import MUST, Answer, Persona, Scene, rule

from . import make


def limits(persona: Persona) -> Answer:
    """The limits of somebody's active workspace."""
    answer = persona.call("workspace.limits")
    answer.expect(200)
    return answer


def join(scene: Scene, persona: Persona, other: Persona) -> str:
    """Somebody becomes a MEMBER of somebody else's team, whose workspace's id this gives."""
    user_id, workspace_id = persona.tokens.answer["user_id"], other.workspace_id
    scene.state.create("memberships", user_id=user_id, workspace_id=workspace_id, role="MEMBER")
    return workspace_id


@rule(
    "WS-01",
    MUST,
    "Without a quota `is_unlimited` is true and `max_test_cases` null",
    clauses=("null where there is none", "A team's workspace has no quota"),
)
def test_no_quota_is_unlimited(active: Persona) -> None:
    """In a team without a quota `max_test_cases` is null, `is_unlimited` true."""
    limits(active).has(max_test_cases=None, is_unlimited=True, can_add_more=True)


@rule(
    "WS-02",
    MUST,
    "A personal workspace is free, with a quota of 100",
    clauses=("A user has one personal workspace: role ADMIN, free, a quota of 100 test cases",),
)
def test_a_personal_workspace_has_the_free_quota(personal: Persona) -> None:
    """A personal workspace takes 100 test cases."""
    limits(personal).has(max_test_cases=100, is_unlimited=False)


@rule("WS-03", MUST, "and how much of it is used")
def test_every_test_case_counts(account: Persona) -> None:
    """`current_test_cases` is the number of test cases of all plans together, whatever they are
    called.
    """
    first, second = make.plan(account), make.plan(account)
    for plan in (first, first, second):
        make.case(account, plan, name="The same")
    limits(account).has(current_test_cases=3)


@rule("WS-04", MUST, "`current_test_cases` is counted all the same")
def test_test_cases_count_without_a_quota(scene: Scene) -> None:
    """Without a quota `current_test_cases` is counted as well."""
    before = limits(scene.active).body["current_test_cases"]
    make.case(scene.active, make.plan(scene.active))
    limits(scene.active).has(current_test_cases=before + 1)


@rule("WS-05", MUST, "The quota of test cases of the active workspace, and how much of it is used")
def test_test_cases_count_for_the_workspace(scene: Scene) -> None:
    """A test case counts for all members of its workspace, and for nobody else."""
    members = (scene.viewer, scene.active)
    used = limits(scene.colleague).body["current_test_cases"]
    elsewhere = limits(scene.other_tenant).body["current_test_cases"]
    make.case(scene.colleague, make.plan(scene.colleague))
    answer = limits(scene.colleague)
    if answer.body["current_test_cases"] != used + 1:
        raise answer.broken("the new test case does not count", expected=used + 1, rule="WS-04")
    for member in members:
        limits(member).has(current_test_cases=used + 1)
    limits(scene.other_tenant).has(current_test_cases=elsewhere)


@rule("WS-06", MUST, "The quota belongs to the workspace, not to the user")
def test_members_have_one_quota(active: Persona, colleague: Persona, viewer: Persona) -> None:
    """All members of a team are told the same quota."""
    quota = limits(active).body["max_test_cases"]
    for member in (colleague, viewer):
        limits(member).has(max_test_cases=quota)


@rule(
    "WS-07",
    MUST,
    "else the personal one",
    clauses=("Without it, the user's first team workspace is active, else the personal one.",),
)
def test_personal_mode_has_a_workspace(personal: Persona) -> None:
    """In personal mode things are kept, in a workspace where the user may write."""
    plan = make.plan(personal)
    make.case(personal, plan)
    tree = personal.call("test_plans.get_tree", plan_id=plan["id"]).expect(200)
    assert len(tree["root_test_cases"]) == 1, "the new test case is in its plan"


@rule("WS-08", MUST, "Chooses one of the user's workspaces")
def test_the_header_may_name_the_active_workspace(active: Persona) -> None:
    """`X-Workspace-ID` with the first workspace of the log-in chooses the one without it."""
    first = active.tokens.answer["workspaces"][0]["id"]
    plan = make.plan(active)
    chosen = {"X-Workspace-ID": first}
    active.call("test_plans.get_plan", plan_id=plan["id"], headers=chosen).expect(200)


@rule(
    "WS-10",
    MUST,
    "The active workspace is the user's first team's (in the order of joining)",
    clauses=("The active workspace is the first team's",),
)
def test_the_first_team_is_active(scene: Scene) -> None:
    """Who is in two teams works in the one joined first, which the log-in lists first."""
    first = scene.active.workspace_id
    second = join(scene, scene.active, scene.other_tenant)
    listed = [one["id"] for one in scene.active.login().answer["workspaces"]]
    assert listed == [first, second], "the log-in lists the teams in the order of joining"
    plan = make.plan(scene.active)
    scene.colleague.call("test_plans.get_plan", plan_id=plan["id"]).expect(200)


@rule(
    "WS-11",
    MUST,
    "the header `X-Workspace-ID` chooses another of the user's",
    clauses=("The request header `X-Workspace-ID` chooses another of the user's workspaces",),
)
def test_the_header_chooses_another_team(scene: Scene) -> None:
    """`X-Workspace-ID` of a second team shows what is there, and takes what is new there."""
    chosen = {"X-Workspace-ID": join(scene, scene.active, scene.other_tenant)}
    theirs = make.plan(scene.other_tenant)
    scene.active.call("test_plans.get_plan", plan_id=theirs["id"], headers=chosen).expect(200)
    body = {"name": scene.active.name("plan")}
    ours = scene.active.call("test_plans.create_plan", body=body, headers=chosen).expect(201)
    scene.other_tenant.call("test_plans.get_plan", plan_id=ours["id"]).expect(200)


@rule(
    "WS-12",
    MUST,
    "the personal one included",
    clauses=("another of the user's workspaces, the personal one included",),
)
def test_the_header_chooses_the_personal_workspace(scene: Scene) -> None:
    """`X-Workspace-ID` of the own personal workspace leads out of the team."""
    owner = scene.active.tokens.answer["user_id"]
    [personal] = scene.state.list("workspaces", field="owner_id", value=owner)
    chosen = {"X-Workspace-ID": personal["id"]}
    answer = scene.active.call("workspace.limits", headers=chosen)
    answer.expect(200)
    answer.has(max_test_cases=100, current_test_cases=0)


@rule("WS-13", MUST, "An id of another workspace is 404", clauses=("in the active workspace",))
def test_the_other_workspace_of_the_same_user(scene: Scene) -> None:
    """What is in one workspace of a user is 404 while another one of the same user is active."""
    chosen = {"X-Workspace-ID": join(scene, scene.active, scene.other_tenant)}
    ours, theirs = make.plan(scene.colleague), make.plan(scene.other_tenant)
    call = scene.active.call
    call("test_plans.get_plan", plan_id=ours["id"]).expect(200, rule="WS-10")
    call("test_plans.get_plan", plan_id=theirs["id"], headers=chosen).expect(200, rule="WS-11")
    for plan, headers in ((theirs, {}), (ours, chosen)):
        call("test_plans.get_plan", plan_id=plan["id"], headers=headers).refused(404)
        body = {"run_name": scene.active.name("run"), "test_plan_id": plan["id"]}
        call("test_runs.create_run", body=body, headers=headers).refused(404)
