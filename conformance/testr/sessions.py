"""What the rules on accounts and tokens share: the requests around a session, what a token says,
and tokens that no server may take for its own.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from understudy.verify import Answer, Broken, NotDemonstrated, Persona, Scene

ACCESS_SECONDS = 60 * 60
REFRESH_SECONDS = 8 * 60 * 60
PASSWORD = "Fresh1234"
"""One that keeps the password rule, and is nobody's."""

WEAK_PASSWORDS = ("Sh0rt-1", "no-upper-case-1", "NO-LOWER-CASE-1", "No-digit-here")


def log_in(anonymous: Persona, email: str, password: str) -> Answer:
    """The answer to a log-in with these words."""
    return anonymous.call("auth.login", body={"email": email, "password": password})


def me(persona: Persona, token: str | None) -> Answer:
    """Who the server takes the holder of this token for."""
    return persona.call("auth.me", token=token)


def refresh(persona: Persona, token: str) -> Answer:
    """The answer to a refresh with this token."""
    return persona.call("auth.refresh", body={"refresh_token": token})


def log_out(persona: Persona, token: str) -> Answer:
    """The answer to a log-out with this token."""
    return persona.call("auth.logout", body={"refresh_token": token})


def header(token: str) -> dict[str, Any]:
    """The header of a token. Raises Broken where it is no JSON Web Token."""
    return _decoded(token, 0)


def claims(token: str) -> dict[str, Any]:
    """The claims of a token, unverified. Raises Broken where it is no JSON Web Token."""
    return _decoded(token, 1)


def expired_access(persona: Persona, scene: Scene | None) -> tuple[Persona, str]:
    """Somebody with an access token whose hour is over. Raises NotDemonstrated where neither time
    can be moved nor such a token was prepared.
    """
    if scene is not None:
        token = scene.active.login().access
        scene.advance("61m")
        return scene.active, token
    if persona.expired_access_token is None:
        raise NotDemonstrated("time cannot be moved, and no expired access token was prepared")
    return persona, persona.expired_access_token


def scene_of(request: pytest.FixtureRequest) -> Scene | None:
    """A world whose time can be moved; None where the target has none to give."""
    try:
        found: Scene = request.getfixturevalue("scene")
    except NotDemonstrated:
        return None
    return found


def _changed_claims(token: str) -> str:
    head, _, signature = token.split(".")
    return f"{head}.{_encoded({**claims(token), 'exp': claims(token)['exp'] + 86400})}.{signature}"


def _other_key(token: str) -> str:
    signed = token.rpartition(".")[0]
    digest = hmac.new(b"another key, of 32 bytes or more..", signed.encode(), hashlib.sha256)
    return f"{signed}.{_text(digest.digest())}"


def _no_algorithm(name: str) -> Callable[[str], str]:
    def forge(token: str) -> str:
        return f"{_encoded({**header(token), 'alg': name})}.{token.split('.')[1]}."

    return forge


FORGERIES: Mapping[str, Callable[[str], str]] = {
    "garbage": lambda _: "garbage",
    "three parts of garbage": lambda _: "Z2Fy.YmFn.ZQ",
    "without a signature": lambda token: f"{token.rpartition('.')[0]}.",
    "changed claims": _changed_claims,
    "signed with another key": _other_key,
    "alg none": _no_algorithm("none"),
    "alg None": _no_algorithm("None"),
    "alg NONE": _no_algorithm("NONE"),
}
"""How to make of a good token one that is none, by what is wrong with it."""


def _decoded(token: str, part: int) -> dict[str, Any]:
    try:
        text = token.split(".")[part]
        found = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (IndexError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise Broken("a token is no JSON Web Token", expected="three parts of base64url, with JSON")
    return found


def _encoded(part: Mapping[str, Any]) -> str:
    return _text(json.dumps(part, separators=(",", ":")).encode())


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
