"""The server's secrets: signing keys, the box that encrypts what is secret at rest, and password
hashes.

Everything grows from one root of 32 bytes: from the seed where a run is to be repeated exactly,
from a key file next to the state, else random.
"""

from __future__ import annotations

import re
import secrets
from functools import cached_property, lru_cache
from hashlib import blake2b, scrypt
from hmac import compare_digest
from pathlib import Path
from typing import TYPE_CHECKING

from understudy.errors import UsageError
from understudy.store.files import write_atomically

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

ROOT_BYTES = 32


class Keyring:
    """Keys for every purpose, from one root."""

    def __init__(self, root: bytes) -> None:
        self._root = root

    @classmethod
    def random(cls) -> Keyring:
        """A keyring that nobody can repeat."""
        return cls(secrets.token_bytes(ROOT_BYTES))

    @classmethod
    def from_file(cls, path: Path) -> Keyring:
        """The keyring of a key file, which is made, readable by its owner alone, where it does not
        exist.

        Raises UsageError for a file that is no key file.
        """
        if not path.exists():
            fresh = secrets.token_bytes(ROOT_BYTES)
            write_atomically(path, [fresh.hex().encode(), b"\n"])
            return cls(fresh)
        try:
            root = bytes.fromhex(path.read_text(encoding="ascii"))
        except ValueError:
            root = b""
        if len(root) != ROOT_BYTES:
            raise UsageError(
                f"{path}:1: this is not a key file of {2 * ROOT_BYTES} hexadecimal digits; "
                "put the right one back, or choose another --state directory"
            )
        return cls(root)

    def key(self, *purpose: str) -> bytes:
        """32 bytes for one purpose; different purposes tell nothing about each other."""
        return blake2b("\0".join(purpose).encode(), key=self._root, digest_size=32).digest()

    @cached_property
    def vault(self) -> Vault:
        """What encrypts secrets at rest."""
        return Vault(self.key("vault"))


class Vault:
    """Encrypts short texts, authenticated (Fernet). It starts when it is first used: many runs
    never store a secret.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    @cached_property
    def _fernet(self) -> Fernet:
        from base64 import urlsafe_b64encode

        from cryptography.fernet import Fernet

        return Fernet(urlsafe_b64encode(self._key))

    def encrypt(self, text: str) -> str:
        """The text, unreadable without the key."""
        # No time goes into it: it would be the machine's, and nobody asks for it.
        return self._fernet.encrypt_at_time(text.encode(), 0).decode()

    def decrypt(self, sealed: str) -> str:
        """The text that `encrypt` was given. Raises cryptography's InvalidToken for others."""
        return self._fernet.decrypt(sealed.encode()).decode()


# A fake that whole test suites log in to cannot afford what a bank would: 2 MiB and about five
# milliseconds a log-in.
_COST = 2048
_HASH = re.compile(
    r"scrypt\$(?:1024|2048|4096|8192)\$(?P<salt>(?:[0-9a-f]{2})+)(?:\$[0-9a-f]{64})?"
)


# Remembered, since people log in with the same few passwords over and over, and a scenario is built
# anew for the sandboxes that it fills.
@lru_cache(maxsize=1024)
def _scrypt(password: str, salt: bytes, cost: int) -> bytes:
    return scrypt(password.encode(), salt=salt, n=cost, r=8, p=1, dklen=32)


def hash_password(password: str, salt: bytes) -> str:
    """A salted scrypt hash, `scrypt$<cost>$<salt>$<hash>`, the last two in hexadecimal digits."""
    return f"scrypt${_COST}${salt.hex()}${_scrypt(password, salt, _COST).hex()}"


def salt_of(stored: str) -> bytes:
    """The salt of a hash, or of one that ends with its salt. ValueError for anything else."""
    match = _HASH.fullmatch(stored)
    if match is None:
        raise ValueError("not of the form scrypt$COST$SALT$HASH")
    return bytes.fromhex(match["salt"])


def password_matches(password: str, stored: str) -> bool:
    """Whether the password is the one that was hashed."""
    _, cost, salt, digest = stored.split("$")
    return compare_digest(_scrypt(password, bytes.fromhex(salt), int(cost)), bytes.fromhex(digest))
