"""Files that only their owner reads, and that are the old one or the new one, never a part."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path

PRIVATE_FILE = 0o600
PRIVATE_DIRECTORY = 0o700
BINARY = getattr(os, "O_BINARY", 0)  # Windows would write line ends of its own
STRETCH = 4 * 1024 * 1024
"""After so many bytes what was written goes to the disk: all of a large file at once would keep
whoever else waits for the disk waiting.
"""


class Draft:
    """A file that is written beside another one, as `draft`, until it takes that one's place."""

    def __init__(self, path: Path, draft: Path) -> None:
        self._path = path
        self._draft = draft
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | BINARY
        self._file = os.fdopen(os.open(draft, flags, PRIVATE_FILE), "wb")

    def write(self, chunks: Iterable[bytes]) -> None:
        """Add these to it."""
        waiting = 0
        for chunk in chunks:
            self._file.write(chunk)
            waiting += len(chunk)
            if waiting > STRETCH:
                self.sync()
                waiting = 0

    def sync(self) -> None:
        """Have on the disk what was written."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def take_place(self) -> int:
        """Be the file, in one step, once all of it is on the disk; gives its size."""
        size = self._file.tell()
        self.sync()
        self._file.close()
        self._draft.replace(self._path)
        with suppress(OSError):  # the new file is in place: nothing can be refused any more
            _sync_directory(self._path.parent)
        return size

    def close(self) -> None:
        """Be nothing, unless it has become the file."""
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            self._draft.unlink()


def write_atomically(path: Path, chunks: Iterable[bytes]) -> int:
    """Write the file anew, on the disk before it takes the old one's place; gives its size."""
    with closing(Draft(path, path.with_name(path.name + ".new"))) as draft:
        draft.write(chunks)
        return draft.take_place()


def _sync_directory(path: Path) -> None:
    """Put the new name on the disk too, where the system knows how."""
    if os.name == "posix":
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
