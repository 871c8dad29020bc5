"""Servers that break a promise about accounts: the log-in, the profile, new accounts."""

from __future__ import annotations

from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant
from tests.mutants.wire import RequestEdit

from understudy.errors import ValidationFailed
from understudy.handlers.testr import errors
from understudy.handlers.testr.rules import accounts

Body = dict[str, Any]


@mutant("AUTH-01", kind="auth")
def nobody_can_log_in(server: Patient) -> None:
    """The right password is refused like a wrong one."""

    @server.handler("auth.login")
    def login(original: Any, ctx: Any, body: Body) -> Any:
        raise errors.InvalidCredentials


@mutant("AUTH-03", kind="auth")
def log_in_takes_an_email_to_the_letter(server: Patient) -> None:
    """The log-in neither trims the e-mail nor overlooks its case."""

    @server.handler("auth.login")
    def login(original: Any, ctx: Any, body: Body) -> Any:
        if body["email"] != accounts.normalised_email(body["email"]):
            raise errors.InvalidCredentials
        return original(ctx, body)


@mutant("AUTH-04", kind="auth")
def log_in_tells_who_has_an_account(server: Patient) -> None:
    """A wrong password is refused in other words than a wrong e-mail."""

    @server.handler("auth.login")
    def login(original: Any, ctx: Any, body: Body) -> Any:
        try:
            return original(ctx, body)
        except errors.InvalidCredentials:
            if accounts.by_email(ctx.store, body["email"]):
                raise errors.InvalidCredentials("The password is wrong.") from None
            raise


@mutant("AUTH-05", kind="auth")
def inactive_account_logs_in(server: Patient) -> None:
    """A switched-off account can log in."""

    @server.handler("auth.login")
    def login(original: Any, ctx: Any, body: Body) -> Any:
        try:
            return original(ctx, body)
        except errors.AccountInactive:
            user = accounts.by_email(ctx.store, body["email"])
            assert user is not None
            ctx.store["users"].change(user["id"], is_active=True)
            answer = original(ctx, body)
            ctx.store["users"].change(user["id"], is_active=False)
            return answer


@mutant("AUTH-06", kind="auth")
def inactive_account_shows_to_anybody(server: Patient) -> None:
    """A log-in is told that an account is switched off before its password is looked at."""

    @server.handler("auth.login")
    def login(original: Any, ctx: Any, body: Body) -> Any:
        user = accounts.by_email(ctx.store, body["email"])
        if user is not None and not user["is_active"]:
            raise errors.AccountInactive
        return original(ctx, body)


@mutant("AUTH-07", kind="behaviour")
def log_in_takes_every_team_for_paid(server: Patient) -> None:
    """The log-in says `is_paid: true` to everybody in a team, its subscription expired or not."""

    @server.handler("auth.login")
    def login(original: Any, ctx: Any, body: Body) -> Any:
        answer = original(ctx, body)
        return {**answer, "is_paid": bool(answer["workspaces"])}


@mutant("AUTH-08", kind="behaviour")
def personal_workspace_is_listed(server: Patient) -> None:
    """In personal mode the log-in lists the personal workspace."""

    @server.handler("auth.login")
    def login(original: Any, ctx: Any, body: Body) -> Any:
        answer = original(ctx, body)
        own = ctx.store["workspaces"].first({"owner_id": answer["user_id"]})
        listed = {"id": own["id"], "name": own["name"], "role": "ADMIN"}
        return {**answer, "workspaces": answer["workspaces"] or [listed]}


@mutant("AUTH-09", kind="behaviour")
def viewers_are_called_members(server: Patient) -> None:
    """The log-in calls a VIEWER a MEMBER."""

    @server.handler("auth.login")
    def login(original: Any, ctx: Any, body: Body) -> Any:
        answer = original(ctx, body)
        for team in answer["workspaces"]:
            team["role"] = team["role"].replace("VIEWER", "MEMBER")
        return answer


@mutant("AUTH-10", kind="behaviour")
def first_log_in_names_no_organization(server: Patient) -> None:
    """A first log-in comes without `organization_name`."""

    @server.handler("auth.login")
    def login(original: Any, ctx: Any, body: Body) -> Any:
        answer = original(ctx, body)
        answer.pop("organization_name", None)
        return answer


@mutant("AUTH-11", kind="behaviour")
def every_log_in_names_an_organization(server: Patient) -> None:
    """`organization_name` is there with every log-in."""

    @server.handler("auth.login")
    def login(original: Any, ctx: Any, body: Body) -> Any:
        return {"organization_name": "Testr", **original(ctx, body)}


@mutant("AUTH-12", kind="behaviour")
def first_log_in_may_only_change_the_password(server: Patient) -> None:
    """Before the first password is changed, nothing may be created."""

    @server.handler("test_plans.create_plan")
    def create_plan(original: Any, ctx: Any, body: Body) -> Any:
        if ctx.user["must_change_password"]:
            raise errors.ReadOnly
        return original(ctx, body)


@mutant("AUTH-13", kind="status")
def log_in_wants_an_email_address(server: Patient) -> None:
    """The log-in refuses what is no e-mail address as invalid."""

    @server.handler("auth.login")
    def login(original: Any, ctx: Any, body: Body) -> Any:
        if "." not in body["email"].rpartition("@")[2]:
            raise ValidationFailed(details={"email": ["must be an e-mail address"]})
        return original(ctx, body)


@mutant("AUTH-14", kind="behaviour")
def profile_is_not_active(server: Patient) -> None:
    """The profile says `is_active: false`."""

    @server.handler("auth.me")
    def me(original: Any, ctx: Any) -> Any:
        return {**original(ctx), "is_active": False}


@mutant("AUTH-15", kind="behaviour")
def profile_takes_every_team_for_paid(server: Patient) -> None:
    """The profile says `is_paid: true` in every team, its subscription expired or not."""

    @server.handler("auth.me")
    def me(original: Any, ctx: Any) -> Any:
        return {**original(ctx), "is_paid": ctx.workspace["kind"] == "TEAM"}


@mutant("AUTH-16", kind="behaviour")
def nobody_is_paid(server: Patient) -> None:
    """The profile says `is_paid: false` to everybody."""

    @server.handler("auth.me")
    def me(original: Any, ctx: Any) -> Any:
        return {**original(ctx), "is_paid": False}


@mutant("AUTH-17", kind="behaviour")
def personal_mode_is_paid(server: Patient) -> None:
    """The profile says `is_paid: true` in personal mode, as nothing is owed there."""

    @server.handler("auth.me")
    def me(original: Any, ctx: Any) -> Any:
        answer = original(ctx)
        return {**answer, "is_paid": answer["is_paid"] or ctx.workspace["kind"] == "PERSONAL"}


@mutant("AUTH-18", kind="behaviour")
def new_account_has_to_change_its_password(server: Patient) -> None:
    """A new account is asked for another password than the one it has just chosen."""

    @server.handler("auth.register")
    def register(original: Any, ctx: Any, body: Body) -> Any:
        answer, status = original(ctx, body)
        changes = {"must_change_password": True, "organization_name": "Testr"}
        ctx.store["users"].change(answer["id"], **changes)
        return answer, status


@mutant("AUTH-19", kind="behaviour")
def new_account_takes_no_case(server: Patient) -> None:
    """The workspace of a new account says that no test case can be added."""

    @server.handler("workspace.limits")
    def limits(original: Any, ctx: Any) -> Any:
        answer = original(ctx)
        is_new = ctx.workspace["kind"] == "PERSONAL" and not answer["current_test_cases"]
        return {**answer, "can_add_more": not is_new and answer["can_add_more"]}


@mutant("AUTH-20", kind="behaviour")
def username_is_the_whole_email(server: Patient) -> None:
    """The username of a new account is the e-mail with its domain."""

    @server.handler("auth.register")
    def register(original: Any, ctx: Any, body: Body) -> Any:
        answer, status = original(ctx, body)
        return {**answer, "username": answer["email"]}, status


@mutant("AUTH-21", kind="behaviour")
def email_is_taken_to_the_letter_only(server: Patient) -> None:
    """An e-mail that has an account can be registered again in another case."""

    @server.handler("auth.register")
    def register(original: Any, ctx: Any, body: Body) -> Any:
        email = accounts.normalised_email(body["email"])
        if body["email"] != email and accounts.by_email(ctx.store, email):
            made = {"id": ctx.ids.new(), "email": email, "username": email.partition("@")[0]}
            return made, 201
        return original(ctx, body)


@mutant("AUTH-22", kind="behaviour")
def blanks_in_an_email_are_dropped(server: Patient) -> None:
    """An e-mail with a blank in it is registered without the blank, as somebody else's."""

    @server.request("auth.register")
    def dropped(request: RequestEdit) -> None:
        if isinstance(request.body, dict) and isinstance(request.body.get("email"), str):
            request.body["email"] = "".join(request.body["email"].split())


@mutant("AUTH-23", kind="schema")
def register_takes_a_password_without_capitals(server: Patient) -> None:
    """A new account may have a password without an upper-case letter."""

    @server.contract
    def edit(document: Body) -> None:
        without_capitals(document, "Registration", "password")


def without_capitals(document: Body, schema: str, field: str) -> None:
    """Let a field take passwords without an upper-case letter."""
    schemas = document["components"]["schemas"]
    rule = schemas["NewPassword"]
    pattern = rule["pattern"].replace("(?=[\\s\\S]*[A-Z])", "")
    assert pattern != rule["pattern"]
    schemas[schema]["properties"][field] = {**rule, "pattern": pattern}
