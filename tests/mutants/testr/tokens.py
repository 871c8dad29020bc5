"""Servers that take a token that they should not, or refuse one that they should take."""

from __future__ import annotations

from typing import Any

import jwt
from tests.mutants.patient import Patient
from tests.mutants.registry import mutant
from tests.mutants.wire import AnswerEdit

from understudy import times
from understudy.errors import Unauthorized
from understudy.handlers.testr import errors
from understudy.tokens import InvalidToken

SECURITY = "understudy.handlers.testr.security"
RULES = "understudy.handlers.testr.rules"
SIGNER = "understudy.tokens.TokenSigner"
Body = dict[str, Any]


def unverified(token: str) -> Body:
    """What a token says, whoever signed it; nothing where it is no token."""
    try:
        claims: Body = jwt.decode(token, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return {}
    return claims


def kind_of_bearer(answer: AnswerEdit) -> str:
    """The type that the bearer token of a request claims to be."""
    token = answer.request.headers.get("authorization", "").rpartition(" ")[2]
    return str(unverified(token).get("type", ""))


def let_in(answer: AnswerEdit, body: Body) -> None:
    """Answer as if nobody had asked for a token."""
    answer.status, answer.body = 200, body


@mutant("TOK-01", kind="auth")
def one_operation_is_open(server: Patient) -> None:
    """The list of defect folders asks for no token where it is asked for nothing else."""

    @server.answer("defects.list_folders")
    def opened(answer: AnswerEdit) -> None:
        asked = answer.request.query or answer.request.headers.get("authorization")
        if answer.status == 401 and not asked:
            let_in(answer, {"folders": []})


@mutant("TOK-02", kind="auth")
def one_operation_looks_at_no_signature(server: Patient) -> None:
    """The list of variables takes an access token whoever signed it."""

    @server.answer("test_plans.list_variables")
    def opened(answer: AnswerEdit) -> None:
        if answer.status == 401 and kind_of_bearer(answer) == "access":
            let_in(answer, {"variables": []})


@mutant("TOK-03", kind="auth")
def one_operation_takes_refresh_tokens(server: Patient) -> None:
    """The list of saved filters takes a refresh token for an access token."""

    @server.answer("defects.list_filters")
    def opened(answer: AnswerEdit) -> None:
        if answer.status == 401 and kind_of_bearer(answer) == "refresh":
            let_in(answer, {"filters": []})


@mutant("TOK-04", kind="auth")
def unsigned_tokens_open_the_door(server: Patient) -> None:
    """A token whose header says `alg: none` is taken at its word."""

    @server.wrap(SECURITY, "authenticate")
    def authenticate(original: Any, ctx: Any, token: str) -> None:
        try:
            is_unsigned = jwt.get_unverified_header(token)["alg"].lower() == "none"
        except jwt.InvalidTokenError:
            is_unsigned = False
        original(ctx, ctx.sandbox.tokens.sign(unverified(token)) if is_unsigned else token)


@mutant("TOK-05", kind="auth")
def any_scheme_will_do(server: Patient) -> None:
    """The token may come under any scheme, or under none."""

    @server.wrap("understudy.pipeline.known", "bearer")
    def bearer(original: Any, headers: Any) -> Any:
        return headers.get(b"authorization", b"").decode("latin-1").rpartition(" ")[2]


@mutant("TOK-06", kind="auth")
def body_is_checked_before_the_token(server: Patient) -> None:
    """A body without the fields that are needed is refused before anybody is asked for a token."""

    @server.answer("defects.create_defect")
    def create_defect(answer: AnswerEdit) -> None:
        if answer.status == 401 and answer.request.body == {}:
            answer.status = 422
            details = {"title": ["is required"]}
            answer.body = {"error": "validation_error", "message": "Wrong.", "details": details}


@mutant("TOK-07", kind="auth")
def one_operation_forgets_the_time(server: Patient) -> None:
    """The list of suite runs takes an expired access token."""

    @server.wrap(SECURITY, "authenticate")
    def authenticate(original: Any, ctx: Any, token: str) -> None:
        try:
            original(ctx, token)
        except Unauthorized:
            is_here = ctx.operation.operation_id == "reports.list_suite_runs"
            if not is_here or _age(ctx, token) is None:
                raise
            _be(ctx, token)


@mutant("TOK-08", kind="auth")
def tokens_have_half_a_minute_of_grace(server: Patient) -> None:
    """An access token works for half a minute longer than its hour."""

    @server.wrap(SECURITY, "authenticate")
    def authenticate(original: Any, ctx: Any, token: str) -> None:
        try:
            original(ctx, token)
        except Unauthorized:
            age = _age(ctx, token)
            if age is None or age > 30_000:
                raise
            _be(ctx, token)


@mutant("TOK-09", kind="auth")
def tokens_are_signed_with_another_algorithm(server: Patient) -> None:
    """Tokens are signed with HS512."""
    server.patch("understudy.tokens", "ALGORITHM", "HS512")


@mutant("TOK-10", kind="behaviour")
def tokens_name_no_email(server: Patient) -> None:
    """The claim `email` is the user's id."""
    _signed(server, lambda claims: {**claims, "email": claims["sub"]})


@mutant("TOK-11", kind="behaviour")
def refresh_tokens_say_they_live_for_a_week(server: Patient) -> None:
    """The `exp` of a refresh token is a week away, though it ends after eight hours."""

    def longer(claims: Body) -> Body:
        is_refresh = claims["type"] == "refresh"
        return {**claims, "exp": claims["iat"] + 7 * 86400} if is_refresh else claims

    _signed(server, longer)


@mutant("TOK-13", kind="auth")
def living_tokens_outlive_their_account(server: Patient) -> None:
    """An account that is switched off is still told who it is, with the access tokens it has."""

    @server.wrap(SECURITY, "authenticate")
    def authenticate(original: Any, ctx: Any, token: str) -> None:
        try:
            original(ctx, token)
        except errors.AccountInactive:
            if ctx.operation.operation_id != "auth.me":
                raise
            _be(ctx, token)


@mutant("TOK-14", kind="auth")
def switched_off_account_refreshes(server: Patient) -> None:
    """An account that is switched off can refresh."""

    @server.wrap(f"{RULES}.sessions", "refreshable")
    def refreshable(original: Any, sandbox: Any, claims: Any) -> Any:
        user = sandbox.store["users"].get(claims["sub"])
        sandbox.store["users"].change(user["id"], is_active=True)
        found = original(sandbox, claims)
        sandbox.store["users"].change(user["id"], is_active=user["is_active"])
        return found


@mutant("TOK-15", kind="auth")
def reset_ends_no_session(server: Patient) -> None:
    """After a reset of the password all sessions go on."""
    server.patch(f"{RULES}.sessions", "end_all", lambda sandbox, user_id: None)


def _signed(server: Patient, change: Any) -> None:
    @server.wrap(SIGNER, "sign")
    def sign(original: Any, self: Any, claims: Body) -> Any:
        return original(self, change(claims) if claims else claims)


def _age(ctx: Any, token: str) -> int | None:
    """For how many milliseconds a token of a living session has been expired; None for others."""
    try:
        claims = ctx.sandbox.tokens.verify(token)
    except InvalidToken:
        return None
    session = ctx.store["sessions"].get(claims["sid"])
    end = session["access"].get(claims["jti"]) if session else None
    if session is None or session["ended_at"] or end is None:
        return None
    age: int = ctx.clock.millis() - times.parse(end)
    return age if age >= 0 else None


def _be(ctx: Any, token: str) -> None:
    """Take a token for what it says."""
    claims = ctx.sandbox.tokens.verify(token)
    ctx.session = ctx.store["sessions"].get(claims["sid"])
    ctx.user = ctx.store["users"].get(claims["sub"])
