"""Waiting until enough exchanges match."""

from __future__ import annotations

from dataclasses import dataclass

from understudy import times
from understudy.clock import stopwatch
from understudy.journal import wording
from understudy.journal.matching import Match, matching
from understudy.journal.nearest import Near, nearest
from understudy.journal.reading import Exchange, Reader
from understudy.journal.ring import Journal


@dataclass(frozen=True, slots=True)
class Waited:
    """What the waiting came to. `lost`: exchanges in question that the journal does not keep."""

    found: bool
    message: str
    exchanges: list[Exchange]
    nearest: list[Near]
    lost: int


async def wait(journal: Journal, reader: Reader, match: Match, count: int, millis: int) -> Waited:
    """Wait at most so long, of real time, until so many exchanges match."""
    end = stopwatch() + millis / 1000
    found: list[Exchange] = []
    position = match.since
    while True:
        entries = journal.after(position)
        position = max(position, journal.last)
        found += await matching(match, entries, reader)
        if len(found) >= count or not await journal.more(position, end - stopwatch()):
            return await _waited(journal, reader, match, count, millis, found[:count])


async def _waited(
    journal: Journal,
    reader: Reader,
    match: Match,
    count: int,
    millis: int,
    found: list[Exchange],
) -> Waited:
    is_found = len(found) == count
    entries, lost, first = journal.after(match.since), journal.lost(match.since), journal.first
    wanted = wording.described(match.wanted, reader)
    told = wording.seen(len(found), [one.entry.sequence for one in found])
    near: list[Near] = []
    if journal.is_closed and not is_found:
        message = (
            f"waited for {count} \N{MULTIPLICATION SIGN} {wanted}, and the sandbox was deleted."
        )
    elif is_found:
        message = f"waited for {count} \N{MULTIPLICATION SIGN} {wanted}, {told}."
    else:
        near = await nearest(match, entries, reader)
        message = (
            f"waited {times.shown_duration(millis)} for {count} \N{MULTIPLICATION SIGN} {wanted}, "
            f"{told}. {wording.explained(near, match.since, is_all=bool(entries))}"
            f"{wording.doubt(lost, first)}"
        )
    return Waited(is_found, message, found, near, lost)
