"""Accounts: the log-in, the profile, and new accounts."""

from __future__ import annotations

from typing import Any

from understudy.verify import MUST, SHOULD, Persona, rule

from . import make, sessions


@rule("AUTH-01", MUST, "Opens a session and gives its two tokens")
def test_log_in_gives_two_tokens(active: Persona) -> None:
    """A log-in gives an access token that works, and a refresh token that works, too."""
    first = active.login()
    sessions.me(active, first.access).expect(200)
    sessions.refresh(active, first.refresh).expect(200)


@rule(
    "AUTH-03",
    MUST,
    "The e-mail is trimmed and compares case-insensitively",
    clauses=("E-mails are trimmed and compare case-insensitively",),
    values=("upper case", "white space"),
)
def test_log_in_reads_the_email_leniently(active: Persona, anonymous: Persona, value: str) -> None:
    """An e-mail in upper case, or with white space around it, logs in all the same."""
    written = active.email.upper() if value == "upper case" else f" \t{active.email}\n"
    answer = sessions.log_in(anonymous, written, active.password)
    answer.expect(200)
    answer.has(user_id=active.tokens.answer["user_id"])


@rule(
    "AUTH-04",
    MUST,
    "A wrong e-mail and a wrong password get the same answer, 401 `invalid_credentials`",
    clauses=(
        "A wrong e-mail and a wrong password are the same 401 `invalid_credentials`",
        "The e-mail or the password is wrong.",
    ),
)
def test_wrong_email_and_wrong_password_look_the_same(active: Persona, anonymous: Persona) -> None:
    """A refused log-in does not tell whether the e-mail or the password was wrong."""
    nobody = sessions.log_in(anonymous, anonymous.new_email("nobody"), active.password)
    wrong = sessions.log_in(anonymous, active.email, "not-The-passw0rd")
    one = nobody.refused(401, code="invalid_credentials")
    other = wrong.refused(401, code="invalid_credentials")
    for name in ("error", "message", "details"):
        if one.get(name) != other.get(name):
            raise wrong.broken(
                f"`{name}` tells a wrong password from a wrong e-mail",
                expected=f"the same as for an unknown e-mail, {one.get(name)!r}",
                got=repr(other.get(name)),
            )


@rule(
    "AUTH-05",
    MUST,
    "an account that is switched off is 403 `account_inactive`",
    clauses=("The account is switched off.", "a switched-off account with the right password"),
)
def test_an_inactive_account_cannot_log_in(inactive: Persona, anonymous: Persona) -> None:
    """A switched-off account with its right password is 403 `account_inactive`."""
    answer = sessions.log_in(anonymous, inactive.email, inactive.password)
    answer.refused(403, code="account_inactive")


@rule("AUTH-06", MUST, "a switched-off account with the right password is 403 `account_inactive`")
def test_an_inactive_account_shows_to_its_owner_only(inactive: Persona, anonymous: Persona) -> None:
    """With a wrong password a switched-off account looks like any other: 401."""
    answer = sessions.log_in(anonymous, inactive.email, "not-The-passw0rd")
    answer.refused(401, code="invalid_credentials")


@rule("AUTH-07", MUST, "Works with an expired subscription, with `is_paid: false`")
def test_log_in_works_with_an_expired_subscription(expired: Persona, anonymous: Persona) -> None:
    """Whose subscription ran out can log in, and is told `is_paid: false`."""
    answer = sessions.log_in(anonymous, expired.email, expired.password)
    answer.expect(200)
    answer.has(is_paid=False)


@rule("AUTH-08", MUST, "`workspaces` lists the team workspaces only and is empty in personal mode")
def test_personal_mode_has_no_team_workspaces(personal: Persona, anonymous: Persona) -> None:
    """In personal mode `workspaces` is an empty list."""
    answer = sessions.log_in(anonymous, personal.email, personal.password)
    answer.expect(200)
    answer.has(workspaces=[])


@rule("AUTH-09", MUST, "`workspaces` lists the team workspaces only")
def test_log_in_lists_the_teams(active: Persona, colleague: Persona, viewer: Persona) -> None:
    """The members of a team find its workspace in the log-in, each with the own role."""
    roles = {"ADMIN": active, "MEMBER": colleague, "VIEWER": viewer}
    for role, persona in roles.items():
        teams: list[Any] = list(persona.tokens.answer["workspaces"])
        found = {one["role"] for one in teams if one["id"] == active.workspace_id}
        assert found == {role}, f"{persona.email} is {role} of the workspace, not {found}"


@rule("AUTH-10", MUST, "`organization_name` is present just when `must_change_password` is true")
def test_a_first_log_in_tells_the_organization(first_login: Persona, anonymous: Persona) -> None:
    """At the first log-in `must_change_password` is true and `organization_name` has a name."""
    answer = sessions.log_in(anonymous, first_login.email, first_login.password)
    body = answer.expect(200)
    answer.has(must_change_password=True)
    if not body.get("organization_name"):
        raise answer.broken("a first log-in names no organization", expected="organization_name")


@rule("AUTH-11", MUST, "`organization_name` is present just when it is true")
def test_a_usual_log_in_tells_no_organization(active: Persona, anonymous: Persona) -> None:
    """Without a password to change, `must_change_password` is false and no organization named."""
    answer = sessions.log_in(anonymous, active.email, active.password)
    body = answer.expect(200)
    answer.has(must_change_password=False)
    if "organization_name" in body:
        raise answer.broken(
            "a usual log-in has `organization_name`",
            expected="no such field while must_change_password is false",
            got=repr(body["organization_name"]),
        )


@rule("AUTH-12", MUST, "`must_change_password` blocks nothing on the server")
def test_a_first_log_in_may_work_at_once(first_login: Persona) -> None:
    """Before the first password is changed, everything works all the same."""
    plan = make.plan(first_login)
    first_login.call("test_plans.get_plan", plan_id=plan["id"]).expect(200)
    first_login.call("auth.me").expect(200)


@rule(
    "AUTH-13",
    MUST,
    "it is 401 if nobody has it",
    clauses=("log-in does not check their form",),
    values=("nobody", "a b@c", ""),
)
def test_log_in_does_not_check_the_form_of_an_email(anonymous: Persona, value: str) -> None:
    """A text that is no e-mail address is a wrong one like any other: 401."""
    answer = sessions.log_in(anonymous, value, sessions.PASSWORD)
    answer.refused(401, code="invalid_credentials")


@rule(
    "AUTH-14",
    MUST,
    "The profile of the token's user",
    clauses=("`id` and `user_id` are the same",),
)
def test_me_is_the_profile_of_the_log_in(active: Persona, other_tenant: Persona) -> None:
    """`GET /auth/me` tells of the token's user what the log-in told, with the id twice."""
    for persona in (active, other_tenant):
        told = persona.tokens.answer
        same = {name: told[name] for name in ("user_id", "email", "username", "is_active")}
        answer = persona.call("auth.me")
        answer.expect(200)
        answer.has(id=told["user_id"], **same)


@rule("AUTH-15", MUST, "Works with an expired subscription, with `is_paid: false`")
def test_me_works_with_an_expired_subscription(expired: Persona) -> None:
    """Whose subscription ran out still gets the own profile, with `is_paid: false`."""
    answer = expired.call("auth.me")
    answer.expect(200)
    answer.has(is_paid=False)


@rule(
    "AUTH-16",
    MUST,
    "`is_paid` is whether the active workspace is a team's with a running subscription",
    clauses=("Whether the active workspace is a team's with a running subscription.",),
)
def test_a_running_subscription_is_paid(active: Persona) -> None:
    """In a team with a running subscription `is_paid` is true, in the log-in and the profile."""
    assert active.tokens.answer["is_paid"] is True, "is_paid of the log-in is true"
    active.call("auth.me").has(is_paid=True)


@rule("AUTH-17", MUST, "`is_paid` is whether the active workspace is a team's")
def test_personal_mode_is_not_paid(personal: Persona) -> None:
    """In personal mode `is_paid` is false."""
    personal.call("auth.me").has(is_paid=False)


@rule(
    "AUTH-18",
    MUST,
    "Makes an account in personal mode",
    clauses=("a new account is in personal mode",),
)
def test_a_new_account_is_in_personal_mode(account: Persona) -> None:
    """A new account can log in at once, is active, pays nothing and has no password to change."""
    told = account.login().answer
    expected = {"is_paid": False, "is_active": True, "must_change_password": False}
    found = {name: told[name] for name in expected}
    assert found == expected, f"a new account has {expected}, not {found}"


@rule("AUTH-19", MUST, "a free personal workspace with a quota of 100 test cases")
def test_a_new_account_has_the_free_quota(account: Persona) -> None:
    """A new account has an empty workspace that takes 100 test cases."""
    answer = account.call("workspace.limits")
    answer.expect(200)
    answer.has(max_test_cases=100, current_test_cases=0, can_add_more=True, is_unlimited=False)


@rule(
    "AUTH-20",
    MUST,
    "The username is the local part of the e-mail, which is trimmed and compares",
    clauses=(
        "An e-mail address in lower case.",
        "white space around it is trimmed",
        "the username is the local part",
    ),
    features=("register",),
)
def test_register_trims_and_lowers_the_email(anonymous: Persona) -> None:
    """However it is written, a new e-mail is kept trimmed and in lower case."""
    email = anonymous.new_email()
    body = {"email": f" {email.upper()}\n", "password": sessions.PASSWORD}
    answer = anonymous.call("auth.register", body=body)
    told = answer.expect(201)
    answer.has(email=email)
    if told["username"].lower() != email.partition("@")[0]:
        raise answer.broken(
            "the username is another", expected=email.partition("@")[0], got=told["username"]
        )
    sessions.log_in(anonymous, email, sessions.PASSWORD).has(user_id=told["id"], email=email)


@rule(
    "AUTH-21",
    MUST,
    "A taken e-mail is 400 `email_taken`",
    clauses=("or the e-mail is taken", "compares case-insensitively. A taken e-mail"),
    values=("as it is", "upper case"),
)
def test_an_email_is_taken_once(account: Persona, anonymous: Persona, value: str) -> None:
    """An e-mail that has an account, in whatever case, is 400 `email_taken`."""
    email = account.email if value == "as it is" else account.email.upper()
    body = {"email": email, "password": sessions.PASSWORD}
    anonymous.call("auth.register", body=body).refused(400, code="email_taken")


@rule(
    "AUTH-22",
    MUST,
    "log-in does not check their form, register does",
    clauses=("they are of printable ASCII characters, with an @ and a dot after it",),
    values=("", "{}", "{}@test", "{} x@acme.test", "{}@acme@acme.test", "{}-é@acme.test"),
    features=("register",),
)
def test_register_checks_the_form_of_an_email(anonymous: Persona, value: str) -> None:
    """What is no e-mail address, or has other than printable ASCII characters, is refused."""
    email = value.format(anonymous.name("person"))
    body = {"email": email, "password": sessions.PASSWORD}
    anonymous.call("auth.register", body=body).invalid()


@rule(
    "AUTH-23",
    MUST,
    "The password has 8 or more characters with an upper-case letter",
    clauses=(
        "Password rule: 8 to 255 characters with an upper-case letter",
        "8 or more characters with an upper-case letter, a lower-case letter and a digit.",
    ),
    values=(*sessions.WEAK_PASSWORDS, "Long-1" * 43),
    features=("register",),
)
def test_register_keeps_the_password_rule(anonymous: Persona, value: str) -> None:
    """A password without a capital, a small letter or a digit, too short or long, is refused."""
    email = anonymous.new_email()
    anonymous.call("auth.register", body={"email": email, "password": value}).invalid()
    sessions.log_in(anonymous, email, value).refused(401)


@rule("AUTH-24", SHOULD, "a digit of ASCII", features=("register",))
def test_other_digits_do_not_count(anonymous: Persona) -> None:
    """A password whose only digits are those of another script is refused."""
    body = {"email": anonymous.new_email(), "password": "Passwort-٣٤"}
    anonymous.call("auth.register", body=body).invalid()
