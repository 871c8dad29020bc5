"""`snapshot.json`: a whole store in TinyDB's own format, one document on a line.

Its last table, `_journal`, says up to which line of the journal it goes, how many ids were issued,
and the checksum of all that stands before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import orjson

from understudy.errors import UsageError
from understudy.store.files import write_atomically
from understudy.store.keeper import Tables

POSITION = "_journal"


@dataclass(frozen=True, slots=True)
class Position:
    """How far a snapshot goes: the last line of the journal in it, and the ids issued by then."""

    sequence: int = 0
    issued: int = 0


def write_snapshot(
    path: Path, tables: Mapping[str, Mapping[str, Mapping[str, Any]]], position: Position
) -> int:
    """Write the file in one step; gives its size."""
    return write_atomically(path, _chunks(tables, position))


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


def _chunks(
    tables: Mapping[str, Mapping[str, Mapping[str, Any]]], position: Position
) -> Iterator[bytes]:
    checksum = 0
    for chunk in _body(tables):
        checksum = crc32(chunk, checksum)
        yield chunk
    end = {
        "sequence": position.sequence,
        "issued": position.issued,
        "checksum": _checksum(checksum),
    }
    yield orjson.dumps(POSITION) + b": " + orjson.dumps({"end": end}) + b"\n}\n"


def _body(tables: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Iterator[bytes]:
    yield b"{\n"
    for name, documents in tables.items():
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
