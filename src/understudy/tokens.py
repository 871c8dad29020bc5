"""Signed tokens: JWT with HS256, one key for each sandbox.

The token's header names the sandbox (`kid`), which is how a request finds its sandbox before any
claim can be trusted. Only what this signer wrote itself is accepted: the header must match to the
letter, so `alg: none` and foreign keys never reach the verification.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from contextlib import suppress
from types import ModuleType
from typing import Any

import orjson

ALGORITHM = "HS256"
REMEMBERED = 1000
"""So many tokens are remembered that were signed or verified, in about 1.5 MB; the signature of a
token never changes, its claims are judged anew each time.
"""

Claims = Mapping[str, Any]


def library() -> ModuleType:
    """PyJWT. It takes along all of cryptography, so it is imported when it is first asked for: a
    server does that in a thread as soon as it listens.
    """
    import jwt

    return jwt


class InvalidToken(Exception):
    """Not a token of this signer."""


class TokenSigner:
    """Signs and verifies the tokens of one sandbox.

    `header` is the first part of each of its tokens, unlike that of any other sandbox.
    """

    def __init__(self, sandbox: str, key: bytes) -> None:
        self._key = key
        self._signing: tuple[Any, Any] | None = None
        self._verified: dict[str, Claims] = {}
        self.header = _base64(_header(sandbox))

    def sign(self, claims: Claims) -> str:
        """A token with these claims; `exp` and `iat` are whole seconds since 1970."""
        if self._signing is None:
            # jwt.encode would look the key over again for each token, which takes most of its time.
            algorithm = library().get_algorithm_by_name(ALGORITHM)
            self._signing = algorithm, algorithm.prepare_key(self._key)
        algorithm, key = self._signing
        signed = f"{self.header}.{_base64(orjson.dumps(claims))}"
        token = f"{signed}.{_base64(algorithm.sign(signed.encode(), key))}"
        self._remember(token, claims)
        return token

    def verify(self, token: str) -> Claims:
        """The claims of a token that this signer signed. Raises InvalidToken.

        Expiry is for the caller to judge, by the sandbox's clock.
        """
        claims = self._verified.get(token)
        return claims if claims is not None else self._decode(token)

    def _decode(self, token: str) -> Claims:
        if token.partition(".")[0] != self.header:
            raise InvalidToken
        jwt = library()
        checks: Any = {
            f"verify_{name}": False for name in ("exp", "iat", "nbf", "aud", "iss", "sub", "jti")
        }
        try:
            claims: Claims = jwt.decode(token, self._key, algorithms=[ALGORITHM], options=checks)
        except jwt.InvalidTokenError as error:
            raise InvalidToken from error
        self._remember(token, claims)
        return claims

    def _remember(self, token: str, claims: Claims) -> None:
        if len(self._verified) >= REMEMBERED:
            with suppress(KeyError, RuntimeError):  # a thread that saves a bundle verifies, too
                del self._verified[next(iter(self._verified))]
        self._verified[token] = claims


def _header(sandbox: str) -> bytes:
    """The first part of a token, to the letter as PyJWT writes it."""
    fields = {"alg": ALGORITHM, "kid": sandbox, "typ": "JWT"}
    return orjson.dumps(fields, option=orjson.OPT_SORT_KEYS)


def _base64(part: bytes) -> str:
    return urlsafe_b64encode(part).rstrip(b"=").decode()
