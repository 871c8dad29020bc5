"""Whether what should have been asked was asked: so often, or in this order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from understudy.journal import wording
from understudy.journal.entry import Entry
from understudy.journal.matching import Match, matching
from understudy.journal.nearest import Near, nearest
from understudy.journal.pace import Pace
from understudy.journal.reading import Reader
from understudy.journal.ring import Journal


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification came to.

    `count`: how many exchanges match; of an order, how many of its requests came. `lost`: how many
    of the exchanges in question the journal keeps no longer.
    """

    verified: bool
    count: int
    message: str
    exchanges: list[int]
    nearest: list[Near] = field(default_factory=list)
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Bounds:
    """How often is right; None is no bound."""

    at_least: int | None = 1
    at_most: int | None = None

    def allow(self, count: int) -> bool:
        """Whether this is right."""
        least, most = self.at_least or 0, self.at_most
        return least <= count and (most is None or count <= most)

    def __str__(self) -> str:
        if self.at_most == 0:
            return "no"
        if self.at_least == self.at_most:
            return f"exactly {self.at_least} \N{MULTIPLICATION SIGN}"
        least = f"at least {self.at_least}" if self.at_least is not None else ""
        most = f"at most {self.at_most}" if self.at_most is not None else ""
        return " and ".join(part for part in (least, most) if part) + " \N{MULTIPLICATION SIGN}"


async def verify_count(journal: Journal, reader: Reader, match: Match, bounds: Bounds) -> Verdict:
    """Whether so many exchanges match."""
    entries, lost, first = journal.after(match.since), journal.lost(match.since), journal.first
    found = [one.entry.sequence for one in await matching(match, entries, reader)]
    # What is lost may have matched: who asks whether there was so much and no more cannot be told.
    is_unknown = lost > 0 and bounds.at_most is not None
    is_right = bounds.allow(len(found)) and not is_unknown
    wanted = wording.described(match.wanted, reader)
    message = f"expected {bounds} {wanted}, {wording.seen(len(found), found)}."
    near = []
    if not is_right and len(found) < (bounds.at_least or 0):
        near = await nearest(match, entries, reader)
        message += f" {wording.explained(near, match.since, is_all=bool(entries))}"
    message += wording.doubt(lost, first)
    if is_unknown and bounds.allow(len(found)):
        message += " Clear the journal before, or say since when."
    return Verdict(is_right, len(found), message, found, near, lost)


async def verify_order(journal: Journal, reader: Reader, order: Sequence[Match]) -> Verdict:
    """Whether these came one after the other, whatever lies between them."""
    since = min(match.since for match in order)
    entries, lost, first = journal.after(since), journal.lost(since), journal.first
    found = await _found_in_order(order, entries, reader)
    is_right = len(found) == len(order)
    fates = [f"#{sequence}" for sequence in found]
    near: list[Near] = []
    if not is_right:
        fates.append(await _why_none(order[len(found)], entries, reader, found))
        fates += ["not looked for"] * (len(order) - len(fates))
    lines = [f"expected {len(order)} requests in this order, saw {len(found)}:"]
    lines += [
        f"  {number}. {wording.described(match.wanted, reader)}: {told}"
        for number, (match, told) in enumerate(zip(order, fates, strict=True), 1)
    ]
    if not is_right:
        missing, end = order[len(found)], found[-1] if found else 0
        rest = [entry for entry in entries if entry.sequence > end]
        near = await nearest(missing, rest, reader)
        begin = max(missing.since, end)
        is_all = any(entry.sequence > begin for entry in rest)
        lines.append(wording.explained(near, begin, is_all=is_all))
    message = "\n".join(lines) + wording.doubt(lost, first)
    return Verdict(is_right, len(found), message, found, near, lost)


async def _found_in_order(
    order: Sequence[Match], entries: Sequence[Entry], reader: Reader
) -> list[int]:
    """The sequences of these, one after the other, as far as they came.

    Each takes the first exchange that matches after the one before: if any choice leads to the end,
    this one does.
    """
    found: list[int] = []
    pace = Pace()
    for entry in entries:
        if order[len(found)].fits(reader.read(entry)):
            found.append(entry.sequence)
            if len(found) == len(order):
                break
        await pace.breathe()
    return found


async def _why_none(
    match: Match, entries: Sequence[Entry], reader: Reader, found: Sequence[int]
) -> str:
    """What became of the first request of an order that did not come in its turn."""
    if not found:
        return "none"
    before = [entry for entry in entries if entry.sequence <= found[-1]]
    earlier = [one.entry.sequence for one in await matching(match, before, reader)]
    came = f", only before: {wording.listed(earlier)}" if earlier else ""
    return f"none after #{found[-1]}{came}"
