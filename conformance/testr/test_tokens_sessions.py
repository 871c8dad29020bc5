"""Sessions: refreshing them, replaying a refresh token, and ending them by a log-out."""

from __future__ import annotations

import pytest

from understudy.verify import MUST, NotDemonstrated, Persona, Scene, rule

from . import sessions
from .sessions import ACCESS_SECONDS, FORGERIES, claims, log_out, me, refresh

NO_REFRESH = "The refresh token is expired, used up, revoked or not a refresh token."


@rule(
    "TOK-20",
    MUST,
    "Gives two new tokens",
    clauses=(
        "A refresh gives two new tokens",
        "The access token that `POST /auth/login` or `POST /auth/refresh` gave",
    ),
    tag="auth",
)
def test_a_refresh_gives_two_new_tokens(active: Persona) -> None:
    """A refresh gives two other tokens of the same user, which work."""
    session = active.login()
    answer = refresh(active, session.refresh)
    told = answer.expect(200)
    answer.has(expires_in=ACCESS_SECONDS)
    assert told["access_token"] != session.access, "the access token is a new one"
    assert told["refresh_token"] != session.refresh, "the refresh token is a new one"
    me(active, told["access_token"]).has(id=session.answer["user_id"], email=active.email)
    refresh(active, told["refresh_token"]).expect(200)


@rule("TOK-21", MUST, "The earlier access token stays valid until it expires", tag="auth")
def test_a_refresh_keeps_the_earlier_access_token(active: Persona) -> None:
    """After a refresh the earlier access token goes on working."""
    session = active.login()
    refresh(active, session.refresh).expect(200, rule="TOK-20")
    me(active, session.access).expect(200)


@rule("TOK-22", MUST, "`sid` (the session)", tag="auth")
def test_a_refresh_stays_in_the_session(active: Persona) -> None:
    """A refresh opens no other session: the new tokens have the same `sid`."""
    session = active.login()
    told = refresh(active, session.refresh).expect(200, rule="TOK-20")
    for name in ("access_token", "refresh_token"):
        found = claims(told[name])["sid"]
        assert found == claims(session.access)["sid"], f"{name} has the session's sid"


@rule(
    "TOK-23",
    MUST,
    "uses up the one that was sent: sending it a second time is 401",
    clauses=("uses the old refresh token up",),
    tag="auth",
)
def test_a_refresh_token_is_good_once(account: Persona, anonymous: Persona) -> None:
    """A refresh token that was used is 401."""
    session = account.login()
    refresh(anonymous, session.refresh).expect(200)
    refresh(anonymous, session.refresh).refused(401)


@rule("TOK-24", MUST, "sending it a second time is 401 and ends the session", tag="auth")
def test_a_replay_ends_the_session(account: Persona, anonymous: Persona) -> None:
    """After a used refresh token came again, every token of its session is 401."""
    session = account.login()
    told = refresh(anonymous, session.refresh).expect(200)
    refresh(anonymous, session.refresh).refused(401, rule="TOK-23")
    me(account, told["access_token"]).refused(401)
    me(account, session.access).refused(401)
    refresh(anonymous, told["refresh_token"]).refused(401)


@rule("TOK-25", MUST, "using it again, even after its eight hours, is 401 and ends", tag="auth")
def test_a_late_replay_ends_the_session(scene: Scene) -> None:
    """A used refresh token that comes again after its eight hours still ends the session."""
    session = scene.active.login()
    scene.advance("7h30m")
    told = refresh(scene.anonymous, session.refresh).expect(200, rule="TOK-29")
    scene.advance("45m")
    refresh(scene.anonymous, session.refresh).refused(401, rule="TOK-23")
    me(scene.active, told["access_token"]).refused(401)


@rule("TOK-26", MUST, NO_REFRESH, values=FORGERIES, tag="auth")
def test_what_is_no_refresh_token(active: Persona, value: str) -> None:
    """Garbage, changed claims, another key, `alg: none`: none of them refreshes."""
    session = active.login()
    refresh(active, FORGERIES[value](session.refresh)).refused(401)
    refresh(active, session.refresh).expect(200)


@rule("TOK-27", MUST, "used up, revoked or not a refresh token", tag="auth")
def test_an_access_token_refreshes_nothing(active: Persona) -> None:
    """An access token in the place of a refresh token is 401."""
    refresh(active, active.login().access).refused(401)


@rule("TOK-28", MUST, NO_REFRESH, tag="auth")
def test_an_expired_refresh_token(
    active: Persona, anonymous: Persona, request: pytest.FixtureRequest
) -> None:
    """A refresh token is 401 from the very second on at which its eight hours are over."""
    scene = sessions.scene_of(request)
    if scene is not None:
        scene.freeze()
        session = scene.active.login()
        scene.advance("8h")
        refresh(scene.anonymous, session.refresh).refused(401)
    elif active.expired_refresh_token is not None:
        refresh(anonymous, active.expired_refresh_token).refused(401)
    else:
        raise NotDemonstrated("time cannot be moved, and no expired refresh token was prepared")


@rule("TOK-29", MUST, "refresh token 8 hours, HS256", tag="auth")
def test_a_refresh_token_lives_eight_hours(scene: Scene) -> None:
    """A refresh token works for eight hours, long after the access token of its session."""
    session = scene.active.login()
    scene.advance("7h59m")
    refresh(scene.anonymous, session.refresh).expect(200)


@rule("TOK-30", MUST, "the refresh token with a full eight hours again", tag="auth")
def test_a_refresh_begins_a_full_life(scene: Scene) -> None:
    """The tokens of a refresh live as long as those of a log-in, from then on."""
    session = scene.active.login()
    scene.advance("7h")
    told = refresh(scene.anonymous, session.refresh).expect(200, rule="TOK-29")
    scene.advance("59m")
    me(scene.active, told["access_token"]).expect(200)
    scene.advance("6h30m")
    refresh(scene.anonymous, told["refresh_token"]).expect(200)


@rule(
    "TOK-40",
    MUST,
    "Ends the session of the refresh token: its access and refresh tokens are 401 from then on",
    tag="auth",
)
def test_a_log_out_ends_the_session(active: Persona) -> None:
    """After a log-out the access token and the refresh token of the session are 401."""
    session = active.login()
    log_out(active, session.refresh).expect(200)
    me(active, session.access).refused(401)
    refresh(active, session.refresh).refused(401)


@rule("TOK-41", MUST, "the same user's other sessions live on", tag="auth")
def test_a_log_out_ends_no_other_session(active: Persona) -> None:
    """After a log-out the user's other sessions go on."""
    session, other = active.login(), active.login()
    log_out(active, session.refresh).expect(200)
    me(active, other.access).expect(200)
    refresh(active, other.refresh).expect(200)


@rule(
    "TOK-42",
    MUST,
    "Logout ends the session of any refresh token of it, used or expired ones too",
    tag="auth",
)
def test_a_used_refresh_token_logs_out(active: Persona) -> None:
    """A log-out with a used refresh token ends its session, with the later refresh token."""
    session = active.login()
    told = refresh(active, session.refresh).expect(200)
    log_out(active, session.refresh).expect(200)
    refresh(active, told["refresh_token"]).refused(401)


@rule("TOK-43", MUST, "used or expired ones too", tag="auth")
def test_an_expired_refresh_token_logs_out(scene: Scene) -> None:
    """A log-out with an expired refresh token ends its session, with all later tokens."""
    session, other = scene.active.login(), scene.active.login()
    scene.advance("7h")
    told = refresh(scene.anonymous, session.refresh).expect(200, rule="TOK-29")
    later = refresh(scene.anonymous, other.refresh).expect(200, rule="TOK-29")
    log_out(scene.anonymous, other.refresh).expect(200)
    refresh(scene.anonymous, later["refresh_token"]).refused(401, rule="TOK-42")
    scene.advance("90m")
    log_out(scene.anonymous, session.refresh).expect(200)
    refresh(scene.anonymous, told["refresh_token"]).refused(401)


@rule("TOK-44", MUST, "an access token in its place ends nothing", tag="auth")
def test_an_access_token_logs_nobody_out(active: Persona) -> None:
    """A log-out with an access token is 200 and ends nothing."""
    session = active.login()
    log_out(active, session.access).expect(200, rule="TOK-45")
    me(active, session.access).expect(200)
    refresh(active, session.refresh).expect(200)


@rule(
    "TOK-45",
    MUST,
    "Idempotent: 200 for any well-formed body, whatever the token",
    clauses=("200 for any well-formed body",),
    tag="auth",
)
def test_a_log_out_is_always_answered(active: Persona) -> None:
    """A log-out is 200 for any text: the same token again, a forged one, garbage, nothing."""
    session = active.login()
    forged = (forge(session.refresh) for forge in FORGERIES.values())
    for token in (session.refresh, session.refresh, *forged, ""):
        log_out(active, token).expect(200)


@rule("TOK-46", MUST, "A bearer token is not needed and not looked at", tag="auth")
def test_a_log_out_does_not_look_at_the_bearer(active: Persona, colleague: Persona) -> None:
    """Whatever bearer token comes along, a log-out ends the session of the refresh token only."""
    other = colleague.login()
    for bearer in (None, "garbage", other.access):
        session = active.login()
        body = {"refresh_token": session.refresh}
        active.call("auth.logout", body=body, token=bearer).expect(200)
        refresh(active, session.refresh).refused(401)
    me(colleague, other.access).expect(200)


@rule("TOK-47", MUST, "an access token in its place ends nothing", tag="auth")
def test_a_forged_refresh_token_logs_nobody_out(active: Persona) -> None:
    """A log-out with a forged refresh token ends nothing: else anybody could."""
    session = active.login()
    for forge in FORGERIES.values():
        log_out(active, forge(session.refresh)).expect(200, rule="TOK-45")
    me(active, session.access).expect(200)
