"""`journal.jsonl`: what every transaction since the snapshot changed, a line each.

    {"crc":"1a2b3c4d","sequence":7,"issued":42,"changes":[["defects","<id>",{...}], ...]}

The checksum is that of the rest of the line; a document that was removed is null. A line is written
in one step before the transaction counts, so only the last one can be a torn one: it never counted,
and is cut off. Anything wrong before that is damage, and refused.
"""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

import orjson

from understudy.errors import UsageError
from understudy.store.files import BINARY, PRIVATE_FILE, Draft
from understudy.store.keeper import Change, Changes

log = logging.getLogger("understudy.store")

CLOSED = -1
LOST = -2
"""It was to be opened anew, and could not be: the next line tries again."""
PIECE = 1 << 18
"""Bytes that are copied in one go."""
HEAD = b'{"crc":"%08x",'
HEAD_LENGTH = len(HEAD % 0)
TOGETHER = 1_000
"""So many changes of a large transaction are written as JSON in one go."""


class Line(NamedTuple):
    """One transaction: its number, the ids issued by then, the documents (None: removed)."""

    sequence: int
    issued: int
    changes: list[tuple[str, str, dict[str, Any] | None]]


def encode(sequence: int, issued: int, changes: Changes) -> bytes:
    """The line of a transaction."""
    told = orjson.Fragment(changes) if isinstance(changes, bytes) else _net(changes)
    body = orjson.dumps({"sequence": sequence, "issued": issued, "changes": told})[1:]
    return HEAD % crc32(body) + body + b"\n"


def written(changes: list[Change]) -> bytes:
    """Changes as they stand in a line; written bit by bit, as JSON lets no other thread go on."""
    net = _net(changes)
    parts = [
        orjson.dumps(net[start : start + TOGETHER])[1:-1] for start in range(0, len(net), TOGETHER)
    ]
    return b"[%b]" % b",".join(parts)


def decode(raw: bytes) -> Line | None:
    """What a line says; None if it is damaged."""
    body = raw[HEAD_LENGTH:-1]
    if raw[-1:] != b"\n" or raw[:HEAD_LENGTH] != HEAD % crc32(body):
        return None
    content = orjson.loads(b"{" + body)
    return Line(content["sequence"], content["issued"], content["changes"])


def _net(changes: list[Change]) -> list[list[Any]]:
    """The changes in order; of a document that was replaced several times, only the last state."""
    if len(changes) == 1:
        change = changes[0]
        return [[change.collection, change.id, change.after]]
    net: list[list[Any]] = []
    written: dict[tuple[str, str], int] = {}
    for change in changes:
        key = (change.collection, change.id)
        if change.before is not None and change.after is not None and key in written:
            net[written[key]][2] = change.after
        else:
            written[key] = len(net)
            net.append([change.collection, change.id, change.after])
    return net


class Rest(NamedTuple):
    """The later lines of a journal in a file of their own; `end`: up to where they are in it."""

    draft: Draft
    end: int


class JournalFile:
    """The open file. `size` is that of the lines that count."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle = _opened(path)
        self.size = 0
        self._is_torn = False

    def lines(self) -> Iterator[tuple[int, Line]]:
        """The lines with their numbers. A damaged last one is cut off; UsageError for any other."""
        total = self._path.stat().st_size
        with self._path.open("rb") as file:
            for number, raw in enumerate(file, 1):
                line = decode(raw)
                if line is None and self.size + len(raw) < total:
                    raise self.damaged(number, "does not fit its checksum")
                if line is None:
                    log.warning("%s:%d: cut off the last line, a torn one", self._path, number)
                    break
                self.size += len(raw)
                yield number, line
        if self.size < total:
            self._cut()

    def append(self, line: bytes) -> None:
        """Write a line, completely or not at all. OSError if that cannot be."""
        if self._handle == LOST:
            self._handle = _opened(self._path)
        if self._is_torn:
            self._cut()
        if os.fstat(self._handle).st_nlink == 0:
            raise FileNotFoundError(errno.ENOENT, "somebody removed the file", str(self._path))
        try:
            if os.write(self._handle, line) < len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._path))
        except BaseException:
            self._cut_if_possible()
            raise
        self.size += len(line)

    def clear(self) -> None:
        """Forget all lines, which are in the snapshot by now."""
        self.size = 0
        self._cut_if_possible()

    def after(self, start: int) -> Rest:
        """The lines that have come after the first ones, of so many bytes, to go on with alone.
        This may be done in a thread while more come.
        """
        rest = Rest(Draft(self._path), self.size)
        try:
            rest.draft.write(self._read(start, rest.end))
            rest.draft.settle()
        except BaseException:
            rest.draft.close()
            raise
        return rest

    def forget_all_but(self, rest: Rest) -> None:
        """Go on with these and later lines alone; the others are in the snapshot by now. OSError if
        that cannot be: then all are still there.
        """
        rest.draft.write(self._read(rest.end, self.size))
        os.close(self._handle)  # or Windows would not let another file take its place
        self._handle = LOST
        try:
            self.size = rest.draft.take_place()
        finally:
            self._handle = _opened(self._path)

    def _read(self, start: int, end: int) -> Iterator[bytes]:
        with self._path.open("rb") as file:
            for at in range(start, end, PIECE):
                file.seek(at)
                yield file.read(min(PIECE, end - at))

    def close(self) -> None:
        """Close the file; what is appended after that is an OSError."""
        if self._handle >= 0:
            os.close(self._handle)
        self._handle, self.size = CLOSED, 0

    def damaged(self, number: int, what: str) -> UsageError:
        """The refusal to read on."""
        return UsageError(
            f"{self._path}:{number}: this line {what}; put a backup in place of "
            f"{self._path.parent}, delete this and all later lines to lose what they say, or move "
            "the directory away to start afresh"
        )

    def _cut_if_possible(self) -> None:
        """What is not cut off now will be before the next line, or when the file is next read."""
        self._is_torn = True
        with suppress(OSError):
            self._cut()

    def _cut(self) -> None:
        os.ftruncate(self._handle, self.size)
        self._is_torn = False


def _opened(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | BINARY, PRIVATE_FILE)
