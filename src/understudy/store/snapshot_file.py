"""`snapshot.json`: a whole store in TinyDB's own format, one document on a line.

Its last table, `_journal`, says up to which line of the journal it goes, how many ids were issued,
and the checksum of all that stands before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import orjson

from understudy.errors import UsageError
from understudy.store.files import Draft
from understudy.store.keeper import Tables

POSITION = "_journal"


@dataclass(frozen=True, slots=True)
class Position:
    """How far a snapshot goes: the last line of the journal in it, and the ids issued by then."""

    sequence: int = 0
    issued: int = 0


class SnapshotDraft:
    """A snapshot in the making, beside the one that counts. `tables`: the names of those in it.

    The large tables may be written in a thread, while changes go on; the last step is a short one.
    """

    def __init__(self, path: Path) -> None:
        self._file = Draft(path)
        self._checksum = 0
        self.tables: set[str] = set()
        self._write([b"{\n"])

    def add(self, tables: Iterable[tuple[str, Mapping[str, Mapping[str, Any]]]]) -> None:
        """Write these tables."""
        for name, documents in tables:
            self._write(_table(name, documents))
            self.tables.add(name)

    def settle(self) -> None:
        """Leave little to the last step."""
        self._file.settle()

    def finish(self, position: Position) -> int:
        """Be the snapshot, in one step; gives its size."""
        end = {
            "sequence": position.sequence,
            "issued": position.issued,
            "checksum": _checksum(self._checksum),
        }
        self._write([orjson.dumps(POSITION) + b": " + orjson.dumps({"end": end}) + b"\n}\n"])
        return self._file.take_place()

    def close(self) -> None:
        """Forget it, if it was not finished, and the one before it otherwise."""
        self._file.close()

    def _write(self, chunks: Iterable[bytes]) -> None:
        self._file.write(self._summed(chunks))

    def _summed(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self._checksum = crc32(chunk, self._checksum)
            yield chunk


def write_snapshot(
    path: Path, tables: Mapping[str, Mapping[str, Mapping[str, Any]]], position: Position
) -> int:
    """Write the file in one step; gives its size."""
    with closing(SnapshotDraft(path)) as draft:
        draft.add(tables.items())
        return draft.finish(position)


def read_snapshot(path: Path) -> tuple[Tables, Position]:
    """The tables and their position. UsageError if the file is damaged."""
    raw = path.read_bytes()
    try:
        tables = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise _damaged(path, error.lineno, f"is not JSON: {error.msg}") from None
    if not _is_database(tables):
        raise _damaged(path, 1, "is not a TinyDB database of tables with documents")
    end = tables.pop(POSITION, {}).get("end", {})
    body = memoryview(raw)[: raw.rfind(orjson.dumps(POSITION))]
    if "checksum" in end and end["checksum"] != _checksum(crc32(body)):
        what = "does not fit its checksum (take that out to have the file read as it is)"
        raise _damaged(path, bytes(body).count(b"\n") + 1, what)
    return tables, Position(end.get("sequence", 0), end.get("issued", 0))


def _table(name: str, documents: Mapping[str, Mapping[str, Any]]) -> Iterator[bytes]:
    separator = orjson.dumps(name) + b": {\n  "
    for doc_id, document in documents.items():
        yield separator + orjson.dumps(doc_id) + b": " + orjson.dumps(document)
        separator = b",\n  "
    yield b"\n},\n" if documents else orjson.dumps(name) + b": {},\n"


def _is_database(tables: Any) -> bool:
    return (
        isinstance(tables, dict)
        and all(isinstance(table, dict) for table in tables.values())
        and all(
            isinstance(document, dict) for table in tables.values() for document in table.values()
        )
    )


def _checksum(value: int) -> str:
    return f"{value:08x}"


def _damaged(path: Path, line: int, what: str) -> UsageError:
    return UsageError(
        f"{path}:{line}: this snapshot {what}; put a backup in its place, "
        f"or move {path.parent} away to start afresh"
    )
