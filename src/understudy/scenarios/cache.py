"""Large scenarios as they were made, in the user's own folder: the second time takes no second.

A file is found by what its content depends on, so an old one is never read. One that is not whole,
or that somebody else may write to, counts as none; a cache that cannot be written is none either.
"""

from __future__ import annotations

import hashlib
import logging
import os
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from understudy.store.files import PRIVATE_DIRECTORY, write_atomically
from understudy.usercache import folder_of, is_ours

FORMAT = "understudy-scenario-2"
KEPT = 8
"""So many files are kept, those that were used last."""
SUFFIX = ".scenario"

logger = logging.getLogger("understudy.scenarios")


class Cache:
    """The files of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, key: str) -> tuple[int, deque[bytes]] | None:
        """How many ids were issued, and the lines that were written; None if they are not there, or
        not as they were written.
        """
        file = self._folder / f"{key}{SUFFIX}"
        try:
            if not (is_ours(self._folder) and is_ours(file)):
                return None
            with file.open("rb") as opened:  # line by line: one long call would stop others
                lines = deque(line.removesuffix(b"\n") for line in opened)
            said, issued, checksum = lines.popleft().decode("ascii").split()
            if said != FORMAT or int(checksum) != _checksum(lines):
                return None
            os.utime(file)
        except (OSError, ValueError, IndexError):
            return None
        return int(issued), lines

    def write(self, key: str, issued: int, lines: Iterable[bytes]) -> None:
        """Keep lines that have no line ends in them; nothing happens where that cannot be. Raises
        what making the lines raises.
        """
        kept = deque(lines)
        head = f"{FORMAT} {issued} {_checksum(kept)}".encode()
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_DIRECTORY)
            if is_ours(self._folder):
                write_atomically(self._folder / f"{key}{SUFFIX}", _separated(head, kept))
                self._tidy()
        except OSError as error:
            logger.debug("the scenario is not kept: %s", error)

    def _tidy(self) -> None:
        files = [(one.stat().st_mtime_ns, one) for one in self._folder.glob(f"*{SUFFIX}")]
        for _, file in sorted(files)[:-KEPT]:
            with suppress(OSError):
                file.unlink()


def usual() -> Cache | None:
    """The user's cache; None where it is switched off, or there is no place for it."""
    folder = folder_of("scenarios")
    return None if folder is None else Cache(folder)


def key_of(*parts: str) -> str:
    """The name of what depends on these."""
    return hashlib.sha256("\0".join((FORMAT, *parts)).encode(errors="surrogatepass")).hexdigest()


def code_of(folders: Iterable[Path]) -> str:
    """What tells whether the code in some folders has changed."""
    files = sorted(file for folder in folders for file in folder.rglob("*.py"))
    stats = ((file, file.stat()) for file in files)
    return "\n".join(f"{file} {one.st_size} {one.st_mtime_ns}" for file, one in stats)


def _checksum(lines: Iterable[bytes]) -> int:
    total = 0
    for line in lines:
        total = zlib.crc32(line, total)
    return total


def _separated(head: bytes, lines: deque[bytes]) -> Iterator[bytes]:
    """The content; each line is let go as it is written, as they may be half a gigabyte."""
    yield head
    while lines:
        yield b"\n" + lines.popleft()
