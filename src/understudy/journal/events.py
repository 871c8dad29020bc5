"""The exchanges as server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import orjson

from understudy.clock import stopwatch
from understudy.journal.matching import Match
from understudy.journal.pace import Pace
from understudy.journal.reading import Reader
from understudy.journal.record import as_json
from understudy.journal.ring import Journal

HEARTBEAT = 15.0
"""Seconds of silence after which a comment tells that the connection is alive."""
BATCH = 20
"""So many exchanges are taken out of the ring at once: a reader that is slow to take them holds no
more.
"""
COMMENT = b": nothing new\n\n"


async def events(
    journal: Journal,
    reader: Reader,
    match: Match,
    *,
    since: int | None = None,
    limit: int | None = None,
    seconds: float | None = None,
) -> AsyncIterator[bytes]:
    """The exchanges that match, after the one of a sequence; None begins with what comes next.

    Ends after so many exchanges; after so many seconds, but not before all was sent that was there
    at the beginning; or with the journal.
    """
    # A sequence of the future is one of an earlier run of the server.
    position = journal.last if since is None else since if since <= journal.last else 0
    begin, backlog, sent = stopwatch(), journal.last, 0
    end = begin + seconds if seconds is not None else float("inf")
    spoken, pace = begin, Pace()
    yield COMMENT
    while True:
        if journal.lost(position):
            yield _lost(position + 1, journal.first - 1)
        position = max(position, journal.first - 1)
        entries = journal.after(position, BATCH)
        for entry in entries:
            position = entry.sequence
            exchange = reader.read(entry)
            if match.fits(exchange):
                yield _event("exchange", position, orjson.dumps(as_json(exchange)))
                spoken, sent = stopwatch(), sent + 1
                if sent == limit:
                    return
            await pace.breathe()
        now = stopwatch()
        if journal.is_closed or (now >= end and position >= backlog):
            return
        if now >= spoken + HEARTBEAT:
            yield COMMENT
            spoken = now
        if entries:
            await asyncio.sleep(0)
        else:
            await journal.more(position, min(end, spoken + HEARTBEAT) - now)


def _lost(first: int, last: int) -> bytes:
    return _event("lost", last, orjson.dumps({"first": first, "last": last}))


def _event(kind: str, sequence: int, data: bytes) -> bytes:
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (sequence, kind.encode(), data)
