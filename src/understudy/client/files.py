"""Files that the client reads and writes as they are."""

from __future__ import annotations

from pathlib import Path

from understudy.errors import UsageError


def read_bytes(file: Path) -> bytes:
    """What is in a file. Raises UsageError where it cannot be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror or error}") from None


def write_bytes(file: Path, content: bytes) -> None:
    """Make a file of these bytes, in place of one that is there. Raises UsageError where that
    cannot be done.
    """
    try:
        file.write_bytes(content)
    except OSError as error:
        raise UsageError(f"{file}: cannot be written: {error.strerror or error}") from None
