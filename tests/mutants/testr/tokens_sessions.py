"""Servers that keep sessions otherwise than promised: refreshes, replays, log-outs."""

from __future__ import annotations

from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant

from understudy.errors import MalformedRequest
from understudy.handlers.testr import errors
from understudy.handlers.testr.rules import sessions
from understudy.tokens import InvalidToken, TokenSigner

from .tokens import unverified

RULES = "understudy.handlers.testr.rules"
SIGNER = "understudy.tokens.TokenSigner"
FAR = "9999-12-31T23:59:59.999Z"
Body = dict[str, Any]


def sent(ctx: Any, body: Body, kind: str = "refresh") -> tuple[Body, Any]:
    """The claims and the session of a token that is sent, if it is of this kind; else neither."""
    try:
        claims = dict(ctx.sandbox.tokens.verify(body["refresh_token"]))
    except InvalidToken:
        return {}, None
    if claims.get("type") != kind:
        return {}, None
    return claims, ctx.store["sessions"].get(claims["sid"])


@mutant("TOK-20", kind="behaviour")
def refresh_tells_another_life(server: Patient) -> None:
    """A refresh says that its access token lives for half an hour."""

    @server.handler("auth.refresh")
    def refresh(original: Any, ctx: Any, body: Body) -> Any:
        return {**original(ctx, body), "expires_in": 1800}


@mutant("TOK-21", kind="auth")
def refresh_ends_the_earlier_access_token(server: Patient) -> None:
    """A refresh ends the access token that was there before."""

    @server.handler("auth.refresh")
    def refresh(original: Any, ctx: Any, body: Body) -> Any:
        _, session = sent(ctx, body)
        if session is not None:
            ctx.store["sessions"].change(session["id"], access={})
        return original(ctx, body)


@mutant("TOK-22", kind="behaviour")
def refresh_names_another_session(server: Patient) -> None:
    """The `sid` of a refreshed token is another than that of the log-in."""
    seen: set[tuple[str, str]] = set()
    aliases: dict[str, str] = {}

    @server.wrap(SIGNER, "sign")
    def sign(original: Any, self: Any, claims: Body) -> Any:
        if claims and (claims["sid"], claims["type"]) in seen:
            aliases[claims["jti"]] = claims["sid"]
            return original(self, {**claims, "sid": claims["jti"]})
        seen.add((claims.get("sid", ""), claims.get("type", "")))
        return original(self, claims)

    original_verify = TokenSigner.verify

    def verify(self: TokenSigner, token: str) -> Any:
        claims = original_verify(self, token)
        return {**claims, "sid": aliases.get(claims["jti"], claims["sid"])}

    server.patch(SIGNER, "verify", verify)


@mutant("TOK-23", kind="auth")
def refresh_tokens_are_good_for_ever_more_uses(server: Patient) -> None:
    """A refresh token can be used again until it expires."""

    @server.wrap(f"{RULES}.sessions", "refreshable")
    def refreshable(original: Any, sandbox: Any, claims: Body) -> Any:
        session = sandbox.store["sessions"].get(claims["sid"])
        if session is not None and claims["exp"] > sandbox.clock.seconds():
            sandbox.store["sessions"].change(session["id"], refresh_id=claims["jti"])
        return original(sandbox, claims)


@mutant("TOK-24", kind="auth")
def replay_spares_the_refresh_token(server: Patient) -> None:
    """A replay ends the access tokens of the session, and not its refresh token."""

    @server.wrap(f"{RULES}.sessions", "refreshable")
    def refreshable(original: Any, sandbox: Any, claims: Body) -> Any:
        try:
            return original(sandbox, claims)
        except errors.ReplayedRefreshToken:
            sandbox.store["sessions"].change(claims["sid"], ended_at=None)
            raise


@mutant("TOK-25", kind="auth")
def late_replay_is_overlooked(server: Patient) -> None:
    """A used refresh token that has expired meanwhile is refused, and nothing else happens."""

    @server.wrap(f"{RULES}.sessions", "refreshable")
    def refreshable(original: Any, sandbox: Any, claims: Body) -> Any:
        if claims["exp"] <= sandbox.clock.seconds():
            raise errors.InvalidRefreshToken
        return original(sandbox, claims)


@mutant("TOK-26", kind="auth")
def refresh_looks_at_no_signature(server: Patient) -> None:
    """A refresh takes a refresh token whoever signed it."""

    @server.handler("auth.refresh")
    def refresh(original: Any, ctx: Any, body: Body) -> Any:
        claims = unverified(body["refresh_token"])
        if claims.get("type") == "refresh":
            body = {"refresh_token": ctx.sandbox.tokens.sign(claims)}
        return original(ctx, body)


@mutant("TOK-27", kind="auth")
def access_token_refreshes(server: Patient) -> None:
    """A refresh takes an access token for a refresh token."""

    @server.handler("auth.refresh")
    def refresh(original: Any, ctx: Any, body: Body) -> Any:
        claims, session = sent(ctx, body, "access")
        if session is None:
            return original(ctx, body)
        return sessions.tokens(ctx.sandbox, session, ctx.store["users"].get(claims["sub"]))


@mutant("TOK-28", kind="auth")
def refresh_tokens_never_expire(server: Patient) -> None:
    """A refresh token that was not used yet works for ever."""

    @server.wrap(f"{RULES}.sessions", "refreshable")
    def refreshable(original: Any, sandbox: Any, claims: Body) -> Any:
        session = sandbox.store["sessions"].get(claims["sid"])
        if session is not None:
            sandbox.store["sessions"].change(session["id"], refresh_expires_at=FAR)
        return original(sandbox, claims)


@mutant("TOK-29", kind="auth")
def refresh_tokens_end_early(server: Patient) -> None:
    """A refresh token works for seven hours and fifty minutes."""

    @server.wrap(f"{RULES}.sessions", "refreshable")
    def refreshable(original: Any, sandbox: Any, claims: Body) -> Any:
        found = original(sandbox, claims)
        if sandbox.clock.seconds() >= claims["exp"] - 600:
            raise errors.InvalidRefreshToken
        return found


@mutant("TOK-30", kind="auth")
def refresh_begins_no_new_life(server: Patient) -> None:
    """The refresh token of a refresh ends when the earlier one would have ended."""

    @server.handler("auth.refresh")
    def refresh(original: Any, ctx: Any, body: Body) -> Any:
        _, session = sent(ctx, body)
        answer = original(ctx, body)
        end = session["refresh_expires_at"]
        ctx.store["sessions"].change(session["id"], refresh_expires_at=end)
        return answer


@mutant("TOK-40", kind="auth")
def log_out_spares_the_access_token(server: Patient) -> None:
    """A log-out ends the refresh token, and the access token works on."""

    @server.handler("auth.logout")
    def logout(original: Any, ctx: Any, body: Body) -> Any:
        _, session = sent(ctx, body)
        if session is not None:
            ctx.store["sessions"].change(session["id"], refresh_id=ctx.ids.new())
        return {"success": True}


@mutant("TOK-41", kind="auth")
def log_out_ends_the_newest_session_as_well(server: Patient) -> None:
    """A log-out also ends the session that the user opened last, whichever was meant."""

    @server.handler("auth.logout")
    def logout(original: Any, ctx: Any, body: Body) -> Any:
        claims, _ = sent(ctx, body)
        if claims:
            own = ctx.store["sessions"].select({"user_id": claims["sub"]}).items
            sessions.end(ctx.sandbox, own[-1])
        return original(ctx, body)


@mutant("TOK-42", kind="auth")
def used_refresh_token_logs_nobody_out(server: Patient) -> None:
    """A log-out with a used refresh token that has not expired ends nothing."""

    @server.handler("auth.logout")
    def logout(original: Any, ctx: Any, body: Body) -> Any:
        claims, session = sent(ctx, body)
        is_living = session is not None and claims["exp"] > ctx.clock.seconds()
        if is_living and session["refresh_id"] != claims["jti"]:
            return {"success": True}
        return original(ctx, body)


@mutant("TOK-43", kind="auth")
def expired_refresh_token_logs_nobody_out(server: Patient) -> None:
    """A log-out with an expired refresh token ends nothing."""

    @server.handler("auth.logout")
    def logout(original: Any, ctx: Any, body: Body) -> Any:
        claims, _ = sent(ctx, body)
        if claims and claims["exp"] <= ctx.clock.seconds():
            return {"success": True}
        return original(ctx, body)


@mutant("TOK-44", kind="auth")
def access_token_logs_out(server: Patient) -> None:
    """A log-out with an access token ends its session."""

    @server.handler("auth.logout")
    def logout(original: Any, ctx: Any, body: Body) -> Any:
        _, session = sent(ctx, body, "access")
        if session is not None:
            sessions.end(ctx.sandbox, session)
        return original(ctx, body)


@mutant("TOK-45", kind="status")
def second_log_out_is_400(server: Patient) -> None:
    """Logging out twice with one token is an error."""

    @server.handler("auth.logout")
    def logout(original: Any, ctx: Any, body: Body) -> Any:
        _, session = sent(ctx, body)
        if session is not None and session["ended_at"] is not None:
            raise MalformedRequest
        return original(ctx, body)


@mutant("TOK-46", kind="auth")
def log_out_ends_the_session_of_the_bearer(server: Patient) -> None:
    """A log-out ends the session of the bearer token, too."""

    @server.handler("auth.logout")
    def logout(original: Any, ctx: Any, body: Body) -> Any:
        bearer = ctx.headers.get(b"authorization", b"").decode().rpartition(" ")[2]
        _, session = sent(ctx, {"refresh_token": bearer}, "access")
        if session is not None:
            sessions.end(ctx.sandbox, session)
        return original(ctx, body)


@mutant("TOK-47", kind="auth")
def log_out_looks_at_no_signature(server: Patient) -> None:
    """A log-out takes a refresh token whoever signed it."""

    @server.handler("auth.logout")
    def logout(original: Any, ctx: Any, body: Body) -> Any:
        claims = unverified(body["refresh_token"])
        if claims.get("type") == "refresh":
            body = {"refresh_token": ctx.sandbox.tokens.sign(claims)}
        return original(ctx, body)
