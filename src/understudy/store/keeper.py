"""Where a database is kept from one run to the next, in the terms of TinyDB's storages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from tinydb.storages import Storage

from understudy.store.record import Record

if TYPE_CHECKING:
    from understudy.store.snapshot_file import SnapshotDraft

Tables = dict[str, dict[str, Any]]
"""A whole database in TinyDB's own form: by table, then by document id, oldest first."""


class Change(NamedTuple):
    """What happened to one document: no `before` is a new one, no `after` a removed one."""

    collection: str
    id: str
    before: Record | None
    after: Record | None


Changes = list[Change] | bytes
"""What a transaction changed, or what `Keeper.ready` made of it."""


class Keeper(Storage):
    """A storage that can also take down what one transaction changed.

    This one keeps nothing: it is for a store in memory.
    """

    is_lasting = False
    """Whether what it is given is still there after the process."""

    issued = 0
    """How many ids were issued when the last transaction was kept."""

    has_changes = False
    """Whether anything was appended since the whole was written."""

    is_full = False
    """Whether so much was appended that it would like to be given the whole again."""

    is_busy = False
    """Whether a thread of its own is writing the whole."""

    def read(self) -> Tables | None:
        """What was kept; None if nothing was."""
        return None

    def draft(self) -> SnapshotDraft | None:
        """Where the whole may be written beforehand, for `write`; None: nowhere."""
        return None

    def write(
        self, data: Mapping[str, Mapping[str, Any]], draft: SnapshotDraft | None = None
    ) -> None:
        """Keep all of this, and what is in the draft, in place of what was kept."""

    def wait(self) -> None:
        """Wait for the thread that writes the whole."""

    def ready(self, changes: list[Change]) -> Changes | None:
        """Changes that may be many, so that to append them takes no time; a thread may ask. None
        where they are so many that the whole is to be written instead.
        """
        return changes

    def append(self, changes: Changes, issued: int) -> None:
        """Keep what a transaction changed, completely. OSError if that cannot be."""

    def compact(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        """Like `write`, but not needed: everything in it is kept already."""

    def compact_beside(self, take: Callable[[], Mapping[str, Mapping[str, Any]]]) -> None:
        """The same in a thread, which takes what nobody changes; appending goes on meanwhile."""
