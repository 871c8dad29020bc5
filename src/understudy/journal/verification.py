"""Whether what should have been asked was asked: so often, or in this order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from understudy.journal import wording
from understudy.journal.matching import Match
from understudy.journal.nearest import Near, nearest
from understudy.journal.reading import Exchange, Reader
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


def verify_count(journal: Journal, reader: Reader, match: Match, bounds: Bounds) -> Verdict:
    """Whether so many exchanges match."""
    exchanges = [reader.read(entry) for entry in journal.after(match.since)]
    found = [one.entry.sequence for one in exchanges if match.fits(one)]
    is_right = bounds.allow(len(found))
    lost = journal.lost(match.since)
    wanted = wording.described(match.wanted, reader)
    message = f"expected {bounds} {wanted}, {wording.seen(len(found), found)}."
    near = []
    if not is_right and len(found) < (bounds.at_least or 0):
        near = nearest(match, exchanges)
        message += f" {wording.explained(near, journal, match.since)}"
    message += wording.doubt(lost, journal)
    return Verdict(is_right, len(found), message, found, near, lost)


def verify_order(journal: Journal, reader: Reader, order: Sequence[Match]) -> Verdict:
    """Whether these came one after the other, whatever lies between them.

    Each takes the first exchange that matches after the one before: if any choice leads to the end,
    this one does.
    """
    since = min(match.since for match in order)
    rest = [reader.read(entry) for entry in journal.after(since)]
    found: list[int] = []
    before: list[Exchange] = []
    for match in order:
        index = next((at for at, one in enumerate(rest) if match.fits(one)), None)
        if index is None:
            break
        found.append(rest[index].entry.sequence)
        before += rest[: index + 1]
        rest = rest[index + 1 :]
    is_right, lost = len(found) == len(order), journal.lost(since)
    fates = _fates(order, found, before)
    lines = [f"expected {len(order)} requests in this order, saw {len(found)}:"]
    lines += [
        f"  {number}. {wording.described(match.wanted, reader)}: {told}"
        for number, (match, told) in enumerate(zip(order, fates, strict=True), 1)
    ]
    near = []
    if not is_right:
        missing = order[len(found)]
        near = nearest(missing, rest)
        lines.append(wording.explained(near, journal, max([missing.since, *found])))
    message = "\n".join(lines) + wording.doubt(lost, journal)
    return Verdict(is_right, len(found), message, found, near, lost)


def _fates(order: Sequence[Match], found: list[int], before: list[Exchange]) -> Iterator[str]:
    """What became of each request of an order, as far as it was looked for."""
    yield from (f"#{sequence}" for sequence in found)
    if len(found) < len(order):
        after = f" after #{found[-1]}" if found else ""
        earlier = [one.entry.sequence for one in before if order[len(found)].fits(one)]
        came = f", only before: {wording.listed(earlier)}" if earlier else ""
        yield f"none{after}{came}"
    yield from ("not looked for" for _ in order[len(found) + 1 :])
