"""Keeps one store in a directory: a readable snapshot, and a journal of what changed since."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from understudy.background import beside as in_a_thread
from understudy.background import resting
from understudy.store.files import DRAFTS, PRIVATE_DIRECTORY
from understudy.store.journal_file import JournalFile, Rest, encode, written
from understudy.store.keeper import Change, Changes, Keeper, Tables
from understudy.store.snapshot_file import (
    Position,
    SnapshotDraft,
    read_snapshot,
    write_snapshot,
)

log = logging.getLogger("understudy.store")

SNAPSHOT = "snapshot.json"
JOURNAL = "journal.jsonl"
FULL = 16 * 1024 * 1024
"""A journal of so many bytes is worth a new snapshot, unless the snapshot would be longer still."""
LONGEST = 4 * 1024 * 1024
"""Bytes of one transaction that are appended to the journal in a moment."""
MOST = 20_000
"""So many changes may not be longer than that."""


class DirectoryKeeper(Keeper):
    """One store's directory, which is made if it is not there.

    A crash at any moment leaves what the last complete line says: the snapshot is replaced in one
    step, and knows which lines of the journal are in it already.
    """

    is_lasting = True

    def __init__(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True, mode=PRIVATE_DIRECTORY)
        self._snapshot = path / SNAPSHOT
        for name in (SNAPSHOT, JOURNAL):
            for leftover in path.glob(name + DRAFTS):
                leftover.unlink(missing_ok=True)
        self._journal = JournalFile(path / JOURNAL)
        self._sequence = 0
        self._full = FULL
        self._beside: Beside | None = None

    @property
    def has_changes(self) -> bool:  # type: ignore[override]
        """Whether the journal has lines."""
        return self._journal.size > 0

    @property
    def is_full(self) -> bool:  # type: ignore[override]
        """Whether the journal is long, and longer than the snapshot."""
        return self._journal.size > self._full

    def read(self) -> Tables | None:
        """The snapshot with the journal's changes. UsageError if either is damaged."""
        tables: Tables = {}
        has_snapshot = self._snapshot.exists()
        if has_snapshot:
            tables, position = read_snapshot(self._snapshot)
            self._sequence, self.issued = position.sequence, position.issued
            self._full = max(FULL, self._snapshot.stat().st_size)
        for number, line in self._journal.lines():
            if not has_snapshot:
                raise self._journal.damaged(number, f"goes with a {SNAPSHOT}, which is not there")
            if line.sequence > self._sequence + 1:
                what = f"is change {line.sequence}, but the one before it was {self._sequence}"
                raise self._journal.damaged(number, what)
            if line.sequence > self._sequence:
                self._sequence, self.issued = line.sequence, line.issued
                _apply(tables, line.changes)
        return tables

    @property
    def is_busy(self) -> bool:  # type: ignore[override]
        """Whether a thread is writing a snapshot."""
        return self._beside is not None and not self._beside.is_done

    def draft(self) -> SnapshotDraft:
        """The next snapshot, to be written in part before `write` finishes it."""
        return SnapshotDraft(self._snapshot)

    def write(
        self, data: Mapping[str, Mapping[str, Any]], draft: SnapshotDraft | None = None
    ) -> None:
        """Make this and what is in the draft the snapshot, and the journal empty."""
        self._give_up()
        position = Position(self._sequence, self.issued)
        if draft is None:
            size = write_snapshot(self._snapshot, data, position)
        else:
            draft.add(data.items())
            size = draft.finish(position)
        self._full = max(FULL, size)
        self._journal.clear()

    def ready(self, changes: list[Change]) -> Changes | None:
        """Changes as they will stand in the journal, if that is no long line."""
        if len(changes) > MOST:
            return None
        text = written(changes)
        return text if len(text) <= LONGEST else None

    def append(self, changes: Changes, issued: int) -> None:
        """Write one line of the journal."""
        if self._beside is not None and self._beside.is_done:
            self.settle()
        self._journal.append(encode(self._sequence + 1, issued, changes))
        self._sequence += 1
        self.issued = issued

    def compact(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        """Make this the snapshot, unless the disk refuses: then the journal goes on being long."""
        try:
            self.write(data)
        except OSError as error:
            self._go_on(error)

    def compact_beside(self, take: Callable[[], Mapping[str, Mapping[str, Any]]]) -> None:
        """The same in a thread, which takes what nobody changes. Lines that come meanwhile stay in
        the journal, those before leave it when the snapshot is there.
        """
        if self._beside is None:
            position = Position(self._sequence, self.issued)
            try:
                self._beside = Beside(self._snapshot, take, position, self._journal)
            except RuntimeError as error:  # there can be no more threads
                self._go_on(error)
            else:
                self._full = sys.maxsize

    def settle(self) -> None:
        """Wait for the thread, if one is writing a snapshot, and let the journal follow it."""
        beside, self._beside = self._beside, None
        if beside is None:
            return
        try:
            self._full = max(FULL, beside.size())
            self._journal.forget_all_but(beside.rest)
        except OSError as error:
            self._go_on(error)
        in_a_thread(beside.close)  # to give back the room of a long journal takes its time

    def wait(self) -> None:
        """Wait for the thread, if one is writing a snapshot."""
        if self._beside is not None:
            self._beside.wait()

    def close(self) -> None:
        """Close the journal."""
        self._give_up()
        self._journal.close()

    def _give_up(self) -> None:
        """Wait for the thread, but leave the journal as it is: what is in the snapshot is skipped
        when it is read.
        """
        beside, self._beside = self._beside, None
        if beside is not None:
            beside.wait()
            beside.close()
            self._full = self._journal.size + FULL

    def _go_on(self, error: Exception) -> None:
        self._full = self._journal.size + FULL
        log.warning("%s: no new snapshot, the journal grows on: %s", self._snapshot, error)


class Beside:
    """A thread that writes a snapshot, and then the lines that have come meanwhile: the `rest` of
    the journal, whose first lines are in the snapshot.
    """

    rest: Rest

    def __init__(
        self,
        path: Path,
        take: Callable[[], Mapping[str, Mapping[str, Any]]],
        position: Position,
        journal: JournalFile,
    ) -> None:
        self._work = (path, take, position)
        self._journal, self._start = journal, journal.size
        self._size = 0
        self._error: OSError | None = OSError("the snapshot was not written")  # until it is
        self._thread = threading.Thread(target=self._write, name="snapshot", daemon=True)
        self._thread.start()

    @property
    def is_done(self) -> bool:
        """Whether it has written it, or failed to."""
        return not self._thread.is_alive()

    def wait(self) -> None:
        """Be over."""
        self._thread.join()

    def size(self) -> int:
        """Bytes of the snapshot, when it is written. OSError if it cannot be."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._size

    def close(self) -> None:
        """Leave no file behind."""
        if self._error is None:
            self.rest.draft.close()

    def _write(self) -> None:
        path, take, position = self._work
        try:
            with resting():
                self._size = write_snapshot(path, take(), position)
                self.rest = self._journal.after(self._start)
            self._error = None
        except OSError as error:
            self._error = error
        finally:
            del self._work  # and with it all that was taken


def _apply(tables: Tables, changes: list[tuple[str, str, dict[str, Any] | None]]) -> None:
    for collection, doc_id, document in changes:
        documents = tables.setdefault(collection, {})
        if document is None:
            documents.pop(doc_id, None)
        else:
            documents[doc_id] = document
