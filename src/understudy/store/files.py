"""Files that only their owner reads, and that are the old one or the new one, never a part."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

PRIVATE_FILE = 0o600
PRIVATE_DIRECTORY = 0o700
BINARY = getattr(os, "O_BINARY", 0)  # Windows would write line ends of its own


def write_atomically(path: Path, chunks: Iterable[bytes]) -> int:
    """Write the file anew, on the disk before it takes the old one's place; gives its size."""
    draft = path.with_name(path.name + ".new")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | BINARY
    with os.fdopen(os.open(draft, flags, PRIVATE_FILE), "wb") as file:
        for chunk in chunks:
            file.write(chunk)
        size = file.tell()
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    with suppress(OSError):  # the new file is in place: nothing can be refused any more
        _sync_directory(path.parent)
    return size


def _sync_directory(path: Path) -> None:
    """Put the new name on the disk too, where the system knows how."""
    if os.name == "posix":
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
