"""Files that only their owner reads, and that are the old one or the new one, never a part."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import closing, suppress
from itertools import count
from pathlib import Path

PRIVATE_FILE = 0o600
PRIVATE_DIRECTORY = 0o700
BINARY = getattr(os, "O_BINARY", 0)  # Windows would write line ends of its own
STRETCH = 4 * 1024 * 1024
"""After so many bytes what was written goes to the disk: all of a large file at once would keep
whoever else waits for the disk waiting.
"""
BUFFER = 1024 * 1024
"""Bytes that are written in one go. A thread that writes every few kilobytes gives its turn away as
often, and with a third one about, the event loop may miss a hundred turns in a row.
"""


DRAFTS = ".*.new"
"""What drafts are called, after the file's name, that nobody finished."""
_numbers = count(1)


class Draft:
    """A file that is written beside another one until it takes that one's place; much of it may be
    written in a thread, the last step is a short one. `name`: its own, unless any will do.
    """

    def __init__(self, path: Path, name: str | None = None) -> None:
        draft = path.with_name(name or f"{path.name}.{next(_numbers)}.new")
        self._path = path
        self._draft = draft
        self._former = draft.with_suffix(".old.new")
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | BINARY
        self._file = os.fdopen(os.open(draft, flags, PRIVATE_FILE), "wb", BUFFER)

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

    def settle(self) -> None:
        """Leave little to the last step: what was written is on the disk, and the file whose place
        is to be taken gets a second name, since to give its room back takes long.
        """
        self.sync()
        with suppress(OSError):  # there is none, or the file system knows no second names
            os.link(self._path, self._former)

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
        """Be nothing, unless it has become the file; then let go what was in its place."""
        with suppress(OSError):
            self._file.close()
        for leftover in (self._draft, self._former):
            with suppress(OSError):
                leftover.unlink()


def write_atomically(path: Path, chunks: Iterable[bytes]) -> int:
    """Write the file anew, on the disk before it takes the old one's place; gives its size."""
    with closing(Draft(path, path.name + ".new")) as draft:
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
