"""Servers that go wrong only after several steps with sessions."""

from __future__ import annotations

from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant

from understudy.handlers.testr import errors

Body = dict[str, Any]


@mutant("MOD-31", kind="auth")
def only_the_last_used_token_is_remembered(server: Patient) -> None:
    """A used refresh token ends its session only if it is the last one used."""
    last_used: dict[str, str] = {}

    @server.wrap("understudy.handlers.testr.rules.sessions", "refreshable")
    def refreshable(original: Any, sandbox: Any, claims: Body) -> Any:
        session = sandbox.store["sessions"].get(claims["sid"])
        if session is not None and session["refresh_id"] != claims["jti"]:
            if last_used.get(claims["sid"]) != claims["jti"]:
                raise errors.InvalidRefreshToken
            return original(sandbox, claims)
        found = original(sandbox, claims)
        last_used[claims["sid"]] = claims["jti"]
        return found
