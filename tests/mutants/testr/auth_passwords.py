"""Servers that break a promise about passwords: changing one, resetting a forgotten one."""

from __future__ import annotations

from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant

from understudy.handlers.testr import errors
from understudy.handlers.testr.rules import accounts, sessions

from .auth import without_capitals

Body = dict[str, Any]
RULES = "understudy.handlers.testr.rules"
MINUTE = 60_000


@mutant("AUTH-30", kind="persistence")
def change_is_forgotten(server: Patient) -> None:
    """A change of the password is answered and not stored."""

    @server.handler("auth.change_password")
    def change(original: Any, ctx: Any, body: Body) -> Any:
        before = ctx.user["_password_hash"]
        answer = original(ctx, body)
        ctx.store["users"].change(ctx.user["id"], _password_hash=before)
        return answer


@mutant("AUTH-31", kind="schema")
def change_takes_a_password_without_capitals(server: Patient) -> None:
    """A password can be changed to one without an upper-case letter."""

    @server.contract
    def edit(document: Body) -> None:
        without_capitals(document, "PasswordChange", "new_password")


@mutant("AUTH-32", kind="status")
def wrong_current_password_is_401(server: Patient) -> None:
    """A wrong current password is 401, which sends the application to its log-in."""

    @server.handler("auth.change_password")
    def change(original: Any, ctx: Any, body: Body) -> Any:
        try:
            return original(ctx, body)
        except errors.InvalidCurrentPassword:
            raise errors.InvalidCredentials from None


@mutant("AUTH-33", kind="behaviour")
def change_ends_the_other_sessions(server: Patient) -> None:
    """A change of the password ends the user's other sessions."""

    @server.handler("auth.change_password")
    def change(original: Any, ctx: Any, body: Body) -> Any:
        for session in ctx.store["sessions"].select({"user_id": ctx.user["id"]}).items:
            if session["id"] != ctx.session["id"]:
                sessions.end(ctx.sandbox, session)
        return original(ctx, body)


@mutant("AUTH-34", kind="behaviour")
def first_password_is_asked_for_again(server: Patient) -> None:
    """`must_change_password` stays true after the password was changed."""

    @server.handler("auth.change_password")
    def change(original: Any, ctx: Any, body: Body) -> Any:
        asked = ctx.user["must_change_password"]
        answer = original(ctx, body)
        ctx.store["users"].change(ctx.user["id"], must_change_password=asked)
        return answer


@mutant("AUTH-40", kind="behaviour")
def verify_takes_an_email_to_the_letter(server: Patient) -> None:
    """Verifying an e-mail neither trims it nor overlooks its case."""
    _to_the_letter(server, "auth.verify_email")


@mutant("AUTH-41", kind="status")
def verify_finds_everybody(server: Patient) -> None:
    """Verifying succeeds for an e-mail that nobody has."""

    @server.handler("auth.verify_email")
    def verify(original: Any, ctx: Any, body: Body) -> Any:
        try:
            return original(ctx, body)
        except errors.EmailNotFound:
            return {"success": True}


@mutant("AUTH-42", kind="persistence")
def reset_is_forgotten(server: Patient) -> None:
    """A reset is answered, and the forgotten password stays."""

    @server.handler("auth.reset_password")
    def reset(original: Any, ctx: Any, body: Body) -> Any:
        user = accounts.by_email(ctx.store, body["email"])
        answer = original(ctx, body)
        assert user is not None
        ctx.store["users"].change(user["id"], _password_hash=user["_password_hash"])
        return answer


@mutant("AUTH-43", kind="auth")
def verification_of_anybody_will_do(server: Patient) -> None:
    """A reset looks whether the last verification is fresh, and not whose it is."""
    last: dict[str, str] = {}

    @server.wrap(f"{RULES}.accounts", "create_verification")
    def create(original: Any, sandbox: Any, fields: Body) -> Any:
        made = original(sandbox, fields)
        last["user_id"] = made["user_id"]
        return made

    @server.wrap(f"{RULES}.accounts", "is_verified")
    def is_verified(original: Any, sandbox: Any, user: Body) -> Any:
        verified = sandbox.store["users"].get(last.get("user_id", ""))
        return original(sandbox, verified or user)


@mutant("AUTH-45", kind="status")
def reset_hides_who_has_an_account(server: Patient) -> None:
    """A reset for an e-mail that nobody has is refused as not verified."""

    @server.handler("auth.reset_password")
    def reset(original: Any, ctx: Any, body: Body) -> Any:
        try:
            return original(ctx, body)
        except errors.EmailNotFound:
            raise errors.EmailNotVerified from None


@mutant("AUTH-46", kind="auth")
def verification_is_good_for_two_resets(server: Patient) -> None:
    """A reset leaves the verification as it was."""

    @server.handler("auth.reset_password")
    def reset(original: Any, ctx: Any, body: Body) -> Any:
        answer = original(ctx, body)
        user = accounts.by_email(ctx.store, body["email"])
        assert user is not None
        accounts.create_verification(ctx.sandbox, {"user_id": user["id"]})
        return answer


@mutant("AUTH-47", kind="schema")
def reset_takes_a_password_without_capitals(server: Patient) -> None:
    """A forgotten password can be reset to one without an upper-case letter."""

    @server.contract
    def edit(document: Body) -> None:
        without_capitals(document, "PasswordReset", "new_password")


@mutant("AUTH-48", kind="behaviour")
def reset_takes_an_email_to_the_letter(server: Patient) -> None:
    """A reset neither trims the e-mail nor overlooks its case."""
    _to_the_letter(server, "auth.reset_password")


@mutant("AUTH-49", kind="auth")
def window_is_open_for_an_hour(server: Patient) -> None:
    """A verification is good for an hour."""
    server.patch(f"{RULES}.accounts", "VERIFICATION_MILLIS", 60 * MINUTE)


@mutant("AUTH-50", kind="behaviour")
def window_closes_a_moment_early(server: Patient) -> None:
    """A verification is good for less than 15 minutes."""
    server.patch(f"{RULES}.accounts", "VERIFICATION_MILLIS", 15 * MINUTE - 1)


@mutant("AUTH-51", kind="behaviour")
def window_opens_once(server: Patient) -> None:
    """A second verification leaves the time of the first."""

    @server.wrap(f"{RULES}.accounts", "create_verification")
    def create(original: Any, sandbox: Any, fields: Body) -> Any:
        of_user = {"user_id": fields["user_id"]}
        return sandbox.store["email_verifications"].first(of_user) or original(sandbox, fields)


def _to_the_letter(server: Patient, operation: str) -> None:
    @server.handler(operation)
    def strict(original: Any, ctx: Any, body: Body) -> Any:
        if body["email"] != accounts.normalised_email(body["email"]):
            raise errors.EmailNotFound
        return original(ctx, body)
