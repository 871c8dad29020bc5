"""The ring that holds the last exchanges, and whoever waits for the next one."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Mapping
from itertools import islice
from sys import getsizeof
from typing import TYPE_CHECKING

from understudy.clock import real_millis
from understudy.journal.entry import (
    Difference,
    Entry,
    differences,
    is_silent,
    kept_names,
    packed,
)

if TYPE_CHECKING:
    from understudy.clock import Clock
    from understudy.pipeline.exchange import Reply, Request

MOST = 1000
"""So many exchanges are kept."""
MOST_BYTES = 4 * 1024 * 1024
"""They take about so many bytes."""
LONGEST_BODY = 64 * 1024
"""Bytes of a body that is kept; of a longer one only its length is."""
FIXED = 640
"""Bytes that an exchange takes without its texts."""
PER_HEADER = 112
"""Bytes that a header takes without its texts."""
PER_DIFFERENCE = 512
REQUEST_ID = b"x-request-id"


new = tuple.__new__
"""A named tuple without the detour over its own constructor, which takes twice as long."""


class Journal:
    """The last exchanges of one sandbox: `most` of them, in about `most_bytes`.

    `last`: the sequence of the last one that was appended, 0 before the first; it never goes back.
    All of it is used from one thread, the event loop's.
    """

    __slots__ = (
        "_cleared",
        "_clock",
        "_counts",
        "_entries",
        "_is_closed",
        "_most",
        "_most_bytes",
        "_size",
        "_waiting",
        "last",
    )

    def __init__(self, clock: Clock, *, most: int = MOST, most_bytes: int = MOST_BYTES) -> None:
        self._clock = clock
        self._most = most
        self._most_bytes = most_bytes
        self._entries: deque[Entry] = deque()
        self._size = 0
        self._cleared = 0
        self._counts: dict[tuple[str, int], int] = {}
        self._waiting: set[asyncio.Future[None]] = set()
        self._is_closed = False
        self.last = 0

    def __len__(self) -> int:
        return len(self._entries)

    def append(self, request: Request, reply: Reply, seconds: float) -> None:
        """Take down an exchange, which took so many seconds. Every request pays for this."""
        self.last += 1
        context, head, strike = request.context, request.head, request.strike
        sent = head.packed
        if head.headers.get(REQUEST_ID) != request.id:
            sent = (
                b"%b\n%b\n%b" % (sent, REQUEST_ID, request.id)
                if sent
                else packed({REQUEST_ID: request.id})
            )
        size = FIXED + len(request.path) + len(request.query_string) + len(sent)
        if reply.headers:
            size += sum([PER_HEADER + len(name) + len(value) for name, value in reply.headers])
        body: bytes | int | None = None
        if isinstance(request.body, bytes):
            body = request.body if len(request.body) <= LONGEST_BODY else len(request.body)
            size += len(request.body) if body is request.body else 0
        sent_back = reply.payload
        payload: bytes | int = b""
        if request.method != "HEAD":
            payload = len(sent_back)
            if payload <= LONGEST_BODY and isinstance(sent_back, bytes):
                size += payload
                payload = sent_back
        status = reply.status
        received = real_millis() - int(seconds * 1000)
        if strike is not None:
            seconds += strike.delay
            if is_silent(strike, payload):
                status, payload = 0, b""
        changes: tuple[Difference, ...] = ()
        change_count = 0
        if request.changes:
            changes, change_count = differences(request.changes)
            size += PER_DIFFERENCE * len(changes)
        unknown: tuple[str, ...] = ()
        if context is not None and context.warnings:
            unknown = kept_names(context.warnings)
            size += sum(map(getsizeof, unknown))
        entry = (
            self.last,
            self._clock.millis(),
            received,
            seconds,
            request.method,
            request.path,
            request.query_string,
            sent,
            body,
            request.operation,
            context.user_name if context is not None else "",
            unknown,
            changes,
            change_count,
            (strike.rule_id, strike.does) if strike is not None else None,
            status,
            reply.headers,
            reply.media,
            payload,
            size,
        )
        self._entries.append(new(Entry, entry))
        called = (request.operation.operation_id if request.operation is not None else "", status)
        self._counts[called] = self._counts.get(called, 0) + 1
        self._size += size
        while len(self._entries) > self._most or self._size > self._most_bytes:
            self._size -= self._entries.popleft().size
        if self._waiting:
            self._wake()

    def get(self, sequence: int) -> Entry | None:
        """The exchange of this sequence, if it is kept."""
        index = sequence - self.first
        return self._entries[index] if 0 <= index < len(self._entries) else None

    @property
    def first(self) -> int:
        """The sequence of the oldest exchange that is kept; that of the next, where none is."""
        return self.last - len(self._entries) + 1

    def after(self, sequence: int, most: int | None = None) -> list[Entry]:
        """The exchanges after this one, the oldest first, or the first `most` of them."""
        begin = max(0, sequence - self.first + 1)
        end = len(self._entries) if most is None else begin + most
        return list(islice(self._entries, begin, end))

    @property
    def counts(self) -> Mapping[tuple[str, int], int]:
        """How many exchanges there were of each operation, "" for none, and status since the last
        clearing, those included that were dropped.
        """
        return self._counts

    def lost(self, since: int) -> int:
        """How many exchanges after this one were dropped for newer ones."""
        return max(0, self.first - 1 - max(since, self._cleared))

    def take(self, entries: Iterable[Entry], last: int) -> None:
        """Have these exchanges, whose sequence ends with `last`, in place of all others."""
        self.clear()
        self._entries.extend(entries)
        self._size = sum(entry.size for entry in self._entries)
        for entry in self._entries:
            operation = entry.operation.operation_id if entry.operation is not None else ""
            called = (operation, entry.status)
            self._counts[called] = self._counts.get(called, 0) + 1
        self.last = last

    def clear(self) -> int:
        """Forget every exchange and every count, and tell how many exchanges there were."""
        count = len(self._entries)
        self._counts.clear()
        self._entries.clear()
        self._size = 0
        self._cleared = self.last
        return count

    def close(self) -> None:
        """Forget everything, and let everybody go who waits for more: nothing will come."""
        self.clear()
        self._is_closed = True
        self._wake()

    async def more(self, after: int, seconds: float) -> bool:
        """Wait at most so many seconds until there is an exchange after this one; whether there is.

        False at once where nothing will come any more.
        """
        if self.last <= after and not self._is_closed and seconds > 0:
            woken = asyncio.get_running_loop().create_future()
            self._waiting.add(woken)
            try:
                async with asyncio.timeout(seconds):
                    await woken
            except TimeoutError:
                pass
            finally:
                self._waiting.discard(woken)
        return self.last > after

    @property
    def is_followed(self) -> bool:
        """Whether somebody waits for more."""
        return bool(self._waiting)

    @property
    def is_closed(self) -> bool:
        """Whether nothing will come any more."""
        return self._is_closed

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, set()
        for woken in waiting:
            if not woken.done():
                woken.set_result(None)
