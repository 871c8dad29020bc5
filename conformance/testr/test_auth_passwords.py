"""Passwords: changing one, and resetting a forgotten one."""

from __future__ import annotations

from understudy.verify import MUST, Answer, Persona, Scene, rule

from . import sessions
from .sessions import PASSWORD, WEAK_PASSWORDS, log_in

WRONG = "not-The-passw0rd"


def change(persona: Persona, current: str, new: str, token: str | None = None) -> Answer:
    """The answer to a change of the password."""
    body = {"current_password": current, "new_password": new}
    return persona.call("auth.change_password", body=body, token=token or persona.tokens.access)


def verify(anonymous: Persona, email: str) -> Answer:
    """The answer to step 1 of a reset."""
    return anonymous.call("auth.verify_email", body={"email": email})


def reset(anonymous: Persona, email: str, password: str = PASSWORD) -> Answer:
    """The answer to step 2 of a reset."""
    body = {"email": email, "new_password": password}
    return anonymous.call("auth.reset_password", body=body)


@rule("AUTH-30", MUST, "Sets a new password of 8 or more characters")
def test_the_new_password_takes_the_place_of_the_old(account: Persona, anonymous: Persona) -> None:
    """After a change the new password logs in, one of eight characters, and the old is refused."""
    change(account, account.password, "Abcdef1x").expect(200)
    log_in(anonymous, account.email, "Abcdef1x").expect(200)
    log_in(anonymous, account.email, account.password).refused(401, code="invalid_credentials")


@rule(
    "AUTH-31",
    MUST,
    "with an upper-case letter, a lower-case letter and a digit, and clears",
    clauses=("The new password breaks the password rule",),
)
def test_a_change_keeps_the_password_rule(account: Persona, anonymous: Persona) -> None:
    """A change to a weak password is refused, and the old password stays."""
    for weak in WEAK_PASSWORDS:
        change(account, account.password, weak).invalid()
        log_in(anonymous, account.email, weak).refused(401)
    log_in(anonymous, account.email, account.password).expect(200)


@rule(
    "AUTH-32",
    MUST,
    "A wrong current password is 400 `invalid_current_password`",
    clauses=("or the current password is wrong",),
)
def test_a_change_wants_the_current_password(account: Persona, anonymous: Persona) -> None:
    """A change with a wrong current password is 400 `invalid_current_password`, not 401."""
    change(account, WRONG, PASSWORD).refused(400, code="invalid_current_password")
    log_in(anonymous, account.email, account.password).expect(200)


@rule(
    "AUTH-33",
    MUST,
    "Sessions live on",
    clauses=("Changing the password keeps all sessions",),
)
def test_a_change_keeps_the_sessions(account: Persona) -> None:
    """After a change all tokens of the user work as before."""
    other = account.login()
    own = account.login()
    change(account, account.password, PASSWORD, own.access).expect(200)
    for session in (own, other):
        sessions.me(account, session.access).expect(200)
        sessions.refresh(account, session.refresh).expect(200)


@rule("AUTH-34", MUST, "and clears `must_change_password`")
def test_a_change_ends_the_first_log_in(scene: Scene) -> None:
    """Once the temporary password was changed, a log-in asks for no change any more."""
    newcomer = scene.first_login
    change(newcomer, newcomer.password, PASSWORD).expect(200, rule="AUTH-30")
    answer = log_in(scene.anonymous, newcomer.email, PASSWORD)
    answer.expect(200, rule="AUTH-30")
    answer.has(must_change_password=False)


@rule("AUTH-40", MUST, "tells whether the e-mail, trimmed and whatever its case, has an account")
def test_verify_finds_the_account(account: Persona, anonymous: Persona) -> None:
    """Verifying finds the account of an e-mail, trimmed and whatever its case."""
    verify(anonymous, account.email).expect(200)
    verify(anonymous, f" {account.email.upper()}\n").expect(200)


@rule(
    "AUTH-41",
    MUST,
    "has an account (404 `email_not_found` if not)",
    clauses=("No account has this e-mail.", "Verify-email: 404 `email_not_found`"),
)
def test_verify_does_not_find_a_stranger(anonymous: Persona) -> None:
    """Verifying an e-mail that has no account is 404 `email_not_found`."""
    email = anonymous.new_email("nobody")
    verify(anonymous, email).refused(404, code="email_not_found")


@rule("AUTH-42", MUST, "Sets the password, which has 8 or more characters")
def test_a_reset_sets_the_password(account: Persona, anonymous: Persona) -> None:
    """After both steps the new password logs in and the forgotten one is refused."""
    verify(anonymous, account.email).expect(200)
    reset(anonymous, account.email).expect(200)
    log_in(anonymous, account.email, PASSWORD).expect(200)
    log_in(anonymous, account.email, account.password).refused(401, code="invalid_credentials")


@rule(
    "AUTH-43",
    MUST,
    "needs a verification of the same e-mail in the last 15 minutes, else 400 `email_not_verified`",
    clauses=("or the e-mail was not verified in the last 15 minutes",),
)
def test_a_reset_needs_a_verification(account: Persona, anonymous: Persona) -> None:
    """A reset without a verification of just this e-mail is 400, and the old password stays."""
    reset(anonymous, account.email).refused(400, code="email_not_verified")
    other = anonymous.new_email("other")
    body = {"email": other, "password": account.password}
    anonymous.call("auth.register", body=body).expect(201)
    verify(anonymous, other).expect(200)
    reset(anonymous, account.email).refused(400, code="email_not_verified")
    log_in(anonymous, account.email, account.password).expect(200)


@rule(
    "AUTH-45",
    MUST,
    "an e-mail without an account is 404 `email_not_found`",
    clauses=("Reset: the same 404",),
)
def test_a_stranger_has_nothing_to_reset(anonymous: Persona) -> None:
    """A reset for an e-mail that has no account is 404 `email_not_found`."""
    email = anonymous.new_email("nobody")
    reset(anonymous, email).refused(404, code="email_not_found")


@rule("AUTH-46", MUST, "uses the verification up")
def test_a_verification_is_good_for_one_reset(account: Persona, anonymous: Persona) -> None:
    """A second reset after one verification is 400 `email_not_verified`."""
    verify(anonymous, account.email).expect(200)
    reset(anonymous, account.email).expect(200)
    reset(anonymous, account.email, "An0therOne").refused(400, code="email_not_verified")
    log_in(anonymous, account.email, PASSWORD).expect(200, rule="AUTH-42")


@rule(
    "AUTH-47",
    MUST,
    "Sets the password, which has 8 or more characters with an upper-case letter, a lower-case",
)
def test_a_reset_keeps_the_password_rule(account: Persona, anonymous: Persona) -> None:
    """A reset to a weak password is refused, and the old password stays."""
    verify(anonymous, account.email).expect(200)
    for weak in WEAK_PASSWORDS:
        reset(anonymous, account.email, weak).invalid()
        log_in(anonymous, account.email, weak).refused(401)
    log_in(anonymous, account.email, account.password).expect(200)


@rule("AUTH-48", MUST, "E-mails are trimmed and compare case-insensitively", features=("register",))
def test_a_reset_reads_the_email_leniently(account: Persona, anonymous: Persona) -> None:
    """A reset finds the account of an e-mail, trimmed and whatever its case."""
    verify(anonymous, account.email).expect(200)
    reset(anonymous, f" {account.email.upper()}\n").expect(200)
    log_in(anonymous, account.email, PASSWORD).expect(200, rule="AUTH-42")


@rule(
    "AUTH-49",
    MUST,
    "in the last 15 minutes, else 400 `email_not_verified`",
    clauses=("then 400 `email_not_verified` without a verification in the last 15 minutes",),
)
def test_the_window_of_a_reset_closes(scene: Scene) -> None:
    """More than 15 minutes after the verification a reset is 400 `email_not_verified`."""
    email = scene.colleague.email
    verify(scene.anonymous, email).expect(200)
    scene.advance("15m1s")
    reset(scene.anonymous, email).refused(400, code="email_not_verified")
    log_in(scene.anonymous, email, scene.colleague.password).expect(200)


@rule("AUTH-50", MUST, "15 minutes are included")
def test_the_window_of_a_reset_is_open_to_its_end(scene: Scene) -> None:
    """Just 15 minutes after the verification a reset still works."""
    email = scene.colleague.email
    scene.freeze()
    verify(scene.anonymous, email).expect(200)
    scene.advance("15m")
    reset(scene.anonymous, email).expect(200)


@rule("AUTH-51", MUST, "opens a window of 15 minutes for step 2")
def test_a_new_verification_opens_the_window_anew(scene: Scene) -> None:
    """A verification after one that is too old opens the window again."""
    email = scene.colleague.email
    verify(scene.anonymous, email).expect(200)
    scene.advance("20m")
    verify(scene.anonymous, email).expect(200)
    reset(scene.anonymous, email).expect(200)
