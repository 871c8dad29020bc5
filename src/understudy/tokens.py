"""Signed tokens: JWT with HS256, one key for each sandbox.

The token's header names the sandbox (`kid`), which is how a request finds its sandbox before any
claim can be trusted. Only what this signer wrote itself is accepted: the header must match to the
letter, so `alg: none` and foreign keys never reach the verification.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

ALGORITHM = "HS256"
REMEMBERED = 1000
"""So many verified tokens are remembered, in about 1.5 MB; the signature of a token never changes,
its claims are judged anew each time.
"""

Claims = Mapping[str, Any]


class InvalidToken(Exception):
    """Not a token of this signer."""


class TokenSigner:
    """Signs and verifies the tokens of one sandbox.

    `header` is the first part of each of its tokens, unlike that of any other sandbox.
    """

    def __init__(self, sandbox: str, key: bytes) -> None:
        self._sandbox = sandbox
        self._key = key
        self._verified: dict[str, Claims] = {}
        self.header = _header(sandbox)

    def sign(self, claims: Claims) -> str:
        """A token with these claims; `exp` and `iat` are whole seconds since 1970."""
        # Imported here: it takes along all of cryptography, which no first answer waits for.
        import jwt

        return jwt.encode(
            dict(claims), self._key, algorithm=ALGORITHM, headers={"kid": self._sandbox}
        )

    def verify(self, token: str) -> Claims:
        """The claims of a token that this signer signed. Raises InvalidToken.

        Expiry is for the caller to judge, by the sandbox's clock.
        """
        claims = self._verified.get(token)
        return claims if claims is not None else self._decode(token)

    def _decode(self, token: str) -> Claims:
        if token.partition(".")[0] != self.header:
            raise InvalidToken
        import jwt

        checks: Any = {
            f"verify_{name}": False for name in ("exp", "iat", "nbf", "aud", "iss", "sub", "jti")
        }
        try:
            claims: Claims = jwt.decode(token, self._key, algorithms=[ALGORITHM], options=checks)
        except jwt.InvalidTokenError as error:
            raise InvalidToken from error
        if len(self._verified) >= REMEMBERED:
            with suppress(KeyError, RuntimeError):  # a thread that saves a bundle verifies, too
                del self._verified[next(iter(self._verified))]
        self._verified[token] = claims
        return claims


def _header(sandbox: str) -> str:
    """The first part of a token, to the letter as PyJWT writes it."""
    fields = {"alg": ALGORITHM, "kid": sandbox, "typ": "JWT"}
    written = json.dumps(fields, separators=(",", ":"), sort_keys=True)
    return urlsafe_b64encode(written.encode()).rstrip(b"=").decode()
