"""Files in the user's own folder for what takes long and would come out the same next time.

UNDERSTUDY_CACHE names another folder, or is `off`. A file is found by what its content depends on.
One that is not whole, or that somebody else may write to, counts as none; a cache that cannot be
written is none either.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sys
import zlib
from contextlib import suppress
from pathlib import Path

VARIABLE = "UNDERSTUDY_CACHE"
OFF = "off"
KEPT = 32
"""So many files of one kind are kept, those that were used last."""

logger = logging.getLogger("understudy.cache")


class UserCache:
    """The files of one kind, told by their suffix, in one folder."""

    def __init__(self, folder: Path, suffix: str) -> None:
        self._folder = folder
        self._suffix = suffix

    def read(self, key: str) -> bytes | None:
        """What was written; None if it is not there, or not as it was written."""
        file = self._folder / f"{key}{self._suffix}"
        try:
            if not (is_ours(self._folder) and is_ours(file)):
                return None
            checksum, _, content = file.read_bytes().partition(b"\n")
            if int(checksum) != zlib.crc32(content):
                return None
            os.utime(file)
        except (OSError, ValueError):
            return None
        return content

    def write(self, key: str, content: bytes) -> None:
        """Keep it; nothing happens where that cannot be."""
        # Imported here: what only reads needs no store.
        from understudy.store.files import PRIVATE_DIRECTORY, write_atomically

        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_DIRECTORY)
            if is_ours(self._folder):
                head = b"%d\n" % zlib.crc32(content)
                write_atomically(self._folder / f"{key}{self._suffix}", [head, content])
                self._tidy()
        except OSError as error:
            logger.debug("not kept: %s", error)

    def _tidy(self) -> None:
        files = [(one.stat().st_mtime_ns, one) for one in self._folder.glob(f"*{self._suffix}")]
        for _, file in sorted(files)[:-KEPT]:
            with suppress(OSError):
                file.unlink()


def usual(kind: str) -> UserCache | None:
    """The user's files of a kind (`contract`); None where there is no place for them."""
    folder = folder_of("contracts")
    return None if folder is None else UserCache(folder, f".{kind}")


def folder_of(name: str) -> Path | None:
    """The folder in which files are kept, `name` among those of others, or the one that is told;
    None where the cache is switched off, or nobody's home.
    """
    told = os.environ.get(VARIABLE)
    if told:
        return None if told == OFF else Path(told)
    try:
        return _home() / "understudy" / name
    except RuntimeError:
        return None


def key_of(*parts: str) -> str:
    """The name of what depends on these."""
    return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()


def is_ours(path: Path) -> bool:
    """Whether nobody else can have written there. On Windows a user's folder is the user's.

    Raises OSError where there is nothing.
    """
    stat = path.lstat()
    if sys.platform == "win32":
        return True
    return stat.st_uid == os.getuid() and not stat.st_mode & 0o022 and not path.is_symlink()


def _home() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
