"""The token matrix: which tokens open the door, and that no other does."""

from __future__ import annotations

import pytest

from understudy.verify import (
    MUST,
    SHOULD,
    Broken,
    OperationSpec,
    Persona,
    Scene,
    Suite,
    rule,
)

from . import sessions
from .sessions import ACCESS_SECONDS, FORGERIES, REFRESH_SECONDS, me
from .strangers import request as strange

UNAUTHORIZED = "The token is missing, expired, revoked or not an access token."
ONE_OF_EACH_TAG = (
    "auth.me",
    "workspace.limits",
    "test_plans.list_plans",
    "test_runs.list_runs",
    "defects.list_defects",
    "reports.list_suite_runs",
    "settings.get_settings",
    "test_run_tree.get_tree",
)
CLAIMS = {"sub", "email", "type", "sid", "jti", "iat", "exp"}


def is_protected(operation: OperationSpec) -> bool:
    """Whether it needs a token."""
    return operation.security == "required"


@rule(
    "TOK-01",
    MUST,
    UNAUTHORIZED,
    clauses=("send the access token as `Authorization: Bearer …`",),
    operations=is_protected,
)
def test_no_token(suite: Suite, anonymous: Persona, operation: OperationSpec) -> None:
    """An operation that needs a token is 401 without one."""
    request = strange(suite, operation)
    anonymous.call(operation.operation_id, **request, token=None).refused(401)


@rule("TOK-02", MUST, UNAUTHORIZED, operations=is_protected)
def test_a_forged_token(suite: Suite, active: Persona, operation: OperationSpec) -> None:
    """A token that the server did not sign is 401, whatever is in it."""
    forged = FORGERIES["signed with another key"](active.tokens.access)
    request = strange(suite, operation)
    active.call(operation.operation_id, **request, token=forged).refused(401)


@rule("TOK-03", MUST, "not an access token", operations=is_protected)
def test_a_refresh_token_for_access(
    suite: Suite, active: Persona, operation: OperationSpec
) -> None:
    """A refresh token in the place of an access token is 401."""
    request = strange(suite, operation)
    active.call(operation.operation_id, **request, token=active.tokens.refresh).refused(401)


@rule("TOK-04", MUST, UNAUTHORIZED, values=FORGERIES)
def test_what_is_no_access_token(active: Persona, value: str) -> None:
    """Garbage, changed claims, another key, `alg: none`: each of them is 401."""
    forged = FORGERIES[value](active.tokens.access)
    for operation in ("auth.me", "test_plans.list_plans", "settings.get_settings"):
        active.call(operation, token=forged).refused(401)


@rule("TOK-05", MUST, "send the access token as `Authorization: Bearer …`")
def test_another_scheme_than_bearer(active: Persona) -> None:
    """An access token under another scheme, or under none, is 401."""
    token = active.tokens.access
    for value in (token, f"Basic {token}", f"Token {token}"):
        active.call("auth.me", token=None, headers={"Authorization": value}).refused(401)


@rule("TOK-06", MUST, 'elsewhere only "401 first" is promised')
def test_the_token_comes_before_the_request(suite: Suite, anonymous: Persona) -> None:
    """Without a token a request is 401 even if everything else is wrong with it."""
    unknown = suite.unknown_id()
    wrong = {"X-Workspace-ID": unknown}
    call = anonymous.call
    call("test_plans.create_plan", content=b"{", token=None).refused(401)
    call("defects.create_defect", body={}, token=None).refused(401)
    call("test_runs.list_runs", query={"limit": "many"}, token=None).refused(401)
    call("test_runs.get_run", run_id=unknown, token=None).refused(401)
    call("test_plans.list_plans", headers=wrong, token=None).refused(401)


@rule("TOK-07", MUST, UNAUTHORIZED, clauses=("A token is expired at the second of its `exp`",))
def test_an_expired_access_token(active: Persona, request: pytest.FixtureRequest) -> None:
    """An access token is 401 everywhere once its hour is over."""
    somebody, token = sessions.expired_access(active, sessions.scene_of(request))
    for operation in ONE_OF_EACH_TAG:
        somebody.call(operation, token=token).refused(401)


@rule(
    "TOK-08",
    MUST,
    "the access token lives one hour",
    clauses=(
        "valid for one hour",
        "Access token 1 hour",
        "A token is expired at the second of its `exp`",
    ),
)
def test_an_access_token_lives_an_hour(scene: Scene) -> None:
    """An access token works for one hour, and is expired at the very second of its end."""
    scene.freeze()
    token = scene.active.login().access
    scene.advance("59m59s")
    me(scene.active, token).expect(200)
    scene.advance("1s")
    me(scene.active, token).refused(401)


@rule(
    "TOK-09",
    MUST,
    "The tokens are JWT, signed with HS256, with the claims",
    clauses=("A JSON Web Token, signed with HS256.",),
)
def test_tokens_are_signed_with_hs256(active: Persona) -> None:
    """Both tokens are JSON Web Tokens that name HS256, with all claims of the contract."""
    for token in (active.tokens.access, active.tokens.refresh):
        algorithm = sessions.header(token).get("alg")
        assert algorithm == "HS256", f"the header names HS256, not {algorithm}"
        missing = CLAIMS - set(sessions.claims(token))
        assert not missing, f"a token has all claims; {sorted(missing)} are missing"


@rule("TOK-10", MUST, "Opens a session", clauses=("`sid` (the session), `jti`, `iat` and `exp`",))
def test_claims_tell_who_and_which_session(active: Persona) -> None:
    """The claims name user, e-mail and type; both tokens of a session have its `sid`."""
    session = active.login()
    found = {name: sessions.claims(getattr(session, name)) for name in ("access", "refresh")}
    for kind, told in found.items():
        expected = {"sub": session.answer["user_id"], "email": active.email, "type": kind}
        got = {name: told[name] for name in expected}
        assert got == expected, f"the {kind} token says {expected}, not {got}"
    access, refresh = found.values()
    assert access["sid"] == refresh["sid"], "both tokens of a session have the same sid"
    assert access["jti"] != refresh["jti"], "each token has a jti of its own"
    again = sessions.claims(active.login().access)
    assert again["sid"] != access["sid"], "each log-in opens a session with a sid of its own"


@rule(
    "TOK-11",
    MUST,
    "the access token lives one hour, the refresh token eight",
    clauses=("refresh token 8 hours", "The access token's life in seconds."),
)
def test_tokens_say_how_long_they_live(active: Persona) -> None:
    """`expires_in` is 3600; the tokens' own `exp` is one hour and eight hours after `iat`."""
    session = active.login()
    assert session.answer["expires_in"] == ACCESS_SECONDS, "expires_in is 3600"
    lives = {session.access: ACCESS_SECONDS, session.refresh: REFRESH_SECONDS}
    for token, seconds in lives.items():
        told = sessions.claims(token)
        life = told["exp"] - told["iat"]
        assert life == seconds, f"the {told['type']} token lives {seconds} seconds, not {life}"


@rule("TOK-12", SHOULD, "and nothing else")
def test_tokens_have_no_other_claims(active: Persona) -> None:
    """A token has no claims but those of the contract: whoever holds it can read them."""
    for token in (active.tokens.access, active.tokens.refresh):
        more = set(sessions.claims(token)) - CLAIMS
        if more:
            raise Broken("a token tells more than it should", got=f"claims {sorted(more)}")


@rule(
    "TOK-13",
    MUST,
    "an account that is switched off is 403 `account_inactive`",
    clauses=("also for its living access tokens",),
)
def test_a_living_token_of_a_switched_off_account(scene: Scene) -> None:
    """When an account is switched off, its living access tokens are 403 `account_inactive`."""
    token = scene.colleague.login().access
    me(scene.colleague, token).expect(200)
    scene.shortcut("switch-account", user=scene.colleague.email, is_active=False)
    for operation in ("auth.me", "test_plans.list_plans"):
        answer = scene.colleague.call(operation, token=token)
        answer.refused(403, code="account_inactive")


@rule("TOK-14", MUST, "account with the right password is 403", clauses=("and 401 on refresh",))
def test_a_refresh_of_a_switched_off_account(scene: Scene) -> None:
    """When an account is switched off, its refresh tokens are 401."""
    session = scene.colleague.login()
    scene.shortcut("switch-account", user=scene.colleague.email, is_active=False)
    sessions.refresh(scene.anonymous, session.refresh).refused(401)


@rule(
    "TOK-15",
    MUST,
    "ends all the user's sessions and uses the verification up",
    clauses=("resetting it ends them all",),
)
def test_a_reset_ends_all_sessions(account: Persona, anonymous: Persona) -> None:
    """After a reset every token that the user had is 401."""
    before = account.login(), account.login()
    anonymous.call("auth.verify_email", body={"email": account.email}).expect(200)
    body = {"email": account.email, "new_password": sessions.PASSWORD}
    anonymous.call("auth.reset_password", body=body).expect(200)
    for session in before:
        me(account, session.access).refused(401)
        sessions.refresh(anonymous, session.refresh).refused(401)
    sessions.log_in(anonymous, account.email, sessions.PASSWORD).expect(200, rule="AUTH-42")
